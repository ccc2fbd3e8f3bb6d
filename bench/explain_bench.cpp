// Forward, forward + backward, and every method, for one network and batches of 1 to 128 states, on
// one thread.
//   bench_explain CHECKPOINT STATES.npy [--benchmark_filter=… and Google Benchmark's other options]
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/npy.h"
#include "arcadecam/explain/session.h"

namespace arcadecam {
namespace {

/// Batches of the given states, one after the other, until each state was in one.
std::vector<ByteTensor> batches_of(const ByteTensor& states, std::int64_t count) {
  std::vector<ByteTensor> batches;
  for (std::int64_t first = 0; first < states.shape()[0]; first += count) {
    ByteTensor& batch = batches.emplace_back(states.shape().inner().batch_of(count));
    for (std::int64_t n = 0; n < count; ++n) {
      const auto state = states[(first + n) % states.shape()[0]].values();
      std::copy(state.begin(), state.end(), batch[n].data());
    }
  }
  return batches;
}

void explain_states(benchmark::State& run, std::shared_ptr<const nn::Graph> graph,
                    const ByteTensor& states, const std::string& methods) {
  const auto engine = nn::make_engine("cpu", std::move(graph));
  const auto specs =
      methods.empty() ? std::vector<explain::MethodSpec>{} : explain::parse_methods(methods);
  explain::Session session(*engine, specs);
  const std::vector<ByteTensor> batches = batches_of(states, run.range(0));
  std::size_t turn = 0;
  const std::vector<explain::Target> targets(static_cast<std::size_t>(run.range(0)),
                                             explain::Target::greedy());
  for (auto _ : run) {
    session.forward(batches[turn++ % batches.size()].view());
    session.explain(targets);
    benchmark::DoNotOptimize(session.tape().output().data());
  }
  run.counters["ms_a_state"] =
      benchmark::Counter(static_cast<double>(run.iterations() * run.range(0)) / 1000,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void add_benchmarks(const std::string& checkpoint, const std::string& states_file) {
  const auto graph = std::make_shared<const nn::Graph>(checkpoint::load(checkpoint).graph);
  const ByteTensor states = convert<std::uint8_t>(read_npy(states_file), states_file);
  const auto add = [&](const std::string& name, const std::string& methods) {
    auto* made = benchmark::RegisterBenchmark(
        name.c_str(), [=](benchmark::State& run) { explain_states(run, graph, states, methods); });
    made->Unit(benchmark::kMillisecond);
    for (const std::int64_t batch : {1, 2, 4, 8, 16, 32, 64, 128}) made->Arg(batch);
  };
  add("forward", "");
  for (const explain::Method* method : explain::methods())
    add(std::string(method->id), std::string(method->id));
}

}  // namespace
}  // namespace arcadecam

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 3) {
    fmt::print(stderr, "usage: bench_explain CHECKPOINT STATES.npy [--benchmark_…]\n");
    return 2;
  }
  try {
    arcadecam::add_benchmarks(argv[1], argv[2]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_explain: {}\n", error.what());
    return 1;
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
