#include "render/stills_sink.h"

#include <algorithm>
#include <cctype>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "picture/png.h"
#include "render/video_sink.h"

namespace arcadecam::render {
namespace {

/// A method's name as part of a file name: "fullgrad++:layers=0/1" → "fullgrad++_layers-0_1".
std::string file_part(std::string text) {
  for (char& c : text) {
    if (c == ':' || c == '/') c = '_';
    if (c == '=') c = '-';
  }
  return text;
}

}  // namespace

StillsSink::StillsSink(std::filesystem::path folder, const StillsOptions& options)
    : folder_(std::move(folder)), options_(options), scaler_(options.look.maps) {
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
  const picture::Image screen(ByteTensor(step.screen.shape(), step.screen.values()));
  for (std::size_t m = 0; m < step.attributions.size(); ++m) {
    const std::string method = info_.methods[m].text();
    picture::Metadata metadata = picture_provenance(info_, options_.look);
    metadata["Method"] = method;
    metadata["Episode"] = fmt::format("{}", step.episode);
    metadata["Step"] = fmt::format("{}", step.index);
    metadata["Scale range"] = fmt::format("{:.9g} {:.9g}", maps[m].range.low, maps[m].range.high);
    const std::string name =
        fmt::format("e{:04}_s{:06}_{}", step.episode, step.index, file_part(method));
    picture::write_png(
        folder_ / (name + ".png"),
        options_.look.overlaid(screen, step.seen, maps[m].values, m,
                               picture::television_size(screen.size(), options_.lines)),
        metadata);
    if (step.observation.shape()[0] < 3) continue;
    constexpr int kScale = 6;
    const TensorView map = step.attributions[m]->map.view();
    for (const char* key : {"Scale range", "Shown with signs", "Colors of signs"})
      metadata.erase(key);
    metadata["Scale"] = "frame";
    metadata["Colors"] = "jet";
    metadata["Overlay"] = "additive";
    picture::write_png(
        folder_ / (name + "_observation.png"),
        picture::image_of_planes(picture::reference_overlay(map, step.observation).result.view()),
        metadata, kScale);
  }
}

}  // namespace arcadecam::render
