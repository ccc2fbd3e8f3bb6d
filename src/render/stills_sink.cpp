#include "render/stills_sink.h"

#include <algorithm>
#include <memory>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "episode/kept_step.h"
#include "picture/png.h"
#include "render/compare_grid.h"
#include "render/panels.h"
#include "render/text_lines.h"
#include "render/video_sink.h"

namespace arcadecam::render {
namespace {

/// Pictures of so many steps may wait: little memory, and drawing goes on while the run plays to
/// the next one.
constexpr std::size_t kMostWaiting = 2;

/// A method's name as part of a file name: "fullgrad++:layers=0/1" → "fullgrad++_layers-0_1".
std::string file_part(std::string text) {
  for (char& c : text) {
    if (c == ':' || c == '/') c = '_';
    if (c == '=') c = '-';
  }
  return text;
}

std::string sentence_of(const episode::RunInfo& info, const episode::Step& step,
                        std::size_t method) {
  const auto words = step_words(info, step, true);
  return fmt::format("{} · {} · {} · {} · explained: {}", run_words(info), words[0], words[1],
                     info.methods[method].text(), info.target_words());
}

/// The picture with lines of text and the bar of its colours below.
picture::Image with_caption(const picture::Image& picture, const std::string& sentence,
                            const GridBar& bar, const ShownMap& map, const Theme& theme) {
  constexpr std::int64_t kLinesOfText = 34, kSmallest = 9;
  const picture::Size size = picture.size();
  const Font font(static_cast<int>(std::max(size.height / kLinesOfText, kSmallest)));
  const std::int64_t line = font.line_height() + 4, margin = line / 2;
  const std::int64_t room = size.width - 2 * margin, wide = room / 4;
  std::vector<std::string> lines = wrap_text(font, sentence, room);
  const std::vector<std::string> meaning =
      wrap_text(font, map.nothing ? "The map is zero everywhere: it says nothing." : bar.meaning,
                room - wide - margin);
  const std::int64_t tall = (std::ssize(lines) + std::ssize(meaning)) * line + 2 * margin;
  picture::Image result(picture::Size{size.height + tall, size.width});
  fill(result, {0, 0, size.height + tall, size.width}, theme.background);
  paste(result, picture, 0, 0);
  std::int64_t top = size.height + margin;
  for (const std::string& text : lines) {
    write_line(result, {top, margin, line, room}, font, text, theme.text);
    top += line;
  }
  if (!map.nothing)
    paste(result, picture::resize_nearest(bar.strip(), {line - 6, wide}), top + 3, margin);
  for (const std::string& text : meaning) {
    write_line(result, {top, margin + wide + margin, line, room - wide - margin}, font, text,
               map.nothing ? theme.alarm : theme.quiet);
    top += line;
  }
  return result;
}

}  // namespace

/// A step with its maps as they are shown.
struct StillsSink::Still {
  Still(const episode::Step& step, const std::vector<ShownMap>& maps)
      : kept(step, episode::Detail::kScreen) {
    values.reserve(maps.size());
    for (const ShownMap& map : maps) {
      const Tensor& copy = values.emplace_back(map.values.shape(), map.values.values());
      shown.push_back({copy.view(), map.range, map.nothing});
    }
  }

  episode::KeptStep kept;
  std::vector<Tensor> values;
  std::vector<ShownMap> shown;
};

StillsSink::StillsSink(std::filesystem::path folder, const StillsOptions& options)
    : folder_(std::move(folder)),
      options_(options),
      scaler_(options.look.maps),
      worker_(kMostWaiting) {
  if (options_.every < 1)
    throw bad_usage("a still every {} steps: expected 1 or more", options_.every);
}

void StillsSink::on_begin(const episode::RunInfo& info) {
  info_ = info;
}

void StillsSink::on_step(const episode::Step& step) {
  const std::vector<ShownMap>& maps = scaler_.scale(step);
  if (step.index % options_.every != 0) return;
  make_folder(folder_);
  const auto still = std::make_shared<const Still>(step, maps);
  worker_.add([this, still] { draw(*still); });
}

void StillsSink::on_end(const episode::Summary&) {
  worker_.finish();
}

void StillsSink::draw(const Still& still) const {
  const episode::Step& step = still.kept.step();
  const picture::Image screen(ByteTensor(step.screen.shape(), step.screen.values()));
  for (std::size_t m = 0; m < step.attributions.size(); ++m) {
    const std::string method = info_.methods[m].text();
    const ShownMap& map = still.shown[m];
    picture::Metadata metadata = picture_provenance(info_, options_.look);
    metadata["Method"] = method;
    metadata["Episode"] = fmt::format("{}", step.episode);
    metadata["Step"] = fmt::format("{}", step.index);
    metadata["Scale range"] = fmt::format("{:.9g} {:.9g}", map.range.low, map.range.high);
    const std::string name =
        fmt::format("e{:04}_s{:06}_{}", step.episode, step.index, file_part(method));
    picture::Image drawn = options_.look.overlaid(
        screen, step.seen, map.values, m, picture::television_size(screen.size(), options_.lines));
    if (options_.caption) {
      drawn = with_caption(drawn, sentence_of(info_, step, m), color_bar(options_.look, m), map,
                           options_.look.theme);
    }
    picture::write_png(folder_ / (name + ".png"), drawn, metadata);
    if (step.observation.shape()[0] < 3) continue;
    constexpr int kScale = 6;
    const TensorView whole = step.attributions[m]->map.view();
    for (const char* key : {"Scale range", "Shown with signs", "Colors of signs"})
      metadata.erase(key);
    metadata["Scale"] = "frame";
    metadata["Colors"] = "jet";
    metadata["Overlay"] = "additive";
    picture::write_png(
        folder_ / (name + "_observation.png"),
        picture::image_of_planes(picture::reference_overlay(whole, step.observation).result.view()),
        metadata, kScale);
  }
}

}  // namespace arcadecam::render
