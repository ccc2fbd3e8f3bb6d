#include <fmt/format.h>

#include "app/bibliography.h"
#include "app/command.h"
#include "arcadecam/explain/bind.h"
#include "core/json_text.h"

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

using Methods = std::vector<const explain::Method*>;

void print_json_methods(const Methods& methods) {
  auto list = JsonText::array();
  for (const explain::Method* method : methods) {
    auto params = JsonText::array();
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

void print_text_methods(const Methods& methods) {
  for (const explain::Method* method : methods) {
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

void print_bibtex_methods(const Methods& methods) {
  std::vector<Citing> list;
  for (const explain::Method* method : methods) list.push_back({method->id, method->citation});
  fmt::print("{}", bibtex_of(list));
}

struct MethodsOptions {
  std::vector<std::string> names;
  bool json = false, bibtex = false;

  /// The methods that are named, or all.
  [[nodiscard]] Methods methods() const {
    const auto all = explain::methods();
    if (names.empty()) return {all.begin(), all.end()};
    Methods named;
    for (const std::string& name : names) named.push_back(&explain::find_method(name));
    return named;
  }
};

void define_methods(Arguments& command) {
  const auto options = std::make_shared<MethodsOptions>();
  command.add_option("METHOD", options->names, "only these methods (default: all)");
  auto* json = command.add_flag("--json", options->json, "print JSON, for other programs");
  command
      .add_flag("--bibtex", options->bibtex,
                "a BibTeX file of the works that the methods come from")
      ->excludes(json);
  command.callback([options] {
    const Methods methods = options->methods();
    if (options->bibtex) return print_bibtex_methods(methods);
    options->json ? print_json_methods(methods) : print_text_methods(methods);
  });
}

}  // namespace

extern constinit const Command methods_entry{
    "methods", "List the explanation methods and their parameters", define_methods};

}  // namespace arcadecam::app
