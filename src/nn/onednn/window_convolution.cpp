#include "nn/onednn/window_convolution.h"

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace arcadecam::nn::onednn {
namespace {

/// [panel][tap][input channel / together][output channel of the panel][together]
Tensor arranged_in_panels(const Tensor& weight, std::int64_t panel, std::int64_t together) {
  const Shape& shape = weight.shape();
  const std::int64_t outputs = shape[0], inputs = shape[1], taps = shape[2] * shape[3];
  Tensor result(Shape{outputs / panel, taps, inputs / together, panel, together});
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t i = 0; i < inputs; ++i) {
      for (std::int64_t t = 0; t < taps; ++t) {
        const std::int64_t row = (o / panel * taps + t) * inputs / together + i / together;
        result.data()[(row * panel + o % panel) * together + i % together] =
            weight.data()[(o * inputs + i) * taps + t];
      }
    }
  }
  return result;
}

bool is_narrow(const ConvolutionSite& site) {
  return site.device.precision() == Precision::kBf16;
}

}  // namespace

std::unique_ptr<WindowConvolution> WindowConvolution::make(const ConvolutionSite& site,
                                                           const Conv2d& op) {
  const WindowKernels* kernels = window_kernels();
  if (kernels == nullptr || op.padding != 0 || site.input_shape[0] % kernels->lanes != 0)
    return nullptr;
  const std::int64_t panel = kernels->panel(site.shape[0]);
  if (panel == 0) return nullptr;
  if (steps::channels_in_block(site.input.layout()) != kernels->lanes ||
      steps::channels_in_block(site.output.layout()) != kernels->lanes) {
    return nullptr;
  }
  return std::make_unique<WindowConvolution>(site, op, panel);
}

WindowConvolution::WindowConvolution(const ConvolutionSite& site, const Conv2d& op,
                                     std::int64_t panel)
    : site_(site),
      in_area_(site.input_shape[1] * site.input_shape[2]),
      out_area_(site.shape[1] * site.shape[2]),
      in_blocks_(site.input_shape[0] / window_kernels()->lanes),
      out_blocks_(site.shape[0] / window_kernels()->lanes),
      weights_(arranged_in_panels(*op.weight, panel, is_narrow(site) ? 2 : 1)),
      bias_(op.bias ? *op.bias : Tensor(Shape{site.shape[0]})),
      all_(static_cast<std::size_t>(site.batch * out_area_)) {
  const std::int64_t width = site.input_shape[2];
  for (std::int64_t y = 0; y < op.weight->shape()[2]; ++y) {
    for (std::int64_t x = 0; x < op.weight->shape()[3]; ++x) {
      taps_.push_back(static_cast<std::int32_t>(y * width + x));
      offsets_.push_back((y * width + x) * window_kernels()->lanes);
    }
  }
  for (std::int64_t y = 0; y < site.shape[1]; ++y) {
    for (std::int64_t x = 0; x < site.shape[2]; ++x)
      starts_.push_back(static_cast<std::int32_t>((y * width + x) * op.stride));
  }
  std::iota(all_.begin(), all_.end(), 0);
  if (is_narrow(site)) {
    narrow_weights_.resize(static_cast<std::size_t>(weights_.size()));
    window_kernels()->narrow(weights_.data(), weights_.size(), narrow_weights_.data());
    weights_ = {};
    narrow_input_.resize(static_cast<std::size_t>(site.input.elements()));
  }
}

void WindowConvolution::run() {
  const std::span<const std::int32_t> chosen = choose();
  compute(chosen);
  if (chosen.size() < all_.size()) spread();
}

std::span<const std::int32_t> WindowConvolution::choose() {
  site_.output.classes = nullptr;
  if (site_.input.classes == nullptr) return all_;
  classes_.classify(*site_.input.classes, site_.batch, in_area_, starts_, taps_);
  if (classes_.hardly_any()) return all_;
  site_.output.classes = &classes_;
  return classes_.distinct();
}

void WindowConvolution::compute(std::span<const std::int32_t> chosen) {
  const WindowKernels& kernels = *window_kernels();
  const bool narrow = !narrow_weights_.empty();
  if (narrow) kernels.narrow(site_.input.x(), site_.input.elements(), narrow_input_.data());
  windows_.clear();
  narrow_windows_.clear();
  results_.clear();
  for (const std::int32_t output : chosen) {
    if (narrow) {
      narrow_windows_.push_back(narrow_input_.data() + window(output));
    } else {
      windows_.push_back(site_.input.x() + window(output));
    }
    results_.push_back(result(output));
  }
  const WindowSums sums{
      std::ssize(offsets_),      in_blocks_,     offsets_.data(), in_area_ * kernels.lanes,
      out_area_ * kernels.lanes, site_.shape[0], bias_.data()};
  constexpr std::int64_t kShare = 48;  // windows that are worth another thread; 6 and 8 divide it
  const auto count = std::ssize(chosen), shares = (count + kShare - 1) / kShare;
#pragma omp parallel for schedule(static) if (shares > 1 && omp_get_max_threads() > 1)
  for (std::int64_t share = 0; share < shares; ++share) {
    const std::int64_t at = share * kShare, number = std::min(kShare, count - at);
    if (narrow) {
      kernels.run_bf16(sums, narrow_weights_.data(), narrow_windows_.data() + at,
                       results_.data() + at, number);
    } else {
      kernels.run(sums, weights_.data(), windows_.data() + at, results_.data() + at, number);
    }
  }
}

void WindowConvolution::spread() {
  const std::vector<std::int32_t>& first = classes_.first();
  const std::int64_t lanes = window_kernels()->lanes, plane = out_area_ * lanes;
  const auto bytes = static_cast<std::size_t>(lanes) * sizeof(float);
  for (std::int64_t output = 0; output < std::ssize(first); ++output) {
    const std::int64_t same = first[static_cast<std::size_t>(output)];
    if (same == output) continue;
    const float* from = result(same);
    float* to = result(output);
    for (std::int64_t b = 0; b < out_blocks_; ++b)
      std::memcpy(to + b * plane, from + b * plane, bytes);
  }
}

std::int64_t WindowConvolution::window(std::int64_t output) const {
  const std::int64_t lanes = window_kernels()->lanes;
  return output / out_area_ * in_blocks_ * in_area_ * lanes +
         starts_[static_cast<std::size_t>(output % out_area_)] * lanes;
}

float* WindowConvolution::result(std::int64_t output) const {
  const std::int64_t lanes = window_kernels()->lanes;
  return site_.output.x() + output / out_area_ * out_blocks_ * out_area_ * lanes +
         output % out_area_ * lanes;
}

}  // namespace arcadecam::nn::onednn
