#include "render/panels.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::render {

void write_line(picture::Image& frame, const picture::Box& box, const Font& font,
                std::string_view text, picture::Rgb color, picture::Align align) {
  // A letter's edge may reach a pixel beyond where the pen stops.
  constexpr std::int64_t kEdge = 1;
  const std::int64_t room = box.width - 2 * kEdge;
  const std::string line = font.fit(text, room);
  const std::int64_t rest = room - font.width(line);
  const std::int64_t shift = align == picture::Align::kLeft    ? 0
                             : align == picture::Align::kRight ? rest
                                                               : rest / 2;
  font.draw(frame, box.top + (box.height - font.line_height()) / 2, box.left + kEdge + shift, line,
            color);
}

void WordLine::add(std::string_view text, picture::Rgb color) {
  const std::int64_t wide = font_.width(text);
  if (wide + 2 > rest_.width) {
    rest_.width = 0;
    return;
  }
  write_line(frame_, rest_, font_, text, color);
  const std::int64_t used = wide + font_.width("  ");
  rest_.left += used;
  rest_.width = std::max<std::int64_t>(rest_.width - used, 0);
}

void ValueHistory::add(const episode::Step& step) {
  if (step.values.empty()) return;
  if (step.index == 0 || largest.empty()) {
    largest.clear();
    range = {};
  }
  if (step.index != next) largest.clear();
  next = step.index + 1;
  range.add(step.values);
  largest.push_back(*std::ranges::max_element(step.values));
  if (largest.size() > kLength) largest.pop_front();
}

int runner_up(const std::vector<float>& values, int action) {
  int best = -1;
  for (int a = 0; a < std::ssize(values); ++a) {
    if (a == action) continue;
    if (best < 0 || values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(best)])
      best = a;
  }
  return best;
}

}  // namespace arcadecam::render
