#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "episode/kept_step.h"

namespace arcadecam::episode {

/// The steps of all episodes of a run between the threads that play them and the one that writes
/// them, episode after episode. What waits is bounded: an episode whose turn has not come waits for
/// room, the one that is being written never does. Any thread may call anything.
class EpisodeQueues {
 public:
  /// Episodes 0 … episodes−1; steps that wait may take about so much memory.
  EpisodeQueues(std::int64_t episodes, std::size_t most_bytes)
      : most_bytes_(most_bytes), episodes_(episodes) {}

  /// The next episode to play; −1 when there is none.
  std::int64_t claim();
  /// Which of these claimed episodes (indices) may be played on by a step; waits until one may.
  /// Empty: no more steps are wanted.
  std::vector<std::size_t> wait_for_room(std::span<const std::int64_t> episodes);
  void put(std::int64_t episode, std::unique_ptr<KeptStep> step);
  void finish(std::int64_t episode);
  /// Ends everything; the writer is thrown this.
  void fail(std::exception_ptr failure);

  /// The episode's next step; null after its last one. Episodes are taken in order. Throws what
  /// fail() was told.
  std::unique_ptr<KeptStep> take(std::int64_t episode);
  /// No more steps are wanted.
  void stop();

 private:
  struct Queue {
    std::deque<std::unique_ptr<KeptStep>> steps;
    bool finished = false;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Queue> queues_;
  std::size_t most_bytes_, bytes_ = 0;
  std::int64_t episodes_, claimed_ = 0, written_ = 0;
  std::exception_ptr failure_;
  bool stopped_ = false;
};

}  // namespace arcadecam::episode
