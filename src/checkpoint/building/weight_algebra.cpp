#include "checkpoint/building/weight_algebra.h"

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {

nn::Weights kernel_from_hwio(const Tensor& kernel) {
  const Shape& in = kernel.shape();
  auto result = std::make_shared<Tensor>(Shape{in[3], in[2], in[0], in[1]});
  const std::int64_t area = in[0] * in[1];
  for (std::int64_t place = 0; place < area; ++place) {
    for (std::int64_t i = 0; i < in[2]; ++i) {
      for (std::int64_t o = 0; o < in[3]; ++o) {
        result->data()[(o * in[2] + i) * area + place] =
            kernel.data()[(place * in[2] + i) * in[3] + o];
      }
    }
  }
  return result;
}

nn::Weights transposed(const Tensor& matrix) {
  const std::int64_t rows = matrix.shape()[0], columns = matrix.shape()[1];
  auto result = std::make_shared<Tensor>(Shape{columns, rows});
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c)
      result->data()[c * rows + r] = matrix.data()[r * columns + c];
  }
  return result;
}

nn::Weights columns_from_hwc(const Tensor& matrix, std::int64_t height, std::int64_t width) {
  const std::int64_t area = height * width, columns = matrix.shape()[1];
  const std::int64_t channels = columns / area;
  auto result = std::make_shared<Tensor>(matrix.shape());
  for (std::int64_t r = 0; r < matrix.shape()[0]; ++r) {
    const float* from = matrix.data() + r * columns;
    float* to = result->data() + r * columns;
    for (std::int64_t place = 0; place < area; ++place) {
      for (std::int64_t c = 0; c < channels; ++c) to[c * area + place] = from[place * channels + c];
    }
  }
  return result;
}

nn::Weights dense_kernel(nn::Weights kernel, std::int64_t groups, std::int64_t dilation) {
  constexpr std::int64_t kMost = std::int64_t{1} << 22;
  if (groups == 1 && dilation == 1) return kernel;
  const Shape& from = kernel->shape();
  if (groups < 1 || dilation < 1 || groups > kMost || dilation > 1024 || from[0] % groups != 0)
    throw bad_input("{} filters in {} groups, of dilation {}", from[0], groups, dilation);
  const std::int64_t filters = from[0], part = from[1], channels = part * groups;
  const std::int64_t height = (from[2] - 1) * dilation + 1, width = (from[3] - 1) * dilation + 1;
  if (channels > kMost || height * width > kMost / channels ||
      filters > kMost / (channels * height * width)) {
    throw bad_input("a convolution that has more than {} weights without groups and dilations",
                    kMost);
  }
  auto dense = std::make_shared<Tensor>(Shape{filters, channels, height, width});
  std::ranges::fill(dense->values(), 0.0F);
  const auto weights = kernel->values();
  const auto to = dense->values();
  std::size_t at = 0;
  for (std::int64_t filter = 0; filter < filters; ++filter) {
    const std::int64_t first = filter / (filters / groups) * part;
    for (std::int64_t channel = first; channel < first + part; ++channel) {
      for (std::int64_t y = 0; y < from[2]; ++y) {
        for (std::int64_t x = 0; x < from[3]; ++x) {
          const std::int64_t place =
              ((filter * channels + channel) * height + y * dilation) * width + x * dilation;
          to[static_cast<std::size_t>(place)] = weights[at++];
        }
      }
    }
  }
  return dense;
}

nn::Weights rows_below(const Tensor& upper, const Tensor& lower) {
  const std::int64_t rows = upper.shape()[0] + lower.shape()[0];
  auto result = std::make_shared<Tensor>(upper.shape().inner().batch_of(rows));
  std::ranges::copy(upper.values(), result->data());
  std::ranges::copy(lower.values(), result->data() + upper.size());
  return result;
}

nn::Weights rows_of(const Tensor& tensor, std::int64_t first, std::int64_t count) {
  const Shape row = tensor.shape().inner();
  auto result = std::make_shared<Tensor>(row.batch_of(count));
  std::copy_n(tensor.data() + first * row.count(), count * row.count(), result->data());
  return result;
}

SameConvolution padded_convolution(nn::Weights weight, std::int64_t front, std::int64_t back) {
  if (front == back) return {std::move(weight), static_cast<int>(front)};
  const Shape& shape = weight->shape();
  const std::int64_t height = shape[2], width = shape[3];
  const std::int64_t grown = std::abs(front - back), before = front < back ? grown : 0;
  auto result = std::make_shared<Tensor>(Shape{shape[0], shape[1], height + grown, width + grown});
  for (std::int64_t filter = 0; filter < shape[0] * shape[1]; ++filter) {
    for (std::int64_t row = 0; row < height; ++row) {
      std::copy_n(
          weight->data() + (filter * height + row) * width, width,
          result->data() + (filter * (height + grown) + row + before) * (width + grown) + before);
    }
  }
  return {std::move(result), static_cast<int>(std::max(front, back))};
}

