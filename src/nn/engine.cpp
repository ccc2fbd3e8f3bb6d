#include "arcadecam/nn/engine.h"

#include "arcadecam/core/error.h"

namespace arcadecam::nn {

std::int64_t batch_size(const Observations& observations) {
  return std::visit([](const auto& view) { return view.shape()[0]; }, observations);
}

std::unique_ptr<Engine> make_engine(std::string_view id, std::shared_ptr<const Graph> graph,
                                    const EngineOptions& options) {
  std::string known;
  for (const EngineKind* kind : engines()) {
    if (kind->id == id) return kind->make(std::move(graph), options);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", kind->id);
  }
  throw bad_usage("there is no engine '{}'; known are {}", id, known);
}

}  // namespace arcadecam::nn
