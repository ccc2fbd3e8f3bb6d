#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "app/bench/stopwatch.h"
#include "arcadecam/core/tensor.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/nn/engine.h"

namespace arcadecam::app {

/// One figure of `arcadecam bench`.
struct BenchRow {
  std::string section, what;
  std::int64_t batch = 0;  ///< states in a pass; for play: games, of all threads
  int threads = 1;
  Timing seconds;  ///< a state or a step
  Timing ratio;    ///< against `against`, formed round by round; empty where nothing is compared
  std::string against;
};

struct BenchPlan {
  std::vector<std::int64_t> batches;
  std::int64_t states = 32;  ///< different ones, which take turns; no fewer than a batch
  std::vector<int> threads;  ///< of the passes
  std::vector<explain::MethodSpec> methods;
  std::vector<int> environments;  ///< of the played part, one thread each
  std::vector<int> groups;        ///< games of a thread, whose decisions share its passes
  std::string engine = "cpu";
  nn::Precision precision = nn::Precision::kF32;
  double seconds = 60;  ///< of the whole, about
  int rounds = 5;
};

/// States that the agent meets in a greedy episode, four steps apart, and the actions on the way.
struct Walk {
  ByteTensor states;
  std::vector<int> actions;
};
Walk walk(const agent::Agent& agent, std::int64_t states);

/// Forward, forward + backward to the first layer's output, the bare kernels that these need, and
/// every method; for each batch size and number of threads. The states take turns.
std::vector<BenchRow> bench_passes(const agent::Agent& agent, const ByteTensor& states,
                                   const BenchPlan& plan, double seconds);

/// The emulator alone (four frames and two grey screens a step), play and explained play, for each
/// number of threads and of games in each of them.
std::vector<BenchRow> bench_play(const agent::Agent& agent, const std::vector<int>& actions,
                                 const BenchPlan& plan, double seconds);

/// Multiplications of the convolutions and fully connected layers for one state, nothing skipped;
/// backward: of the gradients with respect to their inputs, but for the layers that read the
/// observation.
struct DenseProducts {
  double forward, backward;
};
DenseProducts dense_products(const nn::Graph& graph);

/// How long this core takes for a billion products with all operands in its first-level cache, and
/// at that rate for the products that the network needs per state: no dense kernel is faster.
std::vector<BenchRow> bench_floor(const nn::Graph& graph, const BenchPlan& plan, double seconds);

/// How far one method's maps in bfloat16 are from those in single precision: one figure per state.
struct PrecisionRow {
  std::string method;
  Timing correlations;  ///< Spearman's, of the pixels' ranks
  Timing differences;   ///< the largest of a map's pixels, which go from 0 to 1
};
std::vector<PrecisionRow> bench_precision(const agent::Agent& agent, const ByteTensor& states,
                                          const BenchPlan& plan);

}  // namespace arcadecam::app
