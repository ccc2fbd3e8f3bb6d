#include "render/gif_writer.h"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "picture/draw.h"
#include "render/palette.h"

namespace arcadecam::render {
namespace {

/// The palette's last place: "as in the frame before".
constexpr std::size_t kColors = 255;
constexpr std::uint8_t kUnchanged = 255;

using Indices = std::vector<std::uint8_t>;  // of one frame, row by row

/// The smallest box around all pixels that differ; one pixel where none does: a frame has some.
picture::Box changed_part(const Indices& before, const Indices& now, picture::Size size) {
  std::int64_t top = size.height, bottom = 0, left = size.width, right = 0;
  for (std::int64_t row = 0; row < size.height; ++row) {
    for (std::int64_t column = 0; column < size.width; ++column) {
      const auto at = static_cast<std::size_t>(row * size.width + column);
      if (before[at] == now[at]) continue;
      top = std::min(top, row);
      bottom = row + 1;
      left = std::min(left, column);
      right = std::max(right, column + 1);
    }
  }
  if (bottom == 0) return {0, 0, 1, 1};
  return {top, left, bottom - top, right - left};
}

/// giflib's encoder, whose failures are errors that name the file.
class Encoder {
 public:
  Encoder(OutputFile& file, std::string name) : file_(file), name_(std::move(name)) {
    int code = 0;
    gif_ = EGifOpen(this, &Encoder::write, &code);
    if (gif_ == nullptr) throw bad_input("{}: {}", name_, text(code));
    EGifSetGifVersion(gif_, true);
  }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() {
    int code = 0;
    if (gif_ != nullptr) EGifCloseFile(gif_, &code);
  }

  void start(picture::Size size, const Palette& palette) {
    std::array<GifColorType, 256> colors{};
    for (std::size_t i = 0; i < palette.colors().size(); ++i) {
      const picture::Rgb& color = palette.colors()[i];
      colors[i] = {color[0], color[1], color[2]};
    }
    const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(
        GifMakeMapObject(static_cast<int>(colors.size()), colors.data()), &GifFreeMapObject);
    check(map == nullptr ? GIF_ERROR
                         : EGifPutScreenDesc(gif_, static_cast<int>(size.width),
                                             static_cast<int>(size.height), 8, 0, map.get()));
    // Netscape's extension: shown again without end.
    constexpr std::array<unsigned char, 3> kForEver{1, 0, 0};
    constexpr std::string_view kNetscape = "NETSCAPE2.0";
    check(EGifPutExtensionLeader(gif_, APPLICATION_EXT_FUNC_CODE));
    check(EGifPutExtensionBlock(gif_, static_cast<int>(kNetscape.size()), kNetscape.data()));
    check(EGifPutExtensionBlock(gif_, static_cast<int>(kForEver.size()), kForEver.data()));
    check(EGifPutExtensionTrailer(gif_));
  }

  /// `box` of a frame whose rows are `width` long, shown for so many hundredths of a second.
  void frame(const Indices& indices, std::int64_t width, const picture::Box& box,
             std::int64_t hundredths) {
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = static_cast<int>(hundredths);
    control.TransparentColor = kUnchanged;
    std::array<GifByteType, 4> bytes{};
    EGifGCBToExtension(&control, bytes.data());
    check(EGifPutExtension(gif_, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(bytes.size()),
                           bytes.data()));
    check(EGifPutImageDesc(gif_, static_cast<int>(box.left), static_cast<int>(box.top),
                           static_cast<int>(box.width), static_cast<int>(box.height), false,
                           nullptr));
    Indices line(static_cast<std::size_t>(box.width));
    for (std::int64_t row = box.top; row < box.bottom(); ++row) {
      std::copy_n(indices.begin() + row * width + box.left, box.width, line.begin());
      check(EGifPutLine(gif_, line.data(), static_cast<int>(box.width)));
    }
  }

  void finish(const std::string& comment) {
    if (!comment.empty()) check(EGifPutComment(gif_, comment.c_str()));
    int code = 0;
    const int result = EGifCloseFile(std::exchange(gif_, nullptr), &code);
    if (failure_) std::rethrow_exception(failure_);
    if (result == GIF_ERROR) throw bad_input("{}: {}", name_, text(code));
  }

