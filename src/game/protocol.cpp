#include "game/protocol.h"

#include <fmt/ranges.h>

#include "arcadecam/core/error.h"

namespace arcadecam::game {
namespace {

/// `name` is the field's, `allowed` what it may be.
void require(bool holds, std::string_view name, std::string_view allowed) {
  if (!holds) throw bad_usage("protocol: {} must be {}", name, allowed);
}

}  // namespace

Protocol modern() {
  Protocol protocol;
  protocol.name = "modern";
  protocol.sticky_probability = 0.25F;
  return protocol;
}

Protocol classic() {
  Protocol protocol;
  protocol.name = "classic";
  protocol.noops_below = 30;
  protocol.life_ends_training_episode = true;
  return protocol;
}

std::vector<Protocol> protocols() {
  return {modern(), classic()};
}

Protocol find_protocol(std::string_view name) {
  std::vector<std::string> names;
  for (Protocol& protocol : protocols()) {
    if (protocol.name == name) return protocol;
    names.push_back(protocol.name);
  }
  throw bad_usage("there is no protocol '{}'; use one of: {}", name, fmt::join(names, ", "));
}

void check(const Protocol& protocol) {
  require(protocol.sticky_probability >= 0.0F && protocol.sticky_probability <= 1.0F,
          "the sticky probability", "between 0 and 1");
  require(protocol.noops_below >= 0, "the bound of the no-ops", "0 or more");
  require(protocol.frame_skip >= 2, "the frame skip", "2 or more");
  require(protocol.stack >= 1, "the number of stacked planes", "1 or more");
  require(protocol.max_frames >= 0, "the frame cap", "0 (none) or more");
}

}  // namespace arcadecam::game
