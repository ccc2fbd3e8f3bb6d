#include "explain/scaled_windows.h"

#include <algorithm>
#include <cmath>

namespace arcadecam::explain {
namespace {

/// Where windows of `window` begin along `length`, side by side; the last one ends at the end.
std::vector<std::int64_t> window_starts(std::int64_t length, std::int64_t window) {
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start + window < length; start += window) starts.push_back(start);
  starts.push_back(length - window);
  return starts;
}

}  // namespace

ScaledWindows::ScaledWindows(Shape plane, std::int64_t sizes, double growth) : plane_(plane) {
  const std::int64_t shorter = std::min(plane[0], plane[1]), longer = std::max(plane[0], plane[1]);
  const auto step =
      static_cast<std::int64_t>(std::nearbyint(growth * static_cast<double>(shorter)));
  for (std::int64_t k = 0; k < sizes; ++k) {
    const std::int64_t small = shorter + k * step, large = small * longer / shorter;
    const bool tall = plane[0] > plane[1];
    const std::int64_t height = tall ? large : small, width = tall ? small : large;
    for (const std::int64_t top : window_starts(height, plane[0])) {
      for (const std::int64_t left : window_starts(width, plane[1]))
        windows_.push_back({height, width, top, left});
    }
  }
}

void ScaledWindows::cut(TensorView picture, std::size_t index, std::span<float> values) {
  const Window& window = windows_[index];
  const std::int64_t planes = picture.shape()[0];
  const bool ready = enlarged_ != nullptr && enlarged_->height == window.height &&
                     enlarged_->width == window.width;
  if (!ready) {
    large_.resize({planes, window.height, window.width});
    std::ranges::fill(large_.values(), 0.0F);
    BilinearResize resize(plane_, {window.height, window.width}, Alignment::kHalfPixel);
    for (std::int64_t c = 0; c < planes; ++c)
      resize.add(picture[c].data(), 1.0F, large_.data() + c * window.height * window.width);
    enlarged_ = &window;
  }
  float* to = values.data();
  for (std::int64_t c = 0; c < planes; ++c) {
    for (std::int64_t y = 0; y < plane_[0]; ++y) {
      const float* from =
          large_.data() + (c * window.height + window.top + y) * window.width + window.left;
      to = std::copy_n(from, plane_[1], to);
    }
  }
}

void ScaledWindows::paste(TensorView map, std::size_t index, MutableTensorView placed) {
  const Window& window = windows_[index];
  canvas_.resize({window.height, window.width});
  std::ranges::fill(canvas_.values(), 0.0F);
  for (std::int64_t y = 0; y < plane_[0]; ++y) {
    std::copy_n(map.data() + y * plane_[1], plane_[1],
                canvas_.data() + (window.top + y) * window.width + window.left);
  }
  std::ranges::fill(placed.values(), 0.0F);
  BilinearResize({window.height, window.width}, plane_, Alignment::kHalfPixel)
      .add(canvas_.data(), 1.0F, placed.data());
}

}  // namespace arcadecam::explain
