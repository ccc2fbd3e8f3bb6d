#include "nn/plain_operations.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/softmax.h"
#include "nn/stabilised.h"

namespace arcadecam::nn {
namespace {

template <typename T>
T sigmoid(T x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

template <typename T>
T normal_distribution(T x) {
  return static_cast<T>(0.5) * (1 + std::erf(x / std::numbers::sqrt2_v<T>));
}

/// visit(output position, first and past-the-last row and column of its window within the input,
/// position of the channel's first value) of every window.
template <typename F>
void for_each_window(const Pool2d& op, const Shape& in, const Shape& out, F&& visit) {
  std::int64_t output = 0;
  for (std::int64_t channel = 0; channel < out[0]; ++channel) {
    for (std::int64_t row = 0; row < out[1]; ++row) {
      for (std::int64_t column = 0; column < out[2]; ++column, ++output) {
        const std::int64_t top = row * op.stride - op.before;
        const std::int64_t left = column * op.stride - op.before;
        visit(output, std::max<std::int64_t>(top, 0), std::min(top + op.kernel, in[1]),
              std::max<std::int64_t>(left, 0), std::min(left + op.kernel, in[2]),
              channel * in[1] * in[2]);
      }
    }
  }
}

template <typename T>
struct Window {
  T value;          // largest or mean
  std::int64_t at;  // of the largest, the first in C order
  T share;          // of one value in the mean
};

/// visit(output position, window, each(input position)) of every window.
template <typename T, typename F>
void for_each_pooled(const Pool2d& op, const PlainSample<T>& s, F&& visit) {
  const Shape& in = s.input_shape();
  for_each_window(
      op, in, s.shape(), [&](auto out, auto top, auto end, auto left, auto right, auto first) {
        const auto each = [&](auto&& f) {
          for (std::int64_t h = top; h < end; ++h) {
            for (std::int64_t w = left; w < right; ++w) f(first + h * in[2] + w);
          }
        };
        const std::int64_t held =
            op.counts_padding ? std::int64_t{op.kernel} * op.kernel : (end - top) * (right - left);
        Window<T> window{0, first + top * in[2] + left, 1 / static_cast<T>(held)};
        if (op.kind == Pool2d::Kind::kMax) {
          each([&](std::int64_t i) {
            if (s.x[0][i] > s.x[0][window.at]) window.at = i;
          });
          window.value = s.x[0][window.at];
        } else {
          each([&](std::int64_t i) { window.value += s.x[0][i]; });
          window.value *= window.share;
        }
        visit(out, window, each);
      });
}

/// Values that a LayerNorm normalises together: of a whole sample, or the channels of one pixel.
template <typename T>
struct NormGroup {
  std::int64_t first, count, stride;
  T mean, deviation;

  /// f(where in the sample, which of gamma and beta)
  void each(auto&& f) const {
    for (std::int64_t i = 0; i < count; ++i) f(first + i * stride, i);
  }
};

template <typename T>
void for_each_group(const LayerNorm& op, const PlainSample<T>& s, auto&& visit) {
  const std::int64_t count = op.gamma->size(), groups = s.shape().count() / count;
  for (std::int64_t g = 0; g < groups; ++g) {
    NormGroup<T> group{g, count, groups, 0, 0};
    T mean = 0, variance = 0;
    group.each([&](std::int64_t at, std::int64_t) { mean += s.x[0][at]; });
    mean /= static_cast<T>(count);
    group.each([&](std::int64_t at, std::int64_t) {
      variance += (s.x[0][at] - mean) * (s.x[0][at] - mean);
    });
    variance /= static_cast<T>(count);
    group.mean = mean;
    group.deviation = std::sqrt(variance + static_cast<T>(op.epsilon));
    visit(group);
  }
}

template <typename T>
struct PlainForward {
  const PlainSample<T>& s;

  void operator()(const Activation& op) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i) s.y[i] = value_of(op, s.x[0][i]);
  }
  void operator()(const Pool2d& op) const {
    for_each_pooled(op, s,
                    [&](auto out, const Window<T>& window, auto&&) { s.y[out] = window.value; });
  }
  void operator()(const Concat&) const {
    T* y = s.y;
    for (std::size_t k = 0; k < s.x.size(); ++k)
      y = std::copy_n(s.x[k], s.input_shape(k).count(), y);
  }
  void operator()(const LayerNorm& op) const {
    for_each_group(op, s, [&](const NormGroup<T>& group) {
      group.each([&](std::int64_t at, std::int64_t i) {
        s.y[at] =
            (s.x[0][at] - group.mean) / group.deviation * op.gamma->data()[i] + op.beta->data()[i];
      });
    });
  }
  void operator()(const Softmax&) const {
    softmax(s.x[0], static_cast<std::size_t>(s.shape().count()), s.y);
  }
  void operator()(const Slice& op) const { std::copy_n(s.x[0] + op.first, op.count, s.y); }
  void operator()(const Gate&) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i) s.y[i] = s.x[0][i] * s.x[1][i];
  }
  void operator()(const Affine& op) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i)
      s.y[i] = s.x[0][i] * op.factor->data()[i] + op.shift->data()[i];
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

