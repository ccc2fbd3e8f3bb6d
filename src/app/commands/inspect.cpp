#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "app/checkpoint_actions.h"
#include "app/command.h"
#include "app/options/agent_options.h"
#include "arcadecam/checkpoint/checkpoint.h"
#include "core/json_text.h"
#include "profile/described_protocol.h"
#include "profile/embedded.h"

namespace arcadecam::app {
namespace {

struct InspectOptions {
  std::string file;
  CheckpointOptions checkpoint;
  bool json = false;
};

std::int64_t parameters_of(const nn::Node& node) {
  std::int64_t count = 0;
  for (const auto& [name, tensor] : nn::weights_of(node.op)) {
    if (tensor != nullptr) count += tensor->size();
  }
  return count;
}

/// What it is called with the changes of a network description, which are checked on the way.
std::optional<std::string> protocol_name(const checkpoint::Checkpoint& checkpoint) {
  if (!checkpoint.protocol) return std::nullopt;
  return profile::protocol_of(checkpoint).name;
}

void print_text_inspect(const checkpoint::Checkpoint& checkpoint) {
  const auto line = [](std::string_view what, const std::string& value) {
    fmt::print("{:<14}{}\n", what, value);
  };
  const auto line_if = [&](std::string_view what, const auto& value) {
    if (value) line(what, fmt::format("{}", *value));
  };
  const nn::Graph& graph = checkpoint.graph;
  line("file", checkpoint.file.string());
  line("SHA-256", checkpoint.sha256);
  line("container", checkpoint.container);
  line("convention", checkpoint.convention);
  line("network", checkpoint.network);
  const auto names = action_names(checkpoint);
  std::string named;
  for (std::size_t i = 0; i < names.size(); ++i)
    named += fmt::format("{}{} {}", i == 0 ? ": " : ", ", i, names[i]);
  line("actions", fmt::format("{}{}", graph.actions(), named));
  line("outputs", std::string(nn::output_words(graph.output_kind())));
  if (graph.value()) {
    line("state value", fmt::format("the critic's, {} (what --target value explains)",
                                    graph.node(*graph.value()).name));
  }
  line("parameters", fmt::format("{}", graph.parameter_count()));
  line_if("algorithm", checkpoint.algorithm);
  line_if("game", checkpoint.game);
  line_if("protocol", checkpoint.protocol);
  line_if("step", checkpoint.step);
  line_if("seed", checkpoint.training_seed);

  std::size_t widest = 24, longest = 38;
  for (const nn::Node& node : graph.nodes()) widest = std::max(widest, node.name.size());
  for (const auto& tensor : checkpoint.tensors) longest = std::max(longest, tensor.name.size());
  widest += 2;
  longest += 2;
  fmt::print("\n{:<{}}{:<15}{:<12}{:>12}\n", "layer", widest, "operation", "output", "parameters");
  for (int i = 0; i < graph.size(); ++i) {
    const nn::Node& node = graph.node(i);
    const std::int64_t parameters = parameters_of(node);
    fmt::print("{:<{}}{:<15}{:<12}{:>12}\n", node.name, widest, nn::op_name(node.op),
               to_string(graph.shape(i)), parameters == 0 ? "" : fmt::format("{}", parameters));
  }
  fmt::print("\n{:<{}}{:<10}{}\n", "tensor", longest, "type", "shape");
  for (const checkpoint::StoredTensor& tensor : checkpoint.tensors) {
    fmt::print("{:<{}}{:<10}{}\n", tensor.name, longest, tensor.dtype, to_string(tensor.shape));
  }
  const auto list = [](std::string_view title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    fmt::print("\n{}\n", title);
    for (const std::string& item : items) fmt::print("  {}\n", item);
  };
  list("beside the state dict", checkpoint.other_entries);
  list("detected", checkpoint.evidence);
  list("not known", checkpoint.unknown);
}

template <typename T>
JsonText or_null(const std::optional<T>& value) {
  return value ? JsonText(*value) : JsonText(nullptr);
}

JsonText extents_of(const Shape& shape) {
  JsonText extents = JsonText::array();
  for (const std::int64_t extent : shape) extents.push_back(extent);
  return extents;
}

void print_json_inspect(const checkpoint::Checkpoint& checkpoint) {
  const nn::Graph& graph = checkpoint.graph;
  JsonText layers = JsonText::array();
  for (int i = 0; i < graph.size(); ++i) {
    const nn::Node& node = graph.node(i);
    layers.push_back({{"name", node.name},
                      {"operation", nn::op_name(node.op)},
                      {"output", extents_of(graph.shape(i))},
                      {"parameters", parameters_of(node)}});
  }
  JsonText tensors = JsonText::array();
  for (const checkpoint::StoredTensor& tensor : checkpoint.tensors) {
    tensors.push_back(
        {{"name", tensor.name}, {"dtype", tensor.dtype}, {"shape", extents_of(tensor.shape)}});
  }
  const JsonText json{
      {"file", checkpoint.file.string()},
      {"sha256", checkpoint.sha256},
      {"container", checkpoint.container},
      {"convention", checkpoint.convention},
      {"network", checkpoint.network},
      {"actions", graph.actions()},
      {"action_names", action_names(checkpoint)},
      {"outputs", nn::output_words(graph.output_kind())},
      {"value",
       or_null(graph.value() ? std::optional(graph.node(*graph.value()).name) : std::nullopt)},
      {"parameters", graph.parameter_count()},
      {"algorithm", or_null(checkpoint.algorithm)},
      {"game", or_null(checkpoint.game)},
      {"protocol", or_null(checkpoint.protocol)},
      {"step", or_null(checkpoint.step)},
      {"seed", or_null(checkpoint.training_seed)},
      {"layers", layers},
      {"tensors", tensors},
      {"other_entries", checkpoint.other_entries},
      {"evidence", checkpoint.evidence},
      {"unknown", checkpoint.unknown}};
  // A file's name may be any bytes; JSON must be UTF-8.
  fmt::print("{}\n", json.dump(2));
}

void define_inspect(Arguments& command) {
  const auto options = std::make_shared<InspectOptions>();
  command.add_option("AGENT", options->file, kAgentHelp)->required();
  command.add_flag("--json", options->json, "print JSON, for other programs");
  options->checkpoint.define(command);
  command.callback([options] {
    checkpoint::Checkpoint checkpoint =
        profile::load_checkpoint(options->file, options->checkpoint.get());
    checkpoint.protocol = protocol_name(checkpoint);
    if (options->json) {
      print_json_inspect(checkpoint);
    } else {
      print_text_inspect(checkpoint);
    }
  });
}

}  // namespace

extern constinit const Command inspect_entry{
    "inspect", "Say what a checkpoint is: network, layers, game, protocol", define_inspect};

}  // namespace arcadecam::app
