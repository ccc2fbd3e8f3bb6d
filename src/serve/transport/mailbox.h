#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>  // Boost 1.74 uses std::exchange without it
#include <vector>

namespace arcadecam::serve {

/// Tasks that other threads leave for the one that runs an io_context. asio::post() wakes that
/// thread while it still holds the lock that the thread takes first: both are then put to sleep and
/// woken once more for each task.
class Mailbox {
 public:
  using Task = std::function<void()>;

  explicit Mailbox(boost::asio::io_context& io);

  /// From any thread.
  void put(Task task);
  /// From now on does what was put and what will be, in that order. `owner` lives as long as the
  /// context waits for it.
  void open(std::shared_ptr<void> owner);

 private:
  using Socket = boost::asio::local::stream_protocol::socket;

  void empty();

  std::mutex mutex_, ringing_;
  std::vector<Task> tasks_;
  Socket bell_, ear_;
};

}  // namespace arcadecam::serve
