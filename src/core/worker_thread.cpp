#include "core/worker_thread.h"

#include <utility>

namespace arcadecam {

WorkerThread::WorkerThread(std::size_t limit) : limit_(limit), thread_([this] { run(); }) {}

WorkerThread::~WorkerThread() {
  stop(true);
}

void WorkerThread::run() noexcept {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    lock.unlock();
    std::exception_ptr failure;
    try {
      job();
    } catch (...) {
      failure = std::current_exception();
    }
    job = nullptr;  // what it holds is freed here
    lock.lock();
    if (failure) {
      failure_ = failure;
      queue_.clear();
      changed_.notify_all();
      return;
    }
  }
}

void WorkerThread::stop(bool drop) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    if (drop) queue_.clear();
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void WorkerThread::add(Job job) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failure_ != nullptr || queue_.size() < limit_; });
  if (failure_) std::rethrow_exception(failure_);
  queue_.push_back(std::move(job));
  changed_.notify_all();
}

void WorkerThread::finish() {
  stop(false);
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace arcadecam
