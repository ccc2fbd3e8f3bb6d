#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/explain/session.h"
#include "arcadecam/nn/engine.h"
#include "atari/protocol.h"

namespace arcadecam::python {

/// How a network is run.
struct Running {
  std::string engine = "cpu", precision = "f32";
  int threads = 1;
  std::optional<std::uint64_t> randomize_weights;  ///< the seed that all weights are drawn from
};

/// What a network put out for N states.
struct Outputs {
  Tensor values;  ///< N×actions
  Tensor memory;  ///< N×Graph::state_size(), of the next step; empty of networks without memory
};

/// What one method said about one target in N states. Arrays are N×…, empty where the method has
/// none; see explain::Attribution.
struct MethodResult {
  std::string method;  ///< with the parameters that were given
  Tensor map, raw, signed_map, planes, lowest, highest;
  std::vector<int> actions;  ///< those that are asked about
  std::vector<std::vector<explain::LayerWeight>> layers;
  std::vector<std::string> warnings;  ///< explain::WarningCounts's lines
};

/// What may be asked of a network's states again and again: parsed and checked once, since that
/// costs as much as a small network's pass.
struct Question {
  std::vector<explain::MethodSpec> methods;
  std::vector<std::string> names;  ///< of the methods, with the parameters that were given
  std::vector<explain::Target> targets;
  /// Indices of the targets that share a pass: those of a critic's value, and the others.
  std::vector<std::vector<std::size_t>> groups;
};

/// What a call adds to its question.
struct Request {
  const Question& question;
  std::span<const int> chosen{};  ///< the action taken in each state; empty: the greedy ones
  std::int64_t batch = 8;         ///< states in one pass
};

struct Explained {
  Outputs outputs;
  std::vector<std::vector<MethodResult>> of;  ///< [target][method]
};

/// A checkpoint's network, ready to run. Any thread may call it; calls wait for each other.
class Network {
 public:
  /// Is called between passes and may throw, which ends the call.
  using Pause = std::function<void()>;

  Network(checkpoint::Checkpoint checkpoint, const Running& running);

  [[nodiscard]] const checkpoint::Checkpoint& checkpoint() const noexcept { return checkpoint_; }
  [[nodiscard]] const nn::Graph& graph() const noexcept { return *graph_; }
  [[nodiscard]] const std::shared_ptr<const nn::Graph>& shared_graph() const noexcept {
    return graph_;
  }
  /// The name of the engine that runs it.
  [[nodiscard]] const std::string& engine() const noexcept { return engine_name_; }
  [[nodiscard]] const atari::Protocol& protocol() const noexcept { return protocol_; }
  /// What the network multiplies its input by first (1/255); 1 where it does not.
  [[nodiscard]] float input_scale() const;

  /// Throws Error (usage) for what this network cannot be asked; methods' parameters are checked by
  /// the first explain().
  [[nodiscard]] Question question(std::string_view methods,
                                  std::span<const std::string> targets) const;
  Outputs run(const nn::Observations& states, std::int64_t batch, const Pause& pause);
  /// All methods and targets share each batch's forward pass, but for a critic's value, whose
  /// layers are others.
  Explained explain(const nn::Observations& states, const Request& request, const Pause& pause);

 private:
  struct Kept {
    bool critic;                     ///< whether its layers are the critic's
    std::vector<std::string> names;  ///< Question::names
    std::unique_ptr<explain::Session> session;
  };
  /// A session for these methods; the last few are kept.
  explain::Session& session_for(const Question& question, const explain::Target& about);
  void explain_group(const nn::Observations& states, const Request& request,
                     std::span<const std::size_t> targets, const Pause& pause,
                     Explained& explained);
  void check_states(const nn::Observations& states) const;

  checkpoint::Checkpoint checkpoint_;
  std::shared_ptr<const nn::Graph> graph_;
  atari::Protocol protocol_;
  std::string engine_name_;
  std::unique_ptr<nn::Engine> engine_;
  std::list<Kept> sessions_;  ///< the one used last in front
  nn::Watch memory_watch_;
  nn::Tape tape_;
  std::mutex mutex_;
};

}  // namespace arcadecam::python
