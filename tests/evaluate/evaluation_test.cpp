// An Error of a method or of a measure takes its own numbers away, and nothing else.
#include "evaluate/evaluation.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <mutex>
#include <span>

#include "arcadecam/core/error.h"
#include "evaluate/measures.h"
#include "evaluate/toy_agent.h"
#include "measure/toy.h"

namespace arcadecam::evaluate {
namespace {

constexpr measure::Statistic kSeen{"seen", "Seen", measure::Direction::kNone, ""};

/// Gives the step of each state, and ends with an Error in the episode whose number is its
/// parameter.
class SeesAllBut final : public measure::Scorer {
 public:
  explicit SeesAllBut(std::int64_t episode) : episode_(episode) {}

  void score(measure::Context& context, const measure::Subject& subject,
             std::vector<measure::Finding>& found) override {
    found.push_back({"seen", static_cast<double>(subject.state.step)});
    if (subject.state.episode == episode_ && context.method().id != "random")
      throw bad_input("episode {} cannot be seen", episode_);
  }

 private:
  std::int64_t episode_;
};

constexpr measure::Measure kSees{"sees",
                                 "Sees",
                                 "",
                                 [] { return std::span(&kSeen, 1); },
                                 [] { return std::span<const explain::Param>(); },
                                 {},
                                 [](const explain::Params&) -> std::unique_ptr<measure::Scorer> {
                                   return std::make_unique<SeesAllBut>(-1);
                                 }};
constexpr measure::Measure kSeesNotOne{
    "sees-not-one",
    "Sees not one",
    "",
    [] { return std::span(&kSeen, 1); },
    [] { return std::span<const explain::Param>(); },
    {},
    [](const explain::Params&) -> std::unique_ptr<measure::Scorer> {
      return std::make_unique<SeesAllBut>(1);
    }};

constexpr measure::Statistic kEarlier{"earlier", "Earlier", measure::Direction::kNone, ""};

/// Says of each state it was shown how many came earlier; ends with an Error at a step.
class CountsEarlier final : public measure::Scorer {
 public:
  explicit CountsEarlier(std::int64_t fails_at) : fails_at_(fails_at) {}

  void remember(const measure::Subject& subject) override {
    if (subject.state.step == fails_at_) throw bad_input("step {} cannot be seen", fails_at_);
    ++remembered_;
  }
  std::vector<std::vector<measure::Finding>> compare_all() override {
    std::vector<std::vector<measure::Finding>> found;
    for (int n = 0; n < remembered_; ++n) found.push_back({{"earlier", static_cast<double>(n)}});
    remembered_ = 0;
    return found;
  }

 private:
  std::int64_t fails_at_;
  int remembered_ = 0;
};

constexpr measure::Measure kCounts{
    "counts",
    "Counts",
    "",
    [] { return std::span(&kEarlier, 1); },
    [] {
      static constexpr std::array<explain::Param, 1> kFails{{{"fails", "-1", "at this step"}}};
      return std::span<const explain::Param>(kFails);
    },
    {.all_states = true},
    [](const explain::Params& params) -> std::unique_ptr<measure::Scorer> {
      return std::make_unique<CountsEarlier>(params.integer("fails", -1, 100));
    }};

/// What SQLite's store does, in memory. `broken`: it fails when it is to record.
class StoreInMemory final : public Store {
 public:
  [[nodiscard]] bool has(const Unit& unit) const override { return units_.contains(unit); }
  void put(const Unit& unit, const std::vector<Row>& rows, double, std::int64_t) override {
    const std::scoped_lock lock(mutex_);
    if (broken) throw bad_input("the disk is full");
    units_.emplace(unit, rows);
  }
  void put_map_cost(const Cost&) override {}
  [[nodiscard]] std::vector<Row> rows(const std::string& agent, const std::string& method,
                                      const std::string& measure) const override {
    std::vector<Row> all;
    for (const auto& [unit, rows] : units_) {
      if (unit.agent == agent && unit.method == method && unit.measure == measure)
        all.insert(all.end(), rows.begin(), rows.end());
    }
    return all;
  }
  [[nodiscard]] std::vector<Unit> recorded() const override { return {}; }
  [[nodiscard]] std::vector<Cost> costs() const override { return {}; }

  bool broken = false;

 private:
  std::mutex mutex_;
  std::map<Unit, std::vector<Row>> units_;
};

class FailingMeasure : public testing::TestWithParam<int> {
 protected:
  FailingMeasure() {
    const std::array<const measure::Measure*, 2> table{&kSees, &kSeesNotOne};
    Contestants contestants{&agent_, {}, explain::parse_methods("gradcam,sobel,random")};
    for (std::int64_t n = 0; n < 6; ++n) {
      measure::State state = test::state_of(*agent_.graph, static_cast<std::uint64_t>(n + 1));
      state.index = n;
      state.episode = n / 2;
      state.step = n;
      state.rank = n % 2;
      contestants.states.push_back(std::move(state));
    }
    evaluation_.agents.push_back(std::move(contestants));
    evaluation_.measures = measure::parse_measures("sees,sees-not-one", table);
    evaluation_.question.engine = "reference";
  }

