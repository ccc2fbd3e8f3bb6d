// How well the agent still plays when what the map marks is taken from every picture it sees.
#include <algorithm>
#include <array>
#include <string>

#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "measure/pixel_order.h"

namespace arcadecam::evaluate {
namespace {

using measure::Direction, measure::Finding, measure::Scorer, measure::Statistic, measure::Subject;

class Play final : public Scorer {
 public:
  explicit Play(const explain::Params& params) : steps_(params.integer("steps", 1, 1'000'000)) {
    for (const std::string& share : params.list("shares")) {
      const explain::MethodSpec one{"play", {{"share", share}}};
      static constexpr std::array<explain::Param, 1> kShare{{{"share", "0", ""}}};
      shares_.push_back(explain::Params(one, kShare, "measure").number("share", 0, 100));
    }
    if (shares_.empty()) (void)params.number("shares");  // says what is expected
  }

  void play(measure::Context& context, std::int64_t episode, std::vector<Finding>& found) override {
    double sum = 0;
    for (const double share : shares_) {
      const double score = score_of(GameContext::of(context), episode, share / 100);
      found.push_back({"score", score, share / 100});
      sum += score;
    }
    found.push_back({"score", sum / static_cast<double>(shares_.size())});
  }

 private:
  /// The score of an episode in which the strongest `share` of the map is black in every frame that
  /// the agent sees (and remembers); it acts greedily. The map is that of the picture as it is.
  double score_of(GameContext& context, std::int64_t episode, double share) {
    game::Environment& environment = context.environment();
    environment.reset(context.seed(), static_cast<std::uint64_t>(episode));
    double score = 0;
    measure::State state;
    state.episode = episode;
    const std::vector<const measure::State*> one{&state};
    for (std::int64_t step = 0; step < steps_ && !environment.over(); ++step) {
      state.step = step;
      state.observation =
          ByteTensor(environment.observation().shape(), environment.observation().values());
      GameContext::Decision decision = context.decide(state.observation, state.memory);
      state.action = decision.action;
      if (share > 0) {
        context.explain_states(one, [&](const Subject& subject) {
          const auto order = measure::pixel_order(subject.map(), context.shared_random(state));
          const auto hidden =
              static_cast<std::size_t>(share * static_cast<double>(order.size()) + 0.5);
          ByteTensor masked = state.observation;
          for (std::size_t i = 0; i < hidden; ++i) {
            for (std::int64_t at = order[i]; at < masked.size(); at += std::ssize(order))
              masked.data()[at] = 0;
          }
          decision = context.decide(masked, state.memory);
        });
      }
      score += environment.step(decision.action).reward;
      state.memory = std::move(decision.memory);
    }
    return score;
  }

  std::int64_t steps_;
  std::vector<double> shares_;
};

std::span<const Statistic> play_statistics() {
  static constexpr std::array<Statistic, 1> kStatistics{{
      {"score", "score while the strongest pixels are hidden", Direction::kLower, "points"},
  }};
  return kStatistics;
}

std::span<const explain::Param> play_params() {
  static constexpr std::array<explain::Param, 2> kParams{
      {{"shares", "0/1/5/10/20", "per cent of the picture that is hidden, separated by '/'"},
       {"steps", "1000", "decisions of an episode at most"}}};
  return kParams;
}

}  // namespace

extern constinit const measure::Measure play_entry{
    "play",
    "the game's score while what the map marks is black in every observation",
    "in-play deletion; no published reference",
    play_statistics,
    play_params,
    {.passes = true, .plays = true},
    [](const explain::Params& params) -> std::unique_ptr<Scorer> {
      return std::make_unique<Play>(params);
    }};

}  // namespace arcadecam::evaluate
