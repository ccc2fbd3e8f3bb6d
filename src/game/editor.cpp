#include "game/editor.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "arcadecam/core/error.h"
#include "game/rom_folder.h"

namespace arcadecam::game {
namespace {

using RamBytes = std::array<std::uint8_t, 128>;

RamBytes copy_of(Ram ram) {
  RamBytes copy{};
  std::ranges::copy(ram, copy.begin());
  return copy;
}

/// A frame's memory with edits applied to it one after the other: each sees what those before it
/// did, so that two objects in one byte can both be edited.
class EditedFrame {
 public:
  explicit EditedFrame(const DrawnFrame& frame)
      : before_(copy_of(frame.before)),
        ram_(copy_of(frame.ram)),
        mode_(frame.mode),
        difficulty_(frame.difficulty) {}

  [[nodiscard]] DrawnFrame frame() const { return {before_, ram_, mode_, difficulty_}; }
  /// Every byte that was set, once.
  [[nodiscard]] const std::vector<RamByte>& held() const { return held_; }

  void set(RamByte byte) {
    before_.at(byte.index) = ram_.at(byte.index) = byte.value;
    const auto at = std::ranges::find(held_, byte.index, &RamByte::index);
    if (at != held_.end())
      at->value = byte.value;
    else
      held_.push_back(byte);
  }

 private:
  RamBytes before_, ram_;
  int mode_, difficulty_;
  std::vector<RamByte> held_;
};

/// An edit in the game's own units, which is the same for all frames of an observation.
struct Request {
  std::string_view object;
  Change change;
  int column = 0, line = 0;  ///< so much more in the bytes that say them
  int colour = 0;
};

int floored(int value, int step) {
  return value >= 0 ? value / step : -((-value + step - 1) / step);
}

/// Where along an axis an object's box begins when a byte has this value, as the table tells; none:
/// the object is not there then.
using Begin = std::function<std::optional<int>(std::uint8_t value)>;

/// How a dial moves an object: the values of its byte that make a difference, and where the box
/// begins for each of them.
struct Turning {
  Reach reach{};
  int low = 0, by = 0;  ///< the byte's value where the box begins at `start`, and pixels a unit
  int start = 0;

