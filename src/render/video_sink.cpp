#include "render/video_sink.h"

#include <utility>

namespace arcadecam::render {

VideoSink::VideoSink(std::filesystem::path file, const VideoOptions& options)
    : file_(std::move(file)), options_(options) {}

void VideoSink::on_begin(const episode::RunInfo& info) {
  composer_.emplace(info, options_.height, options_.style);
  Mp4Options options;
  options.frames_per_second = options_.steps_per_second;
  options.metadata = info.provenance();
  options.metadata["Scale"] = "frame";
  options.metadata["title"] = info.game.title;
  encoder_.emplace(file_, composer_->layout().frame, options);
}

void VideoSink::on_step(const episode::Step& step) {
  Image frame = encoder_->take_spare();
  composer_->compose(step, frame);
  encoder_->write(std::move(frame));
}

void VideoSink::on_end(const episode::Summary&) {
  encoder_->finish();
}

}  // namespace arcadecam::render
