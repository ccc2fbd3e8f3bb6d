#include "explain/path_gradients.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "explain/input_attribution.h"

namespace arcadecam::explain {

Tensor read_baselines(const Params& params, const Shape& input) {
  const std::string& text = params.text("baseline");
  Tensor result;
  if (text.ends_with(".npy")) {
    const NpyArray array = read_npy(text);
    const Shape& shape = shape_of(array);
    const bool one = shape == input;
    if (!one && (shape.rank() != input.rank() + 1 || shape.inner() != input || shape[0] < 1)) {
      throw bad_usage("baseline={}: expected an array of shape {} or N×{}, found {}", text,
                      to_string(input), to_string(input), to_string(shape));
    }
    const Tensor values = convert<float>(array, text);
    result.resize(input.batch_of(one ? 1 : shape[0]));
    std::ranges::copy(values.values(), result.data());
    return result;
  }
  constexpr double kBrightest = 255;
  result.resize(input.batch_of(1));
  std::ranges::fill(result.values(), static_cast<float>(params.number("baseline", 0, kBrightest)));
  return result;
}

void path_gradients(const Query& query, TensorView baselines, const std::vector<PathPoint>& points,
                    Tensor& planes) {
  const Shape& input = query.graph.shape(0);
  Tensor x(input);
  read_observation(query, x.view());
  planes.resize(input);
  std::ranges::fill(planes.values(), 0.0F);
  const auto point = [&](std::int64_t index) -> const PathPoint& {
    return points[static_cast<std::size_t>(index)];
  };
  query.probe.run(
      query, {std::ssize(points), {{}, {0}}},
      [&](std::int64_t index, std::span<float> values) {
        const float* b = baselines[point(index).baseline].data();
        const auto position = static_cast<float>(point(index).position);
        for (std::size_t i = 0; i < values.size(); ++i)
          values[i] = b[i] + position * (x.data()[i] - b[i]);
      },
      [&](std::int64_t index, const Query& probed) {
        const float* b = baselines[point(index).baseline].data();
        const float* g = probed.tape.gradient(0)[probed.sample].data();
        const auto weight = static_cast<float>(point(index).weight);
        for (std::int64_t i = 0; i < planes.size(); ++i)
          planes.data()[i] += weight * (x.data()[i] - b[i]) * g[i];
      });
}

std::vector<PathPoint> gauss_legendre(std::int64_t nodes) {
  std::vector<PathPoint> result(static_cast<std::size_t>(nodes));
  const auto n = static_cast<double>(nodes);
  for (std::int64_t i = 0; i < nodes; ++i) {
    // Newton's iteration from Tricomi's estimate of the i-th root of the Legendre polynomial P_n.
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double slope = 0;
    for (int step = 0; step < 100; ++step) {
      double previous = 1, value = x;  // P_0, P_1
      for (std::int64_t k = 2; k <= nodes; ++k) {
        const auto degree = static_cast<double>(k);
        const double next = ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree;
        previous = value;
        value = next;
      }
      slope = n * (x * value - previous) / (x * x - 1);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-15) break;
    }
    result[static_cast<std::size_t>(nodes - 1 - i)] = {(1 + x) / 2,
                                                       1 / ((1 - x * x) * slope * slope), 0};
  }
  return result;
}

}  // namespace arcadecam::explain