template <typename T>
struct PlainBackward {
  const PlainSample<T>& s;

  void operator()(const Activation& op) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i)
      s.gx[0][i] += s.gy[i] * slope_of(op, s.x[0][i]);
  }
  void operator()(const Pool2d& op) const {
    for_each_pooled(op, s, [&](auto out, const Window<T>& window, auto&& each) {
      if (op.kind == Pool2d::Kind::kMax) {
        s.gx[0][window.at] += s.gy[out];
      } else {
        each([&](std::int64_t i) { s.gx[0][i] += s.gy[out] * window.share; });
      }
    });
  }
  void operator()(const Concat&) const {
    const T* gy = s.gy;
    for (std::size_t k = 0; k < s.gx.size(); ++k) {
      const std::int64_t count = s.input_shape(k).count();
      for (std::int64_t i = 0; s.gx[k] != nullptr && i < count; ++i) s.gx[k][i] += gy[i];
      gy += count;
    }
  }
  void operator()(const LayerNorm& op) const {
    // With h = gamma·gy and z = (x − mean)/deviation: (h − mean h − z·mean(h·z))/deviation.
    for_each_group(op, s, [&](const NormGroup<T>& group) {
      T mean_h = 0, mean_hz = 0;
      group.each([&](std::int64_t at, std::int64_t i) {
        const T h = op.gamma->data()[i] * s.gy[at];
        mean_h += h;
        mean_hz += h * (s.x[0][at] - group.mean) / group.deviation;
      });
      mean_h /= static_cast<T>(group.count);
      mean_hz /= static_cast<T>(group.count);
      group.each([&](std::int64_t at, std::int64_t i) {
        const T h = op.gamma->data()[i] * s.gy[at], z = (s.x[0][at] - group.mean) / group.deviation;
        s.gx[0][at] += (h - mean_h - z * mean_hz) / group.deviation;
      });
    });
  }
  void operator()(const Softmax&) const {
    T mean = 0;
    for (std::int64_t i = 0; i < s.shape().count(); ++i) mean += s.gy[i] * s.y[i];
    for (std::int64_t i = 0; i < s.shape().count(); ++i) s.gx[0][i] += s.y[i] * (s.gy[i] - mean);
  }
  void operator()(const Slice& op) const {
    for (std::int64_t i = 0; i < op.count; ++i) s.gx[0][op.first + i] += s.gy[i];
  }
  void operator()(const Gate&) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i) {
      s.gx[0][i] += s.gy[i] * s.x[1][i];
      s.gx[1][i] += s.gy[i] * s.x[0][i];
    }
  }
  void operator()(const Affine& op) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i)
      s.gx[0][i] += s.gy[i] * op.factor->data()[i];
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

template <typename T>
struct Relevance {
  const PlainSample<T>& s;
  bool bias;

