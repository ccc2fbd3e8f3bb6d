#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arcadecam/nn/graph.h"

namespace arcadecam::explain {

/// A straight way of one layer's values through a ReLU and the convolution that reads it. On the
/// way each value crosses zero once at most. So what the convolution makes of a point is linear in
/// the point's position but for the values that have crossed since the point before; and what goes
/// back to a value is what arrives at the convolution, summed over the points on one side of its
/// crossing. No point is convolved, forward or back: only what has crossed is.
class RectifiedWay {
 public:
  /// The way leads from `from` to `to` (C order, of shape `input`), to which positions 0 and 1
  /// belong; `positions` ascend.
  RectifiedWay(const nn::Conv2d& op, const Shape& input, const Shape& output, const float* from,
               const float* to, std::vector<float> positions);

  /// The convolution's values at a point, in C order. For all points, in order.
  void values(std::int64_t point, std::span<float> to);
  /// Takes what arrives at the convolution's values at a point (C order), times `weight`. For all
  /// points, in order.
  void arrive(std::int64_t point, const float* gradient, float weight);
  /// After all points: writes the sum over them of what goes back to the first layer's values.
  void carry_back(std::span<float> to);

 private:
  /// A value that is on the other side of zero from `point` on.
  struct Crossing {
    std::int64_t point, pixel, channel;
    bool upward;
  };
  /// A pixel of the convolution's values, and which tap of its window some pixel is.
  struct Reader {
    std::int64_t pixel, tap;
  };

  void find_crossings();
  [[nodiscard]] bool is_active(std::size_t value, std::int64_t point) const;
  /// What the convolution makes of the values that are active at first.
  void begin();
  void cross(const Crossing& crossing);
  /// What goes back to one value from what has arrived so far.
  [[nodiscard]] float arrived_at(std::int64_t pixel, std::int64_t channel) const;

  Shape input_, output_;
  std::vector<float> positions_;
  std::int64_t in_area_, out_area_;
  std::vector<float> forward_;                ///< [tap][input][output]
  std::vector<float> backward_;               ///< [tap][output][input]
  std::vector<std::vector<Reader>> readers_;  ///< by pixel of the input
  // Pixel by pixel, channels side by side.
  std::vector<float> from_, way_;          ///< the first end, and the difference of the other to it
  std::vector<float> constant_, slope_;    ///< of the convolution's values
  std::vector<float> arrived_;             ///< at the convolution's values, summed over the points
  std::vector<float> back_;                ///< to values that have crossed, until they did
  std::vector<Crossing> crossings_;        ///< by point
  std::size_t crossed_ = 0, carried_ = 0;  ///< how many of them values() and arrive() have met
};

}  // namespace arcadecam::explain
