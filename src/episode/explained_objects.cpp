#include "episode/explained_objects.h"

namespace arcadecam::episode {

std::vector<explain::Object> explained_objects(std::span<const game::ObservedObject> objects) {
  std::vector<explain::Object> result;
  for (const game::ObservedObject& object : objects) {
    explain::Object& explained = result.emplace_back();
    explained.name = object.name;
    for (const game::PixelBox& box : object.planes)
      explained.boxes.push_back({box.left, box.top, box.width, box.height});
  }
  return result;
}

}  // namespace arcadecam::episode