  void operator()(const Activation&) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i) s.gx[0][i] += s.gy[i];
  }
  void operator()(const Pool2d& op) const {
    if (op.kind == Pool2d::Kind::kMax) return PlainBackward<T>{s}(op);
    for_each_pooled(op, s, [&](auto out, const Window<T>& window, auto&& each) {
      const T whole = s.gy[out] / stabilised(window.value);
      each([&](std::int64_t i) { s.gx[0][i] += s.x[0][i] * window.share * whole; });
    });
  }
  void operator()(const Concat& op) const { PlainBackward<T>{s}(op); }
  void operator()(const LayerNorm& op) const {
    if (!bias) {
      for (std::int64_t i = 0; i < s.shape().count(); ++i) s.gx[0][i] += s.gy[i];
      return;
    }
    for_each_group(op, s, [&](const NormGroup<T>& group) {
      T mean = 0;
      group.each([&](std::int64_t at, std::int64_t i) {
        mean += op.gamma->data()[i] * s.gy[at] / stabilised(s.y[at]);
      });
      mean /= static_cast<T>(group.count);
      group.each([&](std::int64_t at, std::int64_t i) {
        const T own = op.gamma->data()[i] * s.gy[at] / stabilised(s.y[at]);
        s.gx[0][at] += s.x[0][at] / group.deviation * (own - mean);
      });
    });
  }
  void operator()(const Softmax&) const {
    T mean = 0;
    for (std::int64_t i = 0; i < s.shape().count(); ++i)
      mean += s.gy[i] / stabilised(s.y[i]) * s.y[i];
    for (std::int64_t i = 0; i < s.shape().count(); ++i)
      s.gx[0][i] += s.x[0][i] * s.y[i] * (s.gy[i] / stabilised(s.y[i]) - mean);
  }
  void operator()(const Slice& op) const { PlainBackward<T>{s}(op); }
  void operator()(const Gate&) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i) s.gx[1][i] += s.gy[i];
  }
  void operator()(const Affine&) const {
    for (std::int64_t i = 0; i < s.shape().count(); ++i) s.gx[0][i] += s.gy[i];
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

}  // namespace

bool is_plain(const Op& op) {
  return std::visit([]<typename O>(const O&) { return PlainOperation<O>; }, op);
}

template <typename T>
T value_of(const Activation& op, T x) {
  using Kind = Activation::Kind;
  switch (op.kind) {
    case Kind::kTanh:
      return std::tanh(x);
    case Kind::kSigmoid:
      return sigmoid(x);
    case Kind::kLeakyRelu:
      return x > 0 ? x : x * static_cast<T>(op.alpha);
    case Kind::kElu:
      return x > 0 ? x : std::expm1(x) * static_cast<T>(op.alpha);
    case Kind::kGelu:
      return x * normal_distribution(x);
    case Kind::kSilu:
      return x * sigmoid(x);
    case Kind::kSoftplus:
      return std::max(x, T{0}) + std::log1p(std::exp(-std::abs(x)));
    case Kind::kHardtanh:
      return std::clamp(x, -static_cast<T>(op.alpha), static_cast<T>(op.alpha));
  }
  return x;
}

template <typename T>
T slope_of(const Activation& op, T x) {
  using Kind = Activation::Kind;
  switch (op.kind) {
    case Kind::kTanh:
      return 1 - std::tanh(x) * std::tanh(x);
    case Kind::kSigmoid:
      return sigmoid(x) * sigmoid(-x);
    case Kind::kLeakyRelu:
      return x > 0 ? T{1} : static_cast<T>(op.alpha);
    case Kind::kElu:
      return x > 0 ? T{1} : std::exp(x) * static_cast<T>(op.alpha);
    case Kind::kGelu:
      return normal_distribution(x) +
             x * std::exp(-x * x / 2) * std::numbers::inv_sqrtpi_v<T> / std::numbers::sqrt2_v<T>;
    case Kind::kSilu:
      return sigmoid(x) * (1 + x * sigmoid(-x));
    case Kind::kSoftplus:
      return sigmoid(x);
    case Kind::kHardtanh:  // at a kink from below: 0 at the lower limit, 1 at the upper
      return x > -static_cast<T>(op.alpha) && x <= static_cast<T>(op.alpha) ? T{1} : T{0};
  }
  return 1;
}

