#include "game/step_frames.h"

#include <algorithm>

#include "game/rom_folder.h"

namespace arcadecam::game {

StepFrames::StepFrames(const Game& game, const atari::Protocol& protocol,
                       const std::filesystem::path& roms)
    : frame_skip_(protocol.frame_skip),
      emulator_(game, verified_rom(game, rom_folder(roms)), protocol) {}

std::vector<ByteTensor> StepFrames::of(const Environment& environment) {
  std::vector<ByteTensor> frames;
  const PastStep& newest = environment.history().back();
  if (newest.before != nullptr) {
    emulator_.restore(*newest.before);
    for (int frame = 1; frame < frame_skip_; ++frame) {
      emulator_.act(newest.action);
      if (emulator_.terminal() || emulator_.truncated()) break;
      frames.emplace_back(emulator_.screen().shape(), emulator_.screen().values());
    }
  }
  const ByteTensorView now = environment.emulator().screen();
  frames.emplace_back(now.shape(), now.values());
  return frames;
}

}  // namespace arcadecam::game
