#include "explain/averages.h"

#include <algorithm>
#include <array>
#include <utility>

#include "arcadecam/core/error.h"
#include "explain/input_attribution.h"
#include "explain/layers.h"
#include "explain/mean_and_variance.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 2> kStatistics{"mean", "variance"};

/// What the samples said, in the parts of an Attribution.
class Averager {
 public:
  void clear() {
    for (MeanAndVariance* part : {&raw_, &map_, &planes_, &channels_, &layers_}) part->clear();
  }

  void add(const Attribution& sample) {
    shape_ = sample.raw.shape();
    raw_.add(sample.raw.values());
    map_.add(sample.map.values());
    planes_.add(sample.planes.values());
    channels_.add(sample.channel_weights);
    weights_.clear();
    for (const LayerWeight& layer : sample.layers)
      weights_.push_back(static_cast<float>(layer.weight));
    layers_.add(weights_);
    last_ = &sample;
  }

  void write(bool variance, Attribution& result) const {
    result.completeness.reset();
    result.layers = last_->layers;
    result.channel_weights.resize(channels_.size());
    channels_.write(false, result.channel_weights);
    std::vector<float> weights(layers_.size());
    layers_.write(false, weights);
    for (std::size_t i = 0; i < weights.size(); ++i)
      result.layers[i].weight = static_cast<double>(weights[i]);
    if (planes_.size() > 0) {
      result.planes.resize(last_->planes.shape());
      planes_.write(variance, result.planes.values());
      sum_planes(result);
      return;
    }
    result.planes.resize({0});
    result.raw.resize(shape_);
    result.map.resize(last_->map.shape());
    raw_.write(variance, result.raw.values());
    map_.write(variance, result.map.values());
  }

 private:
  MeanAndVariance raw_, map_, planes_, channels_, layers_;
  std::vector<float> weights_;
  Shape shape_;
  const Attribution* last_ = nullptr;
};

class NoiseAverage final : public Explainer {
 public:
  NoiseAverage(std::unique_ptr<Explainer> inner, const NoiseOptions& options)
      : inner_(std::move(inner)), options_(options) {
    probes_ = true;
    raw_place_ = inner_->raw_place();
  }

  void explain(const Query& query, Attribution& result) override {
    clean_.resize(query.graph.shape(0));
    read_observation(query, clean_.view());
    const auto [low, high] = std::ranges::minmax(clean_.values());
    const double deviation = options_.level * (static_cast<double>(high) - low);
    Random random = Probe::random(query, options_.seed);
    averager_.clear();
    query.probe.run(
        query, {options_.samples, inner_->watch(), 0, inner_->rules()},
        [&](std::int64_t, std::span<float> values) {
          std::ranges::transform(clean_.values(), values.begin(), [&](float x) {
            return x + static_cast<float>(deviation * random.normal());
          });
        },
        [&](std::int64_t, const Query& probed) {
          sample_.warnings.clear();
          inner_->explain(probed, sample_);
          averager_.add(sample_);
        });
    averager_.write(options_.variance, result);
  }

 private:
  std::unique_ptr<Explainer> inner_;
  NoiseOptions options_;
  Tensor clean_;
  Attribution sample_;
  Averager averager_;
};

class ShiftAverage final : public Explainer {
 public:
  ShiftAverage(std::unique_ptr<Explainer> inner, std::int64_t pixels)
      : inner_(std::move(inner)), pixels_(pixels) {
    probes_ = true;
    raw_place_ = inner_->raw_place();
  }

  void explain(const Query& query, Attribution& result) override {
    const Shape& input = query.graph.shape(0);
    clean_.resize(input);
    read_observation(query, clean_.view());
    averager_.clear();
    counts_.assign(static_cast<std::size_t>(plane_of(input).count()), 0.0F);
    query.probe.run(
        query, {kShifts, inner_->watch(), 0, inner_->rules()},
        [&](std::int64_t index, std::span<float> values) { shift(index, values); },
        [&](std::int64_t index, const Query& probed) {
          sample_.warnings.clear();
          inner_->explain(probed, sample_);
          const Shape plane = plane_of(input);
          for (Tensor* part : {&sample_.raw, &sample_.map, &sample_.planes}) {
            const Shape& shape = part->shape();
            if (shape == plane || shape == input) shift_back(index, *part);
          }
          count(index, plane);
          averager_.add(sample_);
        });
    averager_.write(false, result);
    // The mean counted what was not seen as zero.
    for (Tensor* part : {&result.raw, &result.map, &result.planes}) {
      if (part->size() < std::ssize(counts_)) continue;
      for (std::int64_t i = 0; i < part->size(); ++i) {
        part->data()[i] *= static_cast<float>(kShifts) /
                           counts_[static_cast<std::size_t>(i % std::ssize(counts_))];
      }
    }
  }

