#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::planted {

/// What a filter of the first layer sums: a rectangle of one plane, at the same place in each of
/// the 20×20 cells of 4×4 pixels, above a floor. Rectangles lie within the filter's 8×8 pixels.
struct Patch {
  int plane;  ///< 3: the newest
  int top, left, height, width;
  float floor;        ///< grey that counts as nothing, per pixel
  bool dark = false;  ///< sums how far pixels are below the floor instead

  friend auto operator<=>(const Patch&, const Patch&) = default;
};

/// Along one axis: how one of the 20 cells, or the sum of a few of them, reaches the third layer.
struct Route {
  unsigned taps;  ///< of the second layer's filter, bit 0 … 3
  int tap;        ///< of the third layer's filter, 0 … 2
  int at;         ///< where in the third layer's output, 0 … 6
};

/// The cell alone, 0 … 19. Most cells share a few filters.
Route cell_route(int cell);
/// One of seven sums of two cells, 0 … 6, which together are the cells 4 … 17: the inner 56 pixels,
/// each once, by one filter.
Route inner_route(int pair);

/// Wires a network of the Nature DQN's shape (Mnih et al. 2015) by hand: 4×84×84 → 32 filters 8×8
/// → 64 4×4 → 64 3×3 → 512 → actions, ReLU between them, pixels divided by 256. Every weight is a
/// multiple of 2^-3 or so with few bits, hence sums of real observations are exact in single
/// precision, in any order: what cancels, cancels to zero on every engine.
class Wiring {
 public:
  explicit Wiring(int actions);

  /// The index, in what the hidden layer takes, of a patch's sum over the cells of two routes, in
  /// units of 256 grey levels. Shares filters.
  int feature(const Patch& patch, const Route& row, const Route& column);
  /// Of several patches, the sum of their sums.
  int feature(std::span<const Patch> patches, const Route& row, const Route& column);

  /// How many of the hidden units were taken.
  [[nodiscard]] int hidden_units() const { return hidden_; }
  /// relu(Σ features + bias); a new hidden unit.
  int hidden(std::span<const int> features, float bias = 0);
  /// Adds weight × Σ features to what a hidden unit takes.
  void feed(int unit, std::span<const int> features, float weight);
  /// A hidden unit that is always equal to this one.
  int copy(int unit);
  /// Adds to an action's value.
  void add(int action, int unit, float weight);
  void add(int action, float constant);

  /// Takes all filters and hidden units that are left. They react to the whole picture, in pairs of
  /// equal hidden units whose weights in the head are opposite.
  void fill_with_distractors(std::uint64_t seed);

  [[nodiscard]] nn::Graph graph() const;

 private:
  struct Layer {
    Layer(std::initializer_list<std::int64_t> shape);
    std::shared_ptr<Tensor> weight, bias;
    int used = 0;  ///< outputs that have a purpose
    [[nodiscard]] int outputs() const { return static_cast<int>(weight->shape()[0]); }
    [[nodiscard]] std::span<float> of(int output) const;
    /// The next output that is free.
    int take();
  };

  int first(const Patch& patch);
  int second(std::span<const Patch> patches, unsigned rows, unsigned columns);
  void distract(const Layer& layer, int from_input, std::uint64_t seed);

  Layer first_, second_, third_, dense_, head_;
  int hidden_ = 0;
  std::map<Patch, int> patches_;
  std::map<std::tuple<std::vector<int>, unsigned, unsigned>, int> sums_;
  std::map<std::tuple<int, int, int>, int> placed_;
};

/// How a counter takes light.
struct Sensitivity {
  float light;  ///< so much of it, in units of 256 grey levels, makes 1; a power of two
  /// What light beyond that adds, as a part of what it adds before: not nothing, so that
  /// derivatives show what is used.
  float leak;
};

/// Where along one axis an object begins, counted from the far end: hidden units of which each says
/// whether the object begins at its line or before it. It grows from 0 to 1 with the light of the
/// lines up to there, and little after that.
class Counter {
 public:
  /// `lines`: features of each line, first line first.
  Counter(Wiring& wiring, std::span<const std::vector<int>> lines, const Sensitivity& sensitivity);

  /// Adds weight × (how many lines are at or behind the object's beginning; 0 without object).
  void add_count(Wiring& wiring, int action, float weight) const;
  /// Adds weight × (1 with an object, 0 without), without the leak.
  void add_presence(Wiring& wiring, int action, float weight) const;
  /// A counter of other units that are always equal to these.
  [[nodiscard]] Counter copy(Wiring& wiring) const;

 private:
  struct Line {
    int begun, beyond;  ///< hidden units: the light up to here, and what of it is too much
  };
  Counter() = default;
  std::vector<Line> lines_;
  Sensitivity sensitivity_{1, 0};
};

}  // namespace arcadecam::planted
