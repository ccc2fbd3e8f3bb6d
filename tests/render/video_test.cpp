#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "render/decoded.h"
#include "render/gif_writer.h"
#include "render/steps.h"
#include "render/video_sink.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

namespace fs = std::filesystem;

using test::decode;
using test::Decoded;

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

TEST(VideoSink, ItsTitleNamesTheVariation) {
  const test::TemporaryFolder folder;
  test::Steps steps(1, 6);
  steps.info.variation = "lazy-opponent";
  VideoSink sink(folder.path() / "video.mp4", {.height = 240});
  sink.begin(steps.info);
  sink.write(steps.next());
  sink.end({});
  EXPECT_EQ(decode(folder.path() / "video.mp4").metadata.at("title"),
            "Pong, variation lazy-opponent");
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
    picture::Image frame(picture::Size{64, 64});
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
    picture::Rgb color;
    int y, cb, cr;
  };
  const std::vector<Case> cases{{{255, 0, 0}, 63, 102, 240},
                                {{0, 255, 0}, 173, 42, 26},
                                {{0, 0, 255}, 32, 240, 118},
                                {{255, 255, 255}, 235, 128, 128}};
  for (const Case& c : cases) {
    picture::Image frame(picture::Size{64, 64});
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
    EXPECT_THROW(writer.write(picture::Image(picture::Size{32, 64})), Error);
    EXPECT_THROW(writer.finish(), Error);
  }
  EXPECT_EQ(files_in(folder.path()), 0);
}

TEST(EncoderThread, ThrowsItsErrorFromALaterCall) {
  const test::TemporaryFolder folder;
  {
    EncoderThread encoder(folder.path() / "video.mp4", {64, 64}, {});
    encoder.write(picture::Image(picture::Size{32, 32}));  // of the wrong size: the thread fails
    EXPECT_THROW(
        {
          for (int i = 0; i < 100; ++i) encoder.write(picture::Image(picture::Size{64, 64}));
        },
        Error);
    EXPECT_THROW(encoder.finish(), Error);
  }
  EXPECT_EQ(files_in(folder.path()), 0);
}

