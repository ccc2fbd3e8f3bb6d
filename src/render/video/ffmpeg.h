#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libswresample/swresample.h>
}

#include <memory>
#include <string>

#include "arcadecam/core/error.h"

namespace arcadecam::render {

// FFmpeg's objects with their owners, and its failures as errors.

struct FreeFormat {
  void operator()(AVFormatContext* format) const {
    if (format->pb != nullptr) avio_closep(&format->pb);
    avformat_free_context(format);
  }
};
struct FreeCodec {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeResampler {
  void operator()(SwrContext* resampler) const { swr_free(&resampler); }
};
struct FreeFifo {
  void operator()(AVAudioFifo* fifo) const { av_audio_fifo_free(fifo); }
};

using FormatPointer = std::unique_ptr<AVFormatContext, FreeFormat>;
using CodecPointer = std::unique_ptr<AVCodecContext, FreeCodec>;
using FramePointer = std::unique_ptr<AVFrame, FreeFrame>;
using PacketPointer = std::unique_ptr<AVPacket, FreePacket>;

/// Makes errors that name the file which is written.
class FfmpegCheck {
 public:
  explicit FfmpegCheck(std::string file) : file_(std::move(file)) {}

  /// A failure of the library as an Error; `what` was being done.
  int operator()(int result, const char* what) const;
  template <typename T>
  T* made(T* pointer, const char* what) const {
    if (pointer == nullptr) throw bad_input("{}: no memory for {}", file_, what);
    return pointer;
  }
  /// An encoder by its name, opened by the caller. Throws Error saying what to do without it.
  CodecPointer encoder(const char* name, const char* without) const;
  /// Whether the encoder gave a packet; false when it wants more frames or is at its end.
  bool receive(AVCodecContext* codec, AVPacket* packet) const;
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

 private:
  std::string file_;
};

/// FFmpeg talks on standard error of its own accord; what fails is in our errors.
void silence_ffmpeg();

}  // namespace arcadecam::render
