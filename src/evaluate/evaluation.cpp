#include "evaluate/evaluation.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <ctime>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <thread>

#include "arcadecam/core/error.h"

namespace arcadecam::evaluate {
namespace {

/// What one thread takes up at a time: a method on some states, on all of them, or an episode's
/// worth of playing, with every measure of that kind that is not there yet.
struct Item {
  enum class Kind { kSomeStates, kAllStates, kPlay };
  Kind kind;
  std::size_t agent = 0, method = 0;
  std::int64_t part = 0;
  std::size_t first = 0, count = 0;  ///< states
  std::vector<std::size_t> measures{};
};

Item::Kind kind_of(const measure::Needs& needs) {
  if (needs.plays) return Item::Kind::kPlay;
  return needs.all_states ? Item::Kind::kAllStates : Item::Kind::kSomeStates;
}

/// How many states from the first on are one part.
std::size_t part_of(const std::vector<measure::State>& states, std::size_t first) {
  std::size_t count = 1;
  while (count < kStatesOfPart && first + count < states.size() &&
         states[first + count].episode == states[first].episode)
    ++count;
  return count;
}

/// Processor time of this thread, in seconds.
double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The networks of the agents that some thread is busy with.
class NetworksInUse {
 public:
  explicit NetworksInUse(const Evaluation& evaluation)
      : evaluation_(evaluation), networks_(evaluation.agents.size()) {}

  std::shared_ptr<measure::SharedNetworks> of(std::size_t agent) {
    const std::scoped_lock lock(mutex_);
    auto shared = networks_[agent].lock();
    if (!shared) {
      shared = std::make_shared<measure::SharedNetworks>(evaluation_.agents[agent].agent->graph,
                                                         evaluation_.question.seed);
      networks_[agent] = shared;
    }
    return shared;
  }

 private:
  const Evaluation& evaluation_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<measure::SharedNetworks>> networks_;
};

class Worker {
 public:
  Worker(const Evaluation& evaluation, NetworksInUse& networks, Store& store)
      : evaluation_(evaluation), networks_(networks), store_(store) {
    for (const measure::BoundMeasure& measure : evaluation.measures)
      scorers_.push_back(measure.make());
  }

  /// Does and records it; returns why measures of it failed, which are not recorded.
  std::map<std::size_t, std::string> work(const Item& item) {
    measured_.clear();
    failed_.clear();
    double explained = 0;
    try {
      take_up(item);
      switch (item.kind) {
        case Item::Kind::kPlay:
          for (const std::size_t m : item.measures) guarded(m, [&] { play(item, m); });
          break;
        case Item::Kind::kAllStates:
          explained = compare(item);
          break;
        case Item::Kind::kSomeStates:
          explained = score(item);
          break;
      }
    } catch (const Error& error) {
      for (const std::size_t m : item.measures) failed_.try_emplace(m, error.what());
    }
    // What an Error left half done must not reach other work.
    if (!failed_.empty()) context_.reset();
    for (const std::size_t m : item.measures) {
      if (failed_.contains(m)) continue;
      const Measured& measured = measured_[m];
      store_.put(unit(item, m), measured.rows, measured.seconds, measured.states);
    }
    if (explained > 0) {
      const Unit any_unit = unit(item, item.measures.front());
      store_.put_map_cost({any_unit.agent, any_unit.method, "map", explained,
                           static_cast<std::int64_t>(item.count)});
    }
    return std::move(failed_);
  }

 private:
  /// What one measure found in an item.
  struct Measured {
    std::vector<Row> rows;
    double seconds = 0;
    std::int64_t states = 0;
  };

  [[nodiscard]] Unit unit(const Item& item, std::size_t measure) const {
    const Contestants& contestants = evaluation_.agents[item.agent];
    return {contestants.agent->name, contestants.methods[item.method].text(),
            evaluation_.measures[measure].spec.text(), item.part};
  }

  void take_up(const Item& item) {
    const Contestants& contestants = evaluation_.agents[item.agent];
    if (!context_ || agent_ != item.agent) {
      context_.reset();
      context_.emplace(*contestants.agent, evaluation_.question, contestants.snapshots,
                       networks_.of(item.agent));
      agent_ = item.agent;
      // What a scorer may keep is of one agent.
      for (std::size_t m = 0; m < scorers_.size(); ++m)
        scorers_[m] = evaluation_.measures[m].make();
    }
    context_->use(contestants.methods[item.method]);
  }

