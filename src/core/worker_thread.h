#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace arcadecam {

/// Work in a thread of its own, one job after another, behind a short queue: who adds a job waits
/// only when the queue is full. An error of a job is thrown by the next calls, and the jobs after
/// it are not run. Destroyed before finish(), it waits for the running job alone.
class WorkerThread {
 public:
  using Job = std::function<void()>;

  /// `limit`: jobs that may wait, 1 or more.
  explicit WorkerThread(std::size_t limit);
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;
  ~WorkerThread();

  void add(Job job);
  /// Waits until every job is done. Nothing may be added afterwards.
  void finish();

 private:
  void run() noexcept;
  void stop(bool drop) noexcept;

  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  std::exception_ptr failure_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace arcadecam
