#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "arcadecam/core/pixel_box.h"
#include "arcadecam/nn/graph.h"
#include "arcadecam/nn/pass.h"
#include "arcadecam/nn/tape.h"

namespace arcadecam::nn {

/// The input of a pass: a batch of N observations and, for a recurrent network, its memory at each
/// of them. The engine borrows all of it and changes nothing.
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
  /// N×Graph::state_size(): the values of all State nodes, one node after the other. Empty means
  /// zeros, the memory at the start of an episode.
  TensorView memory;
  /// Where not empty: one observation (floats, the graph's input shape) from which those of the
  /// batch, floats too, differ in a box of pixels each, which lies in the picture. An engine may
  /// then compute what differs alone. The results are those of a pass that is not told, but for
  /// rounding.
  TensorView reference;
  std::span<const PixelBox> boxes;
};

/// How many observations a batch holds.
std::int64_t batch_size(const Observations& observations);

/// Values that take the place of a node's output: N×(shape of the node), borrowed.
struct Given {
  int node;
  TensorView values;
  /// Each sample of a picture lies pixel by pixel, a pixel's channels side by side, in place of C
  /// order. The shape is the same.
  bool channels_last = false;
};

/// The nodes whose outputs are enough to compute everything that depends on `node`, in the graph's
/// order. They are `node` itself, every node that does not depend on it but feeds one that does
/// (around a residual connection), and the output where it does not depend on `node`.
std::vector<int> cut_at(const Graph& graph, int node);

/// Adds to `watch` what next_memory() reads.
void watch_memory(const Graph& graph, Watch& watch);
/// The memory of a recurrent network after the steps that the tape's samples are. It is the
/// Observations::memory of the steps that follow them. Empty for other networks.
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

  /// Runs the network on N ≥ 1 observations. It leaves the output and the watched activations on
  /// the tape, and computes only what these need (no critic that nobody asks for). Gradients in
  /// `watch` announce what the pass's backward() will be asked for. A caller who wants no backward
  /// pass drops the pass. Throws Error when the observations do not have the graph's input shape,
  /// or when the memory does not have the shape of its State nodes.
  virtual Pass forward(const Observations& observations, const Watch& watch, Tape& tape) = 0;

  /// Runs only what depends on given activations: a forward pass in which the given nodes have the
  /// given outputs (all of the same N ≥ 1 samples; see cut_at()) and no earlier layer is computed.
  /// Watched nodes must be given or depend on given ones only. State nodes must be given where they
  /// are needed. Throws Error that names the node that must be given as well.
  virtual Pass forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) = 0;
};

/// The precision of convolutions. With bfloat16, their inputs, weights and arriving gradients are
/// rounded to 8 significant bits. Sums and everything else stay in single precision.
enum class Precision { kF32, kBf16 };
/// "f32" or "bf16". Throws Error (usage) for anything else.
Precision parse_precision(std::string_view text);

/// Weights in the layouts that fully connected layers of engines read. They take several times the
/// memory of the network itself.
class WeightLayouts;
std::shared_ptr<WeightLayouts> make_weight_layouts();

struct EngineOptions {
  int threads = 1;  ///< threads inside one pass
  /// An engine or a processor that cannot do it refuses it with Error (usage).
  Precision precision = Precision::kF32;
  /// Shared by engines of networks that have weights in common, with any number of threads; the
  /// weights live as long as this does. None: the engine makes its own. Results do not depend on
  /// it.
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
