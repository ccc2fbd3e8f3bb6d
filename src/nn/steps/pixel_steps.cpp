// Convolutions that skip zeros (see PixelConvolution) as steps: of pixels whose channels lie side
// by side, and of a picture in C order whose stride×stride squares become such pixels.
#include <algorithm>
#include <cstring>

#include "nn/steps/context.h"
#include "nn/steps/pixel_convolution.h"

namespace arcadecam::nn::steps {
namespace {

class PixelStep final : public StripStep {
 public:
  PixelStep(const StepSite& site, const Conv2d& op)
      : StripStep(site.batch), site_(site), layer_(op, site.input_shape(), site.shape()) {
    site.allocate(Layout::kChannelsLast);
  }

  void forward_strip(Samples samples) override {
    const NodeMemory& in = site_.input();
    const Shape& shape = site_.input_shape();
    PixelMasks& masks = site_.context.masks();
    NodeMemory& out = site_.output();
    out.changed = nullptr;
    if (in.changed != nullptr && !layer_.is_padded()) {
      const auto read = layer_.compare(*in.changed);
      masks.look_at(read, in.x(samples.first), shape[1] * shape[2], shape[0]);
      out.classes = nullptr;
      out.changed = layer_.update(masks, out.x_before(samples.first), out.x(samples.first));
      return;
    }
    if (in.classes != nullptr) {
      masks.look(in.x(samples.first), in.classes->first(), shape[0]);
    } else {
      masks.look(in.x(samples.first), samples.count * shape[1] * shape[2], shape[0]);
    }
    out.classes = layer_.forward(masks, in.classes, samples.count, out.x(samples.first));
  }

  void backward_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    const Shape& shape = site_.shape();
    PixelMasks& masks = site_.context.masks();
    masks.look(site_.output().g(samples.first), samples.count * shape[1] * shape[2], shape[0]);
    masks.list();
    layer_.backward(masks, samples.count, in.gradient_started, in.g(samples.first));
    in.gradient_started = true;
  }

 private:
  StepSite site_;
  PixelConvolution layer_;
};

class SquaresStep final : public StripStep {
 public:
  SquaresStep(const StepSite& site, const Conv2d& op)
      : StripStep(site.batch),
        site_(site),
        side_(op.stride),
        shape_(squares_of(site.input_shape(), op.stride)),
        layer_({rearranged(*op.weight, op.stride), op.bias, 1, 0}, shape_, site.shape()) {
    site.allocate(Layout::kChannelsLast);
  }

  static Shape squares_of(const Shape& picture, std::int64_t side) {
    return {picture[0] * side * side, picture[1] / side, picture[2] / side};
  }

  bool forward_scaled(const Observations& observations, float factor, Samples samples) override {
    const std::int64_t picture = site_.input_shape().count();
    if (const auto* bytes = std::get_if<ByteTensorView>(&observations.values)) {
      convolve_bytes(bytes->data() + samples.first * picture, factor, samples);
    } else {
      const auto& floats = std::get<TensorView>(observations.values);
      convolve(floats.data() + samples.first * picture, factor, samples);
    }
    return true;
  }

  void forward_strip(Samples samples) override {
    const NodeMemory& in = site_.input();
    convolve(in.x(samples.first), 1.0F, samples, in.shared > 0);
  }

  void backward_strip(Samples samples) override {
    NodeMemory& in = site_.input();
    if (!in.gradient_wanted) return;
    const Shape& shape = site_.shape();
    PixelMasks& masks = site_.context.masks();
    masks.look(site_.output().g(samples.first), samples.count * shape[1] * shape[2], shape[0]);
    masks.list();
    const auto size = static_cast<std::size_t>(samples.count * shape_.count());
    if (gradient_.size() < size) gradient_.resize(size);
    layer_.backward(masks, samples.count, false, gradient_.data());
    const bool accumulate = in.gradient_started;
    const auto put = [accumulate](const float* from, float* to, std::int64_t length) {
      for (std::int64_t i = 0; i < length; ++i) to[i] = accumulate ? to[i] + from[i] : from[i];
    };
    for_each_run(samples.count, gradient_.data(), in.g(samples.first), put);
    in.gradient_started = true;
  }

