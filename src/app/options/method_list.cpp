#include "app/options/method_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/bind.h"
#include "episode/target_words.h"
#include "game/objects.h"

namespace arcadecam::app {
namespace {

/// Throws Error where the method cannot be made for this network or in this game.
void try_in_game(const explain::MethodSpec& spec, const agent::Agent& agent,
                 const explain::Target& about) {
  if (explain::bind(spec, *agent.graph, about).method->asks_objects)
    (void)game::object_table(agent.game, agent.protocol);
}

}  // namespace

std::vector<explain::MethodSpec> list_methods(const std::string& text, const agent::Agent& agent,
                                              const explain::Target& about) {
  if (text != "all") {
    auto specs = explain::parse_methods(text);
    for (explain::MethodSpec& spec : specs) {
      episode::number_actions(spec, agent::action_names(agent));
      try_in_game(spec, agent, about);
    }
    return specs;
  }
  std::vector<explain::MethodSpec> specs;
  for (const explain::Method* method : explain::methods()) {
    explain::MethodSpec spec{std::string(method->id), {}};
    try {
      try_in_game(spec, agent, about);
      specs.push_back(std::move(spec));
    } catch (const Error& error) {
      fmt::print(stderr, "left out: {}: {}\n", spec.id, error.what());
    }
  }
  return specs;
}

bool asks_objects(const std::vector<explain::MethodSpec>& specs) {
  return std::ranges::any_of(specs, [](const explain::MethodSpec& spec) {
    return explain::find_method(spec.id).asks_objects;
  });
}

void refuse_methods_of_objects(const std::vector<explain::MethodSpec>& specs) {
  for (const explain::MethodSpec& spec : specs) {
    if (!explain::find_method(spec.id).asks_objects) continue;
    throw bad_usage(
        "method {}: where the objects are is known only in a game that is played (compare, "
        "explain, figure)",
        spec.id);
  }
}

void refuse_methods_of_removals(const std::vector<explain::MethodSpec>& specs,
                                const agent::Agent& agent) {
  for (const explain::MethodSpec& spec : specs) {
    if (!explain::bind(spec, *agent.graph).explainer->asks_removals()) continue;
    throw bad_usage(
        "method {}: only explain, compare and figure draw states without an object; give "
        "without=surround",
        spec.text());
  }
}

}  // namespace arcadecam::app
