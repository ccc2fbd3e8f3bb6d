#include "checkpoint/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "arcadecam/core/error.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/recognition.h"

namespace arcadecam::checkpoint {
namespace {

// What no file of this kind can say, and the option that says it.
void note_assumptions(const Convention& convention, const Assumptions& assumed, const Hints& hints,
                      std::vector<std::string>& unknown) {
  if (hints.activation && assumed.activation.empty()) {
    throw bad_usage(
        "--activation: the networks of '{}' have the activation functions of their source; it is "
        "for those of which nothing says it",
        convention.id);
  }
  if (!assumed.activation.empty() && !hints.activation) {
    unknown.push_back(
        fmt::format("The activation function of its hidden layers: {} is assumed (give "
                    "--activation NAME if it is another).",
                    assumed.activation));
  }
  if (!assumed.divisor.empty() && !hints.divisor) {
    unknown.push_back(
        fmt::format("Whether the network divides the pixels by {}: assumed (give --divide-by 1 if "
                    "it does not).",
                    assumed.divisor));
  }
}

// What describes others' networks is no option for a file that holds its own.
void check_own_network(const LoadOptions& options) {
  if (options.network)
    throw bad_usage("the file holds its network itself; --network describes others' networks");
  if (options.activation) throw bad_usage("--activation: the file holds its network itself");
  if (!options.ignore.empty())
    throw bad_usage("--ignore: the file holds its network itself, of which nothing is left over");
}

}  // namespace

Reading read_own(const nn::Graph& graph, std::string_view format, const LoadOptions& options,
                 std::vector<std::string> remarks) {
  check_own_network(options);
  const bool is_keras = format == "Keras";
  Description description{fmt::format("{} {} of {} operations", format,
                                      is_keras ? "model" : "graph", graph.size() - 1)};
  const bool scales = std::ranges::any_of(graph.consumers(0), [&](int node) {
    return std::holds_alternative<nn::Scale>(graph.node(node).op);
  });
  if (!scales && !options.divide_by) {
    description.unknown.emplace_back(
        "Whether the pixels were divided by 255 before the model: not, as nothing in it does (give "
        "--divide-by 255 if they were).");
  }
  std::ranges::move(remarks, std::back_inserter(description.unknown));
  return {is_keras ? "keras" : "onnx",
          {is_keras ? "Convention keras: the file holds the network's layers."
                    : "Convention onnx: the file holds the network's operations."},
          /*evidence_first=*/false,
          {divided(graph, options.divide_by.value_or(1.0F)), std::move(description)}};
}

Reading read_described(const NetworkFile& network, const StateDict& state,
                       const LoadOptions& options) {
  BuiltNetwork built = build_network(network, state, options.divide_by);
  if (options.activation)
    throw bad_usage("--activation: the description says which activation functions there are");
  return {"described",
          {fmt::format("The network: as {} describes it.", network.file)},
          /*evidence_first=*/false,
          std::move(built)};
}

Reading read_recognised(const StateDict& state, const Hints& hints, const LoadOptions& options) {
  Recognition recognised = recognise(state, hints, options.as);
  const Convention& convention = *recognised.convention;
  BuiltNetwork built = recognised.network.build();
  note_assumptions(convention, built.description.assumed, hints, built.description.unknown);
  if (built.description.preset.empty()) built.description.preset = convention.preset;
  return {convention.id, std::move(recognised.evidence), /*evidence_first=*/true, std::move(built)};
}

}  // namespace arcadecam::checkpoint
