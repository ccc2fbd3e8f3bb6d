#include "render/video_sink.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "arcadecam/core/error.h"
#include "render/gif_writer.h"
#include "render/mp4_writer.h"

namespace arcadecam::render {
namespace {

constexpr int kVideoFramesPerSecond = 60;  ///< of the game
constexpr std::uint8_t kSilence = 128;     ///< of 8-bit unsigned samples

}  // namespace

std::map<std::string, std::string> picture_provenance(const episode::RunInfo& info,
                                                      const Look& look) {
  std::map<std::string, std::string> result = info.provenance();
  result["Scale"] = look.maps.scale.text();
  result["Colors"] = look.colors.name;
  result["Overlay"] = look.overlay == OverlayKind::kAdditive ? "additive" : "alpha";
  if (look.overlay == OverlayKind::kAlpha)
    result["Ground"] = look.ground == Ground::kGrey ? "grey" : "color";
  std::string names;
  for (std::size_t m = 0; m < info.methods.size(); ++m) {
    if (look.maps.signs_of(m)) names += (names.empty() ? "" : ",") + info.methods[m].text();
  }
  if (!names.empty()) {
    result["Shown with signs"] = names;
    result["Colors of signs"] = look.signed_colors.name;
  }
  return result;
}

VideoSink::VideoSink(std::filesystem::path file, const VideoOptions& options)
    : file_(std::move(file)), options_(options) {}

void VideoSink::on_begin(const episode::RunInfo& info) {
  composer_.emplace(info,
                    make_layout(options_.height, info.methods.size(), !info.atoms.empty(),
                                options_.layout, std::ssize(info.actions)),
                    options_.look);
  Mp4Options options;
  options.frames_per_second = kVideoFramesPerSecond;
  options.seconds = info.protocol.frame_skip;
  options.metadata = picture_provenance(info, options_.look);
  options.metadata["title"] = info.game_words();
  options.sound_rate = info.sound_rate;
  samples_ =
      static_cast<std::size_t>(info.sound_rate / kVideoFramesPerSecond * info.protocol.frame_skip);
  encoder_.emplace(std::make_unique<Mp4Writer>(file_, composer_->layout().frame, options));
}

void VideoSink::on_step(const episode::Step& step) {
  picture::Image frame = encoder_->take_spare();
  composer_->compose(step, frame);
  // The last decision of an episode may be held for fewer frames than its picture is shown for.
  sound_.assign(step.sound.begin(), step.sound.end());
  sound_.resize(samples_, kSilence);
  encoder_->write(std::move(frame), sound_);
}

void VideoSink::on_end(const episode::Summary&) {
  encoder_->finish();
}

ClipSink::ClipSink(std::filesystem::path file, const ClipOptions& options)
    : file_(std::move(file)), options_(options) {
  if (options_.decisions < 1 || options_.every < 1) {
    throw bad_usage("a clip of {} decisions, one frame of {}: expected 1 or more of both",
                    options_.decisions, options_.every);
  }
}

void ClipSink::on_begin(const episode::RunInfo& info) {
  composer_.emplace(info, make_clip_layout(info.methods.size()), options_.look);
  GifOptions options;
  options.frames_per_second = kVideoFramesPerSecond;
  options.seconds = info.protocol.frame_skip * static_cast<int>(options_.every);
  for (const auto& [key, value] : picture_provenance(info, options_.look))
    options.comment += fmt::format("{}: {}\n", key, value);
  encoder_.emplace(std::make_unique<GifWriter>(file_, composer_->layout().frame, options));
}

void ClipSink::on_step(const episode::Step& step) {
  const std::int64_t decision = decisions_++;
  if (decision >= options_.decisions) return;
  if (decision % options_.every != 0) return composer_->skip(step);
  picture::Image frame = encoder_->take_spare();
  composer_->compose(step, frame);
  encoder_->write(std::move(frame));
}

void ClipSink::on_end(const episode::Summary&) {
  encoder_->finish();
}

}  // namespace arcadecam::render