 private:
  /// Bytes tell alike squares from others faster than floats do.
  void convolve_bytes(const std::uint8_t* pictures, float factor, Samples samples) {
    const std::int64_t count = samples.count * shape_[1] * shape_[2], channels = shape_[0];
    std::vector<std::uint8_t>& squares = room_for(bytes_, samples);
    const auto copy = [](std::uint8_t* to, const std::uint8_t* from, std::int64_t length) {
      std::memcpy(to, from, static_cast<std::size_t>(length));
    };
    PixelMasks& masks = site_.context.masks();
    const std::uint8_t* before = before_of(pictures, samples);
    const bool is_first = samples.count == 1 && samples.first == 0;
    if (is_first && site_.input().is_kept && !last_.empty()) before = last_.data();
    const bool differs_little = find_changed(pictures, before);
    if (samples.count == 1 && samples.first == site_.batch - 1)
      last_.assign(pictures, pictures + site_.input_shape().count());
    if (differs_little) {
      const auto read = layer_.compare(changed_);
      for_each_run_of(read, squares.data(), pictures, copy);
      masks.look_at(read, squares.data(), count, channels, factor);
      return update(masks, samples);
    }
    for_each_run(samples.count, squares.data(), pictures, copy);
    const bool alike = find_alike(squares.data(), count, channels);
    masks.look(squares.data(), first_of(alike), count, channels, factor);
    run(masks, alike, samples);
  }

  /// `pictures`: those of the batch lie one after the other, unless the strips share their memory.
  void convolve(const float* pictures, float factor, Samples samples, bool shared = false) {
    const std::int64_t count = samples.count * shape_[1] * shape_[2], channels = shape_[0];
    std::vector<float>& squares = room_for(floats_, samples);
    const auto scale = [factor](float* to, const float* from, std::int64_t length) {
      for (std::int64_t i = 0; i < length; ++i) to[i] = from[i] * factor;
    };
    PixelMasks& masks = site_.context.masks();
    last_.clear();
    if (!shared && find_changed(pictures, before_of(pictures, samples))) {
      const auto read = layer_.compare(changed_);
      for_each_run_of(read, squares.data(), pictures, scale);
      masks.look_at(read, squares.data(), count, channels);
      return update(masks, samples);
    }
    for_each_run(samples.count, squares.data(), pictures, scale);
    const auto bytes = static_cast<std::int64_t>(sizeof(float)) * channels;
    const bool alike = find_alike(squares.data(), count, bytes);
    if (alike) {
      masks.look(squares.data(), first_of(true), channels);
    } else {
      masks.look(squares.data(), count, channels);
    }
    run(masks, alike, samples);
  }

  template <typename T>
  std::vector<T>& room_for(std::vector<T>& squares, Samples samples) {
    const auto size = static_cast<std::size_t>(samples.count * shape_.count());
    if (squares.size() < size) squares.resize(size);
    return squares;
  }

  /// The picture before a single one in the batch; null: there is none.
  template <typename T>
  [[nodiscard]] const T* before_of(const T* picture, Samples samples) const {
    return samples.count == 1 && samples.first > 0 ? picture - site_.input_shape().count()
                                                   : nullptr;
  }

  /// Whether a picture differs little from the one before it (null: there is none), as the probes
  /// of one state do and the steps of a game; leaves in changed_ where.
  template <typename T>
  bool find_changed(const T* picture, const T* before) {
    if (before == nullptr) return false;
    changed_.assign(static_cast<std::size_t>(shape_[1] * shape_[2]), 0);
    const std::int64_t plane = std::ssize(changed_) * side_ * side_;
    for (std::int64_t c = 0; c < shape_[0] / (side_ * side_);
         ++c, picture += plane, before += plane) {
      if (side_ == kUsual) {
        mark_changed(picture, before, kUsual);
      } else {
        mark_changed(picture, before, side_);
      }
      if (2 * std::ranges::count(changed_, 1) >= std::ssize(changed_)) return false;
    }
    return true;
  }

  template <typename T>
  [[gnu::always_inline]] void mark_changed(const T* plane, const T* before, std::int64_t side) {
    const std::int64_t width = shape_[2], row = width * side;
    for (std::int64_t y = 0; y < shape_[1]; ++y) {
      std::uint8_t* changed = changed_.data() + y * width;
      for (std::int64_t dy = 0; dy < side; ++dy, plane += row, before += row) {
        // Most rows are as they were.
        if (std::memcmp(plane, before, static_cast<std::size_t>(row) * sizeof(T)) == 0) continue;
        const auto size = static_cast<std::size_t>(side) * sizeof(T);
        for (std::int64_t x = 0; x < width; ++x) {
          const bool differs = std::memcmp(plane + x * side, before + x * side, size) != 0;
          changed[x] |= static_cast<std::uint8_t>(differs ? 1 : 0);
        }
      }
    }
  }

