#include "render/compare_video.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arcadecam/core/error.h"
#include "render/figure.h"
#include "render/step_words.h"
#include "render/text.h"

namespace arcadecam::render {
namespace {

constexpr Rgb kBackground{16, 18, 24}, kText{236, 238, 242}, kQuiet{168, 174, 186};
constexpr Rgb kAlarm{214, 40, 40};
constexpr std::int64_t kDesignHeight = 1080;  ///< the numbers below are pixels at this height

}  // namespace

CompareVideo::CompareVideo(std::filesystem::path file, const CompareVideoOptions& options)
    : file_(std::move(file)), options_(options) {
  constexpr std::int64_t kLowest = 480, kHighest = 2160;
  if (options.height < kLowest || options.height > kHighest || options.height % 2 != 0) {
    throw bad_usage("a video {} pixels high: expected an even number from {} to {}", options.height,
                    kLowest, kHighest);
  }
}

CompareVideo::Cells CompareVideo::arrange(std::size_t cells, Size room, std::int64_t label,
                                          std::int64_t gap) {
  Cells best;
  const auto count = static_cast<std::int64_t>(cells);
  for (std::int64_t columns = 1; columns <= count; ++columns) {
    const std::int64_t rows = (count + columns - 1) / columns;
    const std::int64_t wide = (room.width - (columns - 1) * gap) / columns;
    const std::int64_t tall = std::min(wide * 3 / 4, (room.height + gap) / rows - gap - label);
    if (tall > best.tall) best = {columns, tall, tall * 4 / 3};
  }
  return best;
}

void CompareVideo::on_begin(const episode::RunInfo& info) {
  info_ = info;
  Mp4Options options;
  options.frames_per_second = options_.steps_per_second;
  options.metadata = info.provenance();
  options.metadata["Scale"] = "frame";
  options.metadata["title"] = info.game.title;
  encoder_.emplace(file_, Size{options_.height, (options_.height * 16 / 9 + 1) / 2 * 2}, options);
}

void CompareVideo::on_step(const episode::Step& step) {
  const std::int64_t height = options_.height;
  const Size frame{height, (height * 16 / 9 + 1) / 2 * 2};
  const auto scaled = [&](std::int64_t pixels) { return pixels * height / kDesignHeight; };
  const std::int64_t gap = scaled(10), margin = scaled(16), head = scaled(36);
  const auto text = static_cast<int>(scaled(18)), large = static_cast<int>(scaled(24));
  const std::int64_t label = Font(text).line_height() + scaled(4);
  const Size room{height - head - 3 * margin - label, frame.width - 2 * margin};
  const std::size_t count = info_.methods.size() + 1;
  const Cells cells = arrange(count, room, label, gap);

  Figure figure(frame, kBackground);
  const Box line{margin, margin, head, room.width};
  figure.text({line.top, line.left, head, room.width / 2}, large, run_words(info_), kText);
  const auto words = step_words(info_, step, true);
  figure.text({line.top, line.left + room.width / 2, head, room.width / 2}, large,
              fmt::format("{} · {} · score {:g}", words[0], words[1], step.score),
              step.decision.greedy ? kText : kAlarm, Align::kRight);

  const Image screen = resize_sharp(Image(ByteTensor(step.screen.shape(), step.screen.values())),
                                    {cells.tall, cells.wide});
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::int64_t>(i);
    const std::int64_t left = margin + at % cells.columns * (cells.wide + gap);
    const std::int64_t top = margin + head + at / cells.columns * (label + cells.tall + gap);
    const Box title{top, left, label, cells.wide}, box{top + label, left, cells.tall, cells.wide};
    if (i == 0) {
      figure.text(title, text, "game", kQuiet);
      figure.picture(box, screen);
      continue;
    }
    const explain::Attribution& attribution = *step.attributions[i - 1];
    figure.text(title, text,
                (attribution.says_nothing() ? "zero: " : "") + info_.methods[i - 1].text(),
                attribution.says_nothing() ? kAlarm : kQuiet);
    figure.picture(box, screen_overlay(screen, attribution.map.view(), options_.style));
  }

  const Box foot{height - margin - label, margin, label, room.width};
  Image colors(Size{1, 256});
  for (std::int64_t i = 0; i < 256; ++i)
    colors.set(0, i, options_.style.colors.colors[static_cast<std::size_t>(i)]);
  const std::int64_t bar = scaled(220);
  figure.picture({foot.top + 2, foot.left, foot.height - 4, bar}, std::move(colors));
  figure.text({foot.top, foot.left + bar + gap, label, foot.width - bar - gap}, text,
              "0 … 1, every map by itself · " + how_words(info_), kQuiet);
  encoder_->write(draw(figure));
  has_frames_ = true;
}

void CompareVideo::on_end(const episode::Summary&) {
  // A run that was stopped early may have had nothing to show yet.
  if (has_frames_) encoder_->finish();
}

}  // namespace arcadecam::render
