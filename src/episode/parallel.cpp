#include "episode/parallel.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "episode/episode_player.h"
#include "episode/kept_step.h"

namespace arcadecam::episode {
namespace {

/// What waits to be written may take this much; the episode that is being written never waits.
constexpr std::size_t kMostBytes = std::size_t{256} << 20;

/// The steps of all episodes between the threads that play them and the one that writes them.
class Waiting {
 public:
  explicit Waiting(std::int64_t episodes) : episodes_(episodes) {}

  /// The next episode to play; −1 when there is none.
  std::int64_t claim() {
    const std::lock_guard lock(mutex_);
    return stopped_ || claimed_ == episodes_ ? -1 : claimed_++;
  }

  /// False when no more steps are wanted.
  bool put(std::int64_t episode, std::unique_ptr<KeptStep> step) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || episode == written_ || bytes_ < kMostBytes; });
    if (stopped_) return false;
    bytes_ += step->bytes();
    queues_[episode].steps.push_back(std::move(step));
    changed_.notify_all();
    return true;
  }

  void finish(std::int64_t episode) {
    const std::lock_guard lock(mutex_);
    queues_[episode].finished = true;
    changed_.notify_all();
  }

  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    stopped_ = true;
    changed_.notify_all();
  }

  /// The episode's next step; null after the last one. Episodes are taken in order.
  std::unique_ptr<KeptStep> take(std::int64_t episode) {
    std::unique_lock lock(mutex_);
    if (written_ != episode) {
      written_ = episode;
      changed_.notify_all();
    }
    Queue& queue = queues_[episode];
    changed_.wait(lock, [&] { return failure_ || !queue.steps.empty() || queue.finished; });
    if (failure_) std::rethrow_exception(failure_);
    if (queue.steps.empty()) {
      queues_.erase(episode);
      return nullptr;
    }
    auto step = std::move(queue.steps.front());
    queue.steps.pop_front();
    bytes_ -= step->bytes();
    changed_.notify_all();
    return step;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  struct Queue {
    std::deque<std::unique_ptr<KeptStep>> steps;
    bool finished = false;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Queue> queues_;
  std::int64_t episodes_, claimed_ = 0, written_ = 0;
  std::size_t bytes_ = 0;
  std::exception_ptr failure_;
  bool stopped_ = false;
};

void play(EpisodePlayer& player, Waiting& waiting) {
  for (std::int64_t episode; (episode = waiting.claim()) >= 0;) {
    player.begin(episode);
    while (!player.over()) {
      if (!waiting.put(episode, std::make_unique<KeptStep>(player.step()))) return;
    }
    waiting.finish(episode);
  }
}

}  // namespace

void play_in_parallel(const agent::Agent& agent, const RunOptions& options,
                      std::span<Sink* const> sinks, StepWriter& writer) {
  Waiting waiting(options.episodes);
  EpisodePlayer first(agent, options, sinks);
  writer.begin(first.info());
  const auto guarded = [&](const auto& work) {
    try {
      work();
    } catch (...) {
      waiting.fail(std::current_exception());
    }
  };
  std::vector<std::jthread> threads;
  threads.emplace_back([&] { guarded([&] { play(first, waiting); }); });
  for (int job = 1; job < std::min<std::int64_t>(options.jobs, options.episodes); ++job) {
    threads.emplace_back([&] {
      guarded([&] {
        EpisodePlayer player(agent, options, sinks);
        play(player, waiting);
      });
    });
  }
  // However this ends, no thread may wait for ever.
  struct Stop {
    Waiting& waiting;
    ~Stop() { waiting.stop(); }
  } const stop{waiting};
  for (std::int64_t episode = 0; episode < options.episodes && !writer.stopped(); ++episode) {
    writer.begin_episode(episode);
    while (!writer.stopped()) {
      const auto kept = waiting.take(episode);
      if (!kept) break;
      writer.write(kept->step());
    }
  }
}

}  // namespace arcadecam::episode
