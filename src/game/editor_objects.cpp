// What an editor knows of the states that it draws, and of the bytes behind a pixel.
#include <algorithm>
#include <array>

#include "game/editor.h"

namespace arcadecam::game {

std::vector<GameObject> Editor::objects(const Environment& environment,
                                        const Redrawn& redrawn) const {
  if (redrawn.seen.empty() || redrawn.seen.back().empty())
    return table_.find(environment.drawn_frame());
  const auto& [before, after] = redrawn.seen.back().back()->ram;
  return table_.find({before, after, mode_, difficulty_});
}

std::vector<ObservedObject> Editor::observed(const Environment& environment,
                                             const Redrawn& redrawn) const {
  std::vector<ObservedObject> objects;
  if (table_.game.empty()) return objects;
  const Shape screen = environment.emulator().screen().shape();
  const atari::Pixels& pixels = protocol_.pixels;
  const atari::Crop crop =
      crop_of(pixels, static_cast<int>(screen[0]), static_cast<int>(screen[1]));
  const auto colors = static_cast<std::size_t>(pixels.planes());
  const std::size_t planes = redrawn.seen.size() * colors;
  const auto add = [&](const std::string& name, const std::string& kind, std::size_t plane,
                       const PixelBox& box) {
    if (box.empty()) return;
    auto at = std::ranges::find(objects, name, &ObservedObject::name);
    if (at == objects.end()) {
      objects.push_back({name, kind, std::vector<PixelBox>(planes)});
      at = objects.end() - 1;
    }
    at->planes[plane] = cover(at->planes[plane], box);
  };
  // Planes that were not drawn again show what they showed.
  for (const ObservedObject& object : environment.objects()) {
    for (std::size_t plane = 0; plane < planes; ++plane) {
      if (redrawn.seen[plane / colors].empty())
        add(object.name, object.kind, plane, object.planes[plane]);
    }
  }
  for (std::size_t plane = 0; plane < planes; ++plane) {
    for (const FrameBuffers::Frame& frame : redrawn.seen[plane / colors]) {
      const auto& [before, after] = frame->ram;
      for (const GameObject& object : table_.find({before, after, mode_, difficulty_})) {
        add(object.name, object.kind, plane,
            on_plane(object.box, crop, pixels.height, pixels.width));
      }
    }
  }
  return objects;
}

std::vector<Editor::Cause> Editor::bytes_behind(const Environment& environment, int column,
                                                int line) {
  constexpr std::array kChanges{1, -1, 8, -8, 64};
  require_same_game(environment);
  const std::span<const PastStep> history = environment.history();
  std::vector<Cause> causes;
  if (history.empty()) return causes;
  const PastStep& newest = history.back();
  // Games that draw late decide in the frame before what the newest shows.
  const int held_frames = table_.draws_late ? 2 : 1;
  emulator_.restore(*history.front().before);
  play_steps(emulator_, history.first(history.size() - 1), protocol_.frame_skip);
  for (int frame = held_frames; frame < protocol_.frame_skip; ++frame) emulator_.act(newest.action);
  const auto state = emulator_.save();
  const auto pixel = [&](std::span<const RamByte> bytes) {
    emulator_.restore(*state);
    emulator_.hold(bytes);
    for (int frame = 0; frame < held_frames; ++frame) emulator_.act(newest.action);
    emulator_.hold({});
    return emulator_.screen()[line].values()[static_cast<std::size_t>(column)];
  };
  const std::uint8_t usual = pixel({});
  for (int index = 0; index < 128; ++index) {
    emulator_.restore(*state);
    const int value = emulator_.ram()[static_cast<std::size_t>(index)];
    for (const int by : kChanges) {
      const RamByte changed{static_cast<std::uint8_t>(index),
                            static_cast<std::uint8_t>(value + by)};
      if (pixel(std::span(&changed, 1)) == usual) continue;
      causes.push_back({changed.index, by});
      break;
    }
  }
  return causes;
}

}  // namespace arcadecam::game
