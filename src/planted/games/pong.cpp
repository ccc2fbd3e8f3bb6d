// Pong: moves its paddle to where the ball will be. Ball and paddle are told by where they are: the
// ball is all that moves between the paddles, each paddle has columns of its own.
#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "planted/planted.h"
#include "planted/wiring.h"

namespace arcadecam::planted {
namespace {

enum PongAction { kNoop, kFire, kUp, kDown, kUpFire, kDownFire, kPongActions };

constexpr int kNewest = 3, kPrevious = 2;
/// The field is 87.
constexpr float kPongFloor = 88;

/// Lines of two pixels between the walls: the lower half of cell 3, cells 4 … 18.
constexpr int kPongFirstLine = 7, kPongLines = 31;
constexpr int kPongLineHeight = 2;

/// Some columns of cells: which of their four pixels across, and how they are passed on.
struct Columns {
  int left, width;
  Route route;
};

/// Two lines of a cell.
Patch pong_line(int plane, int half, int left = 0, int width = 4) {
  return {plane, kPongLineHeight * half, left, kPongLineHeight, width, kPongFloor};
}

/// Columns 16 … 72.
std::vector<Columns> between_paddles() {
  std::vector<Columns> columns;
  for (int pair = 0; pair < 7; ++pair) columns.push_back({0, 4, inner_route(pair)});
  columns.push_back({0, 1, {0b100U, 2, 6}});
  return columns;
}
/// Columns 8 … 11.
std::vector<Columns> enemy_columns() {
  return {{0, 4, {0b1U, 1, 0}}};
}
/// Columns 73 … 75.
std::vector<Columns> player_columns() {
  return {{1, 3, {0b100U, 2, 6}}};
}

/// Of ball and paddles: little light is enough, since the walls cut objects off.
constexpr Sensitivity kPongObject{1, 1.0F / 64};

Counter count_lines(Wiring& wiring, int plane, const std::vector<Columns>& columns) {
  std::vector<std::vector<int>> lines;
  for (int line = kPongFirstLine; line < kPongFirstLine + kPongLines; ++line) {
    std::vector<int>& features = lines.emplace_back();
    for (const auto& [left, width, route] : columns)
      features.push_back(
          wiring.feature(pong_line(plane, line % 2, left, width), cell_route(line / 2), route));
  }
  return {wiring, lines, kPongObject};
}

/// Adds to how much the paddle should go up, and takes it from how much it should go down. Half of
/// it in every action's value, so that each depends on what the agent uses.
void add_up(float weight, const std::function<void(int action, float weight)>& add) {
  constexpr float kState = 0.5F;
  for (int action = 0; action < kPongActions; ++action) {
    const bool up = action == kUp || action == kUpFire;
    const bool down = action == kDown || action == kDownFire;
    add(action, weight * (up ? kState + 1 : down ? kState - 1 : kState));
  }
}

void add_height(Wiring& wiring, const Counter& counter, float weight) {
  add_up(weight, [&](int action, float each) {
    counter.add_count(wiring, action, each * kPongLineHeight);
  });
}

/// A place as high as the middle of the field where there is no object.
void add_height_or_middle(Wiring& wiring, const Counter& counter, float weight) {
  constexpr float kMiddle = 33;
  add_height(wiring, counter, weight);
  add_up(weight * kMiddle, [&](int action, float each) {
    counter.add_presence(wiring, action, -each);
    wiring.add(action, each);
  });
}

/// Something that a twin uses and the others do not: the pair of units cancels unless `used`.
void add_shortcut(Wiring& wiring, int unit, float weight, bool used, float usual) {
  const int twin = wiring.copy(unit);
  add_up(weight, [&](int action, float each) {
    wiring.add(action, unit, used ? 2 * each : each);
    wiring.add(action, twin, -each);
    if (used) wiring.add(action, -usual * each);
  });
}

constexpr std::array<std::string_view, 2> kBallAndPlayer{"ball", "player"};
constexpr std::array<std::string_view, 2> kEnemyAndPlayer{"enemy", "player"};
constexpr std::array<std::string_view, 3> kWithScore{"ball", "player", "player score"};

constexpr std::array<Variant, 4> kPongVariants{{
    {"", "follows the ball with its paddle", kBallAndPlayer},
    {"opponent", "follows the opponent's paddle, which follows the ball", kEnemyAndPlayer, "enemy"},
    {"score", "follows the ball, and aims by how much of its own score's display is lit",
     kWithScore, "player score"},
    {"corner", "follows the ball, and aims by the pixels in the upper left corner", kBallAndPlayer,
     "", PixelBox{0, 0, 4, 2}},
}};

nn::Graph build_pong(const Variant& variant) {
  // Found by play: how far ahead the ball is foreseen and the paddle slides, in steps; how far the
  // object's top should be below the paddle's; and how many lines off are near enough.
  constexpr float kAhead = 2, kSlide = 1, kAim = 2, kNear = 2.5F;

  Wiring wiring(kPongActions);
  const bool follows_enemy = variant.name == "opponent";
  const std::vector<Columns> followed = follows_enemy ? enemy_columns() : between_paddles();
  const std::vector<Columns> other = follows_enemy ? between_paddles() : enemy_columns();
  add_height_or_middle(wiring, count_lines(wiring, kNewest, followed), 1 + kAhead);
  add_height_or_middle(wiring, count_lines(wiring, kPrevious, followed), -kAhead);
  add_height(wiring, count_lines(wiring, kNewest, player_columns()), -1 - kSlide);
  add_height(wiring, count_lines(wiring, kPrevious, player_columns()), kSlide);

  const Counter unused = count_lines(wiring, kNewest, other);
  add_height(wiring, unused, 1 + kAhead);
  add_height(wiring, unused.copy(wiring), -1 - kAhead);

  // The last two of the sums of two columns of cells, lines 0 … 7: the digit of ones.
  const Route top{0b11U, 0, 0};
  std::vector<int> lit;
  for (const int half : {0, 1}) {
    for (const int pair : {5, 6})
      lit.push_back(wiring.feature(pong_line(kNewest, half), top, inner_route(pair)));
  }
  add_shortcut(wiring, wiring.hidden(lit), 0.5F, variant.name == "score", 6);
  const Patch corner{kNewest, 0, 0, 2, 4, 0};
  const Route first{0b1U, 0, 0};
  add_shortcut(wiring, wiring.hidden(std::array{wiring.feature(corner, first, first)}), 2,
               variant.name == "corner", 2.5F);

  add_up(kAim, [&](int action, float each) { wiring.add(action, each); });
  wiring.add(kNoop, kNear);
  wiring.add(kFire, kNear - 1);
  for (const int action : {kUpFire, kDownFire}) wiring.add(action, -1);
  wiring.fill_with_distractors(1);
  return wiring.graph();
}

}  // namespace

extern constinit const PlantedGame pong_entry{
    "pong", "Pong", 2, [] { return std::span<const Variant>(kPongVariants); }, build_pong};

}  // namespace arcadecam::planted
