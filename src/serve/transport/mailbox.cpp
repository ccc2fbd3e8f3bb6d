#include "serve/transport/mailbox.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>

namespace arcadecam::serve {

Mailbox::Mailbox(boost::asio::io_context& io) : bell_(io), ear_(io) {
  boost::asio::local::connect_pair(bell_, ear_);
  bell_.non_blocking(true);
  ear_.non_blocking(true);
}

void Mailbox::put(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (tasks_.size() > 1) return;  // whoever put the first rings
  }
  const std::lock_guard lock(ringing_);
  const std::array<char, 1> ring{};
  boost::system::error_code ignored;
  bell_.write_some(boost::asio::buffer(ring), ignored);
}

void Mailbox::open(std::shared_ptr<void> owner) {
  ear_.async_wait(Socket::wait_read,
                  [this, owner = std::move(owner)](boost::system::error_code error) mutable {
                    if (error) return;
                    empty();
                    open(std::move(owner));
                  });
}

void Mailbox::empty() {
  // Before the tasks are taken: one that is put afterwards rings again.
  std::array<char, 64> rings{};
  boost::system::error_code ignored;
  ear_.read_some(boost::asio::buffer(rings), ignored);
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const Task& task : tasks) task();
}

}  // namespace arcadecam::serve
