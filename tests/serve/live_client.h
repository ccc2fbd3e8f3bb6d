#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>  // Boost 1.74 uses std::exchange without it

#include "serve/message_reader.h"

namespace arcadecam::serve {

/// A client of the viewer's protocol over a real socket; every call waits.
class LiveClient {
 public:
  using Json = nlohmann::json;

  explicit LiveClient(std::uint16_t port, const std::string& origin = {},
                      const std::string& host = "127.0.0.1:80") {
    namespace websocket = boost::beast::websocket;
    stream_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    if (!origin.empty()) {
      stream_.set_option(websocket::stream_base::decorator(
          [origin](websocket::request_type& request) { request.set("Origin", origin); }));
    }
    stream_.read_message_max(64 << 20);
    stream_.handshake(host, "/live");
  }

  void send_text(const std::string& text) {
    stream_.text(true);
    stream_.write(boost::asio::buffer(text));
  }
  void send_binary(const std::string& bytes) {
    stream_.binary(true);
    stream_.write(boost::asio::buffer(bytes));
  }
  /// Sends a request and waits for its answer, text or a binary message's header. Steps that come
  /// meanwhile become `step`, states `state`.
  Json ask(Json request) {
    request["id"] = ++id_;
    send_text(request.dump());
    for (;;) {
      const Json message = read();
      if (message.contains("reply") && message["reply"] == id_) return message;
    }
  }
  /// The next message: a text, or a binary one's header.
  Json read() {
    boost::beast::flat_buffer buffer;
    stream_.read(buffer);
    std::string bytes = boost::beast::buffers_to_string(buffer.data());
    if (!stream_.got_binary()) {
      Json message = Json::parse(bytes);
      if (message.value("event", "") == "state") state = message;
      return message;
    }
    ReadMessage message(std::move(bytes));
    Json header = message.header;
    const bool is_step = header["event"] == "step";
    (is_step ? step : reply).emplace(std::move(message));
    steps += is_step ? 1 : 0;
    return header;
  }
  /// Reads until a message fits.
  template <typename Fits>
  Json read_until(const Fits& fits) {
    for (;;) {
      Json message = read();
      if (fits(message)) return message;
    }
  }
  boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }
  void close() { stream_.close(boost::beast::websocket::close_code::normal); }

  Json state;
  std::optional<ReadMessage> step, reply;
  int steps = 0;

 private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_{io_};
  int id_ = 0;
};

/// The status and the text that a request is answered with; 0 where the connection was closed.
inline std::pair<int, std::string> http_answer(std::uint16_t port, const std::string& request) {
  namespace http = boost::beast::http;
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  boost::beast::error_code error;
  boost::asio::write(socket, boost::asio::buffer(request), error);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(64 << 20);
  http::read(socket, buffer, parser, error);
  if (error && !parser.is_done()) return {0, error.message()};
  return {parser.get().result_int(), parser.get().body()};
}

}  // namespace arcadecam::serve
