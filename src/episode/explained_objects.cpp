#include "episode/explained_objects.h"

#include <algorithm>

namespace arcadecam::episode {

std::vector<explain::Object> explained_objects(std::span<const game::ObservedObject> objects) {
  std::vector<explain::Object> result;
  for (const game::ObservedObject& object : objects) {
    explain::Object& explained = result.emplace_back();
    explained.name = object.name;
    explained.kind = object.kind;
    explained.boxes = object.planes;
  }
  return result;
}

void draw_without(game::Editor& editor, const game::Environment& environment,
                  std::span<explain::Object> objects) {
  const std::vector<game::PossibleEdit> possible = editor.possible(environment);
  for (explain::Object& object : objects) {
    const auto at = std::ranges::find_if(possible, [&](const game::PossibleEdit& edit) {
      return edit.object == object.name &&
             (edit.change == game::Change::kRemove || edit.change == game::Change::kRewrite);
    });
    ByteTensor drawn;
    if (at != possible.end()) {
      game::Redrawn redrawn = editor.show(environment, {object.name, at->change});
      if (redrawn.planes > 0) drawn = std::move(redrawn.observation);
    }
    object.without = std::make_shared<const ByteTensor>(std::move(drawn));
  }
}

}  // namespace arcadecam::episode
