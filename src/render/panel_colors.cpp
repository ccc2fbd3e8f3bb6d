#include <algorithm>

#include "arcadecam/core/error.h"
#include "render/number_words.h"
#include "render/panels.h"

namespace arcadecam::render {
namespace {

/// One colour bar and what its ends mean.
struct Bar {
  const picture::ColorMap* colors;
  std::string low, high;
};

/// The bars that the run's methods need: with and without signs. Values stand at their ends where
/// one method alone uses them.
std::vector<Bar> bars_of(const PanelInput& input) {
  std::vector<Bar> bars;
  for (const bool with_signs : {false, true}) {
    std::vector<std::size_t> methods;
    for (std::size_t m = 0; m < input.maps.size(); ++m) {
      if (input.look.maps.signs_of(m) == with_signs) methods.push_back(m);
    }
    if (methods.empty()) continue;
    Bar bar{&input.look.colors_of(methods[0]), with_signs ? "against" : "least",
            with_signs ? "for" : "most"};
    const ColorScale::Kind kind = input.look.maps.scale.kind;
    if (methods.size() == 1 || kind == ColorScale::Kind::kFixed) {
      const Range& range = input.maps[methods[0]].range;
      bar.low = with_real_minus(fmt::format("{:.2g} {}", range.low, bar.low));
      bar.high = with_real_minus(fmt::format("{:.2g} {}", range.high, bar.high));
    }
    bars.push_back(std::move(bar));
  }
  return bars;
}

/// "0.018 least", or the number alone where that is too wide.
std::string_view fitting(const Font& font, std::string_view label, std::int64_t width) {
  return font.width(label) + 2 <= width ? label : label.substr(0, label.find(' '));
}

void paint(picture::Image& frame, const picture::Box& bar, bool upright,
           const picture::ColorMap& colors) {
  const std::int64_t length = upright ? bar.height : bar.width;
  for (std::int64_t i = 0; i < length; ++i) {
    const float value = (static_cast<float>(i) + 0.5F) / static_cast<float>(length);
    fill(frame,
         upright ? picture::Box{bar.bottom() - 1 - i, bar.left, 1, bar.width}
                 : picture::Box{bar.top, bar.left + i, bar.height, 1},
         colors(value));
  }
}

}  // namespace

void draw_colors(const PanelInput& input, const FrameLayout::Panel& panel) {
  const Theme& theme = input.look.theme;
  const picture::Box& box = panel.picture;
  const bool upright = box.height > box.width;
  const std::string scale = input.look.maps.scale.title();
  write_line(input.frame, panel.title, input.font, upright ? "Scale" : "Scale: " + scale,
             theme.quiet);
  const std::int64_t line = input.font.line_height() + 2;
  const std::vector<Bar> bars = bars_of(input);
  if (bars.empty()) return;
  const auto write = [&](std::int64_t top, std::int64_t left, std::int64_t width,
                         std::string_view text, picture::Rgb color,
                         picture::Align align = picture::Align::kLeft) {
    write_line(input.frame, {top, left, line, width}, input.font, text, color, align);
  };
  const auto count = std::ssize(bars);
  if (!upright) {
    const std::int64_t wide = (box.width - (count - 1) * line) / count;
    for (std::int64_t i = 0; i < count; ++i) {
      const Bar& bar = bars[static_cast<std::size_t>(i)];
      const picture::Box place{box.top, box.left + i * (wide + line), box.height - line, wide};
      paint(input.frame, place, false, *bar.colors);
      const std::int64_t half = wide / 2;
      write(place.bottom(), place.left, half, fitting(input.font, bar.low, half), theme.text);
      write(place.bottom(), place.left + half, wide - half,
            fitting(input.font, bar.high, wide - half), theme.text, picture::Align::kRight);
    }
    return;
  }
  // The scale's name in as many lines as it needs, below the bars.
  std::vector<std::string> words;
  for (std::string_view rest = scale; !rest.empty();) {
    std::size_t end = std::min(rest.find(' '), rest.size());
    if (!words.empty() &&
        input.font.width(words.back() + ' ' + std::string(rest.substr(0, end))) + 2 <= box.width) {
      words.back() += ' ' + std::string(rest.substr(0, end));
    } else {
      words.emplace_back(rest.substr(0, end));
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::int64_t top = box.bottom() - std::ssize(words) * line;
  for (std::size_t i = 0; i < words.size(); ++i)
    write(top + static_cast<std::int64_t>(i) * line, box.left, box.width, words[i], theme.quiet);
  const std::int64_t tall = (top - box.top) / count;
  for (std::int64_t i = 0; i < count; ++i) {
    const Bar& bar = bars[static_cast<std::size_t>(i)];
    const picture::Box place{box.top + i * tall + line, box.left, tall - 2 * line - line / 2,
                             box.width / 3};
    if (place.empty()) continue;
    paint(input.frame, place, true, *bar.colors);
    write(place.top - line, box.left, box.width, fitting(input.font, bar.high, box.width),
          theme.text);
    write(place.bottom(), box.left, box.width, fitting(input.font, bar.low, box.width), theme.text);
  }
}

}  // namespace arcadecam::render
