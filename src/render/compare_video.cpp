#include "render/compare_video.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "render/compare_grid.h"
#include "render/figure.h"
#include "render/number_words.h"
#include "render/step_words.h"
#include "render/text.h"
#include "render/value_bars.h"
#include "render/video_sink.h"

namespace arcadecam::render {
namespace {

constexpr std::int64_t kDesignHeight = 1080;  ///< the numbers below are pixels at this height

}  // namespace

CompareVideo::CompareVideo(std::filesystem::path file, const CompareVideoOptions& options)
    : file_(std::move(file)), options_(options), scaler_(options.look.maps) {
  constexpr std::int64_t kLowest = 480, kHighest = 2160;
  if (options.height < kLowest || options.height > kHighest || options.height % 2 != 0) {
    throw bad_usage("a video {} pixels high: expected an even number from {} to {}", options.height,
                    kLowest, kHighest);
  }
}

CompareVideo::Cells CompareVideo::arrange(std::size_t cells, picture::Size room, std::int64_t label,
                                          std::int64_t gap) {
  Cells best;
  const auto count = static_cast<std::int64_t>(cells);
  for (std::int64_t columns = 1; columns <= count; ++columns) {
    const std::int64_t rows = (count + columns - 1) / columns;
    const std::int64_t wide = (room.width - (columns - 1) * gap) / columns;
    const std::int64_t tall = std::min(wide * 3 / 4, (room.height + gap) / rows - gap - label);
    if (tall > best.tall) best = {columns, tall, tall * 4 / 3, false};
  }
  return best;
}

CompareVideo::Cells CompareVideo::arrange_with_bars(std::size_t cells, picture::Size room,
                                                    std::int64_t label, std::int64_t gap) {
  const Cells alone = arrange(cells, room, label, gap);
  Cells with_bars = arrange(cells + 1, room, label, gap);
  with_bars.bars = true;
  constexpr std::int64_t kTenths = 9;  // so much of the pictures' height must be left
  return 10 * with_bars.tall >= kTenths * alone.tall ? with_bars : alone;
}

void CompareVideo::on_begin(const episode::RunInfo& info) {
  info_ = info;
  Mp4Options options;
  options.frames_per_second = options_.steps_per_second;
  options.metadata = picture_provenance(info, options_.look);
  options.metadata["title"] = info.game_words();
  encoder_.emplace(file_, picture::Size{options_.height, (options_.height * 16 / 9 + 1) / 2 * 2},
                   options);
}

void CompareVideo::on_step(const episode::Step& step) {
  const std::int64_t height = options_.height;
  const picture::Size frame{height, (height * 16 / 9 + 1) / 2 * 2};
  const auto scaled = [&](std::int64_t pixels) { return pixels * height / kDesignHeight; };
  const std::int64_t gap = scaled(10), margin = scaled(16), head = scaled(36);
  const auto text = static_cast<int>(scaled(18)), large = static_cast<int>(scaled(24));
  const std::int64_t label = Font(text).line_height() + scaled(4);
  const picture::Size room{height - head - 3 * margin - label, frame.width - 2 * margin};
  const std::size_t count = info_.methods.size() + 1;
  const Cells cells = arrange_with_bars(count, room, label, gap);

  const Theme& theme = options_.look.theme;
  Figure figure(frame, theme.background);
  const picture::Box line{margin, margin, head, room.width};
  figure.text({line.top, line.left, head, room.width / 2}, large, run_words(info_), theme.text);
  const auto words = step_words(info_, step, true);
  figure.text({line.top, line.left + room.width / 2, head, room.width / 2}, large,
              fmt::format("{} · {} · score {}", words[0], words[1], number_words(step.score)),
              step.decision.greedy ? theme.text : theme.alarm, picture::Align::kRight);

  const std::vector<ShownMap>& maps = scaler_.scale(step);
  const picture::Image screen =
      resize_sharp(picture::Image(ByteTensor(step.screen.shape(), step.screen.values())),
                   {cells.tall, cells.wide});
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t left = margin + at % cells.columns * (cells.wide + gap);
    const std::int64_t top = margin + head + at / cells.columns * (label + cells.tall + gap);
    const picture::Box title{top, left, label, cells.wide},
        box{top + label, left, cells.tall, cells.wide};
    if (i == 0) {
      figure.text(title, text, "game", theme.quiet);
      figure.picture(box, screen);
      continue;
    }
    const bool nothing = maps[i - 1].nothing;
    figure.text(title, text, (nothing ? "zero: " : "") + info_.methods[i - 1].text(),
                nothing ? theme.alarm : theme.quiet);
    figure.picture(
        box, options_.look.overlaid(screen, step.seen, maps[i - 1].values, i - 1, screen.size()));
  }

  values_.add(step.values);
  if (cells.bars) {
    const auto spare = static_cast<std::int64_t>(count);
    const std::int64_t left = margin + spare % cells.columns * (cells.wide + gap);
    const std::int64_t top = margin + head + spare / cells.columns * (label + cells.tall + gap);
    figure.text({top, left, label, cells.wide}, text, value_bars_remark(info_), theme.quiet);
    value_bars_cell(info_, step, values_.lowest(), values_.highest(), values_.decimals(), theme)
        .paint(figure, {top + label, left, cells.tall, cells.wide});
  }

  draw_foot(figure, {height - margin - label, margin, label, room.width}, text);
  encoder_->write(draw(figure));
  has_frames_ = true;
}

void CompareVideo::draw_foot(Figure& figure, const picture::Box& foot, int text) const {
  const Theme& theme = options_.look.theme;
  const std::vector<GridBar> bars = color_bars(options_.look, info_.methods.size());
  const std::int64_t bar = foot.width / 9, gap = foot.height / 3;
  std::int64_t left = foot.left;
  for (const GridBar& each : bars) {
    figure.picture({foot.top + 2, left, foot.height - 4, bar}, each.strip());
    left += bar + gap;
    if (bars.size() == 1) continue;
    const bool with_signs = &each != bars.data();
    const std::int64_t words = foot.width / 14;
    figure.text({foot.top, left, foot.height, words}, text,
                with_signs ? "against … for" : "least … most", theme.quiet);
    left += words + gap;
  }
  const ColorScale& scale = options_.look.maps.scale;
  const std::string words =
      fmt::format("scale {}: {} · {}", scale.text(), scale.title(), how_words(info_));
  figure.text({foot.top, left, foot.height, foot.right() - left}, text, words, theme.quiet);
}

void CompareVideo::on_end(const episode::Summary&) {
  // A run that was stopped early may have had nothing to show yet.
  if (has_frames_) encoder_->finish();
}

}  // namespace arcadecam::render
