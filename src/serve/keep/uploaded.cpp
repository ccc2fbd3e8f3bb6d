#include "serve/keep/uploaded.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"
#include "core/text.h"
#include "serve/keep/scratch_folder.h"

namespace arcadecam::serve {
namespace {

/// The recorded run that the bytes are; nothing where they do not begin as one.
std::optional<episode::Trace> trace_in(std::span<const std::uint8_t> bytes) {
  try {
    return episode::parse_trace(bytes);
  } catch (const Error&) {
    // A damaged trace is no checkpoint either, and the reader of checkpoints says so.
    return std::nullopt;
  }
}

}  // namespace

std::unique_ptr<Show> uploaded_show(const std::string& content, const std::string& words,
                                    const Show& now) {
  const std::span<const std::uint8_t> bytes(reinterpret_cast<const std::uint8_t*>(content.data()),
                                            content.size());
  ShowOptions options;
  options.network = now.network().options();
  options.seed = now.seed();
  options.most_states = now.options().most_states;
  const std::vector<Tile> tiles(now.tiles().begin(), now.tiles().end());
  std::unique_ptr<Show> show;
  if (auto trace = trace_in(bytes)) {
    show = std::make_unique<Show>(now.agent(), options, std::move(trace));
  } else {
    const ScratchFolder folder;
    const auto file = folder.path() / "upload";
    std::ofstream(file, std::ios::binary) << content;
    agent::AgentOptions agent_options;
    agent_options.game_otherwise = now.agent().game.name;
    agent::Agent agent = agent::load_agent(file.string(), agent_options);
    agent.name = "uploaded " + printable(words);
    show = std::make_unique<Show>(std::move(agent), options);
  }
  // What is asked of one network may not be a question to another.
  for (const std::vector<Tile>& asked :
       {tiles, std::vector<Tile>{{"fullgrad++"}}, std::vector<Tile>{{"saliency"}}}) {
    try {
      show->ask(asked);
      return show;
    } catch (const Error&) {
      continue;
    }
  }
  return show;
}

}  // namespace arcadecam::serve