  /// Takes the time of a measure's work and keeps its Error.
  void guarded(std::size_t measure, const std::function<void()>& work) {
    const double start = thread_seconds();
    found_.clear();
    context_->begin(evaluation_.measures[measure].spec.text());
    try {
      work();
    } catch (const Error& error) {
      failed_.try_emplace(measure, error.what());
    }
    measured_[measure].seconds += thread_seconds() - start;
  }

  using Take = std::function<void(std::size_t measure, const measure::Subject& subject)>;

  /// Explains a part and hands every state to the item's measures that it is due for. Returns the
  /// processor time that the maps took.
  double explain_part(const Item& item, std::size_t first, std::size_t count, const Take& take) {
    const std::vector<measure::State>& all = evaluation_.agents[item.agent].states;
    const auto due = [&](std::size_t measure, const measure::State& state) {
      return evaluation_.measures[measure].takes(state) && !failed_.contains(measure);
    };
    // Explaining in a batch rounds as the batch's size makes it: all states of the part, whichever
    // measures are due.
    std::vector<const measure::State*> states;
    for (std::size_t i = 0; i < count; ++i) states.push_back(&all[first + i]);
    const bool any = std::ranges::any_of(states, [&](const measure::State* state) {
      return std::ranges::any_of(item.measures, [&](std::size_t m) { return due(m, *state); });
    });
    if (!any) return 0;
    const double start = thread_seconds();
    double explained = 0;
    context_->explain_states(states, [&](const measure::Subject& subject) {
      if (explained == 0) explained = thread_seconds() - start;
      for (const std::size_t m : item.measures) {
        if (!due(m, subject.state)) continue;
        guarded(m, [&] { take(m, subject); });
        ++measured_[m].states;
      }
    });
    return explained;
  }

  double score(const Item& item) {
    return explain_part(item, item.first, item.count,
                        [&](std::size_t m, const measure::Subject& subject) {
                          scorers_[m]->score(*context_, subject, found_);
                          collect(m, subject.state.episode, subject.state.step);
                        });
  }

  double compare(const Item& item) {
    std::map<std::size_t, std::vector<const measure::State*>> remembered;
    double explained = 0;
    const std::vector<measure::State>& states = evaluation_.agents[item.agent].states;
    for (std::size_t first = 0, count = 0; first < states.size(); first += count) {
      count = part_of(states, first);
      explained +=
          explain_part(item, first, count, [&](std::size_t m, const measure::Subject& subject) {
            scorers_[m]->remember(subject);
            remembered[m].push_back(&subject.state);
          });
    }
    for (const std::size_t m : item.measures) {
      if (failed_.contains(m)) continue;
      guarded(m, [&] {
        const auto found = scorers_[m]->compare_all();
        for (std::size_t i = 0; i < found.size(); ++i) {
          found_ = found[i];
          collect(m, remembered[m].at(i)->episode, remembered[m].at(i)->step);
        }
      });
    }
    return explained;
  }

  void play(const Item& item, std::size_t measure) {
    scorers_[measure]->play(*context_, item.part, found_);
    collect(measure, item.part, -1);
  }

  /// Leaves out what is undefined.
  void collect(std::size_t measure, std::int64_t episode, std::int64_t step) {
    for (const measure::Finding& finding : found_) {
      if (!std::isfinite(finding.value)) continue;
      const auto known = evaluation_.measures[measure].measure->statistics();
      if (std::isnan(finding.at) && finding.object.empty() &&
          std::ranges::find(known, finding.statistic, &measure::Statistic::id) == known.end())
        throw bad_usage("measure {} gave a statistic that it does not list: {}",
                        evaluation_.measures[measure].spec.id, finding.statistic);
      measured_[measure].rows.push_back({episode, step, finding});
    }
  }

