#include "game/redraw.h"

#include <algorithm>
#include <array>
#include <memory>

#include "arcadecam/core/error.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

struct Frame {
  std::shared_ptr<const EmulatorState> before;
  ActionCode action = kNoop;
};

/// What takes an object out of a frame, or does to it what else is wanted.
std::vector<RamByte> held_for(const ObjectTable& table, const DrawnFrame& frame,
                              std::string_view object, Change change) {
  for (Intervention& intervention : table.interventions(frame)) {
    if (intervention.object == object && intervention.change == change)
      return std::move(intervention.held);
  }
  return {};
}

}  // namespace

Redrawer::Redrawer(const Game& game, const Protocol& protocol, const std::filesystem::path& roms)
    : protocol_(protocol),
      mode_(protocol.mode.value_or(game.default_mode)),
      difficulty_(protocol.difficulty.value_or(0)),
      table_(object_table(game, protocol)),
      emulator_(game, verified_rom(game, rom_folder(roms)), protocol_),
      planes_(protocol_.pixels, emulator_) {}

Redrawn Redrawer::draw(const Environment& environment, std::string_view object, Change change,
                       int planes) {
  if (environment.game().name != table_.game || environment.protocol() != protocol_)
    throw bad_input("an observation of another game or protocol cannot be drawn again");
  const std::span<const PastStep> history = environment.history();
  const auto known =
      std::ranges::find_if(history, [](const PastStep& past) { return past.before != nullptr; });
  Redrawn result;
  result.observation =
      ByteTensor(environment.observation().shape(), environment.observation().values());
  if (known == history.end()) return result;

  const auto first = static_cast<int>(known - history.begin());
  result.planes = protocol_.stack - first;
  if (planes > 0) result.planes = std::min(result.planes, planes);
  emulator_.restore(*known->before);
  // Of the frame before, where a frame shows what was decided in that.
  Frame earlier;
  for (int step = first; step < protocol_.stack; ++step) {
    const ActionCode action = history[static_cast<std::size_t>(step)].action;
    const bool redrawn = step >= protocol_.stack - result.planes;
    planes_.begin();
    for (int frame = 1; frame <= protocol_.frame_skip; ++frame) {
      const bool shown = redrawn && frame > protocol_.frame_skip - protocol_.seen_frames();
      const Frame now{shown || table_.draws_late ? emulator_.save() : nullptr, action};
      std::array<std::uint8_t, 128> ram_before{};
      std::ranges::copy(emulator_.ram(), ram_before.begin());
      emulator_.act(action);
      if (shown) {
        const DrawnFrame drawn{ram_before, emulator_.ram(), mode_, difficulty_};
        const auto held = held_for(table_, drawn, object, change);
        std::shared_ptr<const EmulatorState> after;
        if (!held.empty() && (!table_.draws_late || earlier.before)) {
          after = emulator_.save();
          emulator_.restore(table_.draws_late ? *earlier.before : *now.before);
          emulator_.hold(held);
          if (table_.draws_late) emulator_.act(earlier.action);
          emulator_.act(action);
          ++result.frames;
        }
        planes_.add(emulator_);
        if (after) {
          emulator_.hold({});
          emulator_.restore(*after);
        }
      }
      earlier = now;
      if (emulator_.terminal() || emulator_.truncated()) break;
    }
    const auto size = static_cast<std::size_t>(result.observation.size() / protocol_.stack);
    if (redrawn)
      planes_.write(
          result.observation.values().subspan(static_cast<std::size_t>(step) * size, size));
  }
  return result;
}

std::vector<Intervention> Redrawer::possible(const Environment& environment) const {
  return table_.interventions(environment.drawn_frame());
}

}  // namespace arcadecam::game
