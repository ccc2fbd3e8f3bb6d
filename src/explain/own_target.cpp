#include "explain/own_target.h"

#include "arcadecam/core/error.h"

namespace arcadecam::explain {

std::optional<Target> own_target(const nn::Graph& graph, const Method& method,
                                 const Params& params) {
  std::string text = params.text("target");
  if (text.empty()) return std::nullopt;
  if (!method.promise.uses_decision) {
    throw bad_usage("method {}: target={}: its map does not depend on what is explained", method.id,
                    text);
  }
  if (const std::size_t slash = text.find('/'); slash != std::string::npos) text[slash] = ':';
  const Target target = Target::parse(text);
  target.check(graph);
  return target;
}

}  // namespace arcadecam::explain
