#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/command.h"
#include "arcadecam/explain/bind.h"

namespace arcadecam::app {
namespace {

std::vector<std::string> promises(const explain::Promise& promise) {
  std::vector<std::string> list;
  if (promise.is_signed) list.emplace_back("signed");
  if (promise.complete) list.emplace_back("complete");
  if (promise.linear) list.emplace_back("linear in the target");
  if (promise.scale_invariant) list.emplace_back("scale-invariant");
  if (promise.stochastic) list.emplace_back("stochastic");
  if (!promise.uses_decision) list.emplace_back("blind to the decision");
  return list;
}

void print_params(std::span<const explain::Param> params) {
  for (const explain::Param& param : params) {
    fmt::print("      {}={}  {}\n", param.key, param.default_value, param.help);
  }
}

void print_json() {
  auto list = nlohmann::ordered_json::array();
  for (const explain::Method* method : explain::methods()) {
    auto params = nlohmann::ordered_json::array();
    for (const explain::Param& param : explain::params_of(*method)) {
      params.push_back(
          {{"key", param.key}, {"default", param.default_value}, {"help", param.help}});
    }
    list.push_back({{"id", method->id},
                    {"title", method->title},
                    {"citation", method->citation},
                    {"params", params},
                    {"extra_passes", method->extra_passes},
                    {"promises", promises(method->promise)}});
  }
  fmt::print("{}\n", list.dump(2));
}

void print_text() {
  for (const explain::Method* method : explain::methods()) {
    fmt::print("{}\n    {}\n    {}\n", method->id, method->title, method->citation);
    const auto list = promises(method->promise);
    for (std::size_t i = 0; i < list.size(); ++i)
      fmt::print("{}{}", i == 0 ? "    promises: " : ", ", list[i]);
    if (!list.empty()) fmt::print("\n");
    if (!method->extra_passes.empty()) fmt::print("    extra passes: {}\n", method->extra_passes);
    if (!method->params().empty()) {
      fmt::print("    parameters:\n");
      print_params(method->params());
    }
  }
  fmt::print("every method\n    parameters:\n");
  print_params(explain::common_params());
  fmt::print(
      "\nWrite NAME[:key=value]…, several separated by commas, lists by '/': "
      "fullgrad++:sigma=1,gradcam:layer=2,fullgrad++:layers=0/1\n");
}

void define(CLI::App& command) {
  auto json = std::make_shared<bool>(false);
  command.add_flag("--json", *json, "for machines");
  command.callback([json] { *json ? print_json() : print_text(); });
}

}  // namespace

extern constinit const Command methods_entry{
    "methods", "List the explanation methods and their parameters", define};

}  // namespace arcadecam::app
