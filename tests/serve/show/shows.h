// Shows for tests, and what of a step must come out the same again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arcadecam/core/digest.h"
#include "serve/show/show.h"

namespace arcadecam::serve {

inline ShowOptions seeded(std::uint64_t seed) {
  ShowOptions options;
  options.seed = seed;
  return options;
}

inline std::unique_ptr<Show> pong(std::uint64_t seed = 3) {
  auto show = std::make_unique<Show>(agent::load_agent("pong"), seeded(seed));
  show->ask(std::vector<Tile>{{"fullgrad++"}});
  return show;
}

/// All that a client sees of a moment and that must come out the same again.
inline std::string digest_of(const ShownStep& moment) {
  std::vector<std::uint8_t> all(moment.frames.back().values().begin(),
                                moment.frames.back().values().end());
  const auto add = [&](const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(data);
    all.insert(all.end(), bytes, bytes + size);
  };
  add(moment.observation.data(), static_cast<std::size_t>(moment.observation.size()));
  add(moment.ram.data(), moment.ram.size());
  add(moment.estimate.values.data(), moment.estimate.values.size() * sizeof(float));
  for (const Explanation& one : moment.explanations)
    add(one.map.data(), static_cast<std::size_t>(one.map.size()) * sizeof(float));
  add(&moment.action, sizeof moment.action);
  add(&moment.score, sizeof moment.score);
  add(&moment.reward, sizeof moment.reward);
  return sha256(all);
}

}  // namespace arcadecam::serve
