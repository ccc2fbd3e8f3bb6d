#include "render/video/ffmpeg.h"

extern "C" {
#include <libavutil/log.h>
}

#include <array>

namespace arcadecam::render {

int FfmpegCheck::operator()(int result, const char* what) const {
  if (result >= 0) return result;
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(result, text.data(), text.size());
  throw bad_input("{}: {} failed: {}", file_, what, text.data());
}

CodecPointer FfmpegCheck::encoder(const char* name, const char* without) const {
  const AVCodec* const codec = avcodec_find_encoder_by_name(name);
  if (codec == nullptr) {
    throw bad_input(
        "{}: this FFmpeg library was built without the encoder {}; install one that has it "
        "(Debian's has) or use {}",
        file_, name, without);
  }
  return CodecPointer(made(avcodec_alloc_context3(codec), "the encoder"));
}

bool FfmpegCheck::receive(AVCodecContext* codec, AVPacket* packet) const {
  const int result = avcodec_receive_packet(codec, packet);
  if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return false;
  (*this)(result, "encoding");
  return true;
}

void silence_ffmpeg() {
  av_log_set_level(AV_LOG_QUIET);
}

}  // namespace arcadecam::render
