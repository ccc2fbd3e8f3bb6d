#include "planted/wiring.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/core/random.h"

namespace arcadecam::planted {
namespace {

constexpr int kPlanes = 4, kSide = 84;
constexpr int kSecondSide = 9, kThirdSide = 7;
constexpr int kFirstKernel = 8, kSecondKernel = 4, kThirdKernel = 3;
constexpr float kUnit = 256;  // a power of two: dividing by it rounds nothing

/// Where a filter's weight stands in its row.
std::size_t tap(int channel, int row, int column, int kernel) {
  return static_cast<std::size_t>((channel * kernel + row) * kernel + column);
}

}  // namespace

Route cell_route(int cell) {
  // Where the second layer's filter of four cells begins two cells further each time, the cell is
  // its second or third one; at the edges also its first or last one.
  const int second = std::clamp((cell - 1) / 2, 0, kSecondSide - 1);
  const unsigned taps = 1U << static_cast<unsigned>(cell - 2 * second);
  if (second == 0) return {taps, 0, 0};
  if (second == kSecondSide - 1) return {taps, kThirdKernel - 1, kThirdSide - 1};
  return {taps, 1, second - 1};
}

Route inner_route(int pair) {
  return {0b11U, 2, pair};
}

Wiring::Layer::Layer(std::initializer_list<std::int64_t> shape)
    : weight(std::make_shared<Tensor>(Shape(shape))),
      bias(std::make_shared<Tensor>(Shape{*shape.begin()})) {}

std::span<float> Wiring::Layer::of(int output) const {
  return (*weight)[output].values();
}

int Wiring::Layer::take() {
  if (used == outputs())
    throw bad_usage("a planted network needs more than the {} units of a layer", outputs());
  return used++;
}

Wiring::Wiring(int actions)
    : first_{32, kPlanes, kFirstKernel, kFirstKernel},
      second_{64, 32, kSecondKernel, kSecondKernel},
      third_{64, 64, kThirdKernel, kThirdKernel},
      dense_{512, 64 * kThirdSide * kThirdSide},
      head_{actions, 512} {}

int Wiring::first(const Patch& patch) {
  const auto [at, fresh] = patches_.try_emplace(patch, 0);
  if (fresh) {
    at->second = first_.take();
    const std::span<float> filter = first_.of(at->second);
    const float sign = patch.dark ? -1 : 1;
    for (int y = patch.top; y < patch.top + patch.height; ++y) {
      for (int x = patch.left; x < patch.left + patch.width; ++x)
        filter[tap(patch.plane, y, x, kFirstKernel)] = sign;
    }
    const auto pixels = static_cast<float>(patch.height * patch.width);
    first_.bias->values()[static_cast<std::size_t>(at->second)] =
        -sign * pixels * patch.floor / kUnit;
  }
  return at->second;
}

int Wiring::second(std::span<const Patch> patches, unsigned rows, unsigned columns) {
  std::vector<int> channels;
  for (const Patch& patch : patches) channels.push_back(first(patch));
  const auto [at, fresh] = sums_.try_emplace({channels, rows, columns}, 0);
  if (fresh) {
    at->second = second_.take();
    const std::span<float> filter = second_.of(at->second);
    for (const int channel : channels) {
      for (int y = 0; y < kSecondKernel; ++y) {
        for (int x = 0; x < kSecondKernel; ++x) {
          const bool summed = (rows >> static_cast<unsigned>(y) & 1U) != 0 &&
                              (columns >> static_cast<unsigned>(x) & 1U) != 0;
          if (summed) filter[tap(channel, y, x, kSecondKernel)] = 1;
        }
      }
    }
  }
  return at->second;
}

int Wiring::feature(const Patch& patch, const Route& row, const Route& column) {
  return feature(std::span(&patch, 1), row, column);
}

int Wiring::feature(std::span<const Patch> patches, const Route& row, const Route& column) {
  const int channel = second(patches, row.taps, column.taps);
  const auto [at, fresh] = placed_.try_emplace({channel, row.tap, column.tap}, 0);
  if (fresh) {
    at->second = third_.take();
    third_.of(at->second)[tap(channel, row.tap, column.tap, kThirdKernel)] = 1;
  }
  return (at->second * kThirdSide + row.at) * kThirdSide + column.at;
}

int Wiring::hidden(std::span<const int> features, float bias) {
  const int unit = dense_.take();
  hidden_ = dense_.used;
  const std::span<float> weights = dense_.of(unit);
  for (const int feature : features) weights[static_cast<std::size_t>(feature)] = 1;
  dense_.bias->values()[static_cast<std::size_t>(unit)] = bias;
  return unit;
}

void Wiring::feed(int unit, std::span<const int> features, float weight) {
  const std::span<float> weights = dense_.of(unit);
  for (const int feature : features) weights[static_cast<std::size_t>(feature)] += weight;
}

int Wiring::copy(int unit) {
  const int other = hidden({}, dense_.bias->values()[static_cast<std::size_t>(unit)]);
  std::ranges::copy(dense_.of(unit), dense_.of(other).begin());
  return other;
}

void Wiring::add(int action, int unit, float weight) {
  head_.of(action)[static_cast<std::size_t>(unit)] += weight;
}

void Wiring::add(int action, float constant) {
  head_.bias->values()[static_cast<std::size_t>(action)] += constant;
}

// Few inputs per unit and few bits per weight: see the class.
void Wiring::distract(const Layer& layer, int from_input, std::uint64_t seed) {
  constexpr int kInputs = 8;
  constexpr float kWeight = 0.5F, kBias = 0.125F;
  Random random(seed);
  for (int output = layer.used; output < layer.outputs(); ++output) {
    const std::span<float> weights = layer.of(output).subspan(static_cast<std::size_t>(from_input));
    for (int i = 0; i < kInputs; ++i) {
      // More of them add than take away, so that most units are active on most of the picture.
      const bool adds = random.below(8) < 5;
      weights[random.below(weights.size())] = adds ? kWeight : -kWeight;
    }
    layer.bias->values()[static_cast<std::size_t>(output)] = random.below(2) == 0 ? kBias : -kBias;
  }
}

void Wiring::fill_with_distractors(std::uint64_t seed) {
  distract(first_, 0, seed + 1);
  // Distractors of later layers take distractors alone.
  distract(second_, first_.used * kSecondKernel * kSecondKernel, seed + 2);
  distract(third_, second_.used * kThirdKernel * kThirdKernel, seed + 3);
  const auto flat = static_cast<std::size_t>(third_.used * kThirdSide * kThirdSide);
  Random random(seed + 4);
  while (dense_.used + 2 <= dense_.outputs()) {
    const int unit = hidden({});
    const std::span<float> weights = dense_.of(unit).subspan(flat);
    for (int i = 0; i < 16; ++i) weights[random.below(weights.size())] = 0.5F;
    const int twin = copy(unit);
    for (int action = 0; action < head_.outputs(); ++action) {
      const float weight = random.below(2) == 0 ? 0.5F : -0.5F;
      add(action, unit, weight);
      add(action, twin, -weight);
    }
  }
}

nn::Graph Wiring::graph() const {
  std::vector<nn::Node> nodes{{"input", nn::Input{{kPlanes, kSide, kSide}}, {}}};
  const auto then = [&](std::string name, nn::Op op) {
    nodes.push_back({std::move(name), std::move(op), {static_cast<int>(nodes.size()) - 1}});
  };
  then("scale", nn::Scale{1 / kUnit});
  then("conv1", nn::Conv2d{first_.weight, first_.bias, 4});
  then("relu1", nn::Relu{});
  then("conv2", nn::Conv2d{second_.weight, second_.bias, 2});
  then("relu2", nn::Relu{});
  then("conv3", nn::Conv2d{third_.weight, third_.bias, 1});
  then("relu3", nn::Relu{});
  then("flatten", nn::Flatten{});
  then("hidden", nn::Linear{dense_.weight, dense_.bias});
  then("relu4", nn::Relu{});
  then("head", nn::Linear{head_.weight, head_.bias});
  return nn::Graph(std::move(nodes));
}

Counter::Counter(Wiring& wiring, std::span<const std::vector<int>> lines,
                 const Sensitivity& sensitivity)
    : sensitivity_(sensitivity) {
  std::vector<int> up_to_here;
  for (const std::vector<int>& line : lines) {
    up_to_here.insert(up_to_here.end(), line.begin(), line.end());
    const int begun = wiring.hidden(up_to_here);
    lines_.push_back({begun, wiring.hidden(up_to_here, -sensitivity.light)});
  }
}

void Counter::add_count(Wiring& wiring, int action, float weight) const {
  const float each = weight / sensitivity_.light;
  for (const Line& line : lines_) {
    wiring.add(action, line.begun, each);
    wiring.add(action, line.beyond, each * (sensitivity_.leak - 1));
  }
}

void Counter::add_presence(Wiring& wiring, int action, float weight) const {
  const float each = weight / sensitivity_.light;
  wiring.add(action, lines_.back().begun, each);
  wiring.add(action, lines_.back().beyond, -each);
}

Counter Counter::copy(Wiring& wiring) const {
  Counter other;
  other.sensitivity_ = sensitivity_;
  for (const Line& line : lines_) {
    const int begun = wiring.copy(line.begun);
    other.lines_.push_back({begun, wiring.copy(line.beyond)});
  }
  return other;
}

}  // namespace arcadecam::planted
