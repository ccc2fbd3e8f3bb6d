#include "explain/path_gradients.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "explain/first_convolution.h"
#include "explain/following_layers.h"
#include "explain/input_attribution.h"
#include "explain/rectified_way.h"

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

namespace {

const PathPoint& point_at(const std::vector<PathPoint>& points, std::int64_t index) {
  return points[static_cast<std::size_t>(index)];
}

/// to ← b + position·(x − b)
void on_the_way(const float* b, const float* x, double position, std::span<float> to) {
  const auto share = static_cast<float>(position);
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = b[i] + share * (x[i] - b[i]);
}

/// planes += weight·(x − b)·g
void add_products(TensorView x, const float* b, const float* g, float weight, Tensor& planes) {
  for (std::int64_t i = 0; i < planes.size(); ++i)
    planes.data()[i] += weight * (x.data()[i] - b[i]) * g[i];
}

/// From one baseline, the convolution after the first one and its ReLU is not computed point by
/// point either. `ends`: the first one's values at the baseline and at the observation.
void from_second_convolution(const Query& query, int first, int second, const Tensor& ends,
                             std::vector<PathPoint> points, float* arrived) {
  const nn::Graph& graph = query.graph;
  std::ranges::stable_sort(points, {}, &PathPoint::position);
  std::vector<float> positions;
  for (const PathPoint& point : points) positions.push_back(static_cast<float>(point.position));
  RectifiedWay way(std::get<nn::Conv2d>(graph.node(second).op), graph.shape(first),
                   graph.shape(second), ends[0].data(), ends[1].data(), std::move(positions));
  query.probe.run(
      query, {std::ssize(points), {{}, {second}}, second},
      [&](std::int64_t index, std::span<float> values) { way.values(index, values); },
      [&](std::int64_t index, const Query& probed) {
        way.arrive(index, probed.tape.gradient(second)[probed.sample].data(),
                   static_cast<float>(point_at(points, index).weight));
      });
  way.carry_back({arrived, static_cast<std::size_t>(graph.shape(first).count())});
}

/// The first convolution's values go a straight way too, and what arrives there goes back to the
/// input in one step for all points of a baseline: neither is computed point by point.
void from_first_convolution(const Query& query, const FirstConvolution& first, TensorView x,
                            TensorView baselines, const std::vector<PathPoint>& points,
                            Tensor& planes) {
  const Shape& shape = query.graph.shape(first.node);
  const std::int64_t count = baselines.shape()[0];
  Tensor ends(shape.batch_of(count + 1)), arrived(shape.batch_of(count));  // x is the last end
  query.probe.run(
      query, {count + 1, {{first.node}, {}}},
      [&](std::int64_t index, std::span<float> values) {
        std::ranges::copy((index < count ? baselines[index] : x).values(), values.begin());
      },
      [&](std::int64_t index, const Query& probed) {
        std::ranges::copy(probed.tape.activation(first.node)[probed.sample].values(),
                          ends[index].data());
      });
  const std::optional<int> second = convolution_after_relu(query.graph, first.node);
  if (second && count == 1) {
    from_second_convolution(query, first.node, *second, ends, points, arrived.data());
  } else {
    query.probe.run(
        query, {std::ssize(points), {{}, {first.node}}, first.node},
        [&](std::int64_t index, std::span<float> values) {
          const PathPoint& point = point_at(points, index);
          on_the_way(ends[point.baseline].data(), ends[count].data(), point.position, values);
        },
        [&](std::int64_t index, const Query& probed) {
          const PathPoint& point = point_at(points, index);
          const TensorView g = probed.tape.gradient(first.node)[probed.sample];
          const auto weight = static_cast<float>(point.weight);
          float* sum = arrived[point.baseline].data();
          for (std::int64_t i = 0; i < g.size(); ++i) sum[i] += weight * g.data()[i];
        });
  }
  Tensor gradient(x.shape());
  for (std::int64_t b = 0; b < count; ++b) {
    first.carry_back(query.graph, arrived[b].data(), gradient.data());
    add_products(x, baselines[b].data(), gradient.data(), 1, planes);
  }
}

}  // namespace

void path_gradients(const Query& query, TensorView baselines, const std::vector<PathPoint>& points,
                    Tensor& planes) {
  const Shape& input = query.graph.shape(0);
  Tensor x(input);
  read_observation(query, x.view());
  planes.resize(input);
  std::ranges::fill(planes.values(), 0.0F);
  const auto first = first_convolution(query.graph);
  if (first && baselines.shape()[0] + 1 < std::ssize(points)) {
    return from_first_convolution(query, *first, std::as_const(x).view(), baselines, points,
                                  planes);
  }
  query.probe.run(
      query, {std::ssize(points), {{}, {0}}},
      [&](std::int64_t index, std::span<float> values) {
        const PathPoint& point = point_at(points, index);
        on_the_way(baselines[point.baseline].data(), x.data(), point.position, values);
      },
      [&](std::int64_t index, const Query& probed) {
        const PathPoint& point = point_at(points, index);
        add_products(std::as_const(x).view(), baselines[point.baseline].data(),
                     probed.tape.gradient(0)[probed.sample].data(),
                     static_cast<float>(point.weight), planes);
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
