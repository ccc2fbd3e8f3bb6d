#include "evaluate/given_states.h"

#include <algorithm>

#include "arcadecam/core/error.h"
#include "arcadecam/core/npy.h"
#include "episode/trace_player.h"
#include "evaluate/game_context.h"

namespace arcadecam::evaluate {

void check_takes(const agent::Agent& agent, const episode::Trace& trace) {
  const game::Game game = episode::game_of(trace);
  if (game.name != agent.game.name) {
    throw bad_input("{}: the states of {} are of {}, and {} plays {}", agent.name, trace.file,
                    game.title, agent.name, agent.game.title);
  }
  if (trace.protocol.full_action_set != agent.protocol.full_action_set) {
    throw bad_input("{}: the run {} has {} actions, and the network has {}", agent.name, trace.file,
                    trace.actions.size(), agent.graph->actions());
  }
  const Shape& input = agent.graph->shape(0);
  const atari::Pixels& pixels = trace.protocol.pixels;
  const Shape observed{trace.protocol.stack * pixels.planes(), pixels.height, pixels.width};
  if (input != observed) {
    throw bad_input("{}: the observations of {} are {}, and the network takes {}", agent.name,
                    trace.file, to_string(observed), to_string(input));
  }
}

void take_own_actions(const agent::Agent& agent, const std::string& engine,
                      std::vector<measure::State>& states) {
  measure::Question question;
  question.engine = engine;
  GameContext context(agent, question);
  for (measure::State& state : states)
    state.action = context.decide(state.observation, state.memory).action;
}

std::vector<measure::State> states_of_array(const agent::Agent& agent,
                                            const std::filesystem::path& file, std::int64_t most) {
  const NpyArray array = read_npy(file);
  const Shape& input = agent.graph->shape(0);
  const Shape& found = shape_of(array);
  const auto* const bytes = std::get_if<ByteTensor>(&array);
  const bool fits = bytes != nullptr && found.rank() == input.rank() + 1 && found[0] > 0 &&
                    found == input.batch_of(found[0]);
  if (!fits) {
    throw bad_input("{}: expected uint8 observations of shape N×{}, found {} of shape {}",
                    file.string(), to_string(input), dtype_of(array), to_string(found));
  }
  std::vector<measure::State> states;
  const std::int64_t size = bytes->size() / found[0];
  for (std::int64_t i = 0; i < std::min(most, found[0]); ++i) {
    measure::State& state = states.emplace_back();
    state.index = i;
    state.episode = i;
    state.observation =
        ByteTensor(input, bytes->values().subspan(static_cast<std::size_t>(i * size),
                                                  static_cast<std::size_t>(size)));
  }
  return states;
}

}  // namespace arcadecam::evaluate
