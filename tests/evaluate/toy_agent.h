#pragma once

#include <memory>
#include <utility>

#include "agent/agent.h"

namespace arcadecam::test {

/// An agent of a network that no file holds; its game is the caller's to say.
inline agent::Agent agent_of(const std::shared_ptr<const nn::Graph>& graph) {
  checkpoint::Checkpoint checkpoint{{}, "toy", {}, {}, {}, {}, {},    {},
                                    {}, {},    {}, {}, {}, {}, *graph};
  return {"toy", std::move(checkpoint), graph, {}, {}, atari::modern()};
}

}  // namespace arcadecam::test
