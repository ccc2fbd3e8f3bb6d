#include "episode/explained_objects.h"

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

}  // namespace arcadecam::episode