TEST(VideoSink, HasTheGamesSoundInSync) {
  const test::TemporaryFolder folder;
  constexpr std::size_t kSamples = 2048;
  constexpr int kSteps = 45, kLoud = 30;
  for (const char* name : {"a.mp4", "b.mp4"}) {
    test::Steps steps(1, 6);
    steps.info.sound_rate = 30'720;
    VideoSink sink(folder.path() / name, {.height = 240});
    sink.begin(steps.info);
    for (int i = 0; i < kSteps; ++i) {
      // A tone while one decision is shown; the last step's frames are cut short.
      std::vector<std::uint8_t> sound(i + 1 < kSteps ? kSamples : kSamples / 4, 128);
      for (std::size_t s = 0; s < sound.size(); ++s) {
        if (i == kLoud && s / 20 % 2 == 0) sound[s] = 220;
      }
      episode::Step step = steps.next();
      step.sound = sound;
      sink.write(step);
    }
    sink.end({});
  }
  const Decoded video = decode(folder.path() / "a.mp4");
  EXPECT_EQ(video.frames, kSteps);
  EXPECT_EQ(video.sound_codec, "aac");
  EXPECT_EQ(video.sound_rate, 48'000);
  // Both streams last as long; a block of AAC may stay unfilled at the end.
  EXPECT_NEAR(static_cast<double>(video.sound.size()), 3200.0 * kSteps, 1024);
  EXPECT_NEAR(video.seconds, kSteps / 15.0, 0.03);
  const auto loud = [&](double from, double to) {
    float largest = 0;
    for (auto i = static_cast<std::size_t>(from * 48'000);
         i < std::min(static_cast<std::size_t>(to * 48'000), video.sound.size()); ++i)
      largest = std::max(largest, std::abs(video.sound[i]));
    return largest;
  };
  constexpr double kStart = kLoud / 15.0, kEnd = (kLoud + 1) / 15.0, kMoment = 0.01;
  EXPECT_GT(loud(kStart, kStart + kMoment), 0.2F) << "it begins with its picture";
  EXPECT_GT(loud(kEnd - kMoment, kEnd), 0.2F) << "and ends with it";
  EXPECT_LT(loud(0, kStart - 2 * kMoment), 0.02F);
  EXPECT_LT(loud(kEnd + 2 * kMoment, kSteps / 15.0), 0.02F);
  EXPECT_EQ(read_file(folder.path() / "a.mp4"), read_file(folder.path() / "b.mp4"));
}

TEST(VideoSink, SaysHowItsPicturesAreScaledAndColoured) {
  const test::TemporaryFolder folder;
  test::Steps steps(1, 6);
  VideoOptions options{.height = 240};
  options.look.maps.scale = ColorScale::parse("running");
  options.look.overlay = OverlayKind::kAdditive;
  VideoSink sink(folder.path() / "video.mp4", options);
  sink.begin(steps.info);
  sink.write(steps.next());
  sink.end({});
  const Decoded video = decode(folder.path() / "video.mp4");
  EXPECT_EQ(video.metadata.at("Scale"), "running");
  EXPECT_EQ(video.metadata.at("Overlay"), "additive");
  EXPECT_EQ(video.metadata.at("Colors"), "turbo");
}

void write_clip(const fs::path& file, int count) {
  test::Steps steps(1, 6);
  steps.paint_object(0.5, 0.5);
  ClipSink sink(file, {.decisions = 40});
  sink.begin(steps.info);
  for (int i = 0; i < count; ++i) sink.write(steps.next());
  sink.end({});
}

TEST(ClipSink, LoopsAndHasItsFramesSizeAndDuration) {
  const test::TemporaryFolder folder;
  write_clip(folder.path() / "clip.gif", 51);
  const Decoded clip = decode(folder.path() / "clip.gif");
  EXPECT_EQ(clip.codec, "gif");
  EXPECT_EQ(clip.frames, 20) << "every second decision of the first 40";
  EXPECT_EQ(clip.width, 584);
  EXPECT_EQ(clip.height, make_clip_layout(1).frame.height);
  EXPECT_NEAR(clip.seconds, 40.0 / 15, 0.05);
  const auto bytes = read_file(folder.path() / "clip.gif");
  const std::string text(bytes.begin(), bytes.end());
  const std::size_t loop = text.find("NETSCAPE2.0");
  ASSERT_NE(loop, std::string::npos);
  EXPECT_EQ(text.substr(loop + 11, 5), std::string("\x03\x01\0\0\0", 5)) << "for ever";
  EXPECT_NE(text.find("Agent: agent"), std::string::npos) << "provenance";
  write_clip(folder.path() / "again.gif", 51);
  EXPECT_EQ(bytes, read_file(folder.path() / "again.gif"));
  EXPECT_EQ(files_in(folder.path()), 2);
}

TEST(ClipSink, ItsPaletteHoldsTheClipsColours) {
  const test::TemporaryFolder folder;
  GifWriter writer(folder.path() / "colours.gif", {64, 64});
  const std::vector<picture::Rgb> colors{{255, 0, 0}, {0, 255, 0}, {10, 20, 200}, {128, 128, 128}};
  for (const picture::Rgb& color : colors) {
    picture::Image frame(picture::Size{64, 64});
    fill(frame, {0, 0, 64, 64}, color);
    writer.write(frame);
  }
  writer.finish();
  const Decoded clip = decode(folder.path() / "colours.gif");
  ASSERT_EQ(clip.frames, 4);
  for (std::size_t i = 0; i < colors.size(); ++i) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(clip.rgb[i][c], colors[i][c]) << i;
  }
}

TEST(GifWriter, FramesAreWhatTheyWereWhereOnlyAPartChanges) {
  const test::TemporaryFolder folder;
  GifWriter writer(folder.path() / "part.gif", {64, 64}, {.frames_per_second = 3, .comment = {}});
  const picture::Rgb back{10, 200, 30}, ball{250, 240, 0};
  // The ball comes to the middle, stays, and leaves: what it uncovers comes back.
  for (const std::int64_t left : {0, 30, 30, 60}) {
    picture::Image frame(picture::Size{64, 64});
    fill(frame, {0, 0, 64, 64}, back);
    fill(frame, {30, left, 4, 4}, ball);
    writer.write(frame);
  }
  writer.finish();
  const Decoded clip = decode(folder.path() / "part.gif");
  ASSERT_EQ(clip.frames, 4);
  EXPECT_EQ(clip.rgb, (std::vector<picture::Rgb>{back, ball, ball, back}));
  // A third of a second each, in hundredths: 33, 34, 33, 33.
  EXPECT_NEAR(clip.seconds, 4.0 / 3, 0.006);
}

TEST(GifWriter, RefusesWhatCannotBeAndLeavesNothing) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "clip.gif";
  EXPECT_THROW(GifWriter(file, {0, 64}), Error);
  EXPECT_THROW(ClipSink(file, {.decisions = 0}), Error);
  EXPECT_THROW(GifWriter(folder.path() / "missing" / "clip.gif", {64, 64}), Error);
  {
    GifWriter writer(file, {64, 64});
    EXPECT_THROW(writer.write(picture::Image(picture::Size{32, 64})), Error);
    EXPECT_THROW(writer.finish(), Error);
  }
  {
    GifWriter writer(file, {64, 64});
    writer.write(picture::Image(picture::Size{64, 64}));
  }
  EXPECT_EQ(files_in(folder.path()), 0);
}

}  // namespace
}  // namespace arcadecam::render
