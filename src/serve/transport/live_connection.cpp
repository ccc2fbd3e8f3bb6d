#include "serve/transport/live_connection.h"

#include <algorithm>

#include "serve/transport/limits.h"

namespace arcadecam::serve {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

LiveConnection::LiveConnection(beast::tcp_stream&& stream, Events events)
    : stream_(std::move(stream)), events_(std::move(events)) {
  beast::error_code ignored;
  beast::get_lowest_layer(stream_).socket().set_option(
      boost::asio::socket_base::send_buffer_size(Limits::kSendBuffer), ignored);
  stream_.read_message_max(Limits::kMessage);
  stream_.auto_fragment(false);
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = Limits::kRequest;
  timeout.idle_timeout = Limits::kIdle;
  timeout.keep_alive_pings = true;
  stream_.set_option(timeout);
}

void LiveConnection::accept(Request request) {
  request_ = std::move(request);
  // The WebSocket has timeouts of its own.
  beast::get_lowest_layer(stream_).expires_never();
  stream_.async_accept(request_, [self = shared_from_this()](beast::error_code error) {
    if (error) return self->fail();
    self->open_ = true;
    self->events_.opened();
    self->read();
  });
}

void LiveConnection::send(Queue queue, Bytes message) {
  if (failed_ || closing_ || !open_) return;
  // The first is on its way.
  const auto first = waiting_.begin() + (writing_ ? 1 : 0);
  if (queue == Queue::kStep) {
    const auto is_step = [](const Waiting& one) { return one.queue == Queue::kStep; };
    const auto steps = static_cast<std::size_t>(std::count_if(first, waiting_.end(), is_step));
    if (steps >= Limits::kWaitingSteps)
      waiting_.erase(std::find_if(first, waiting_.end(), is_step));
  } else {
    waiting_bytes_ += message->size();
  }
  waiting_.push_back({queue, std::move(message)});
  if (waiting_bytes_ > Limits::kWaitingBytes) return fail();
  if (!writing_) write();
}

void LiveConnection::write() {
  if (waiting_.empty() || failed_) return;
  writing_ = true;
  const Waiting& next = waiting_.front();
  stream_.text(next.queue == Queue::kText);
  stream_.async_write(
      boost::asio::buffer(*next.message),
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->wrote(error); });
}

void LiveConnection::wrote(beast::error_code error) {
  writing_ = false;
  if (failed_) return;
  if (waiting_.front().queue != Queue::kStep) waiting_bytes_ -= waiting_.front().message->size();
  waiting_.pop_front();
  if (error) return fail();
  write();
}

void LiveConnection::read() {
  if (failed_ || closing_ || reading_) return;
  reading_ = true;
  buffer_.clear();
  stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
    self->reading_ = false;
    self->got(error);
  });
}

void LiveConnection::got(beast::error_code error) {
  if (error) return fail();
  if (failed_ || closing_) return;
  if (stream_.got_binary()) return close(websocket::close_code::unknown_data);
  if (floods()) return close(websocket::close_code::policy_error);
  const auto data = buffer_.data();
  events_.received(std::string(static_cast<const char*>(data.data()), data.size()));
}

bool LiveConnection::floods() {
  const auto now = std::chrono::steady_clock::now();
  if (now - counted_since_ > Limits::kMessagesIn) {
    counted_since_ = now;
    messages_ = 0;
  }
  return ++messages_ > Limits::kMessages;
}

void LiveConnection::close(websocket::close_code code) {
  if (failed_ || closing_) return;
  if (!open_) return fail();
  closing_ = true;
  stream_.async_close(code, [self = shared_from_this()](beast::error_code) { self->fail(); });
}

void LiveConnection::fail() {
  if (failed_) return;
  failed_ = true;
  beast::get_lowest_layer(stream_).close();
  if (!writing_) waiting_.clear();
  events_.closed();
}

}  // namespace arcadecam::serve
