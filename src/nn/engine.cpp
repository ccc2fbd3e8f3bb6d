#include "arcadecam/nn/engine.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::nn {

std::int64_t batch_size(const Observations& observations) {
  return std::visit([](const auto& view) { return view.shape()[0]; }, observations.values);
}

std::vector<int> cut_at(const Graph& graph, int node) {
  std::vector<bool> follows(static_cast<std::size_t>(graph.size())), in_cut = follows;
  in_cut.at(static_cast<std::size_t>(node)) = true;
  follows[static_cast<std::size_t>(node)] = true;
  for (int next = node + 1; next < graph.size(); ++next) {
    const auto& inputs = graph.node(next).inputs;
    const auto does = [&](int input) { return follows[static_cast<std::size_t>(input)]; };
    if (std::none_of(inputs.begin(), inputs.end(), does)) continue;
    follows[static_cast<std::size_t>(next)] = true;
    for (const int input : inputs) {
      if (!does(input)) in_cut[static_cast<std::size_t>(input)] = true;
    }
  }
  if (!follows.back()) in_cut.back() = true;
  std::vector<int> result;
  for (int i = 0; i < graph.size(); ++i) {
    if (in_cut[static_cast<std::size_t>(i)]) result.push_back(i);
  }
  return result;
}

void watch_memory(const Graph& graph, Watch& watch) {
  for (const int state : graph.states()) watch.merge({{graph.next_of(state)}, {}});
}

void next_memory(const Graph& graph, const Tape& tape, Tensor& memory) {
  memory.resize(Shape{tape.batch(), graph.state_size()});
  std::int64_t first = 0;
  for (const int state : graph.states()) {
    const TensorView next = tape.activation(graph.next_of(state));
    for (std::int64_t n = 0; n < tape.batch(); ++n)
      std::ranges::copy(next[n].values(), memory[n].data() + first);
    first += graph.shape(state).count();
  }
}

Precision parse_precision(std::string_view text) {
  if (text == "f32") return Precision::kF32;
  if (text == "bf16") return Precision::kBf16;
  throw bad_usage("precision '{}': expected f32 or bf16", text);
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
