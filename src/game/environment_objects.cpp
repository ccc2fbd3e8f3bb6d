// What is on an environment's observation and screen, as its game's table tells.
#include <algorithm>

#include "game/environment.h"

namespace arcadecam::game {

std::vector<ObservedObject> Environment::objects() const {
  const ObjectTable& table = object_table(game_, protocol_);
  const Shape screen = emulator_.screen().shape();
  const atari::Pixels& pixels = protocol_.pixels;
  const atari::Crop crop =
      crop_of(pixels, static_cast<int>(screen[0]), static_cast<int>(screen[1]));
  const auto planes = static_cast<std::size_t>(pixels.planes());
  std::vector<ObservedObject> objects;
  for (std::size_t at_frame = 0; at_frame < rams_.size(); ++at_frame) {
    for (std::size_t frame = 0; frame < rams_[at_frame].count; ++frame) {
      const auto& [before, after] = rams_[at_frame].frames[frame];
      for (const GameObject& object : table.find(drawn(before, after))) {
        const PixelBox box = on_plane(object.box, crop, pixels.height, pixels.width);
        if (box.empty()) continue;
        auto at = std::ranges::find(objects, object.name, &ObservedObject::name);
        if (at == objects.end()) {
          objects.push_back(
              {object.name, object.kind, std::vector<PixelBox>(rams_.size() * planes)});
          at = objects.end() - 1;
        }
        for (std::size_t plane = at_frame * planes; plane < (at_frame + 1) * planes; ++plane)
          at->planes[plane] = cover(at->planes[plane], box);
      }
    }
  }
  return objects;
}

std::vector<GameObject> Environment::screen_objects() const {
  const ObjectTable& table = object_table(game_, protocol_);
  if (rams_.back().count == 0) return {};
  return table.find(drawn_frame());
}

DrawnFrame Environment::drawn_frame() const {
  const PlaneRam& newest = rams_.back();
  if (newest.count == 0) return drawn(emulator_.ram(), emulator_.ram());
  const auto& [before, after] = newest.frames[newest.count - 1];
  return drawn(before, after);
}

DrawnFrame Environment::drawn(Ram before, Ram ram) const {
  return {before, ram, protocol_.mode.value_or(game_.default_mode),
          protocol_.difficulty.value_or(0)};
}

}  // namespace arcadecam::game
