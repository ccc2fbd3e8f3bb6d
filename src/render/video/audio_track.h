#pragma once

#include <cstdint>
#include <span>

#include "render/video/ffmpeg.h"

namespace arcadecam::render {

/// The sound of an MP4 file: AAC at 48 kHz, one channel, which browsers play. Added to a format
/// before its header is written.
class AudioTrack {
 public:
  /// `rate`: samples a second of what write() takes.
  AudioTrack(AVFormatContext& format, int rate, const FfmpegCheck& check);

  /// 8-bit unsigned samples around 128.
  void write(std::span<const std::uint8_t> samples);
  /// Writes what is left.
  void finish();

 private:
  void resample(const std::uint8_t* samples, int count);
  void encode(int smallest);
  void drain();

  const FfmpegCheck& check_;
  AVFormatContext& format_;
  CodecPointer codec_;
  std::unique_ptr<SwrContext, FreeResampler> resampler_;
  std::unique_ptr<AVAudioFifo, FreeFifo> fifo_;
  FramePointer resampled_;
  PacketPointer packet_;
  AVStream* stream_ = nullptr;  ///< the format's
  std::int64_t encoded_ = 0;    ///< samples
};

}  // namespace arcadecam::render
