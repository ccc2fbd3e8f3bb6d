#include <algorithm>
#include <array>

#include "app/bench/bench.h"
#include "nn/kernels/kernels.h"

namespace arcadecam::app {
namespace {

/// What one call of the measured loop multiplies: rows of a strip that stays in the first-level
/// cache, with sums in registers.
constexpr std::int64_t kRows = 48, kRepeats = 64;
constexpr double kBillion = 1e9;

double products_of(const nn::Graph& graph, int node) {
  const nn::Op& op = graph.node(node).op;
  if (const auto* linear = std::get_if<nn::Linear>(&op))
    return static_cast<double>(linear->weight->size());
  const auto* convolution = std::get_if<nn::Conv2d>(&op);
  if (convolution == nullptr) return 0;
  const Shape& shape = graph.shape(node);
  return static_cast<double>(convolution->weight->size() * shape[1] * shape[2]);
}

}  // namespace

DenseProducts dense_products(const nn::Graph& graph) {
  DenseProducts result{0, 0};
  for (int node = 0; node < graph.size(); ++node) {
    const double products = products_of(graph, node);
    result.forward += products;
    // Nothing goes back through the layers that read the input.
    const std::vector<bool> before = graph.ancestors_of(std::array{node});
    for (int other = 0; other < node; ++other) {
      if (!before[static_cast<std::size_t>(other)] || products_of(graph, other) == 0) continue;
      result.backward += products;
      break;
    }
  }
  return result;
}

std::vector<BenchRow> bench_floor(const nn::Graph& graph, const BenchPlan& plan, double seconds) {
  std::vector<float> strip(static_cast<std::size_t>(kRows * nn::kStrip), 1e-3F);
  std::vector<nn::ActiveRow> rows;
  for (std::int32_t row = 0; row < kRows; ++row) rows.push_back({row, 1e-3F});
  std::array<float, nn::kStrip> sums{};
  const Workload loop{"products", [&](std::int64_t calls) {
                        return timed(calls, 1, [&] {
                          for (std::int64_t i = 0; i < kRepeats; ++i)
                            nn::kernels().add_strip_rows(strip.data(), rows.data(), kRows,
                                                         sums.data());
                        });
                      }};
  Timing billion = take_turns({loop}, seconds, plan.rounds).front();
  for (double& round : billion.rounds)
    round *= kBillion / static_cast<double>(kRows * nn::kStrip * kRepeats);
  const auto row = [&](const std::string& what, double products) {
    BenchRow result;
    result.section = "floor";
    result.what = what;
    result.batch = 1;
    result.seconds = billion;
    for (double& round : result.seconds.rounds) round *= products / kBillion;
    return result;
  };
  const DenseProducts dense = dense_products(graph);
  return {row("a billion products", kBillion), row("dense floor, forward", dense.forward),
          row("dense floor, forward + backward", dense.forward + dense.backward)};
}

}  // namespace arcadecam::app
