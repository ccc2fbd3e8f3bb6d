// What a hand in the game sees is what `evaluate` measures: the same redraw, the same numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "episode/explained_objects.h"
#include "evaluate/game_context.h"
#include "evaluate/measures.h"
#include "game/editor.h"
#include "measure/toy.h"
#include "serve/show/shows.h"

namespace arcadecam::serve {
namespace {

/// A step of Pong that is shown, and the same state as `evaluate` has it: of a run that was played
/// elsewhere.
class EvaluatedEdits : public testing::Test {
 protected:
  EvaluatedEdits() : show_(pong()) {
    const auto has_ball = [&] {
      return std::ranges::any_of(show_->moment().objects, [](const game::GameObject& object) {
        return object.name == "ball" && object.box.left > 30 && object.box.left < 130;
      });
    };
    while (show_->moment().step < 40 || !has_ball()) show_->advance();
    environment_.keep_history();
    environment_.reset(3, 0);
    for (const Move& move : show_->line().moves()) environment_.step(move.action);
    snapshots_.push_back(environment_.save());
    state_.observation = copy_of(environment_.observation());
    state_.objects = episode::explained_objects(environment_.objects());
    state_.action = show_->moment().action;
  }

  /// The action values that the viewer shows with this edit.
  std::vector<float> shown(const game::Edit& edit) {
    const WhatIf what_if = show_->what_if(step(), {{edit}, {}}, {});
    EXPECT_EQ(what_if.planes, 4);
    return what_if.edited.estimate.values;
  }
  [[nodiscard]] std::int64_t step() const { return show_->moment().step; }

  std::unique_ptr<Show> show_;
  agent::Agent agent_ = agent::load_agent("pong");
  game::Environment environment_{agent_.game, agent_.protocol};
  std::vector<game::Snapshot> snapshots_;
  measure::Question question_;
  measure::State state_;
};

TEST_F(EvaluatedEdits, ABallDraggedAnywhereHasTheValuesOfItsRedrawnPictures) {
  const auto objects = show_->objects(step());
  const auto ball = std::ranges::find_if(
      objects, [](const EditableObject& one) { return one.object.name == "ball"; });
  ASSERT_NE(ball, objects.end());
  const auto reach =
      std::ranges::find(ball->edits, game::Change::kPlace, &game::PossibleEdit::change);
  ASSERT_NE(reach, ball->edits.end());
  game::Editor editor(agent_.game, agent_.protocol);
  environment_.restore(snapshots_.front());
  std::vector<game::Edit> places;
  std::vector<ByteTensor> pictures;
  for (const int column : {30, 55, 80, 105, 125}) {
    for (const int line : {50, 90, 130, 170}) {
      const auto& [columns, lines] = std::pair(reach->columns, reach->lines);
      places.push_back(
          game::place("ball", columns.from + (column - columns.from) / columns.step * columns.step,
                      lines.from + (line - lines.from) / lines.step * lines.step));
      pictures.push_back(editor.show(environment_, places.back()).observation);
    }
  }
  evaluate::GameContext context(agent_, question_, snapshots_);
  const test::GivenMap any(context, state_, std::vector<float>(84 * 84, 1.0F));
  std::vector<std::vector<float>> evaluated(places.size());
  context.forward(
      any.subject(), std::ssize(places),
      [&](std::int64_t index, std::span<float> values) {
        std::ranges::copy(pictures[static_cast<std::size_t>(index)].values(), values.begin());
      },
      [&](std::int64_t index, const measure::Scores& scores) {
        evaluated[static_cast<std::size_t>(index)].assign(scores.values.begin(),
                                                          scores.values.end());
      });
  const std::vector<float>& original = show_->moment().estimate.values;
  double most = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::vector<float> values = shown(places[i]);
    ASSERT_EQ(values.size(), evaluated[i].size());
    for (std::size_t action = 0; action < values.size(); ++action) {
      EXPECT_NEAR(values[action], evaluated[i][action], 1e-5)
          << "ball at " << places[i].x << ", " << places[i].y << ", action " << action;
      most = std::max<double>(most, std::abs(values[action] - original[action]));
    }
  }
  EXPECT_GT(most, 0.1) << "a place that matters is among them";
}

TEST_F(EvaluatedEdits, ARemovedObjectChangesTheValueAsTheCausalMeasureSays) {
  evaluate::GameContext context(agent_, question_, snapshots_);
  const test::GivenMap any(context, state_, std::vector<float>(84 * 84, 1.0F));
  const test::Found found(context, "causal", any.subject(), evaluate::measures());
  std::map<std::string, double> changes;
  for (const measure::Finding& finding : found.all()) {
    if (finding.statistic == "value-change") changes[finding.object] = finding.value;
  }
  ASSERT_EQ(changes.size(), 5U) << "ball, two paddles, two scores";
  const auto action = static_cast<std::size_t>(state_.action);
  const double before = show_->moment().estimate.values[action];
  for (const auto& [object, change] : changes)
    EXPECT_NEAR(shown(game::remove(object))[action] - before, change, 1e-4) << object;
  EXPECT_GT(std::abs(changes.at("ball")), 0.01);
}

}  // namespace
}  // namespace arcadecam::serve
