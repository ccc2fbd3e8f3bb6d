#include <atomic>
#include <barrier>
#include <chrono>
#include <ctime>
#include <thread>

#include "app/bench.h"
#include "episode/run.h"
#include "game/rom_folder.h"

namespace arcadecam::app {
namespace {

/// Steps that are played before the clock runs.
constexpr std::int64_t kWarmUp = 30;

double now(int threads) {
  timespec time{};
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// What ALE's own interface makes of a step: four frames, and the grey screen of the last two.
class BareEmulator {
 public:
  BareEmulator(const agent::Agent& agent, const std::vector<int>& actions)
      : emulator_(agent.game, game::verified_rom(agent.game, game::rom_folder()), agent.protocol) {
    for (const int action : actions)
      codes_.push_back(agent.protocol.full_action_set
                           ? action
                           : agent.game.actions[static_cast<std::size_t>(action)]);
    start();
  }

  void step() {
    for (int frame = 0; frame < 4; ++frame) {
      emulator_.act(codes_[at_]);
      if (frame >= 2) seen_ += emulator_.screen_grey().data()[0];
    }
    if (++at_ == codes_.size() || emulator_.terminal()) start();
  }

  /// So that no compiler finds the screens unused.
  [[nodiscard]] std::uint64_t seen() const { return seen_; }

 private:
  void start() {
    at_ = 0;
    emulator_.begin(0);
    emulator_.reset_game();
  }

  game::Emulator emulator_;
  std::vector<game::ActionCode> codes_;
  std::size_t at_ = 0;
  std::uint64_t seen_ = 0;
};

/// Runs `work(thread)` in so many threads at once.
void in_threads(int threads, const std::function<void(int)>& work) {
  std::vector<std::jthread> running;
  for (int t = 1; t < threads; ++t) running.emplace_back([&work, t] { work(t); });
  work(0);
}

class Play {
 public:
  Play(const agent::Agent& agent, const std::vector<int>& actions, const BenchPlan& plan,
       int environments)
      : agent_(agent), plan_(plan), environments_(environments) {
    for (int e = 0; e < environments; ++e)
      emulators_.push_back(std::make_unique<BareEmulator>(agent, actions));
  }

  std::vector<BenchRow> run(double seconds) {
    std::vector<Workload> workloads;
    workloads.push_back({"emulator alone", [this](std::int64_t steps) { return emulate(steps); }});
    workloads.push_back({"play", [this](std::int64_t steps) { return play(steps, {}); }});
    for (const explain::MethodSpec& method : plan_.methods) {
      workloads.push_back({"play, " + method.text(),
                           [this, method](std::int64_t steps) { return play(steps, {method}); }});
    }
    const auto timings =
        take_turns(workloads, seconds / static_cast<double>(workloads.size()), plan_.rounds);
    std::vector<BenchRow> rows;
    for (std::size_t i = 0; i < workloads.size(); ++i) {
      BenchRow& row = rows.emplace_back();
      row.section = "play";
      row.what = workloads[i].name;
      row.batch = environments_;
      row.threads = environments_;
      row.seconds = timings[i];
      for (double& value : row.seconds.rounds) value /= environments_;
      if (i > 0) {
        row.against = "emulator alone";
        row.ratio = ratio(timings[i], timings[0]);
      }
    }
    return rows;
  }

 private:
  double emulate(std::int64_t steps) {
    const double start = now(environments_);
    in_threads(environments_, [&](int e) {
      for (std::int64_t i = 0; i < steps; ++i) emulators_[static_cast<std::size_t>(e)]->step();
    });
    return now(environments_) - start;
  }

  double play(std::int64_t steps, const std::vector<explain::MethodSpec>& methods) {
    std::atomic<double> start = 0;
    std::barrier ready(environments_, [&]() noexcept { start = now(environments_); });
    std::atomic<double> end = 0;
    in_threads(environments_, [&](int e) {
      episode::RunOptions options;
      options.engine = plan_.engine;
      options.precision = plan_.precision;
      options.methods = methods;
      options.seed = static_cast<std::uint64_t>(e);
      options.episodes = std::numeric_limits<std::int64_t>::max();
      options.max_steps = kWarmUp + steps;
      std::int64_t played = 0;
      options.on_step = [&](const episode::Step&) {
        if (++played == kWarmUp) ready.arrive_and_wait();
        return true;
      };
      episode::run(agent_, options, {});
      const double mine = now(environments_);
      double latest = end;
      while (latest < mine && !end.compare_exchange_weak(latest, mine)) {
      }
    });
    return end - start;
  }

  const agent::Agent& agent_;
  const BenchPlan& plan_;
  int environments_;
  std::vector<std::unique_ptr<BareEmulator>> emulators_;
};

}  // namespace

Walk walk(const agent::Agent& agent, std::int64_t states) {
  constexpr std::int64_t kApart = 4;
  Walk result;
  result.states.resize(agent.graph->shape(0).batch_of(states));
  episode::RunOptions options;
  options.episodes = std::numeric_limits<std::int64_t>::max();
  options.max_steps = states * kApart;
  options.policy = agent::Policy(agent::Policy::Kind::kGreedy, 0);
  std::int64_t at = 0;
  options.on_step = [&](const episode::Step& step) {
    if (at % kApart == 0)
      std::ranges::copy(step.observation.values(), result.states[at / kApart].data());
    ++at;
    if (step.episode == 0) result.actions.push_back(step.decision.action);
    return true;
  };
  episode::run(agent, options, {});
  return result;
}

std::vector<BenchRow> bench_play(const agent::Agent& agent, const std::vector<int>& actions,
                                 const BenchPlan& plan, double seconds) {
  std::vector<BenchRow> rows;
  for (const int environments : plan.environments) {
    Play play(agent, actions, plan, environments);
    const auto more = play.run(seconds / static_cast<double>(plan.environments.size()));
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

}  // namespace arcadecam::app
