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
#include <utility>  // Boost 1.74 uses std::exchange without it

#include "serve/transport/server.h"

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

  LiveConnection(boost::beast::tcp_stream&& stream, Events events);

  /// Answers the request that asks for a WebSocket.
  void accept(Request request);
  void send(Queue queue, Bytes message);
  /// Reads the next message.
  void read();
  /// Says farewell and closes.
  void close(boost::beast::websocket::close_code code);

 private:
  struct Waiting {
    Queue queue;
    Bytes message;
  };

  void got(boost::beast::error_code error);
  void write();
  void wrote(boost::beast::error_code error);
  void fail();
  /// Whether the client sends more than it may.
  bool floods();

  boost::beast::websocket::stream<boost::beast::tcp_stream> stream_;
  Events events_;
  boost::beast::flat_buffer buffer_;
  Request request_;
  std::deque<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;  ///< without steps
  bool open_ = false, writing_ = false, reading_ = false, failed_ = false, closing_ = false;
  std::chrono::steady_clock::time_point counted_since_{};
  int messages_ = 0;
};

}  // namespace arcadecam::serve