 private:
  static std::string text(int code) {
    const char* const words = GifErrorString(code);
    return words == nullptr ? "the GIF encoder failed" : words;
  }

  void check(int result) {
    if (failure_) std::rethrow_exception(failure_);
    if (result == GIF_ERROR) throw bad_input("{}: {}", name_, text(gif_->Error));
  }

  /// An exception must not cross giflib's C frames: it waits for check().
  static int write(GifFileType* gif, const GifByteType* bytes, int count) {
    auto& self = *static_cast<Encoder*>(gif->UserData);
    try {
      self.file_.write(std::span(bytes, static_cast<std::size_t>(count)));
      return count;
    } catch (...) {
      self.failure_ = std::current_exception();
      return 0;
    }
  }

  OutputFile& file_;
  std::string name_;
  GifFileType* gif_ = nullptr;
  std::exception_ptr failure_;
};

}  // namespace

struct GifWriter::State {
  OutputFile file;
  std::string name;
  picture::Size size;
  GifOptions options;
  std::vector<picture::Image> frames;
  Palette palette;

  State(const std::filesystem::path& path, picture::Size extents, const GifOptions& wanted)
      : file(path), name(path.string()), size(extents), options(wanted) {}

  void write(const picture::Image& image) {
    if (image.size() != size) {
      throw bad_input("{}: a frame of {}×{} in a clip of {}×{}", name, image.size().width,
                      image.size().height, size.width, size.height);
    }
    palette.add(image);
    frames.push_back(image);
  }

  [[nodiscard]] Indices indices_of(const picture::Image& image) const {
    const std::span<const std::uint8_t> values = image.pixels().values();
    Indices indices(values.size() / 3);
    picture::Rgb last{values[0], values[1], values[2]};
    std::uint8_t index = palette.index_of(last);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const picture::Rgb color{values[3 * i], values[3 * i + 1], values[3 * i + 2]};
      if (color != last) index = palette.index_of(color);
      last = color;
      indices[i] = index;
    }
    return indices;
  }

  /// When frame `index` begins, in hundredths of a second.
  [[nodiscard]] std::int64_t start_of(std::size_t index) const {
    const std::int64_t rate = options.frames_per_second;
    return (static_cast<std::int64_t>(index) * 200 * options.seconds + rate) / (2 * rate);
  }

  void finish() {
    if (frames.empty()) throw bad_input("{}: a clip needs at least one frame", name);
    palette.choose(kColors);
    Encoder encoder(file, name);
    encoder.start(size, palette);
    Indices shown;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const Indices now = indices_of(frames[i]);
      picture::Box box{0, 0, size.height, size.width};
      Indices drawn = now;
      if (i > 0) {
        box = changed_part(shown, now, size);
        // Long runs of one value pack best.
        for (std::size_t p = 0; p < drawn.size(); ++p)
          if (drawn[p] == shown[p]) drawn[p] = kUnchanged;
      }
      encoder.frame(drawn, size.width, box, start_of(i + 1) - start_of(i));
      shown = now;
    }
    encoder.finish(options.comment);
    file.commit();
  }
};

GifWriter::GifWriter(const std::filesystem::path& file, picture::Size size,
                     const GifOptions& options) {
  if (size.height < 1 || size.width < 1 || size.height > 65'535 || size.width > 65'535)
    throw bad_usage("a GIF of {}×{}: both must be from 1 to 65535", size.width, size.height);
  if (options.frames_per_second < 1 || options.seconds < 1) {
    throw bad_usage("a GIF of {} frames in {} s: expected 1 or more", options.frames_per_second,
                    options.seconds);
  }
  state_ = std::make_unique<State>(file, size, options);
}

GifWriter::~GifWriter() = default;

void GifWriter::write(const picture::Image& frame, std::span<const std::uint8_t>) {
  state_->write(frame);
}

void GifWriter::finish() {
  state_->finish();
}

}  // namespace arcadecam::render