template <typename T>
void plain_forward(const Op& op, const PlainSample<T>& sample) {
  std::visit(PlainForward<T>{sample}, op);
}
template <typename T>
void plain_backward(const Op& op, const PlainSample<T>& sample) {
  std::visit(PlainBackward<T>{sample}, op);
}
template <typename T>
void plain_relevance(const Op& op, const PlainSample<T>& sample, bool bias) {
  std::visit(Relevance<T>{sample, bias}, op);
}

// In double: values that lie close cancel.
template <typename T>
void plain_rescale(const Activation& op, const float* baseline, const PlainSample<T>& sample) {
  constexpr double kSmallestDifference = 1e-10;
  for (std::int64_t i = 0; i < sample.shape().count(); ++i) {
    const double x = sample.x[0][i], from = baseline[i];
    const double slope = std::abs(x - from) < kSmallestDifference
                             ? slope_of(op, x)
                             : (value_of(op, x) - value_of(op, from)) / (x - from);
    sample.gx[0][i] += static_cast<T>(slope) * sample.gy[i];
  }
}

template <typename T>
void plain_rescale(const Pool2d& op, const float* baseline, const PlainSample<T>& sample) {
  constexpr double kSmallestDifference = 1e-10;
  const T* x = sample.x[0];
  for_each_pooled(op, sample, [&](auto out, const Window<T>& window, auto&& each) {
    std::int64_t from = window.at;
    each([&](std::int64_t i) {
      // The first of equals in C order, as of x.
      if (baseline[i] > baseline[from] || (baseline[i] == baseline[from] && i < from)) from = i;
    });
    const double rise = static_cast<double>(window.value) - baseline[from];
    const std::int64_t at = rise < 0 ? from : window.at;
    const double difference = static_cast<double>(x[at]) - baseline[at];
    // Where the maximum changed, this place changed by as much or more.
    const double slope = rise != 0                                    ? rise / difference
                         : std::abs(difference) < kSmallestDifference ? 1.0
                                                                      : 0.0;
    sample.gx[0][at] += static_cast<T>(slope) * sample.gy[out];
  });
}

template <typename T>
void plain_rescale(const Gate& /*op*/, const float* gate, const float* signal,
                   const PlainSample<T>& sample) {
  for (std::int64_t i = 0; i < sample.shape().count(); ++i) {
    sample.gx[0][i] += (sample.x[1][i] + static_cast<T>(signal[i])) / 2 * sample.gy[i];
    sample.gx[1][i] += (sample.x[0][i] + static_cast<T>(gate[i])) / 2 * sample.gy[i];
  }
}

template void plain_rescale(const Gate&, const float*, const float*, const PlainSample<float>&);
template void plain_rescale(const Gate&, const float*, const float*, const PlainSample<double>&);
template void plain_rescale(const Pool2d&, const float*, const PlainSample<float>&);
template void plain_rescale(const Pool2d&, const float*, const PlainSample<double>&);
template void plain_rescale(const Activation&, const float*, const PlainSample<float>&);
template void plain_rescale(const Activation&, const float*, const PlainSample<double>&);
template float value_of(const Activation&, float);
template double value_of(const Activation&, double);
template float slope_of(const Activation&, float);
template double slope_of(const Activation&, double);
template void plain_forward(const Op&, const PlainSample<float>&);
template void plain_forward(const Op&, const PlainSample<double>&);
template void plain_backward(const Op&, const PlainSample<float>&);
template void plain_backward(const Op&, const PlainSample<double>&);
template void plain_relevance(const Op&, const PlainSample<float>&, bool);
template void plain_relevance(const Op&, const PlainSample<double>&, bool);

}  // namespace arcadecam::nn
