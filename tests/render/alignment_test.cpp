// Maps lie where they belong in what a viewer sees: the decoded video and clip.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>

#include "render/decoded.h"
#include "render/steps.h"
#include "render/video_sink.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

using test::Decoded;
using test::Luma;

/// Brightness at a place of a box, 0…1 from its top and left.
double sample(const Luma& frame, const picture::Box& box, double row, double column) {
  const auto at = [](double share, std::int64_t from, std::int64_t size) {
    return from + std::clamp<std::int64_t>(std::llround(share * static_cast<double>(size) - 0.5), 0,
                                           size - 1);
  };
  return frame.at(at(row, box.top, box.height), at(column, box.left, box.width));
}

struct Shift {
  int down, right;
  double correlation;
};

/// By which shift of `b` against `a`, in 1/`kGrid` of the boxes, they are most alike.
constexpr int kGrid = 320;
Shift best_shift(const Luma& a, const picture::Box& in_a, const Luma& b, const picture::Box& in_b) {
  constexpr int kFar = 6;
  const auto grid = [](const Luma& frame, const picture::Box& box) {
    std::vector<double> values;
    for (int row = 0; row < kGrid; ++row) {
      for (int column = 0; column < kGrid; ++column)
        values.push_back(sample(frame, box, (row + 0.5) / kGrid, (column + 0.5) / kGrid));
    }
    return values;
  };
  const auto from = grid(a, in_a), to = grid(b, in_b);
  Shift best{0, 0, -2};
  for (int down = -kFar; down <= kFar; ++down) {
    for (int right = -kFar; right <= kFar; ++right) {
      double count = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
      for (int row = kFar; row < kGrid - kFar; ++row) {
        for (int column = kFar; column < kGrid - kFar; ++column) {
          const double u = from[static_cast<std::size_t>(row * kGrid + column)];
          const double v = to[static_cast<std::size_t>((row + down) * kGrid + column + right)];
          ++count, x += u, y += v, xx += u * u, yy += v * v, xy += u * v;
        }
      }
      const double correlation =
          (xy - x * y / count) / std::sqrt((xx - x * x / count) * (yy - y * y / count));
      if (correlation > best.correlation) best = {down, right, correlation};
    }
  }
  return best;
}

/// A step with a golden screen, and what the network sees of it (84×84 grey) as its map.
class RealScreen {
 public:
  explicit RealScreen(const std::string& game) : arrays_("states/" + game + "_modern.npz") {
    const auto screens = arrays_.get<std::uint8_t>("screen_rgb");
    const auto seen = arrays_.get<std::uint8_t>("screen_grey_84");
    constexpr std::int64_t kLate = 4;  // the game is on
    screen_ = ByteTensor(screens.shape().inner(), screens[kLate].values());
    steps_ = std::make_unique<test::Steps>(1, 6, screen_.shape()[0]);
    const auto [low, high] = std::ranges::minmax(seen[kLate].values());
    for (std::int64_t i = 0; i < 84 * 84; ++i) {
      steps_->maps()[0].map.data()[i] =
          static_cast<float>(seen[kLate].data()[i] - low) / static_cast<float>(high - low);
    }
  }

  /// The decoded file that `sink` makes of it, with the screen or without (then it is black).
  template <typename Sink>
  Decoded decoded(Sink&& sink, const std::filesystem::path& file, bool with_screen) {
    sink.begin(steps_->info);
    episode::Step step = steps_->next();
    if (with_screen) step.screen = screen_.view();
    sink.write(step);
    sink.end({});
    return test::decode(file);
  }

 private:
  test::GoldenArrays arrays_;
  ByteTensor screen_;
  std::unique_ptr<test::Steps> steps_;
};

TEST(Alignment, OfADecodedVideoIsThatOfScreenAndObservation) {
  const test::TemporaryFolder folder;
  Look look;
  look.colors = picture::color_map("inferno");  // the stronger, the brighter
  for (const std::string game : {"pong", "air_raid"}) {
    RealScreen real(game);
    const auto file = folder.path() / (game + ".mp4");
    const VideoOptions options{.height = 720, .look = look};
    const Decoded seen = real.decoded(VideoSink(file, options), file, true);
    const Decoded black = real.decoded(VideoSink(file, options), file, false);
    const FrameLayout layout = make_layout(720, 1);
    const picture::Box& screen = layout.panel(PanelKind::kScreen).picture;
    const Shift map =
        best_shift(seen.first, screen, seen.first, layout.panel(PanelKind::kMap).picture);
    const Shift overlay =
        best_shift(seen.first, screen, black.first, layout.panel(PanelKind::kOverlay).picture);
    for (const Shift& shift : {map, overlay}) {
      EXPECT_LE(std::abs(shift.down), 1) << game;
      EXPECT_LE(std::abs(shift.right), 1) << game;
      EXPECT_GT(shift.correlation, 0.8) << game;
    }
  }
}

TEST(Alignment, OfADecodedClipToo) {
  const test::TemporaryFolder folder;
  Look look;
  look.colors = picture::color_map("inferno");
  for (const std::string game : {"pong", "air_raid"}) {
    RealScreen real(game);
    const auto file = folder.path() / (game + ".gif");
    const Decoded seen = real.decoded(ClipSink(file, {.look = look}), file, true);
    const Decoded black = real.decoded(ClipSink(file, {.look = look}), file, false);
    const FrameLayout layout = make_clip_layout(1);
    const Shift shift = best_shift(seen.first, layout.panel(PanelKind::kScreen).picture,
                                   black.first, layout.panel(PanelKind::kOverlay).picture);
    EXPECT_LE(std::abs(shift.down), 1) << game;
    EXPECT_LE(std::abs(shift.right), 1) << game;
    EXPECT_GT(shift.correlation, 0.8) << game;
  }
}

TEST(Alignment, AKnownMapIsDecodedOnItsKnownObject) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "video.mp4";
  Look look;
  look.colors = picture::color_map("inferno");
  look.max_opacity = 1;
  look.ground = Ground::kColor;  // an object as bright as its map
  for (const std::int64_t lines : {210, 250}) {
    for (const auto& [row, column] : {std::pair(0.25, 0.75), std::pair(0.8, 0.1)}) {
      test::Steps steps(1, 6, lines);
      steps.paint_object(row, column);
      VideoSink sink(file, {.height = 720, .look = look});
      sink.begin(steps.info);
      sink.write(steps.next());
      sink.end({});
      const Decoded video = test::decode(file);
      const FrameLayout layout = make_layout(720, 1);
      for (const PanelKind kind : {PanelKind::kScreen, PanelKind::kOverlay, PanelKind::kMap}) {
        const picture::Box& box = layout.panel(kind).picture;
        double rows = 0, columns = 0, weights = 0;
        for (std::int64_t y = box.top; y < box.bottom(); ++y) {
          for (std::int64_t x = box.left; x < box.right(); ++x) {
            const double weight = std::max(video.first.at(y, x) - 60, 0);  // limited range
            rows += weight * (static_cast<double>(y - box.top) + 0.5);
            columns += weight * (static_cast<double>(x - box.left) + 0.5);
            weights += weight;
          }
        }
        // To the pixel of the picture; an object of 8.75 or 12 lines begins between two of them.
        EXPECT_NEAR(rows / weights, row * static_cast<double>(box.height), 1.5) << lines;
        EXPECT_NEAR(columns / weights, column * static_cast<double>(box.width), 1.5) << lines;
      }
    }
  }
}

}  // namespace
}  // namespace arcadecam::render
