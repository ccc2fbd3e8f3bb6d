#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "arcadecam/core/error.h"
#include "render/number_words.h"
#include "render/panels.h"

namespace arcadecam::render {
namespace {

/// Rows of actions in one or two columns, each with its name at the left and its value at the
/// right.
struct ActionRows {
  std::int64_t columns = 1, rows = 1, gap = 0, wide = 0, tall = 0, name_wide = 0, number_wide = 0;
  int decimals = 2;

  ActionRows(const PanelInput& input, const picture::Box& box) {
    const auto count = std::ssize(input.step.values);
    const std::int64_t line = input.font.line_height();
    // Two columns where one would make the lines lower than their text.
    columns = box.height / count >= line + 1 ? 1 : 2;
    rows = (count + columns - 1) / columns;
    gap = columns > 1 ? line / 2 : 0;
    wide = (box.width - gap * (columns - 1)) / columns;
    tall = box.height / rows;
    const double low = input.history.range.lowest(), high = input.history.range.highest();
    decimals = input.info.is_policy() ? 2 : input.history.range.decimals();
    for (const double end : {low, high, -99.0})
      number_wide = std::max(number_wide, input.font.width(number_words(end, decimals) + " "));
    for (int a = 0; a < count; ++a)
      name_wide = std::max(name_wide, input.font.width(action_name(input.info, a)));
    name_wide = std::min(name_wide + input.font.width("   "), wide - number_wide);
  }

  [[nodiscard]] picture::Box row(const picture::Box& box, int action) const {
    return {box.top + action % rows * tall, box.left + action / rows * (wide + gap), tall, wide};
  }
  /// Between name and value, a little apart from the rows above and below.
  [[nodiscard]] picture::Box track(const picture::Box& row) const {
    return {row.top + tall / 6, row.left + name_wide, tall - tall / 3,
            wide - name_wide - number_wide};
  }
};

picture::Rgb bar_color_of(const PanelInput& input, int action, int other) {
  const Theme& theme = input.look.theme;
  return action == input.step.decision.action ? theme.chosen
         : action == other                    ? theme.runner_up
                                              : theme.text;
}

void write_names(const PanelInput& input, const ActionRows& rows, const picture::Box& row,
                 int action, std::span<const float> values, picture::Rgb color) {
  write_line(input.frame, {row.top, row.left, rows.tall, rows.name_wide}, input.font,
             action_name(input.info, action), color);
  write_line(input.frame, {row.top, row.right() - rows.number_wide, rows.tall, rows.number_wide},
             input.font, number_words(values[static_cast<std::size_t>(action)], rows.decimals),
             color, picture::Align::kRight);
}

/// The title with the meaning of the colours and, where there is room, what the panel's width
/// spans.
void write_title(const PanelInput& input, const picture::Box& title, std::string_view name,
                 std::string_view short_name, const std::string& span) {
  const Theme& theme = input.look.theme;
  WordLine words(input.frame, title, input.font);
  // The colours' meaning goes before the full name.
  const std::string whole = fmt::format("{}  chosen  runner-up", name);
  words.add(input.font.width(whole) + 2 <= title.width ? name : short_name, theme.quiet);
  words.add("chosen", theme.chosen);
  words.add("runner-up", theme.runner_up);
  if (input.font.width(span) + 2 <= words.rest().width)
    write_line(input.frame, words.rest(), input.font, span, theme.quiet, picture::Align::kRight);
}

}  // namespace

void draw_actions(const PanelInput& input, const FrameLayout::Panel& panel) {
  if (input.step.values.empty()) return;
  // A policy's logits mean little to the eye: what it draws by are their softmax.
  const bool policy = input.info.is_policy();
  std::vector<float> values = input.step.values;
  if (policy)
    std::ranges::copy(agent::action_probabilities(values, input.info.outputs), values.begin());
  ActionRows rows(input, panel.picture);
  rows.tall = std::min(rows.tall, 2 * input.font.line_height());
  const float low = policy ? 0 : input.history.range.lowest(),
              high = policy ? 1 : input.history.range.highest();
  // The bars do not start at zero, so the picture says where they do.
  write_title(input, panel.title, policy ? "Probabilities" : "Action values",
              policy ? "Prob." : "Values",
              fmt::format("bars {} … {}", number_words(low, rows.decimals),
                          number_words(high, rows.decimals)));
  const int other = runner_up(values, input.step.decision.action);
  const float range = std::max(high - low, 1e-6F);
  for (int a = 0; a < std::ssize(values); ++a) {
    const picture::Rgb color = bar_color_of(input, a, other);
    const picture::Box row = rows.row(panel.picture, a), track = rows.track(row);
    write_names(input, rows, row, a, values, color);
    if (track.empty()) continue;
    fill(input.frame, track, input.look.theme.panel);
    const float share = std::clamp((values[static_cast<std::size_t>(a)] - low) / range, 0.0F, 1.0F);
    const auto length =
        std::max<std::int64_t>(std::lround(share * static_cast<float>(track.width)), 1);
    fill(input.frame, {track.top, track.left, track.height, length},
         color == input.look.theme.text ? input.look.theme.bar : color);
  }
}

void draw_distributions(const PanelInput& input, const FrameLayout::Panel& panel) {
  const auto& values = input.step.values;
  const TensorView distributions = input.step.distributions;
  if (values.empty()) return;
  const ActionRows rows(input, panel.picture);
  const auto& atoms = input.info.atoms;
  if (distributions.size() == 0 || atoms.empty()) {
    write_line(input.frame, panel.title, input.font, "Distributions: this network has none",
               input.look.theme.quiet);
    return;
  }
  write_title(
      input, panel.title, "Returns", "Returns",
      fmt::format("{} … {}, line: mean", number_words(atoms.front()), number_words(atoms.back())));
  const int other = runner_up(values, input.step.decision.action);
  // One height for all actions, so that they can be compared.
  const float largest = std::max(*std::ranges::max_element(distributions.values()), 1e-6F);
  const float low = atoms.front(), extent = std::max(atoms.back() - low, 1e-6F);
  for (int a = 0; a < std::ssize(values); ++a) {
    const picture::Rgb color = bar_color_of(input, a, other);
    const picture::Box row = rows.row(panel.picture, a), track = rows.track(row);
    write_names(input, rows, row, a, values, color);
    if (track.empty()) continue;
    fill(input.frame, track, input.look.theme.panel);
    const auto probabilities = distributions[a].values();
    const auto count = static_cast<std::int64_t>(probabilities.size());
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t left = track.left + i * track.width / count;
      const std::int64_t right = track.left + (i + 1) * track.width / count;
      const auto tall = std::lround(probabilities[static_cast<std::size_t>(i)] / largest *
                                    static_cast<float>(track.height));
      fill(input.frame,
           {track.bottom() - tall, left, tall, std::max<std::int64_t>(right - left, 1)},
           color == input.look.theme.text ? input.look.theme.bar : color);
    }
    // An atom's column has its value in its middle.
    const float atom = (values[static_cast<std::size_t>(a)] - low) / extent;
    const float at = (atom * static_cast<float>(count - 1) + 0.5F) / static_cast<float>(count);
    const auto column = std::clamp<std::int64_t>(std::lround(at * static_cast<float>(track.width)),
                                                 0, track.width - 1);
    const std::int64_t thick = std::max<std::int64_t>(track.height / 24, 1);
    fill(input.frame,
         {track.top, track.left + column, track.height, std::min(thick, track.width - column)},
         input.look.theme.text);
  }
}

}  // namespace arcadecam::render
