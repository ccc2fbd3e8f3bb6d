#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "arcadecam/nn/engine.h"

namespace arcadecam::measure {

/// What all threads that measure on a network share, because a copy for each network of each thread
/// would take most of an evaluation's memory. Any thread may ask.
class SharedNetworks {
 public:
  SharedNetworks(std::shared_ptr<const nn::Graph> graph, std::uint64_t seed);

  /// EngineOptions::layouts of the network, and of those with layers of redrawn().
  [[nodiscard]] const std::shared_ptr<nn::WeightLayouts>& layouts() const { return layouts_; }
  /// The network with all weights drawn again from the seed (nn::randomize_weights()).
  const nn::Graph& redrawn();

 private:
  std::shared_ptr<const nn::Graph> graph_;
  std::uint64_t seed_;
  std::shared_ptr<nn::WeightLayouts> layouts_ = nn::make_weight_layouts();
  std::once_flag drawn_;
  std::unique_ptr<const nn::Graph> redrawn_;
};

}  // namespace arcadecam::measure