 private:
  static constexpr std::int64_t kShifts = 9;

  [[nodiscard]] std::int64_t down(std::int64_t index) const { return (index / 3 - 1) * pixels_; }
  [[nodiscard]] std::int64_t right(std::int64_t index) const { return (index % 3 - 1) * pixels_; }

  /// The observation moved down and right, edges repeated.
  void shift(std::int64_t index, std::span<float> values) const {
    const Shape plane = plane_of(clean_.shape());
    float* to = values.data();
    for (std::int64_t c = 0; c < clean_.shape()[0]; ++c) {
      const float* from = clean_[c].data();
      for (std::int64_t y = 0; y < plane[0]; ++y) {
        const std::int64_t row = std::clamp<std::int64_t>(y - down(index), 0, plane[0] - 1);
        for (std::int64_t x = 0; x < plane[1]; ++x) {
          *to++ =
              from[row * plane[1] + std::clamp<std::int64_t>(x - right(index), 0, plane[1] - 1)];
        }
      }
    }
  }

  /// Every plane of `values` moved up and left again, zero where nothing was seen.
  void shift_back(std::int64_t index, Tensor& values) {
    shifted_.resize(values.shape());
    std::ranges::copy(values.values(), shifted_.data());
    std::ranges::fill(values.values(), 0.0F);
    const std::int64_t area = std::ssize(counts_);
    for_each_seen(index, plane_of(clean_.shape()), [&](std::int64_t to, std::int64_t from) {
      for (std::int64_t c = 0; c < values.size() / area; ++c)
        values.data()[c * area + to] = shifted_.data()[c * area + from];
    });
  }

  void count(std::int64_t index, const Shape& plane) {
    for_each_seen(index, plane, [&](std::int64_t to, std::int64_t) {
      counts_[static_cast<std::size_t>(to)] += 1;
    });
  }

  template <typename F>
  void for_each_seen(std::int64_t index, const Shape& plane, F&& visit) const {
    for (std::int64_t y = 0; y < plane[0]; ++y) {
      const std::int64_t row = y + down(index);
      if (row < 0 || row >= plane[0]) continue;
      for (std::int64_t x = 0; x < plane[1]; ++x) {
        const std::int64_t column = x + right(index);
        if (column < 0 || column >= plane[1]) continue;
        visit(y * plane[1] + x, row * plane[1] + column);
      }
    }
  }

  std::unique_ptr<Explainer> inner_;
  std::int64_t pixels_;
  Tensor clean_, shifted_;
  std::vector<float> counts_;
  Attribution sample_;
  Averager averager_;
};

}  // namespace

std::unique_ptr<Explainer> average_over_noise(std::unique_ptr<Explainer> inner,
                                              const NoiseOptions& options) {
  return std::make_unique<NoiseAverage>(std::move(inner), options);
}

std::unique_ptr<Explainer> average_over_shifts(std::unique_ptr<Explainer> inner,
                                               std::int64_t pixels) {
  return std::make_unique<ShiftAverage>(std::move(inner), pixels);
}

std::unique_ptr<Explainer> averaged(std::unique_ptr<Explainer> inner, const Params& params) {
  constexpr std::int64_t kMostSamples = 100000, kLargestShift = 16;
  constexpr double kLoudest = 10;
  const std::int64_t shift = params.integer("shifts", 0, kLargestShift);
  const double noise = params.number("noise", 0, kLoudest);
  if (inner->asks_removals() && (shift > 0 || noise > 0)) {
    throw bad_usage(
        "noise and shifts change the observation, and without=game the game draws it unchanged; "
        "give without=surround, or no noise and no shifts");
  }
  if (shift > 0) inner = average_over_shifts(std::move(inner), shift);
  const NoiseOptions options{noise, params.integer("samples", 1, kMostSamples),
                             params.choice("statistic", kStatistics) == 1,
                             static_cast<std::uint64_t>(params.integer("seed"))};
  if (noise > 0) inner = average_over_noise(std::move(inner), options);
  return inner;
}

}  // namespace arcadecam::explain