  [[nodiscard]] std::vector<double> seen(const std::string& method, const std::string& measure) {
    std::vector<double> values;
    for (const Row& row : store_.rows("toy", method, measure)) values.push_back(row.finding.value);
    return values;
  }

  agent::Agent agent_ = test::agent_of(test::linear_graph(8, 3));
  Evaluation evaluation_;
  StoreInMemory store_;
};

TEST_P(FailingMeasure, IsNamedAndAllElseIsMeasured) {
  const Outcome outcome = evaluate(evaluation_, store_, {GetParam(), {}});
  EXPECT_FALSE(outcome.ended_early);
  std::vector<std::string> failures;
  for (const Unmeasured& one : outcome.failures)
    failures.push_back(one.agent + ", " + one.method + ", " + one.measure + ": " + one.why);
  // The network has no convolution: no map of the first method is to be had.
  const std::string none = ": the network has no convolution or normalisation layer to explain";
  EXPECT_EQ(failures, (std::vector<std::string>{
                          "toy, gradcam, sees" + none, "toy, gradcam, sees-not-one" + none,
                          "toy, sobel, sees-not-one: episode 1 cannot be seen"}));
  EXPECT_EQ(seen("gradcam", "sees"), std::vector<double>{});
  EXPECT_EQ(seen("sobel", "sees"), (std::vector<double>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(seen("sobel", "sees-not-one"), (std::vector<double>{0, 1, 4, 5}));
  EXPECT_EQ(seen("random", "sees-not-one"), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

TEST_P(FailingMeasure, IsTriedAgain) {
  (void)evaluate(evaluation_, store_, {GetParam(), {}});
  evaluation_.measures[1].measure = &kSees;  // mended
  evaluation_.agents[0].methods = explain::parse_methods("sobel,random");
  EXPECT_TRUE(evaluate(evaluation_, store_, {GetParam(), {}}).failures.empty());
  EXPECT_EQ(seen("sobel", "sees-not-one"), (std::vector<double>{0, 1, 2, 3, 4, 5}));
}

TEST_P(FailingMeasure, IsNotWhatAFailingStoreIs) {
  store_.broken = true;
  try {
    (void)evaluate(evaluation_, store_, {GetParam(), {}});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the disk is full");
  }
}

TEST_P(FailingMeasure, AllStatesAreComparedAtOnce) {
  const std::array<const measure::Measure*, 2> table{&kSees, &kCounts};
  evaluation_.measures =
      measure::parse_measures("sees,counts,counts:every=2,counts:fails=3", table);
  std::int64_t works = 0;
  const auto count = [&](std::int64_t, std::int64_t total, const std::string&) {
    works = total;
    return true;
  };
  const Outcome outcome = evaluate(evaluation_, store_, {GetParam(), count});
  EXPECT_EQ(works, 12) << "three parts of every method, and all states once";
  std::vector<std::string> failures;
  for (const Unmeasured& one : outcome.failures)
    if (one.method != "gradcam")
      failures.push_back(one.method + ", " + one.measure + ": " + one.why);
  const std::string why = ", counts:fails=3: step 3 cannot be seen";
  EXPECT_EQ(failures, (std::vector<std::string>{"sobel" + why, "random" + why}));
  for (const char* method : {"sobel", "random"}) {
    EXPECT_EQ(seen(method, "counts"), (std::vector<double>{0, 1, 2, 3, 4, 5})) << method;
    EXPECT_EQ(seen(method, "counts:every=2"), (std::vector<double>{0, 1, 2})) << method;
    EXPECT_EQ(seen(method, "counts:fails=3"), std::vector<double>{}) << method;
    EXPECT_EQ(seen(method, "sees"), (std::vector<double>{0, 1, 2, 3, 4, 5})) << method;
  }
  // Each number is where its state is.
  const std::vector<Row> rows = store_.rows("toy", "sobel", "counts:every=2");
  for (std::size_t n = 0; n < rows.size(); ++n) {
    EXPECT_EQ(rows[n].episode, static_cast<std::int64_t>(n));
    EXPECT_EQ(rows[n].step, static_cast<std::int64_t>(2 * n));
  }
  // What is there is not done again.
  evaluation_.agents[0].methods = explain::parse_methods("sobel,random");
  evaluation_.measures.pop_back();
  works = 0;
  (void)evaluate(evaluation_, store_, {GetParam(), count});
  EXPECT_EQ(works, 0);
}

INSTANTIATE_TEST_SUITE_P(Jobs, FailingMeasure, testing::Values(1, 3));

}  // namespace
}  // namespace arcadecam::evaluate
