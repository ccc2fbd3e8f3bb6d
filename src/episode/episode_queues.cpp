#include "episode/episode_queues.h"

#include <utility>

namespace arcadecam::episode {

std::int64_t EpisodeQueues::claim() {
  const std::lock_guard lock(mutex_);
  return stopped_ || claimed_ == episodes_ ? -1 : claimed_++;
}

std::vector<std::size_t> EpisodeQueues::wait_for_room(std::span<const std::int64_t> episodes) {
  std::unique_lock lock(mutex_);
  std::vector<std::size_t> free;
  changed_.wait(lock, [&] {
    for (std::size_t i = 0; i < episodes.size() && !stopped_; ++i) {
      if (bytes_ < most_bytes_ || episodes[i] == written_) free.push_back(i);
    }
    return stopped_ || !free.empty();
  });
  return free;
}

void EpisodeQueues::put(std::int64_t episode, std::unique_ptr<KeptStep> step) {
  const std::lock_guard lock(mutex_);
  bytes_ += step->bytes();
  queues_[episode].steps.push_back(std::move(step));
  changed_.notify_all();
}

void EpisodeQueues::finish(std::int64_t episode) {
  const std::lock_guard lock(mutex_);
  queues_[episode].finished = true;
  changed_.notify_all();
}

void EpisodeQueues::fail(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(failure);
  stopped_ = true;
  changed_.notify_all();
}

std::unique_ptr<KeptStep> EpisodeQueues::take(std::int64_t episode) {
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

void EpisodeQueues::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace arcadecam::episode
