#include <atomic>
#include <barrier>
#include <chrono>
#include <ctime>
#include <numeric>
#include <thread>

#include "app/bench/bench.h"
#include "episode/episode_player.h"
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
  std::vector<atari::ActionCode> codes_;
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
       int threads, int group)
      : agent_(agent), plan_(plan), threads_(threads), group_(group) {
    for (int t = 0; t < threads; ++t)
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
      row.batch = i == 0 ? threads_ : threads_ * group_;
      row.threads = threads_;
      row.seconds = timings[i];
      for (double& value : row.seconds.rounds) value /= threads_;
      if (i > 0) {
        row.against = "emulator alone";
        row.ratio = ratio(timings[i], timings[0]);
      }
    }
    return rows;
  }

 private:
  double emulate(std::int64_t steps) {
    const double start = now(threads_);
    in_threads(threads_, [&](int t) {
      for (std::int64_t i = 0; i < steps; ++i) emulators_[static_cast<std::size_t>(t)]->step();
    });
    return now(threads_) - start;
  }

  /// Seconds of so many steps in every thread.
  double play(std::int64_t steps, const std::vector<explain::MethodSpec>& methods) {
    const std::int64_t rounds = (steps + group_ - 1) / group_;
    std::atomic<double> start = 0;
    std::barrier ready(threads_, [&]() noexcept { start = now(threads_); });
    std::atomic<double> end = 0;
    in_threads(threads_, [&](int t) {
      episode::RunOptions options;
      options.engine = plan_.engine;
      options.precision = plan_.precision;
      options.methods = methods;
      options.seed = static_cast<std::uint64_t>(t);
      episode::EpisodePlayer player(agent_, options, {}, group_);
      std::vector<std::size_t> games(player.environments());
      std::iota(games.begin(), games.end(), std::size_t{0});
      std::int64_t next = 0;
      for (const std::size_t game : games) player.episode(game).begin(next++);
      const auto round = [&] {
        player.step(games);
        for (const std::size_t game : games) {
          if (player.episode(game).over()) player.episode(game).begin(next++);
        }
      };
      for (std::int64_t i = 0; i < kWarmUp; i += group_) round();
      ready.arrive_and_wait();
      for (std::int64_t i = 0; i < rounds; ++i) round();
      const double mine = now(threads_);
      double latest = end;
      while (latest < mine && !end.compare_exchange_weak(latest, mine)) {
      }
    });
    return (end - start) * static_cast<double>(steps) / static_cast<double>(rounds * group_);
  }

  const agent::Agent& agent_;
  const BenchPlan& plan_;
  int threads_, group_;
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
  const auto parts = static_cast<double>(plan.environments.size() * plan.groups.size());
  for (const int threads : plan.environments) {
    for (const int group : plan.groups) {
      const auto more = Play(agent, actions, plan, threads, group).run(seconds / parts);
      rows.insert(rows.end(), more.begin(), more.end());
    }
  }
  return rows;
}

}  // namespace arcadecam::app
