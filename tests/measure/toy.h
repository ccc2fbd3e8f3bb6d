#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "measure/context.h"
#include "support/networks.h"

namespace arcadecam::test {

/// A network without bends, so that every score of a changed observation is a sum: an input of
/// 1×side×side, one fully connected layer, two actions.
inline std::shared_ptr<const nn::Graph> linear_graph(std::int64_t side, std::uint64_t seed) {
  std::vector<nn::Node> nodes;
  nodes.push_back({"input", nn::Input{Shape{1, side, side}}, {}});
  nodes.push_back({"flat", nn::Flatten{}, {0}});
  nodes.push_back(
      {"q",
       nn::Linear{random_weights(Shape{2, side * side}, seed), random_weights(Shape{2}, seed + 1)},
       {1}});
  return std::make_shared<const nn::Graph>(std::move(nodes));
}

inline measure::Network network_of(const std::shared_ptr<const nn::Graph>& graph) {
  return {graph, 1, "toy"};
}

inline measure::State state_of(const nn::Graph& graph, std::uint64_t seed = 7) {
  measure::State state;
  state.observation = ByteTensor(graph.shape(0), random_observations(graph, 1, seed).values());
  return state;
}

/// A subject whose map is given. Owns what the subject borrows.
class GivenMap {
 public:
  GivenMap(measure::Context& context, const measure::State& state, std::vector<float> map)
      : state_(state), target_(explain::Target::chosen()) {
    const Shape& shape = context.graph().shape(0);
    attribution_.map = Tensor(Shape{shape[1], shape[2]}, map);
    const auto engine =
        nn::make_engine("reference", std::make_shared<const nn::Graph>(context.graph()));
    nn::Tape tape;
    engine->forward(ByteTensorView(state.observation.data(), shape.batch_of(1)), {}, tape);
    values_.assign(tape.output().values().begin(), tape.output().values().end());
    target_ = target_.of_choice(state.action).resolved(values_);
  }

  [[nodiscard]] measure::Subject subject() const {
    return {state_,
            target_,
            state_.action,
            values_,
            values_[static_cast<std::size_t>(state_.action)],
            attribution_};
  }

 private:
  const measure::State& state_;
  explain::Target target_;
  explain::Attribution attribution_;
  std::vector<float> values_;
};

/// What a measure finds about a map; the value of one statistic.
class Found {
 public:
  Found(measure::Context& context, const std::string& measure, const measure::Subject& subject,
        std::span<const measure::Measure* const> among = measure::measures()) {
    const auto bound = measure::parse_measures(measure, among).front();
    context.begin(measure);
    bound.make()->score(context, subject, findings_);
  }
  [[nodiscard]] double operator[](const std::string& statistic) const {
    for (const measure::Finding& finding : findings_) {
      // Points of a curve have a place, what is about one object its name.
      if (finding.statistic == statistic && std::isnan(finding.at) && finding.object.empty())
        return finding.value;
    }
    ADD_FAILURE() << "no statistic " << statistic;
    return 0;
  }
  [[nodiscard]] const std::vector<measure::Finding>& all() const { return findings_; }

 private:
  std::vector<measure::Finding> findings_;
};

}  // namespace arcadecam::test
