#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "episode/sink.h"
#include "render/encoder_thread.h"
#include "render/figure.h"
#include "render/look.h"
#include "render/value_range.h"

namespace arcadecam::render {

struct CompareVideoOptions {
  static constexpr std::int64_t kUsualHeight = 1080;

  std::int64_t height = kUsualHeight;  ///< of the frame in pixels, even, 480 … 2160; it is 16:9
  int steps_per_second = 15;
  Look look{};
};

/// A video of many methods side by side, one frame per decision: the game, then of every method its
/// map on the screen with the method's name above. Where these leave a cell of the last row empty,
/// it shows the action values as bars, whose range is that of all frames until then.
class CompareVideo final : public episode::Sink {
 public:
  /// Throws Error (usage) for a height out of range.
  CompareVideo(std::filesystem::path file, const CompareVideoOptions& options);

  /// Columns and lines of a cell's picture (4:3) for so many cells: as large as they fit.
  struct Cells {
    std::int64_t columns = 1, tall = 0, wide = 0;
    bool bars = false;  ///< one more cell is kept for the action values
  };
  static Cells arrange(std::size_t cells, picture::Size room, std::int64_t label, std::int64_t gap);
  /// The same, with one more cell for the action values where that hardly shrinks the pictures.
  static Cells arrange_with_bars(std::size_t cells, picture::Size room, std::int64_t label,
                                 std::int64_t gap);

 private:
  void on_begin(const episode::RunInfo& info) override;
  void on_step(const episode::Step& step) override;
  void on_end(const episode::Summary&) override;
  /// Colour bars and what they mean.
  void draw_foot(Figure& figure, const picture::Box& foot, int text) const;

  std::filesystem::path file_;
  CompareVideoOptions options_;
  episode::RunInfo info_;
  MapScaler scaler_;
  std::optional<EncoderThread> encoder_;
  bool has_frames_ = false;
  ValueRange values_;  ///< of the frames so far
};

}  // namespace arcadecam::render
