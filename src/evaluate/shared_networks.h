#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "agent/agent.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::evaluate {

/// What all threads that measure on an agent share, because a copy for each network of each thread
/// would take most of an evaluation's memory. Any thread may ask.
class SharedNetworks {
 public:
  /// `agent` must outlive this.
  SharedNetworks(const agent::Agent& agent, std::uint64_t seed);

  /// EngineOptions::layouts of the agent's network, and of those with layers of redrawn().
  [[nodiscard]] const std::shared_ptr<nn::WeightLayouts>& layouts() const { return layouts_; }
  /// The agent's network with all weights drawn anew from the seed (agent::randomize_weights()).
  const nn::Graph& redrawn();

 private:
  const agent::Agent& agent_;
  std::uint64_t seed_;
  std::shared_ptr<nn::WeightLayouts> layouts_ = nn::make_weight_layouts();
  std::once_flag drawn_;
  std::unique_ptr<const nn::Graph> redrawn_;
};

}  // namespace arcadecam::evaluate
