#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>  // Boost 1.74 uses std::exchange without it

#include "serve/transport/connection.h"
#include "serve/transport/server.h"
#include "serve/transport/unread_steps.h"

namespace arcadecam::serve {

/// One client's WebSocket: what waits for it, and its messages one by one. Everything happens in
/// the server's thread.
class LiveConnection : public std::enable_shared_from_this<LiveConnection> {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  struct Events {
    std::function<void()> opened;
    std::function<void(std::string text)> received;
    std::function<void()> closed;  ///< once, whether or not it was opened
  };

  /// `silence`: as for Server.
  LiveConnection(Connection&& connection, Events events, std::chrono::milliseconds silence);

  /// Answers the request that asks for a WebSocket.
  void accept(Request request);
  void send(Queue queue, SharedText message);
  /// Reads the next message.
  void read();
  /// Sends what waits but steps, then this text, and closes.
  void leave(SharedText farewell);
  /// Closes at once.
  void close(boost::beast::websocket::close_code code);

 private:
  struct Waiting {
    Queue queue;
    SharedText message;
  };

  void got(boost::beast::error_code error);
  void write();
  void wrote(boost::beast::error_code error);
  void ping();
  /// The client has sent a ping, a pong or a farewell.
  void heard(boost::beast::websocket::frame_type kind, std::string_view payload);
  /// Looks now and then whether the client is still there.
  void watch();
  void look();
  void fail();
  /// Whether the client sends more than it may.
  bool floods();

  /// Nothing is compressed.
  boost::beast::websocket::stream<Connection, false> stream_;
  Events events_;
  boost::beast::flat_buffer buffer_;
  Request request_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;  ///< without steps
  bool open_ = false, writing_ = false, pinging_ = false, reading_ = false, failed_ = false,
       leaving_ = false, closing_ = false;
  UnreadSteps unread_;
  std::uint64_t pinged_ = 0, answered_ = 0;  ///< numbers of pings
  std::chrono::milliseconds silence_;
  std::chrono::steady_clock::time_point heard_at_{};
  boost::asio::steady_timer watch_;
  std::chrono::steady_clock::time_point counted_since_{};
  int messages_ = 0;
};

}  // namespace arcadecam::serve
