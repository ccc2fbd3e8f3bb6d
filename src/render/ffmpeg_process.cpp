#include "render/ffmpeg_process.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/process.h"
#include "core/text.h"
#include "render/yuv420.h"

namespace arcadecam::render {
namespace {

using Words = std::vector<std::string>;

void append_words(Words& words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
}

/// "file:" keeps a colon in a name from being taken for a protocol.
std::string url_of(const OutputFile& file) {
  return "file:" + file.temporary().string();
}

/// The end of a command that writes an MP4 file with what the options say of it.
void append_output(Words& words, const Mp4Options& options, const OutputFile& file) {
  for (const auto& [key, value] : options.metadata)
    append_words(words, {"-metadata", key + "=" + value});
  append_words(words, {"-fflags", "+bitexact", "-movflags", "+faststart+use_metadata_tags", "-f",
                       "mp4", url_of(file)});
}

/// With the settings of render/video/mp4_encoder.cpp, where the reasons stand.
Words encoding(picture::Size size, const Mp4Options& options, const OutputFile& file) {
  const std::string rate = fmt::format("{}/{}", options.frames_per_second, options.seconds);
  Words words{"-hide_banner",
              "-loglevel",
              "error",
              "-nostdin",
              "-y",
              "-f",
              "rawvideo",
              "-pixel_format",
              "yuv420p",
              "-video_size",
              fmt::format("{}x{}", size.width, size.height),
              "-framerate",
              rate,
              "-color_range",
              "tv",
              "-colorspace",
              "bt709",
              "-color_primaries",
              "bt709",
              "-color_trc",
              "bt709",
              "-i",
              "pipe:0"};
  append_words(words, {"-c:v",
                       "libx264",
                       "-preset",
                       "ultrafast",
                       "-x264-params",
                       "cabac=1",
                       "-crf",
                       fmt::format("{}", options.quality),
                       "-g",
                       fmt::format("{}", 5 * options.frames_per_second / options.seconds),
                       "-threads",
                       "1",
                       "-flags:v",
                       "+bitexact",
                       "-pix_fmt",
                       "yuv420p",
                       "-color_range",
                       "tv",
                       "-colorspace",
                       "bt709",
                       "-color_primaries",
                       "bt709",
                       "-color_trc",
                       "bt709"});
  append_output(words, options, file);
  return words;
}

/// Puts a finished video and its sound into one file.
Words joining(const OutputFile& video, const OutputFile& sound, const Mp4Options& options,
              const OutputFile& file) {
  Words words{"-hide_banner",
              "-loglevel",
              "error",
              "-nostdin",
              "-y",
              "-i",
              url_of(video),
              "-f",
              "u8",
              "-ar",
              fmt::format("{}", options.sound_rate),
              "-ac",
              "1",
              "-i",
              url_of(sound)};
  append_words(words, {"-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", "-aac_coder",
                       "fast", "-b:a", "96k", "-ar", "48000", "-flags:a", "+bitexact"});
  append_output(words, options, file);
  return words;
}

/// The end of what ffmpeg said, in one line.
std::string last_words(const std::filesystem::path& log) {
  constexpr std::size_t kMost = 400;
  const std::vector<std::uint8_t> bytes = read_file(log);
  std::string text(bytes.end() - static_cast<std::ptrdiff_t>(std::min(bytes.size(), kMost)),
                   bytes.end());
  while (text.ends_with('\n')) text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.empty() ? "it said nothing" : printable(text, kMost);
}

class FfmpegWriter final : public FrameWriter {
 public:
  FfmpegWriter(const std::filesystem::path& ffmpeg, const std::filesystem::path& file,
               picture::Size size, const Mp4Options& options)
      : ffmpeg_(ffmpeg), name_(file.string()), size_(size), options_(options), file_(file) {
    log_.emplace(name_ + ".log", file);
    if (options.sound_rate > 0) {
      silent_.emplace(name_ + ".silent", file);
      sound_.emplace(name_ + ".sound", file);
    }
    encoder_.emplace(ffmpeg_, encoding(size, options, silent_ ? *silent_ : file_),
                     log_->temporary(), ProcessInput::kWritten);
    const auto pixels = static_cast<std::size_t>(size.height * size.width);
    planes_.resize(pixels + pixels / 2);
  }

  void write(const picture::Image& frame, std::span<const std::uint8_t> sound) override {
    if (frame.size() != size_) {
      throw bad_input("{}: a frame of {}×{} in a video of {}×{}", name_, frame.size().width,
                      frame.size().height, size_.width, size_.height);
    }
    std::uint8_t* const luma = planes_.data();
    std::uint8_t* const blueness = luma + size_.height * size_.width;
    std::uint8_t* const redness = blueness + size_.height * size_.width / 4;
    to_yuv420(frame, {.data = {luma, blueness, redness},
                      .stride = {size_.width, size_.width / 2, size_.width / 2}});
    if (!encoder_->write(planes_)) {
      end(*encoder_);
      throw bad_input("{}: ffmpeg ended before the last frame", name_);
    }
    if (sound_) sound_->write(sound);
    ++frames_;
  }

  void finish() override {
    if (frames_ == 0) throw bad_input("{}: a video needs at least one frame", name_);
    end(*encoder_);
    if (sound_) {
      sound_->flush();
      Process joiner(ffmpeg_, joining(*silent_, *sound_, options_, file_), log_->temporary());
      end(joiner);
    }
    file_.commit();
    for (auto* step : {&log_, &silent_, &sound_}) step->reset();
  }

 private:
  void end(Process& process) const {
    const ProcessEnd end = process.wait();
    if (end.signal == 0 && end.code == 0) return;
    throw bad_input("{}: cannot be written: ffmpeg failed ({} {}): {}", name_,
                    end.signal == 0 ? "exit status" : "signal",
                    end.signal == 0 ? end.code : end.signal, last_words(log_->temporary()));
  }

  std::filesystem::path ffmpeg_;
  std::string name_;
  picture::Size size_;
  Mp4Options options_;
  // Those that are never committed are removed; the process ends before them.
  OutputFile file_;
  std::optional<OutputFile> log_, silent_, sound_;
  std::optional<Process> encoder_;
  std::vector<std::uint8_t> planes_;  ///< of one frame
  std::int64_t frames_ = 0;
};

}  // namespace

std::unique_ptr<FrameWriter> open_ffmpeg(const std::filesystem::path& ffmpeg,
                                         const std::filesystem::path& file, picture::Size size,
                                         const Mp4Options& options) {
  return std::make_unique<FfmpegWriter>(ffmpeg, file, size, options);
}

}  // namespace arcadecam::render