  void update(const PixelMasks& masks, Samples samples) {
    NodeMemory& out = site_.output();
    out.classes = nullptr;
    out.changed = layer_.update(masks, out.x_before(samples.first), out.x(samples.first));
  }

  bool find_alike(const void* pixels, std::int64_t count, std::int64_t bytes) {
    if (bytes % PixelKernels::kHashed != 0) return false;
    classes_.classify(pixels, count, bytes);
    return !classes_.hardly_any();
  }

  [[nodiscard]] std::span<const std::int32_t> first_of(bool alike) const {
    return alike ? std::span<const std::int32_t>(classes_.first())
                 : std::span<const std::int32_t>();
  }

  void run(const PixelMasks& masks, bool alike, Samples samples) {
    NodeMemory& out = site_.output();
    out.changed = nullptr;
    out.classes =
        layer_.forward(masks, alike ? &classes_ : nullptr, samples.count, out.x(samples.first));
  }

  /// Visits the runs of `side_` neighbouring pixels of a row: visit(in squares, in pictures,
  /// side_).
  template <typename A, typename B, typename F>
  void for_each_run(std::int64_t count, A* squares, B* pictures, const F& visit) const {
    if (side_ == kUsual) return visit_runs(count, squares, pictures, visit, kUsual);
    visit_runs(count, squares, pictures, visit, side_);
  }

  template <typename A, typename B, typename F>
  [[gnu::always_inline]] void visit_runs(std::int64_t count, A* squares, B* pictures,
                                         const F& visit, std::int64_t side) const {
    const std::int64_t height = shape_[1], width = shape_[2], depth = shape_[0];
    for (std::int64_t n = 0; n < count; ++n) {
      for (std::int64_t c = 0; c < depth / (side * side); ++c) {
        for (std::int64_t y = 0; y < height; ++y) {
          for (std::int64_t dy = 0; dy < side; ++dy) {
            A* to = squares + (n * height + y) * width * depth + (c * side + dy) * side;
            for (std::int64_t x = 0; x < width; ++x, pictures += side)
              visit(to + x * depth, pictures, side);
          }
        }
      }
    }
  }

  /// The same of one picture, in the given squares alone.
  template <typename T, typename F>
  void for_each_run_of(std::span<const std::int32_t> chosen, T* squares, const T* picture,
                       const F& visit) const {
    const std::int64_t height = shape_[1], width = shape_[2], depth = shape_[0];
    const std::int64_t planes = depth / (side_ * side_), row = width * side_;
    for (const std::int32_t square : chosen) {
      const T* from = picture + square / width * side_ * row + square % width * side_;
      T* to = squares + square * depth;
      for (std::int64_t c = 0; c < planes; ++c) {
        for (std::int64_t dy = 0; dy < side_; ++dy, to += side_)
          visit(to, from + (c * height * side_ + dy) * row, side_);
      }
    }
  }

  static constexpr std::int64_t kUsual = 4;  ///< known to the compiler, a run of it is one move

  StepSite site_;
  std::int64_t side_;
  Shape shape_;  ///< of the squares as pixels
  PixelConvolution layer_;
  PixelClasses classes_;
  // A strip's.
  std::vector<std::uint8_t> bytes_;
  std::vector<float> floats_;
  std::vector<std::uint8_t> changed_;
  std::vector<std::uint8_t> last_;  ///< picture of the pass before, where that was of bytes
  std::vector<float> gradient_;     ///< in squares
};

bool fits_pixels(const StepSite& site, const Conv2d& op) {
  return PixelConvolution::fits(op, site.input_shape()) &&
         site.input().layout() == Layout::kChannelsLast;
}

bool fits_squares(const StepSite& site, const Conv2d& op) {
  return worth_rearranging(op, site.input_shape()) &&
         PixelConvolution::fits(op, SquaresStep::squares_of(site.input_shape(), op.stride)) &&
         site.input().layout() == Layout::kPlain;
}

}  // namespace

std::unique_ptr<PlanStep> make_pixel_convolution(const StepSite& site, const Conv2d& op) {
  if (!fits_pixels(site, op)) return nullptr;
  return std::make_unique<PixelStep>(site, op);
}

std::unique_ptr<PlanStep> make_squares_convolution(const StepSite& site, const Conv2d& op) {
  if (!fits_squares(site, op)) return nullptr;
  return std::make_unique<SquaresStep>(site, op);
}

bool is_pixel_convolution(const StepSite& site, const Conv2d& op) {
  return fits_pixels(site, op) || fits_squares(site, op);
}

}  // namespace arcadecam::nn::steps
