#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "serve/director.h"
#include "serve/keep/kept_files.h"
#include "serve/transport/server.h"

namespace arcadecam::serve {

/// The live viewer: the show, played in a thread of its own, and the server that shows it.
class Viewer final : public Handler, private Outbox {
 public:
  /// Listens. Throws Error.
  Viewer(std::unique_ptr<Show> show, const Access& access);
  ~Viewer() override;

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// Serves as Server::run() does.
  void run(const std::function<bool()>& goes_on);

 private:
  using Task = std::function<void(Director&)>;

  void opened(ClientId client) override;
  void received(ClientId client, std::string text) override;
  void closed(ClientId client) override;
  Answer get(std::string_view path) override;
  bool takes_upload(std::string_view client) override;
  Answer upload(std::string name, std::string body) override;
  void send(ClientId client, Queue queue, SharedText message) override;

  void post(Task task);
  /// The show's thread: plays steps when they are due, and does tasks between them.
  void play();
  /// Waits for the next task until a step is due. Returns no task where it is.
  Task next_task(std::optional<Director::Clock::time_point> due);

  Server server_;
  KeptFiles kept_;
  Director director_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  ClientId controller_ = 0;  ///< as the show's thread last said it
  std::thread thread_;
};

}  // namespace arcadecam::serve
