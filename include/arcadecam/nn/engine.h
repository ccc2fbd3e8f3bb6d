#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "arcadecam/nn/pass.h"
#include "arcadecam/nn/tape.h"

namespace arcadecam::nn {

/// What a pass is run on: a batch of N observations and, of a recurrent network, what it remembers
/// at each. Everything is borrowed and not changed by the engine.
struct Observations {
  Observations() = default;
  template <typename View>
  requires(!std::same_as<View, Observations> &&
           std::constructible_from<std::variant<ByteTensorView, TensorView>, const View&>)
      Observations(const View& batch,
                   TensorView remembered = {})  // NOLINT(google-explicit-constructor)
      : values(batch), memory(remembered) {}

  /// Unsigned bytes or floats 0…255, N×(input shape).
  std::variant<ByteTensorView, TensorView> values;
  /// N×Graph::state_size(): the values of all State nodes one after the other. Empty: zeros, what
  /// is remembered when an episode starts.
  TensorView memory;
};

/// How many observations a batch holds.
std::int64_t batch_size(const Observations& observations);

/// Values that take the place of a node's output: N×(shape of the node), borrowed.
struct Given {
  int node;
  TensorView values;
};

/// The nodes whose outputs, together, all that follows from `node` can be computed from: `node`
/// itself, and every node that does not follow from it but feeds one that does (around a residual
/// connection), and the output where it does not follow. In the graph's order.
std::vector<int> cut_at(const Graph& graph, int node);

/// Adds to `watch` what next_memory() reads.
void watch_memory(const Graph& graph, Watch& watch);
/// What a recurrent network remembers after the steps that the samples of the tape are: the
/// Observations::memory of the steps after them. Empty for others.
void next_memory(const Graph& graph, const Tape& tape, Tensor& memory);

/// One graph compiled for one device. An engine belongs to one thread at a time; different engines
/// are independent of each other.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  [[nodiscard]] virtual const Graph& graph() const noexcept = 0;

  /// Runs the network on N ≥ 1 observations; leaves the output and the watched activations on the
  /// tape, and computes nothing that neither of them needs (a critic that nobody asks for).
  /// Gradients in `watch` announce what the pass's backward() will be asked for. Who wants no
  /// backward pass drops the pass. Throws Error when the observations do not have the graph's input
  /// shape, or the memory not that of its State nodes.
  virtual Pass forward(const Observations& observations, const Watch& watch, Tape& tape) = 0;

  /// Runs only what follows from given activations: a forward pass in which the given nodes have
  /// the given outputs (each of the same N ≥ 1 samples; see cut_at()) and no earlier layer is
  /// computed. Watched nodes must be given or follow from given ones, State nodes be given where
  /// they are needed. Throws Error naming the node that would have to be given too.
  virtual Pass forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) = 0;
};

/// What convolutions compute in. With bfloat16 their inputs, weights and arriving gradients are
/// rounded to 8 significant bits; sums, and all else, stay in single precision.
enum class Precision { kF32, kBf16 };
/// "f32" or "bf16". Throws Error (usage) for anything else.
Precision parse_precision(std::string_view text);

/// Weights as the fully connected layers of engines read them, several times what a network takes.
class WeightLayouts;
std::shared_ptr<WeightLayouts> make_weight_layouts();

struct EngineOptions {
  int threads = 1;  ///< threads inside one pass
  /// Refused (usage) by an engine or on a processor that cannot.
  Precision precision = Precision::kF32;
  /// Shared by engines of networks that have weights in common (which live as long as this does),
  /// whatever their threads; none: the engine's own. Results do not depend on it.
  std::shared_ptr<WeightLayouts> layouts = nullptr;
};

/// One kind of engine. One `extern constinit const EngineKind STEM_entry` per file in engines/.
struct EngineKind {
  std::string_view id, title;
  std::unique_ptr<Engine> (*make)(std::shared_ptr<const Graph> graph, const EngineOptions& options);
};

std::span<const EngineKind* const> engines();

/// Makes an engine by id ("cpu" is the default for users). Throws Error (usage) listing the
/// known ids.
std::unique_ptr<Engine> make_engine(std::string_view id, std::shared_ptr<const Graph> graph,
                                    const EngineOptions& options = {});

}  // namespace arcadecam::nn
