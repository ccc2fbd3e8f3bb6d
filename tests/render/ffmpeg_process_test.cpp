// Videos by the program ffmpeg. A script of these tests stands in for it: what it is told and given
// is what matters here.
#include "render/ffmpeg_process.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "render/yuv420.h"
#include "support/error_of.h"
#include "support/golden.h"

namespace arcadecam::render {
namespace {

namespace fs = std::filesystem;

class FfmpegProcess : public testing::Test {
 protected:
  /// An "ffmpeg" that writes its arguments to a file, one a line, and then does this. $last is the
  /// file that it is to make.
  fs::path program(const std::string& body) {
    const fs::path file = folder_.path() / "ffmpeg";
    std::ofstream(file) << "#!/bin/sh\nfor last; do echo \"$last\"; done >>'"
                        << (folder_.path() / "arguments").string() << "'\nlast=${last#file:}\n"
                        << body << "\n";
    fs::permissions(file, fs::perms::owner_all);
    return file;
  }
  std::string arguments() {
    std::ifstream file(folder_.path() / "arguments");
    std::string all, line;
    while (std::getline(file, line)) all += " " + line;
    return all;
  }
  /// What lies where the video is to be.
  std::vector<std::string> files() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(out_)) names.push_back(entry.path().filename());
    return names;
  }

  FfmpegProcess() { fs::create_directory(out_); }

  test::TemporaryFolder folder_;
  fs::path out_ = folder_.path() / "out", file_ = out_ / "a:b.mp4";
  picture::Image frame_{picture::Size{4, 6}};
};

TEST_F(FfmpegProcess, IsGivenThePicturesOfTheVideo) {
  frame_.set(0, 0, {255, 255, 255});
  frame_.set(3, 5, {255, 0, 0});
  const auto writer = open_ffmpeg(program("exec cat >\"$last\""), file_, frame_.size(),
                                  {.frames_per_second = 30, .metadata = {{"Agent", "a b"}}});
  writer->write(frame_);
  writer->write(picture::Image(frame_.size()));
  EXPECT_FALSE(fs::exists(file_)) << "not under its final name yet";
  writer->finish();
  const std::vector<std::uint8_t> bytes = read_file(file_);
  ASSERT_EQ(bytes.size(), 2U * 36U);
  EXPECT_EQ(bytes[0], 235) << "white in limited range";
  EXPECT_EQ(bytes[1], 16) << "black";
  EXPECT_EQ(bytes[23], 63) << "red";
  EXPECT_EQ(bytes[24], 128) << "no blueness in grey";
  EXPECT_GT(bytes[35], 150) << "redness of the last four pixels";
  EXPECT_EQ(bytes[36], 16) << "the second frame";
  const std::string said = arguments();
  for (const char* words :
       {" -video_size 6x4 ", " -framerate 30/1 ", " -pixel_format yuv420p ", " -i pipe:0 ",
        " -crf 22 ", " -g 150 ", " -metadata Agent=a b ", " -f mp4 file:"}) {
    EXPECT_NE(said.find(words), std::string::npos) << words << " in " << said;
  }
  EXPECT_EQ(files(), std::vector<std::string>{"a:b.mp4"});
}

TEST_F(FfmpegProcess, AddsTheSoundWhenTheVideoIsWhole) {
  // The second call has no pipe: it is given two files.
  const auto writer =
      open_ffmpeg(program("case \"$*\" in *pipe:0*) exec cat >\"$last\";; esac\n"
                          "for word; do case $word in file:*.silent.*|file:*.sound.*)\n"
                          "cat \"${word#file:}\" >>\"$last\";; esac; done"),
                  file_, frame_.size(), {.sound_rate = 30'720, .metadata = {}});
  const std::vector<std::uint8_t> sound{1, 2, 3};
  writer->write(frame_, sound);
  writer->finish();
  std::vector<std::uint8_t> expected(36, 128);
  std::fill_n(expected.begin(), 24, std::uint8_t{16});
  expected.insert(expected.end(), sound.begin(), sound.end());
  EXPECT_EQ(read_file(file_), expected);
  EXPECT_NE(arguments().find(" -f u8 -ar 30720 -ac 1 -i file:"), std::string::npos);
  EXPECT_NE(arguments().find(" -c:v copy -c:a aac "), std::string::npos);
  EXPECT_EQ(files(), std::vector<std::string>{"a:b.mp4"});
}

TEST_F(FfmpegProcess, ItsFailureIsOursAndLeavesNoFile) {
  const auto failing = program("cat >/dev/null; echo 'Unknown encoder libx264' >&2; exit 3");
  {
    const auto writer = open_ffmpeg(failing, file_, frame_.size(), {});
    writer->write(frame_);
    const std::string error = test::error_of([&] { writer->finish(); });
    EXPECT_EQ(error, file_.string() +
                         ": cannot be written: ffmpeg failed (exit status 3): Unknown encoder "
                         "libx264");
    EXPECT_NE(test::error_of([&] { writer->finish(); }), "") << "once more";
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(FfmpegProcess, OneThatEndsEarlyEndsTheVideo) {
  {
    const auto writer = open_ffmpeg(program("echo 'no room' >&2; exit 1"), file_, {640, 640}, {});
    const picture::Image frame(picture::Size{640, 640});
    const std::string error = test::error_of([&] {
      for (int i = 0; i < 100; ++i) writer->write(frame);
    });
    EXPECT_NE(error.find("ffmpeg failed (exit status 1): no room"), std::string::npos) << error;
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(FfmpegProcess, IsEndedWithTheWriter) {
  {
    const auto writer = open_ffmpeg(program("cat >\"$last\"; sleep 600"), file_, frame_.size(), {});
    writer->write(frame_);
    EXPECT_THROW(writer->write(picture::Image(picture::Size{2, 2})), Error);
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(FfmpegProcess, OneThatDoesNotStartIsAnError) {
  const std::string error =
      test::error_of([&] { open_ffmpeg(folder_.path() / "nothing", file_, frame_.size(), {}); });
  EXPECT_NE(error.find("nothing: cannot be started: No such file"), std::string::npos) << error;
  EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace arcadecam::render
