#include "agent/agent.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "arcadecam/core/error.h"
#include "nn/randomize_weights.h"
#include "profile/described_protocol.h"
#include "profile/embedded.h"

namespace arcadecam::agent {

namespace {

std::string stage_of(const std::string& name_or_file) {
  if (std::filesystem::is_regular_file(name_or_file)) return {};
  const auto card = profile::find_embedded(name_or_file);
  return card ? card->stage : std::string();
}

/// The graph with as many outputs; its weights are about to be drawn at random. Left as it is where
/// its last layer is not a plain linear one.
nn::Graph with_outputs(const nn::Graph& graph, int outputs) {
  std::vector<nn::Node> nodes(graph.nodes().begin(), graph.nodes().end());
  if (auto* last = std::get_if<nn::Linear>(&nodes.back().op)) {
    last->weight = std::make_shared<Tensor>(Shape{outputs, last->weight->shape()[1]});
    if (last->bias) last->bias = std::make_shared<Tensor>(Shape{outputs});
  }
  return nn::Graph(std::move(nodes));
}

}  // namespace

void observe_as(atari::Protocol& protocol, const Shape& input, const std::string& name) {
  const int planes = protocol.pixels.planes();
  if (input[0] % planes != 0) {
    throw bad_input("{}: the network takes {} planes; {} observes 3 per frame (red, green, blue)",
                    name, input[0], protocol.name);
  }
  protocol.stack = static_cast<int>(input[0] / planes);
  protocol.pixels.height = static_cast<int>(input[1]);
  protocol.pixels.width = static_cast<int>(input[2]);
  try {
    atari::check(protocol);
  } catch (const Error& error) {
    throw bad_input("{}: the network takes {}: {}", name, to_string(input), error.what());
  }
}

std::vector<std::string_view> action_names(const Agent& agent) {
  if (agent.protocol.full_action_set)
    return {atari::kActionNames.begin(), atari::kActionNames.end()};
  std::vector<std::string_view> names;
  for (const atari::ActionCode action : agent.game.actions)
    names.push_back(atari::kActionNames[static_cast<std::size_t>(action)]);
  return names;
}

Agent load_agent(const std::string& name_or_file, const AgentOptions& options) {
  checkpoint::Checkpoint loaded = profile::load_checkpoint(name_or_file, options.load);
  if (!loaded.game) loaded.game = options.game_otherwise;
  if (!loaded.game) {
    throw bad_usage(
        "{}: nothing says which game it plays; give --game NAME (`arcadecam games` lists them)",
        name_or_file);
  }
  game::Game game = game::find_game(*loaded.game);
  atari::Protocol protocol = profile::protocol_of(loaded);
  const auto minimal = static_cast<int>(game.actions.size());
  const auto full = static_cast<int>(atari::kActionNames.size());
  nn::Graph graph = loaded.graph;
  if (options.randomize_weights) {
    if (graph.actions() != minimal && graph.actions() != full) graph = with_outputs(graph, minimal);
    graph = nn::randomize_weights(graph, *options.randomize_weights);
  }
  const int outputs = graph.actions();
  if (outputs != minimal && outputs != full) {
    throw bad_input("{}: the network has {} actions, but {} has {} ({} in the full action set)",
                    name_or_file, outputs, game.title, minimal, full);
  }
  protocol.full_action_set = outputs != minimal;
  const Shape& observed = graph.shape(0);
  if (observed.rank() != 3) {
    throw bad_input("{}: the network takes {}; a game is observed as planes of pixels",
                    name_or_file, to_string(observed));
  }
  observe_as(protocol, observed, name_or_file);
  return {name_or_file,
          std::move(loaded),
          std::make_shared<const nn::Graph>(std::move(graph)),
          options.randomize_weights,
          std::move(game),
          std::move(protocol),
          stage_of(name_or_file)};
}

}  // namespace arcadecam::agent
