#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "serve/transport/access.h"
#include "serve/transport/limits.h"

namespace arcadecam::serve {

/// A client of the WebSocket; never used twice by one server.
using ClientId = std::uint64_t;
/// A message that several clients may get.
using SharedText = std::shared_ptr<const std::string>;

/// What an HTTP request is answered with.
struct Answer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  SharedText body = nullptr;
  std::string download = {};  ///< the name under which a browser keeps it; empty: it shows it
};

/// What a server asks of whoever uses it. All calls come from the thread of Server::run().
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  virtual void opened(ClientId client) = 0;
  /// A text of at most Limits::kMessage bytes of UTF-8. The client's next one is read after
  /// Server::next().
  virtual void received(ClientId client, std::string text) = 0;
  virtual void closed(ClientId client) = 0;
  /// `path` begins with "/" and is as it was sent.
  virtual Answer get(std::string_view path) = 0;
  /// Whether what `client` (as the query says it) sends would be taken.
  virtual bool takes_upload(std::string_view client) = 0;
  /// `name`: words for people.
  virtual Answer upload(std::string name, std::string body) = 0;
};

/// How a message waits for a client that reads slowly.
enum class Queue {
  kText,    ///< text; a client for which too much waits is disconnected
  kBinary,  ///< the same, binary
  kStep,    ///< binary; only the newest few wait, and until the client has read earlier ones
};

struct ServerState;

/// HTTP and WebSocket on one address, by Boost.Beast, with the limits of Limits. One thread runs
/// it.
class Server {
 public:
  /// Listens. Throws Error (usage) naming the address and the port where that cannot be. A client
  /// that says nothing for `silence`, not even a pong, is disconnected; time in which its request
  /// is answered does not count.
  Server(const Access& access, Handler& handler,
         std::chrono::milliseconds silence = Limits::kSilence);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  [[nodiscard]] std::uint16_t port() const;
  /// Serves until `goes_on`, which is asked ten times a second, says no; then tells every client
  /// `farewell`, waits for them for a second at most and closes everything.
  void run(const std::function<bool()>& goes_on, const SharedText& farewell);

  // From any thread. Clients that are gone are ignored.
  void send(ClientId client, Queue queue, SharedText message);
  void next(ClientId client);
  void close(ClientId client);

 private:
  struct Context;
  std::unique_ptr<Context> io_;
  std::shared_ptr<ServerState> state_;
};

}  // namespace arcadecam::serve
