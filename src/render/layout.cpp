#include "render/layout.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::render {
namespace {

constexpr std::int64_t kDesignHeight = 720;  ///< the numbers below are pixels at this height

class Maker {
 public:
  Maker(std::int64_t height, std::size_t methods) : height_(height), methods_(methods) {
    layout_.frame = {height, (height * 16 / 9 + 1) / 2 * 2};
    layout_.text_pixels = static_cast<int>(scaled(16));
    layout_.header_pixels = static_cast<int>(scaled(21));
    gap_ = scaled(16);
    title_ = scaled(24);
  }

  Layout make() {
    const std::int64_t width = layout_.frame.width, line = scaled(32);
    layout_.header = {scaled(8), gap_, line, width * 50 / 100 - gap_};
    layout_.mark = {scaled(8), width * 51 / 100, line, width * 17 / 100};
    layout_.counts = {scaled(8), width * 69 / 100, line, width - gap_ - width * 69 / 100};
    if (methods_ == 1) {
      one_method();
    } else {
      grid();
    }
    return layout_;
  }

 private:
  [[nodiscard]] std::int64_t scaled(std::int64_t pixels) const {
    return (pixels * height_ + kDesignHeight / 2) / kDesignHeight;
  }

  [[nodiscard]] Layout::Picture picture(std::int64_t top, std::int64_t left, std::int64_t height,
                                        std::int64_t width) const {
    return {{top, left, title_, width}, {top + title_, left, height, width}};
  }

  void one_method() {
    const std::int64_t top = scaled(48), tall = scaled(420), wide = tall * 4 / 3;
    std::int64_t left = gap_;
    layout_.screen = picture(top, left, tall, wide);
    layout_.maps.push_back(picture(top, left += wide + gap_, tall, wide));
    left += wide + gap_;
    layout_.colors = picture(top, left, tall, layout_.frame.width - gap_ - left);

    const std::int64_t below = top + title_ + tall + scaled(8);
    const std::int64_t low = height_ - scaled(12) - below - title_, heat = low * 4 / 3;
    layout_.heat = picture(below, gap_, low, heat);
    const std::int64_t history = scaled(300);
    layout_.history = picture(below, layout_.frame.width - gap_ - history, low, history);
    left = gap_ + heat + gap_;
    layout_.actions = picture(below, left, low, layout_.history.picture.left - gap_ - left);
  }

  void grid() {
    const auto cells = static_cast<std::int64_t>(methods_) + 1;
    const std::int64_t side = scaled(330), top = scaled(48);
    const std::int64_t room_high = height_ - top - scaled(12);
    const std::int64_t room_wide = layout_.frame.width - side - 3 * gap_;
    std::int64_t best_tall = 0, best_columns = 1;
    for (std::int64_t columns = 1; columns <= cells; ++columns) {
      const std::int64_t rows = (cells + columns - 1) / columns;
      const std::int64_t wide = (room_wide - (columns - 1) * gap_) / columns;
      const std::int64_t tall =
          std::min(wide * 3 / 4, (room_high - (rows - 1) * scaled(8)) / rows - title_);
      if (tall > best_tall) {
        best_tall = tall;
        best_columns = columns;
      }
    }
    const std::int64_t wide = best_tall * 4 / 3;
    for (std::int64_t cell = 0; cell < cells; ++cell) {
      const std::int64_t row = cell / best_columns, column = cell % best_columns;
      const auto here = picture(top + row * (best_tall + title_ + scaled(8)),
                                gap_ + column * (wide + gap_), best_tall, wide);
      if (cell == 0) {
        layout_.screen = here;
      } else {
        layout_.maps.push_back(here);
      }
    }
    const std::int64_t left = layout_.frame.width - gap_ - side;
    layout_.actions = picture(top, left, scaled(370), side);
    const std::int64_t history = layout_.actions.picture.bottom() + scaled(8);
    layout_.history = picture(history, left, scaled(120), side);
    if (methods_ > 0)
      layout_.colors =
          picture(layout_.history.picture.bottom() + scaled(8), left, scaled(44), side);
  }

  std::int64_t height_;
  std::size_t methods_;
  std::int64_t gap_ = 0, title_ = 0;
  Layout layout_;
};

}  // namespace

std::vector<Layout::Picture> Layout::pictures() const {
  std::vector<Picture> all{screen, heat, colors, actions, history};
  all.insert(all.end(), maps.begin(), maps.end());
  std::erase_if(all, [](const Picture& picture) { return picture.picture.empty(); });
  return all;
}

Layout make_layout(std::int64_t height, std::size_t methods) {
  constexpr std::int64_t kLowest = 240, kHighest = 2160;
  constexpr std::size_t kMostMethods = 24;
  if (height < kLowest || height > kHighest || height % 2 != 0) {
    throw bad_usage("a video {} pixels high: expected an even number from {} to {}", height,
                    kLowest, kHighest);
  }
  if (methods > kMostMethods) {
    throw bad_usage("a video of {} methods: at most {} can be told apart", methods, kMostMethods);
  }
  return Maker(height, methods).make();
}

}  // namespace arcadecam::render
