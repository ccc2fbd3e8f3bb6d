#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace arcadecam::test {

/// Brightness of a whole frame (of a GIF: its green).
struct Luma {
  int width = 0, height = 0;
  std::vector<std::uint8_t> values;

  [[nodiscard]] int at(std::int64_t row, std::int64_t column) const {
    return values[static_cast<std::size_t>(row * width + column)];
  }
};

/// What FFmpeg's reader makes of a file.
struct Decoded {
  int frames = 0, width = 0, height = 0, sound_rate = 0;
  double seconds = 0;
  std::string codec, sound_codec;
  std::map<std::string, std::string> metadata;
  std::vector<int> brightness;                   ///< of each frame's middle pixel
  std::vector<std::array<int, 2>> color;         ///< blueness and redness there
  std::vector<std::array<std::uint8_t, 3>> rgb;  ///< of a GIF's middle pixel instead
  std::vector<float> sound;                      ///< −1 … 1
  Luma first;                                    ///< the first frame
};

/// One stream's decoder.
struct Decoder {
  AVCodecContext* context = nullptr;

  explicit Decoder(const AVStream& stream) {
    const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
    context = avcodec_alloc_context3(codec);
    context->pkt_timebase = stream.time_base;
    EXPECT_GE(avcodec_parameters_to_context(context, stream.codecpar), 0);
    EXPECT_EQ(avcodec_open2(context, codec, nullptr), 0);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { avcodec_free_context(&context); }
};

inline void keep_first(const AVFrame& frame, Decoded& result) {
  const bool gif = result.codec == "gif";
  result.first = {frame.width, frame.height, {}};
  for (int row = 0; row < frame.height; ++row) {
    const std::uint8_t* line = frame.data[0] + row * frame.linesize[0];
    for (int i = 0; i < frame.width; ++i)
      result.first.values.push_back(gif ? line[4 * i + 1] : line[i]);
  }
}

inline void keep_picture(const AVFrame& frame, Decoded& result) {
  if (result.frames == 0) keep_first(frame, result);
  ++result.frames;
  result.width = frame.width;
  result.height = frame.height;
  const int row = frame.height / 2, column = frame.width / 2;
  if (result.codec == "gif") {
    EXPECT_EQ(frame.format, AV_PIX_FMT_BGRA);
    const std::uint8_t* pixel = frame.data[0] + row * frame.linesize[0] + column * 4;
    result.rgb.push_back({pixel[2], pixel[1], pixel[0]});
    return;
  }
  EXPECT_EQ(frame.format, AV_PIX_FMT_YUV420P);
  result.brightness.push_back(frame.data[0][row * frame.linesize[0] + column]);
  result.color.push_back({frame.data[1][row / 2 * frame.linesize[1] + column / 2],
                          frame.data[2][row / 2 * frame.linesize[2] + column / 2]});
}

inline void keep_sound(const AVFrame& frame, Decoded& result) {
  EXPECT_EQ(frame.format, AV_SAMPLE_FMT_FLTP);
  const auto* samples = reinterpret_cast<const float*>(frame.data[0]);
  result.sound.insert(result.sound.end(), samples, samples + frame.nb_samples);
}

inline Decoded decode(const std::filesystem::path& file) {
  Decoded result;
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, file.c_str(), nullptr, nullptr) != 0) return result;
  EXPECT_GE(avformat_find_stream_info(format, nullptr), 0);
  result.seconds = static_cast<double>(format->duration) / AV_TIME_BASE;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(format->metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
    result.metadata[entry->key] = entry->value;
  std::deque<Decoder> decoders;
  for (unsigned i = 0; i < format->nb_streams; ++i) {
    const AVCodecContext& context = *decoders.emplace_back(*format->streams[i]).context;
    if (context.codec_type == AVMEDIA_TYPE_AUDIO) {
      result.sound_codec = context.codec->name;
      result.sound_rate = context.sample_rate;
    } else {
      result.codec = context.codec->name;
    }
  }
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  const auto drain = [&](const Decoder& decoder) {
    while (avcodec_receive_frame(decoder.context, frame) == 0) {
      if (decoder.context->codec_type == AVMEDIA_TYPE_AUDIO) {
        keep_sound(*frame, result);
      } else {
        keep_picture(*frame, result);
      }
    }
  };
  while (av_read_frame(format, packet) >= 0) {
    const Decoder& decoder = decoders[static_cast<std::size_t>(packet->stream_index)];
    EXPECT_EQ(avcodec_send_packet(decoder.context, packet), 0);
    av_packet_unref(packet);
    drain(decoder);
  }
  for (const Decoder& decoder : decoders) {
    avcodec_send_packet(decoder.context, nullptr);
    drain(decoder);
  }
  av_frame_free(&frame);
  av_packet_free(&packet);
  avformat_close_input(&format);
  return result;
}

}  // namespace arcadecam::test
