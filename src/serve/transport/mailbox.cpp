#include "serve/transport/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "arcadecam/core/error.h"

namespace arcadecam::serve {
namespace {

int new_bell() {
  const int bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (bell < 0) throw bad_input("the system gives no event for the server: {}", strerror(errno));
  return bell;
}

}  // namespace

Mailbox::Mailbox(boost::asio::io_context& io) : bell_(io, new_bell()) {}

void Mailbox::put(Task task) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (!first) return;  // whoever put the first has rung
  const std::uint64_t ring = 1;
  [[maybe_unused]] const auto written = ::write(bell_.native_handle(), &ring, sizeof ring);
}

void Mailbox::open(std::shared_ptr<void> owner) {
  bell_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this, owner = std::move(owner)](boost::system::error_code error) mutable {
                     if (error) return;
                     empty();
                     open(std::move(owner));
                   });
}

void Mailbox::empty() {
  // Before the tasks are taken: one that is put afterwards rings again.
  std::uint64_t rings = 0;
  [[maybe_unused]] const auto got = ::read(bell_.native_handle(), &rings, sizeof rings);
  std::vector<Task> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (const Task& task : tasks) task();
}

}  // namespace arcadecam::serve
