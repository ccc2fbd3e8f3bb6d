#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "render/steps.h"
#include "render/video_sink.h"
#include "support/golden.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace arcadecam::render {
namespace {

namespace fs = std::filesystem;

/// What FFmpeg's reader makes of a file.
struct Decoded {
  int frames = 0, width = 0, height = 0;
  double seconds = 0;
  std::string codec;
  std::map<std::string, std::string> metadata;
  std::vector<int> brightness;            ///< of each frame's middle pixel
  std::vector<std::array<int, 2>> color;  ///< blueness and redness there
};

Decoded decode(const fs::path& file) {
  Decoded result;
  AVFormatContext* format = nullptr;
  if (avformat_open_input(&format, file.c_str(), nullptr, nullptr) != 0) return result;
  EXPECT_GE(avformat_find_stream_info(format, nullptr), 0);
  EXPECT_EQ(format->nb_streams, 1U);
  const AVCodecParameters* parameters = format->streams[0]->codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters->codec_id);
  result.codec = codec->name;
  result.seconds = static_cast<double>(format->duration) / AV_TIME_BASE;
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(format->metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
    result.metadata[entry->key] = entry->value;
  AVCodecContext* context = avcodec_alloc_context3(codec);
  EXPECT_GE(avcodec_parameters_to_context(context, parameters), 0);
  EXPECT_EQ(avcodec_open2(context, codec, nullptr), 0);
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  const auto drain = [&] {
    while (avcodec_receive_frame(context, frame) == 0) {
      ++result.frames;
      result.width = frame->width;
      result.height = frame->height;
      EXPECT_EQ(frame->format, AV_PIX_FMT_YUV420P);
      result.brightness.push_back(
          frame->data[0][frame->height / 2 * frame->linesize[0] + frame->width / 2]);
      result.color.push_back(
          {frame->data[1][frame->height / 4 * frame->linesize[1] + frame->width / 4],
           frame->data[2][frame->height / 4 * frame->linesize[2] + frame->width / 4]});
    }
  };
  while (av_read_frame(format, packet) >= 0) {
    EXPECT_EQ(avcodec_send_packet(context, packet), 0);
    av_packet_unref(packet);
    drain();
  }
  avcodec_send_packet(context, nullptr);
  drain();
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&context);
  avformat_close_input(&format);
  return result;
}

std::int64_t files_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

void write_video(const fs::path& file, int count) {
  test::Steps steps(1, 6);
  VideoSink sink(file, {.height = 240});
  sink.begin(steps.info);
  for (int i = 0; i < count; ++i) sink.write(steps.next());
  sink.end({});
}

