#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "nn/steps/context.h"
#include "nn/steps/some_pixels.h"
#include "nn/steps/sparse_product.h"

namespace arcadecam::nn::steps {

/// The first layers of a network on observations that differ from one, their reference, in a box
/// each (Observations::reference). A layer's values are those of the reference and what the weights
/// make of the differences: where these are zero, there are no products. For networks that begin
/// with convolutions, with or without ReLUs after them, and go on with fully connected layers. An
/// observation's sums run in one order, whatever else is in the batch, and are those of the
/// reference, bit for bit, where nothing differs.
class Differences {
 public:
  /// Null where the network does not begin so.
  static std::unique_ptr<Differences> make(PlanContext& context, const Graph& graph);

  /// Whether a pass with this watch needs nothing that is left out.
  [[nodiscard]] bool serve(const Watch& watch) const;
  /// Whether a node is one of these layers; what follows is left to others.
  [[nodiscard]] bool covers(int node) const { return covered_[static_cast<std::size_t>(node)]; }
  /// Leaves in `memory` the values of the fully connected layers of them that are needed.
  void forward(const Observations& observations, const std::vector<bool>& needed,
               std::vector<NodeMemory>& memory);

 private:
  /// A convolution on pixels whose channels lie side by side.
  struct Convolution {
    Convolution(const Conv2d& op, const Shape& input, const Shape& output, bool has_relu);

    Shape in, out;
    bool rectified;
    Tensor weights;  ///< [tap][input][output]
    std::vector<float> bias, zeros;
    std::vector<std::int32_t> starts, taps, all;  ///< in the input with its padding
    std::vector<std::int32_t> places;             ///< of the input's pixels, with the padding
    /// The windows that read each pixel of the input: from windows_of[pixel] on.
    std::vector<std::int32_t> windows, windows_of;
    /// Of the reference: the sums, and what follows from them.
    std::vector<float> sums, values;
    SomePixels differing;  ///< pixels of the input
  };
  struct FullyConnected {
    int node;
    const Linear* op;
    std::map<std::int64_t, SparseProduct> products;
    std::vector<float> values;  ///< of the reference
  };

  Differences(PlanContext& context, const Graph& graph) : context_(context), graph_(graph) {}
  bool find_layers();
  SparseProduct& product(FullyConnected& layer, std::int64_t batch);
  void look_at(TensorView reference);
  /// Makes the first layer's pixels of `picture` − `less` (null: 0) in the box.
  void read(const float* picture, const float* less, const PixelBox& box);
  /// write(place in the picture, to, length) writes a run of pixels.
  template <typename F>
  void read_squares(const PixelBox& box, std::int64_t side, const F& write);
  void convolve(Convolution& layer, std::span<const std::int32_t> windows, const float* begin);
  /// Finds the windows that read some pixel that differs.
  void find_windows(const Convolution& layer);
  /// From the first layer's pixels to the lists for the fully connected layers.
  void carry(bool is_reference);

  PlanContext& context_;
  const Graph& graph_;
  std::vector<bool> covered_;
  float factor_ = 1.0F;
  std::int64_t side_ = 1;  ///< the squares of the input that are pixels of the first convolution
  std::vector<Convolution> convolutions_;
  std::vector<FullyConnected> ends_;
  std::vector<std::int32_t> order_;   ///< of what they read: pixel by pixel
  std::unique_ptr<SomePixels> last_;  ///< what differs after the last convolution
  Tensor reference_;
  // Scratch.
  std::vector<std::int32_t> reached_;
  std::vector<std::uint8_t> is_reached_;
  std::vector<PixelSum> sums_;
  std::vector<float> results_;
  std::vector<ActiveRow> rows_;
};

}  // namespace arcadecam::nn::steps