  const Evaluation& evaluation_;
  NetworksInUse& networks_;
  Store& store_;
  std::vector<std::unique_ptr<measure::Scorer>> scorers_;
  std::optional<GameContext> context_;
  std::size_t agent_ = 0;
  std::vector<measure::Finding> found_;
  std::map<std::size_t, Measured> measured_;   ///< by measure, of the item
  std::map<std::size_t, std::string> failed_;  ///< by measure, why
};

/// Which measures failed in which item, collected by all threads.
class CollectedFailures {
 public:
  explicit CollectedFailures(const Evaluation& evaluation) : evaluation_(evaluation) {}

  void add(std::size_t at, const Item& item, const std::map<std::size_t, std::string>& failed) {
    for (const auto& [measure, why] : failed) {
      const auto [kept, is_new] = first_.try_emplace({item.agent, item.method, measure}, at, why);
      if (!is_new && at < kept->second.first) kept->second = {at, why};
    }
  }

  [[nodiscard]] std::vector<Unmeasured> list() const {
    std::vector<Unmeasured> all;
    for (const auto& [of, first] : first_) {
      const auto& [agent, method, measure] = of;
      const Contestants& contestants = evaluation_.agents[agent];
      all.push_back({contestants.agent->name, contestants.methods[method].text(),
                     evaluation_.measures[measure].spec.text(), first.second});
    }
    return all;
  }

 private:
  const Evaluation& evaluation_;
  /// By agent, method and measure: the first item and why.
  std::map<std::array<std::size_t, 3>, std::pair<std::size_t, std::string>> first_;
};

/// What is left to do, method by method, so that what is kept for a method is of use.
std::vector<Item> items_of(const Evaluation& evaluation, const Store& store) {
  std::vector<Item> items;
  const auto add = [&](Item item) {
    const Contestants& contestants = evaluation.agents[item.agent];
    for (std::size_t m = 0; m < evaluation.measures.size(); ++m) {
      const measure::BoundMeasure& measure = evaluation.measures[m];
      if (kind_of(measure.measure->needs) != item.kind) continue;
      if (!store.has({contestants.agent->name, contestants.methods[item.method].text(),
                      measure.spec.text(), item.part}))
        item.measures.push_back(m);
    }
    if (!item.measures.empty()) items.push_back(std::move(item));
  };
  for (std::size_t a = 0; a < evaluation.agents.size(); ++a) {
    const std::vector<measure::State>& states = evaluation.agents[a].states;
    for (std::size_t method = 0; method < evaluation.agents[a].methods.size(); ++method) {
      std::int64_t part = 0;
      for (std::size_t first = 0, count = 0; first < states.size(); first += count) {
        count = part_of(states, first);
        add({Item::Kind::kSomeStates, a, method, part++, first, count});
      }
      if (!states.empty()) add({Item::Kind::kAllStates, a, method, 0, 0, states.size()});
      for (std::int64_t episode = 0; episode < evaluation.played_episodes; ++episode)
        add({Item::Kind::kPlay, a, method, episode});
    }
  }
  return items;
}

}  // namespace

Outcome evaluate(const Evaluation& evaluation, Store& store, const Work& work) {
  if (work.jobs < 1) throw bad_usage("an evaluation needs at least one job, found {}", work.jobs);
  const std::vector<Item> items = items_of(evaluation, store);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stopped{false};
  std::mutex mutex;
  std::int64_t done = 0;
  Outcome outcome;
  CollectedFailures failures(evaluation);
  std::exception_ptr failure;
  NetworksInUse networks(evaluation);
  const auto run = [&] {
    try {
      Worker worker(evaluation, networks, store);
      while (!stopped) {
        const std::size_t at = next++;
        if (at >= items.size()) return;
        const auto failed = worker.work(items[at]);
        const std::scoped_lock lock(mutex);
        failures.add(at, items[at], failed);
        ++done;
        const Contestants& contestants = evaluation.agents[items[at].agent];
        if (work.progress &&
            !work.progress(done, std::ssize(items), contestants.methods[items[at].method].text())) {
          stopped = true;
          outcome.ended_early = done < std::ssize(items);
        }
      }
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!failure) failure = std::current_exception();
      stopped = true;
    }
  };
  std::vector<std::thread> threads;
  for (int job = 1; job < work.jobs; ++job) threads.emplace_back(run);
  run();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
  outcome.failures = failures.list();
  return outcome;
}

}  // namespace arcadecam::evaluate
