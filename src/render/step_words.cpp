#include "render/step_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace arcadecam::render {

std::string action_name(const episode::RunInfo& info, int action) {
  const auto index = static_cast<std::size_t>(action);
  if (index >= info.actions.size()) return fmt::format("action {}", action);
  return std::string(atari::kActionNames[static_cast<std::size_t>(info.actions[index])]);
}

std::string run_words(const episode::RunInfo& info) {
  return info.game_words() + " · " + info.agent_words();
}

bool has_own_target(const explain::MethodSpec& method) {
  return std::ranges::any_of(method.values,
                             [](const auto& value) { return value.first == "target"; });
}

std::string_view not_greedy_words(const episode::RunInfo& info) {
  return info.sampled ? "sampled" : "random action";
}

std::string how_words(const episode::RunInfo& info) {
  const bool several = std::ranges::any_of(info.methods, has_own_target);
  const std::string played =
      fmt::format("{} protocol · policy {} · seed {}", info.protocol.name, info.policy, info.seed);
  if (info.methods.empty()) return played;
  return fmt::format("{} · explained: {}{}", played, info.target_words(),
                     several ? ", or the target that a method names" : "");
}

std::array<std::string, 2> step_words(const episode::RunInfo& info, const episode::Step& step,
                                      bool name_episode) {
  std::string where = fmt::format("step {}", step.index);
  if (name_episode) where = fmt::format("episode {}, ", step.episode) + where;
  std::string what = action_name(info, step.decision.action);
  if (!step.decision.greedy) what += info.sampled ? " (sampled)" : " (not greedy)";
  return {std::move(where), std::move(what)};
}

}  // namespace arcadecam::render
