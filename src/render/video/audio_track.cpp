#include "render/video/audio_track.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <algorithm>

namespace arcadecam::render {
namespace {

constexpr int kRate = 48'000;
constexpr std::int64_t kBitsASecond = 96'000;

FramePointer audio_frame(const FfmpegCheck& check, const AVCodecContext& codec, int samples) {
  FramePointer frame(check.made(av_frame_alloc(), "a block of sound"));
  frame->format = codec.sample_fmt;
  frame->sample_rate = codec.sample_rate;
  frame->nb_samples = samples;
  check(av_channel_layout_copy(&frame->ch_layout, &codec.ch_layout), "reserving sound");
  check(av_frame_get_buffer(frame.get(), 0), "reserving sound");
  return frame;
}

}  // namespace

AudioTrack::AudioTrack(AVFormatContext& format, int rate, const FfmpegCheck& check)
    : check_(check), format_(format), codec_(check.encoder("aac", "--no-sound")) {
  codec_->sample_fmt = AV_SAMPLE_FMT_FLTP;
  codec_->sample_rate = kRate;
  codec_->ch_layout = AV_CHANNEL_LAYOUT_MONO;
  codec_->bit_rate = kBitsASecond;
  codec_->time_base = {1, kRate};
  codec_->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary* settings = nullptr;
  // The thorough search costs several times as much, for square waves that it hardly improves.
  av_dict_set(&settings, "aac_coder", "fast", 0);
  const int opened = avcodec_open2(codec_.get(), nullptr, &settings);
  av_dict_free(&settings);
  check_(opened, "opening the sound encoder");

  stream_ = check_.made(avformat_new_stream(&format_, nullptr), "the sound");
  stream_->time_base = codec_->time_base;
  check_(avcodec_parameters_from_context(stream_->codecpar, codec_.get()), "describing the sound");

  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;
  SwrContext* resampler = nullptr;
  check_(swr_alloc_set_opts2(&resampler, &mono, codec_->sample_fmt, kRate, &mono, AV_SAMPLE_FMT_U8,
                             rate, 0, nullptr),
         "preparing the resampler");
  resampler_.reset(resampler);
  check_(swr_init(resampler_.get()), "opening the resampler");
  fifo_.reset(check_.made(av_audio_fifo_alloc(codec_->sample_fmt, 1, kRate), "sound"));
  packet_.reset(check_.made(av_packet_alloc(), "a packet"));
}

void AudioTrack::write(std::span<const std::uint8_t> samples) {
  resample(samples.data(), static_cast<int>(samples.size()));
  encode(codec_->frame_size);
}

void AudioTrack::resample(const std::uint8_t* samples, int count) {
  const int room = check_(swr_get_out_samples(resampler_.get(), count), "resampling");
  if (room == 0) return;
  if (!resampled_ || resampled_->nb_samples < room) resampled_ = audio_frame(check_, *codec_, room);
  const int made = check_(swr_convert(resampler_.get(), resampled_->data, room,
                                      samples != nullptr ? &samples : nullptr, count),
                          "resampling");
  check_(av_audio_fifo_write(fifo_.get(), reinterpret_cast<void**>(resampled_->data), made),
         "keeping sound");
}

/// Encodes whole blocks while at least `smallest` samples wait.
void AudioTrack::encode(int smallest) {
  while (av_audio_fifo_size(fifo_.get()) >= smallest) {
    const int count = std::min(av_audio_fifo_size(fifo_.get()), codec_->frame_size);
    const FramePointer frame = audio_frame(check_, *codec_, count);
    check_(av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->data), count),
           "taking sound");
    frame->pts = encoded_;
    encoded_ += count;
    check_(avcodec_send_frame(codec_.get(), frame.get()), "encoding sound");
    drain();
  }
}

void AudioTrack::drain() {
  while (check_.receive(codec_.get(), packet_.get())) {
    av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
    packet_->stream_index = stream_->index;
    check_(av_interleaved_write_frame(&format_, packet_.get()), "writing");
  }
}

void AudioTrack::finish() {
  resample(nullptr, 0);
  encode(1);
  check_(avcodec_send_frame(codec_.get(), nullptr), "encoding the last sound");
  drain();
}

}  // namespace arcadecam::render