TEST(VideoSink, DecodesWholeWithItsFramesSizeDurationAndProvenance) {
  const test::TemporaryFolder folder;
  write_video(folder.path() / "video.mp4", 37);
  const Decoded video = decode(folder.path() / "video.mp4");
  EXPECT_EQ(video.codec, "h264");
  EXPECT_EQ(video.frames, 37);
  EXPECT_EQ(video.width, 426);
  EXPECT_EQ(video.height, 240);
  EXPECT_NEAR(video.seconds, 37.0 / 15, 0.01);
  EXPECT_EQ(video.metadata.at("title"), "Pong");
  EXPECT_EQ(video.metadata.at("Methods"), "method0");
  EXPECT_EQ(video.metadata.at("Scale"), "frame");
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(VideoSink, StartsWithTheIndexSoThatBrowsersPlayWhileLoading) {
  const test::TemporaryFolder folder;
  write_video(folder.path() / "video.mp4", 5);
  const auto bytes = read_file(folder.path() / "video.mp4");
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_LT(text.find("moov"), text.find("mdat"));
}

TEST(VideoSink, GivesTheSameBytesForTheSameSteps) {
  const test::TemporaryFolder folder;
  write_video(folder.path() / "a.mp4", 40);
  write_video(folder.path() / "b.mp4", 40);
  EXPECT_EQ(read_file(folder.path() / "a.mp4"), read_file(folder.path() / "b.mp4"));
}

TEST(VideoSink, LeavesNothingWhenItIsDestroyedBeforeItsEnd) {
  const test::TemporaryFolder folder;
  {
    test::Steps steps(1, 6);
    VideoSink sink(folder.path() / "video.mp4", {.height = 240});
    sink.begin(steps.info);
    for (int i = 0; i < 20; ++i) sink.write(steps.next());
  }
  EXPECT_EQ(files_in(folder.path()), 0);
}

TEST(VideoSink, NamesAFolderThatIsMissing) {
  const test::TemporaryFolder folder;
  test::Steps steps(1, 6);
  VideoSink sink(folder.path() / "missing" / "video.mp4", {.height = 240});
  try {
    sink.begin(steps.info);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
    EXPECT_NE(std::string(error.what()).find("video.mp4"), std::string::npos);
  }
}

TEST(Mp4Writer, KeepsOrderAndBrightness) {
  const test::TemporaryFolder folder;
  Mp4Writer writer(folder.path() / "grey.mp4", {64, 64});
  for (const std::uint8_t grey : {0, 255, 128}) {
    Image frame(Size{64, 64});
    fill(frame, {0, 0, 64, 64}, {grey, grey, grey});
    writer.write(frame);
  }
  writer.finish();
  const Decoded video = decode(folder.path() / "grey.mp4");
  ASSERT_EQ(video.frames, 3);
  // Limited range: black is 16, white 235.
  EXPECT_NEAR(video.brightness[0], 16, 2);
  EXPECT_NEAR(video.brightness[1], 235, 2);
  EXPECT_NEAR(video.brightness[2], 126, 2);
}

TEST(Mp4Writer, StoresColoursAsBt709) {
  const test::TemporaryFolder folder;
  Mp4Writer writer(folder.path() / "colours.mp4", {64, 64});
  // BT.709's own table of the primaries in limited range: Y, Cb, Cr.
  struct Case {
    Rgb color;
    int y, cb, cr;
  };
  const std::vector<Case> cases{{{255, 0, 0}, 63, 102, 240},
                                {{0, 255, 0}, 173, 42, 26},
                                {{0, 0, 255}, 32, 240, 118},
                                {{255, 255, 255}, 235, 128, 128}};
  for (const Case& c : cases) {
    Image frame(Size{64, 64});
    fill(frame, {0, 0, 64, 64}, c.color);
    writer.write(frame);
  }
  writer.finish();
  const Decoded video = decode(folder.path() / "colours.mp4");
  ASSERT_EQ(video.frames, 4);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_NEAR(video.brightness[i], cases[i].y, 2) << i;
    EXPECT_NEAR(video.color[i][0], cases[i].cb, 2) << i;
    EXPECT_NEAR(video.color[i][1], cases[i].cr, 2) << i;
  }
}

TEST(Mp4Writer, RefusesOddSizesOtherFramesAndNoFrames) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "video.mp4";
  EXPECT_THROW(Mp4Writer(file, {63, 64}), Error);
  EXPECT_THROW(Mp4Writer(file, {64, 64}, {.frames_per_second = 0, .metadata = {}}), Error);
  {
    Mp4Writer writer(file, {64, 64});
    EXPECT_THROW(writer.write(Image(Size{32, 64})), Error);
    EXPECT_THROW(writer.finish(), Error);
  }
  EXPECT_EQ(files_in(folder.path()), 0);
}

TEST(EncoderThread, ThrowsItsErrorFromALaterCall) {
  const test::TemporaryFolder folder;
  {
    EncoderThread encoder(folder.path() / "video.mp4", {64, 64}, {});
    encoder.write(Image(Size{32, 32}));  // of the wrong size: the thread fails
    EXPECT_THROW(
        {
          for (int i = 0; i < 100; ++i) encoder.write(Image(Size{64, 64}));
        },
        Error);
    EXPECT_THROW(encoder.finish(), Error);
  }
  EXPECT_EQ(files_in(folder.path()), 0);
}

}  // namespace
}  // namespace arcadecam::render
