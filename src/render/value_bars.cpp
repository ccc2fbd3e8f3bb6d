#include "render/value_bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "render/number_words.h"
#include "render/panels.h"
#include "render/step_words.h"
#include "render/text.h"

namespace arcadecam::render {
namespace {

std::string_view plural(nn::OutputKind outputs) {
  switch (outputs) {
    case nn::OutputKind::kLogits:
      return "logits";
    case nn::OutputKind::kProbabilities:
      return "probabilities";
    default:
      return "action values";
  }
}

struct Bars {
  std::vector<std::string> names;  ///< one per action
  std::vector<float> values;
  int chosen, runner_up;  ///< the latter −1 where there is one action
  float low, high;        ///< of all cells
  int decimals;
  Theme theme;

  void operator()(Figure& figure, const picture::Box& box) const {
    const auto count = std::ssize(values);
    const auto tall = std::min<std::int64_t>(box.height / count, 34);
    const auto text = static_cast<int>(std::clamp<std::int64_t>(tall * 3 / 4, 6, 16));
    const Font font(text);
    std::int64_t name = 0, number = 0;
    for (const float end : {low, high})
      number = std::max(number, font.width(number_words(end, decimals) + "  "));
    for (const std::string& each : names) name = std::max(name, font.width(each + " "));
    // Room at the right, where the next cell's names begin.
    const picture::Box track{0, box.left + name, tall - tall / 4, box.width - tall - name - number};
    for (std::int64_t a = 0; a < count; ++a) {
      const std::int64_t top = box.top + a * tall;
      const float value = values[static_cast<std::size_t>(a)];
      const bool marked = a == chosen || a == runner_up;
      const picture::Rgb color = a == chosen      ? theme.chosen
                                 : a == runner_up ? theme.runner_up
                                                  : theme.bar;
      figure.text({top, box.left, tall, name}, text, names[static_cast<std::size_t>(a)],
                  marked ? color : theme.text);
      figure.text({top, track.right(), tall, number}, text, number_words(value, decimals),
                  marked ? color : theme.text, picture::Align::kRight);
      if (track.empty()) continue;
      picture::Box bar = track;
      bar.top = top + tall / 8;
      figure.fill(bar, theme.panel);
      const float share = high > low ? (value - low) / (high - low) : 1.0F;
      bar.width = std::max<std::int64_t>(std::lround(share * static_cast<float>(bar.width)), 1);
      figure.fill(bar, color);
    }
  }
};

}  // namespace

GridRow value_bars(const episode::RunInfo& info, const std::deque<episode::Moment>& moments,
                   const Theme& theme) {
  GridRow row;
  float low = 0, high = 0;
  for (bool is_first = true; const episode::Moment& moment : moments) {
    const auto [least, most] = std::ranges::minmax(moment.step.values);
    low = is_first ? least : std::min(low, least);
    high = is_first ? most : std::max(high, most);
    is_first = false;
  }
  int decimals = 0;
  for (const episode::Moment& moment : moments)
    decimals = std::max(decimals, decimals_for(moment.step.values));
  for (const episode::Moment& moment : moments)
    row.cells.push_back(value_bars_cell(info, moment.step, low, high, decimals, theme));
  // As high as the bars need: many actions stay readable, few leave no hole.
  constexpr std::int64_t kMost = 34, kLeast = 14;
  const std::int64_t actions = std::ssize(info.actions);
  const std::int64_t cell = cell_lines((info.methods.size() + 2) * moments.size());
  row.lines = std::min(kMost * actions, std::max(cell, kLeast * actions));
  row.label = fmt::format("{}, {} … {}", plural(info.outputs), number_words(low, decimals),
                          number_words(high, decimals));
  return row;
}

GridCell value_bars_cell(const episode::RunInfo& info, const episode::Step& step, float low,
                         float high, int decimals, const Theme& theme) {
  const auto& values = step.values;
  const int chosen = step.decision.action;
  Bars bars{{}, values, chosen, runner_up(values, chosen), low, high, decimals, theme};
  for (int a = 0; a < std::ssize(values); ++a) bars.names.push_back(action_name(info, a));
  return {bars, {}, {}};
}

std::string value_bars_remark(const episode::RunInfo& info) {
  std::string outputs(plural(info.outputs));
  outputs[0] = static_cast<char>(std::toupper(outputs[0]));
  return fmt::format("{}: the chosen action is orange, the runner-up blue.", outputs);
}

}  // namespace arcadecam::render
