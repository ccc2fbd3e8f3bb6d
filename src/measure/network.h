#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "arcadecam/nn/graph.h"

namespace arcadecam::measure {

/// A network whose explanations are measured.
struct Network {
  std::shared_ptr<const nn::Graph> graph;
  /// How many of the observation's planes are one frame (explain::Query::frame_planes).
  std::int64_t frame_planes = 1;
  /// Tells it from other networks: random numbers depend on it. The SHA-256 of a checkpoint.
  std::string id{};
};

}  // namespace arcadecam::measure
