#include "app/checkpoint_actions.h"

#include "arcadecam/core/error.h"
#include "atari/action.h"
#include "game/games.h"

namespace arcadecam::app {

std::vector<std::string_view> action_names(const checkpoint::Checkpoint& checkpoint) {
  if (!checkpoint.game) return {};
  const auto outputs = static_cast<std::size_t>(checkpoint.graph.actions());
  if (outputs == atari::kActionNames.size())
    return {atari::kActionNames.begin(), atari::kActionNames.end()};
  std::vector<std::string_view> names;
  try {
    for (const atari::ActionCode action : game::find_game(*checkpoint.game).actions)
      names.push_back(atari::kActionNames[static_cast<std::size_t>(action)]);
  } catch (const Error&) {
    return {};  // a name that is no game's: whoever plays is told
  }
  if (names.size() != outputs) return {};
  return names;
}

}  // namespace arcadecam::app