SameConvolution same_convolution(nn::Weights weight, int stride, std::int64_t extent) {
  const std::int64_t outputs = (extent + stride - 1) / stride;
  const std::int64_t total =
      std::max<std::int64_t>((outputs - 1) * stride + weight->shape()[2] - extent, 0);
  return padded_convolution(std::move(weight), total / 2, total - total / 2);
}

nn::Linear normalised(const nn::Linear& layer, const nn::BatchNorm2d& norm) {
  const Shape& shape = layer.weight->shape();
  auto weight = std::make_shared<Tensor>(*layer.weight);
  auto bias = std::make_shared<Tensor>(Shape{shape[0]});
  for (std::int64_t row = 0; row < shape[0]; ++row) {
    const double factor =
        norm.gamma->data()[row] / std::sqrt(double{norm.variance->data()[row]} + norm.epsilon);
    for (std::int64_t column = 0; column < shape[1]; ++column) {
      float& value = weight->data()[row * shape[1] + column];
      value = static_cast<float>(value * factor);
    }
    const double own = layer.bias == nullptr ? 0.0 : double{layer.bias->data()[row]};
    bias->data()[row] =
        static_cast<float>((own - norm.mean->data()[row]) * factor + norm.beta->data()[row]);
  }
  return {std::move(weight), std::move(bias)};
}

nn::Linear identity_layer(std::int64_t count) {
  auto weight = std::make_shared<Tensor>(Shape{count, count});
  std::ranges::fill(weight->values(), 0.0F);
  for (std::int64_t i = 0; i < count; ++i) weight->data()[i * count + i] = 1;
  return {std::move(weight), nullptr};
}

nn::Linear mean_of_quantiles(const nn::Linear& head, std::int64_t quantiles,
                             bool quantile_outermost) {
  const Shape& shape = head.weight->shape();
  const std::int64_t actions = shape[0] / quantiles, inputs = shape[1];
  auto weight = std::make_shared<Tensor>(Shape{actions, inputs});
  auto bias = std::make_shared<Tensor>(Shape{actions});
  std::vector<double> sum(static_cast<std::size_t>(inputs));
  for (std::int64_t action = 0; action < actions; ++action) {
    std::ranges::fill(sum, 0.0);
    double bias_sum = 0;
    for (std::int64_t q = 0; q < quantiles; ++q) {
      const std::int64_t row = quantile_outermost ? q * actions + action : action * quantiles + q;
      const float* from = head.weight->data() + row * inputs;
      for (std::int64_t i = 0; i < inputs; ++i) sum[static_cast<std::size_t>(i)] += from[i];
      if (head.bias) bias_sum += head.bias->data()[row];
    }
    const auto count = static_cast<double>(quantiles);
    for (std::int64_t i = 0; i < inputs; ++i) {
      weight->data()[action * inputs + i] =
          static_cast<float>(sum[static_cast<std::size_t>(i)] / count);
    }
    bias->data()[action] = static_cast<float>(bias_sum / count);
  }
  return {std::move(weight), std::move(bias)};
}

nn::Linear dueling_atoms(const nn::Linear& value, const nn::Linear& advantage) {
  const std::int64_t atoms = value.weight->shape()[0];
  const std::int64_t actions = advantage.weight->shape()[0] / atoms;
  const std::int64_t of_value = value.weight->shape()[1],
                     of_advantage = advantage.weight->shape()[1];
  const nn::Linear mean = mean_of_quantiles({advantage.weight, advantage.bias}, actions,
                                            /*quantile_outermost=*/true);  // [atoms]
  auto weight = std::make_shared<Tensor>(Shape{actions * atoms, of_value + of_advantage});
  auto bias = std::make_shared<Tensor>(Shape{actions * atoms});
  for (std::int64_t output = 0; output < actions * atoms; ++output) {
    const std::int64_t atom = output % atoms;
    float* row = weight->data() + output * (of_value + of_advantage);
    std::copy_n(value.weight->data() + atom * of_value, of_value, row);
    for (std::int64_t i = 0; i < of_advantage; ++i) {
      row[of_value + i] = advantage.weight->data()[output * of_advantage + i] -
                          mean.weight->data()[atom * of_advantage + i];
    }
    bias->data()[output] = (value.bias ? value.bias->data()[atom] : 0) +
                           (advantage.bias ? advantage.bias->data()[output] : 0) -
                           mean.bias->data()[atom];
  }
  return {std::move(weight), std::move(bias)};
}

// From both ends towards the middle.
nn::Weights support(float low, float high, std::int64_t count) {
  auto result = std::make_shared<Tensor>(Shape{count});
  const float step = (high - low) / static_cast<float>(std::max<std::int64_t>(count - 1, 1));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t from_end = count - 1 - i;
    result->data()[i] = i < count / 2 ? std::fma(step, static_cast<float>(i), low)
                                      : std::fma(-step, static_cast<float>(from_end), high);
  }
  return result;
}

}  // namespace arcadecam::checkpoint
