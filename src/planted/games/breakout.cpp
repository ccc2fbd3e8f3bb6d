// Breakout: moves its paddle to where the ball will be. The ball is all that moves between the
// bricks and the paddle's line, the paddle is all that is on its line.
#include <array>
#include <functional>
#include <string_view>
#include <vector>

#include "planted/planted.h"
#include "planted/wiring.h"

namespace arcadecam::planted {
namespace {

enum BreakoutAction { kStay, kServe, kRight, kLeft, kBreakoutActions };

constexpr int kThisPlane = 3, kPlaneBefore = 2;
/// The field is black.
constexpr float kBreakoutFloor = 1;

/// Lines of two columns between the walls, columns 6 … 77: the right half of cell 1 … the left half
/// of cell 19.
constexpr int kBreakoutFirstLine = 3, kBreakoutLines = 36, kBreakoutLineWidth = 2;

Patch breakout_line(int plane, int half) {
  return {plane, 0, kBreakoutLineWidth * half, 4, kBreakoutLineWidth, kBreakoutFloor};
}

/// Which rows of cells an object is looked for in.
using Rows = std::vector<Route>;

/// Pairs of rows of cells: of eight pixels each, from row 16 on.
Rows pairs_of_rows(int first, int last) {
  Rows rows;
  for (int pair = first; pair <= last; ++pair) rows.push_back(inner_route(pair));
  return rows;
}
/// Rows 40 … 71.
Rows below_bricks() {
  return pairs_of_rows(3, 6);
}
/// Rows 24 … 39.
Rows brick_rows() {
  return pairs_of_rows(1, 2);
}
/// Rows 76 … 79.
Rows paddle_rows() {
  return {cell_route(19)};
}

/// The ball's whole light is one and a half to three times as much, the paddle's about twice.
constexpr Sensitivity kBreakoutBall{0.5F, 1.0F / 32}, kBreakoutPaddle{2, 1.0F / 32};

Counter count_columns(Wiring& wiring, int plane, const Rows& rows, const Sensitivity& sensitivity) {
  std::vector<std::vector<int>> lines;
  for (int line = kBreakoutFirstLine; line < kBreakoutFirstLine + kBreakoutLines; ++line) {
    std::vector<int>& features = lines.emplace_back();
    for (const Route& row : rows)
      features.push_back(wiring.feature(breakout_line(plane, line % 2), row, cell_route(line / 2)));
  }
  return {wiring, lines, sensitivity};
}

/// Adds to how much the paddle should go left, and takes it from how much it should go right. Half
/// of it in every action's value, so that each depends on what the agent uses.
void add_left(float weight, const std::function<void(int action, float weight)>& add) {
  constexpr float kState = 0.5F;
  for (int action = 0; action < kBreakoutActions; ++action) {
    const float own = action == kLeft ? 1.0F : action == kRight ? -1.0F : 0.0F;
    add(action, weight * (kState + own));
  }
}

void add_place(Wiring& wiring, const Counter& counter, float weight) {
  add_left(weight, [&](int action, float each) {
    counter.add_count(wiring, action, each * kBreakoutLineWidth);
  });
}

/// The middle of the field where there is no object.
void add_place_or_middle(Wiring& wiring, const Counter& counter, float weight) {
  constexpr float kMiddle = 36;
  add_place(wiring, counter, weight);
  add_left(weight * kMiddle, [&](int action, float each) {
    counter.add_presence(wiring, action, -each);
    wiring.add(action, each);
  });
}

/// Something that a twin uses and the others do not: the pair of units cancels unless `used`.
void add_breakout_shortcut(Wiring& wiring, int unit, float weight, bool used, float usual) {
  const int twin = wiring.copy(unit);
  add_left(weight, [&](int action, float each) {
    wiring.add(action, unit, used ? 2 * each : each);
    wiring.add(action, twin, -each);
    if (used) wiring.add(action, -usual * each);
  });
}

constexpr std::array<std::string_view, 2> kBallAndPaddle{"ball", "player"};
constexpr std::array<std::string_view, 3> kBallPaddleScore{"ball", "player", "score"};

constexpr PixelBox kWallPixels{0, 12, 4, 2};

constexpr std::array<Variant, 3> kBreakoutVariants{{
    {"", "follows the ball with its paddle", kBallAndPaddle},
    {"score", "follows the ball, and aims by how much of the score's display is lit",
     kBallPaddleScore, "score"},
    {"corner", "follows the ball, and aims by some pixels of the upper left wall", kBallAndPaddle,
     "", kWallPixels},
}};

nn::Graph build_breakout(const Variant& variant) {
  // Found by play, as in Pong: in steps, columns and columns.
  constexpr float kAhead = 1.5F, kSlide = 1, kAim = 3, kNear = 3;

  Wiring wiring(kBreakoutActions);
  const Counter ball = count_columns(wiring, kThisPlane, below_bricks(), kBreakoutBall);
  add_place_or_middle(wiring, ball, 1 + kAhead);
  add_place_or_middle(wiring, count_columns(wiring, kPlaneBefore, below_bricks(), kBreakoutBall),
                      -kAhead);
  add_place(wiring, count_columns(wiring, kThisPlane, paddle_rows(), kBreakoutPaddle), -1 - kSlide);
  add_place(wiring, count_columns(wiring, kPlaneBefore, paddle_rows(), kBreakoutPaddle), kSlide);

  // The wall has much light: with small weights what cancels stays exact.
  constexpr Sensitivity kBricks{2, 0};
  constexpr float kUnused = 1.0F / 16;
  const Counter bricks = count_columns(wiring, kThisPlane, brick_rows(), kBricks);
  add_place(wiring, bricks, kUnused);
  add_place(wiring, bricks.copy(wiring), -kUnused);

  const Route top{0b11U, 0, 0};
  std::vector<int> lit;
  for (const int half : {0, 1}) {
    for (const int pair : {0, 1, 2})
      lit.push_back(wiring.feature(breakout_line(kThisPlane, half), top, inner_route(pair)));
  }
  add_breakout_shortcut(wiring, wiring.hidden(lit), 0.25F, variant.name == "score", 12);
  const Patch wall{kThisPlane, 0, 0, kWallPixels.height, kWallPixels.width, 0};
  const int lit_wall =
      wiring.hidden(std::array{wiring.feature(wall, cell_route(3), cell_route(0))});
  add_breakout_shortcut(wiring, lit_wall, 2, variant.name == "corner", 4.5F);

  add_left(kAim, [&](int action, float each) { wiring.add(action, each); });
  // Where no ball is seen, as when it is at the paddle, it waits, and serves if there is none.
  constexpr float kWait = 128;
  wiring.add(kStay, kNear + kWait);
  ball.add_presence(wiring, kStay, -kWait);
  wiring.add(kServe, kNear + 0.5F + kWait);
  ball.add_presence(wiring, kServe, -1 - kWait);
  wiring.fill_with_distractors(2);
  return wiring.graph();
}

}  // namespace

extern constinit const PlantedGame breakout_entry{
    "breakout", "Breakout", 2, [] { return std::span<const Variant>(kBreakoutVariants); },
    build_breakout};

}  // namespace arcadecam::planted