  [[nodiscard]] int value_for(int at) const { return by == 0 ? 0 : low + (at - start) / by; }
};

/// `at`: where the box begins now. A box may be cut at an edge now, so that is not asked but where
/// the table does not tell it of the byte.
Turning turning_of(const std::optional<Dial>& dial, Ram ram, int at, const Begin& begin) {
  if (!dial) return {{at, at, 1}};
  const int value = ram[dial->index];
  const int low = value - floored(value - dial->low, dial->step) * dial->step;
  const int high = value + floored(dial->high - value, dial->step) * dial->step;
  const auto first = begin(static_cast<std::uint8_t>(low));
  const auto last = begin(static_cast<std::uint8_t>(high));
  Turning turning{.low = low, .by = dial->by, .start = at + (low - value) * dial->by};
  if (first && last && *first != *last) turning.start = *first;
  const auto [from, to] = std::minmax({turning.start, turning.start + (high - low) * dial->by});
  turning.reach = {from, to, std::abs(dial->by) * dial->step};
  return turning;
}

bool reaches(const Reach& reach, int at) {
  return at >= reach.from && at <= reach.to && (at - reach.from) % reach.step == 0;
}

std::string words(const Reach& reach, std::string_view what) {
  if (reach.from == reach.to) return fmt::format("{} {}", what, reach.from);
  const std::string steps = reach.step == 1 ? "" : fmt::format(" in steps of {}", reach.step);
  return fmt::format("{}s {} to {}{}", what, reach.from, reach.to, steps);
}

std::optional<PixelBox> box_in(const ObjectTable& table, const DrawnFrame& frame,
                               std::string_view object) {
  const auto objects = table.find(frame);
  const auto at = std::ranges::find(objects, object, &GameObject::name);
  return at == objects.end() ? std::nullopt : std::optional(at->box);
}

/// Along both axes: where a frame's object can be placed.
struct Placing {
  Turning column, line;
};

/// None where the table does not tell where the object is.
std::optional<Placing> placing_of(const ObjectTable& table, const DrawnFrame& frame,
                                  const Intervention& intervention) {
  const auto box = box_in(table, frame, intervention.object);
  if (!box) return std::nullopt;
  const auto begin = [&](const std::optional<Dial>& dial, int PixelBox::*side) -> Begin {
    return [&, side](std::uint8_t value) -> std::optional<int> {
      EditedFrame edited(frame);
      edited.set({dial->index, value});
      const auto there = box_in(table, edited.frame(), intervention.object);
      return there ? std::optional((*there).*side) : std::nullopt;
    };
  };
  const Ram ram = table.deciding(frame);
  return Placing{
      turning_of(intervention.column, ram, box->left, begin(intervention.column, &PixelBox::left)),
      turning_of(intervention.line, ram, box->top, begin(intervention.line, &PixelBox::top))};
}

/// Sets the bytes that make a frame show what is asked for, or that make the game go on from it;
/// none where the object is not there.
enum class Purpose { kShow, kWrite };
void apply(const ObjectTable& table, const Request& request, EditedFrame& edited, Purpose purpose) {
  const DrawnFrame frame = edited.frame();
  for (const Intervention& intervention : table.interventions(frame)) {
    if (intervention.object != request.object || intervention.change != request.change) continue;
    const auto turn = [&](const std::optional<Dial>& dial, int more) {
      if (!dial) return;
      const int value = table.deciding(edited.frame())[dial->index] + more;
      edited.set(
          {dial->index, static_cast<std::uint8_t>(std::clamp(value, dial->low, dial->high))});
    };
    const bool goes_on = purpose == Purpose::kWrite && request.change == Change::kPlace;
    if (!goes_on) {
      for (const RamByte& byte : intervention.held) edited.set(byte);
    }
    turn(intervention.column, request.column);
    turn(intervention.line, request.line);
    if (intervention.colour)
      edited.set({intervention.colour->index, static_cast<std::uint8_t>(request.colour)});
    return;
  }
}

/// What can be done to an object of a frame, or Error (usage).
Intervention allowed(const ObjectTable& table, const DrawnFrame& frame, const Edit& edit) {
  std::vector<std::string> changes, objects;
  for (Intervention& intervention : table.interventions(frame)) {
    if (intervention.object == edit.object && intervention.change == edit.change)
      return std::move(intervention);
    if (intervention.object == edit.object) changes.emplace_back(word(intervention.change));
    if (std::ranges::find(objects, intervention.object) == objects.end())
      objects.push_back(intervention.object);
  }
  if (changes.empty()) {
    throw bad_usage("{} has no object '{}' that can be edited in this frame; there are: {}",
                    table.game, edit.object, fmt::join(objects, ", "));
  }
  throw bad_usage("{} cannot {} '{}' in this frame; what it can: {}", table.game, word(edit.change),
                  edit.object, fmt::join(changes, ", "));
}

/// An edit of the frame in the game's units, or Error (usage) where it is out of reach.
Request request_of(const ObjectTable& table, const DrawnFrame& frame, const Edit& edit) {
  const Intervention intervention = allowed(table, frame, edit);
  Request request{edit.object, edit.change};
  const Ram ram = table.deciding(frame);
  if (edit.change == Change::kPlace) {
    const auto placing = placing_of(table, frame, intervention);
    if (!placing)
      throw bad_usage("{}'s '{}' is not in this frame: it cannot be placed", table.game,
                      edit.object);
    const auto& [column, line] = *placing;
    if (!reaches(column.reach, edit.x) || !reaches(line.reach, edit.y)) {
      throw bad_usage("{}'s '{}' cannot be placed at column {}, line {}: it can begin at {} and {}",
                      table.game, edit.object, edit.x, edit.y, words(column.reach, "column"),
                      words(line.reach, "line"));
    }
    if (intervention.column)
      request.column = column.value_for(edit.x) - ram[intervention.column->index];
    if (intervention.line) request.line = line.value_for(edit.y) - ram[intervention.line->index];
  }
  if (edit.change == Change::kRecolour) {
    request.colour = edit.colour;
    const Dial& dial = intervention.colour.value();
    const Reach colours{dial.low, dial.high, dial.step};
    if (!reaches(colours, edit.colour)) {
      throw bad_usage("{}'s '{}' cannot have the colour {}: it can have {}", table.game,
                      edit.object, edit.colour, words(colours, "colour"));
    }
  }
  return request;
}

std::vector<Request> requests_of(const ObjectTable& table, const DrawnFrame& newest,
                                 std::span<const Edit> edits) {
  std::vector<Request> requests;
  EditedFrame edited(newest);
  for (const Edit& edit : edits) {
    requests.push_back(request_of(table, edited.frame(), edit));
    apply(table, requests.back(), edited, Purpose::kShow);
  }
  return requests;
}

std::vector<RamByte> bytes_for(const ObjectTable& table, const DrawnFrame& frame,
                               std::span<const Request> requests, std::span<const RamByte> bytes,
                               Purpose purpose) {
  EditedFrame edited(frame);
  for (const Request& request : requests) apply(table, request, edited, purpose);
  for (const RamByte& byte : bytes) edited.set(byte);
  return edited.held();
}

/// The table of games whose objects are not known: there are none.
constexpr ObjectTable kNoObjects{{},
                                 [](const DrawnFrame&) { return std::vector<GameObject>(); },
                                 [](const DrawnFrame&) { return std::vector<Intervention>(); },
                                 {},
                                 {}};

const ObjectTable& table_of(const Game& game, const atari::Protocol& protocol,
                            Editor::Objects objects) {
  if (objects == Editor::Objects::kRequired) return object_table(game, protocol);
  const ObjectTable* const table = find_object_table(game, protocol);
  return table == nullptr ? kNoObjects : *table;
}

struct Frame {
  std::shared_ptr<const EmulatorState> before;
  atari::ActionCode action = atari::kNoop;
};

}  // namespace

Editor::Editor(const Game& game, const atari::Protocol& protocol, const std::filesystem::path& roms,
               Objects objects)
    : game_(game.name),
      protocol_(protocol),
      mode_(protocol.mode.value_or(game.default_mode)),
      difficulty_(protocol.difficulty.value_or(0)),
      table_(table_of(game, protocol, objects)),
      emulator_(game, verified_rom(game, rom_folder(roms)), protocol_),
      planes_(protocol_.pixels, emulator_) {}

void Editor::require_same_game(const Environment& environment) const {
  if (environment.game().name != game_ || environment.protocol() != protocol_)
    throw bad_input("an observation of another game or protocol cannot be edited");
  if (environment.variation() != nullptr) {
    throw bad_input("{} cannot be edited: edits draw the game as it is",
                    words_of(environment.variation()));
  }
}

Redrawn Editor::show(const Environment& environment, std::span<const Edit> edits,
                     std::span<const RamByte> bytes, int planes) {
  require_same_game(environment);
  const std::vector<Request> requests = requests_of(table_, environment.drawn_frame(), edits);
  const std::span<const PastStep> history = environment.history();
  Redrawn result;
  result.observation =
      ByteTensor(environment.observation().shape(), environment.observation().values());
  result.seen.resize(static_cast<std::size_t>(protocol_.stack));
  if (history.empty()) return result;

  const auto known = static_cast<int>(history.size());
  result.planes = std::min(protocol_.stack, known);
  if (planes > 0) result.planes = std::min(result.planes, planes);
  emulator_.restore(*history.front().before);
  play_steps(emulator_,
             history.first(history.size() - std::min(history.size(), result.seen.size())),
             protocol_.frame_skip);
  // That of the frame before, where a frame shows what was decided in that.
  Frame earlier;
  for (int step = std::max(0, protocol_.stack - known); step < protocol_.stack; ++step) {
    const auto at = static_cast<std::size_t>(step);
    const atari::ActionCode action = history[at + history.size() - result.seen.size()].action;
    const bool redrawn = step >= protocol_.stack - result.planes;
    FrameBuffers::Frames& seen = result.seen[at];
    for (int frame = 1; frame <= protocol_.frame_skip; ++frame) {
      const bool shown = redrawn && frame > protocol_.frame_skip - protocol_.seen_frames();
      const Frame now{shown || table_.draws_late ? emulator_.save() : nullptr, action};
      RamBytes before = copy_of(emulator_.ram());
      emulator_.act(action);
      if (shown) {
        const auto held = bytes_for(table_, {before, emulator_.ram(), mode_, difficulty_}, requests,
                                    bytes, Purpose::kShow);
        std::shared_ptr<const EmulatorState> after;
        if (!held.empty() && (!table_.draws_late || earlier.before)) {
          after = emulator_.save();
          emulator_.restore(table_.draws_late ? *earlier.before : *now.before);
          emulator_.hold(held);
          if (table_.draws_late) emulator_.act(earlier.action);
          before = copy_of(emulator_.ram());
          emulator_.act(action);
          ++result.frames;
        }
        const ByteTensorView screen = emulator_.screen();
        if (step + 1 == protocol_.stack)
          result.screen = ByteTensor(screen.shape(), screen.values());
        seen.push_back(std::make_shared<const SeenFrame>(
            SeenFrame{planes_.look(emulator_), {before, copy_of(emulator_.ram())}}));
        if (after) {
          emulator_.hold({});
          emulator_.restore(*after);
        }
      }
      earlier = now;
      if (emulator_.terminal() || emulator_.truncated()) break;
    }
    if (!redrawn) continue;
    std::vector<const PlaneMaker::Frame*> frames;
    for (const FrameBuffers::Frame& frame : seen) frames.push_back(&frame->pixels);
    const auto size = static_cast<std::size_t>(result.observation.size() / protocol_.stack);
    planes_.write(frames, result.observation.values().subspan(at * size, size));
  }
  return result;
}

void Editor::write(Environment& environment, std::span<const Edit> edits,
                   std::span<const RamByte> bytes) {
  const DrawnFrame newest = environment.drawn_frame();
  for (const PossibleEdit& possible : this->possible(environment)) {
    const auto asked = std::ranges::find_if(edits, [&](const Edit& edit) {
      return edit.object == possible.object && edit.change == possible.change;
    });
    if (asked == edits.end() || possible.shown_only.empty()) continue;
    throw bad_usage("{} can show an edit that will {} '{}', but not play on from it: {}",
                    table_.game, word(asked->change), asked->object, possible.shown_only);
  }
  Redrawn shown = show(environment, edits, bytes);
  const Ram now = environment.emulator().ram();
  const auto written = bytes_for(table_, {now, now, mode_, difficulty_},
                                 requests_of(table_, newest, edits), bytes, Purpose::kWrite);
  environment.write(written, std::move(shown.observation), shown.seen);
}

std::vector<PossibleEdit> Editor::possible(const Environment& environment) const {
  require_same_game(environment);
  const DrawnFrame frame = environment.drawn_frame();
  std::vector<PossibleEdit> all;
  for (const Intervention& intervention : table_.interventions(frame)) {
    PossibleEdit edit{intervention.object, intervention.change, {}, {}, intervention.shown_only};
    if (intervention.change == Change::kPlace) {
      const auto placing = placing_of(table_, frame, intervention);
      if (!placing) continue;
      edit.columns = placing->column.reach;
      edit.lines = placing->line.reach;
    }
    all.push_back(std::move(edit));
  }
  return all;
}

}  // namespace arcadecam::game
