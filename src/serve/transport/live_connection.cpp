#include "serve/transport/live_connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>

#include "serve/transport/limits.h"

namespace arcadecam::serve {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

LiveConnection::LiveConnection(Connection&& connection, Events events,
                               std::chrono::milliseconds silence)
    : stream_(std::move(connection)),
      events_(std::move(events)),
      silence_(silence),
      watch_(stream_.get_executor()) {
  beast::error_code ignored;
  stream_.next_layer().tcp().socket().set_option(
      boost::asio::socket_base::send_buffer_size(Limits::kSendBuffer), ignored);
  stream_.read_message_max(Limits::kMessage);
  stream_.auto_fragment(false);
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = Limits::kRequest;
  // Beast would take a client whose request takes long for one that is gone: it hears only what is
  // read.
  timeout.idle_timeout = websocket::stream_base::none();
  timeout.keep_alive_pings = false;
  stream_.set_option(timeout);
  stream_.control_callback([this](websocket::frame_type kind, beast::string_view payload) {
    heard(kind, {payload.data(), payload.size()});
  });
}

void LiveConnection::accept(Request request) {
  request_ = std::move(request);
  // The WebSocket has timeouts of its own.
  stream_.next_layer().tcp().expires_never();
  stream_.async_accept(request_, [self = shared_from_this()](beast::error_code error) {
    if (error) return self->fail();
    self->open_ = true;
    self->events_.opened();
    self->read();
    self->watch();
  });
}

void LiveConnection::send(Queue queue, SharedText message) {
  if (failed_ || closing_ || !open_) return;
  // The first is on its way.
  const auto first = waiting_.begin() + (writing_ ? 1 : 0);
  if (queue == Queue::kStep) {
    const auto is_step = [](const Waiting& one) { return one.queue == Queue::kStep; };
    const auto steps = static_cast<std::size_t>(std::count_if(first, waiting_.end(), is_step));
    if (steps >= Limits::kWaitingSteps) {
      waiting_.erase(std::find_if(first, waiting_.end(), is_step));
      unread_.gave_up();
    }
  } else {
    waiting_bytes_ += message->size();
  }
  waiting_.push_back({queue, std::move(message)});
  if (waiting_bytes_ > Limits::kWaitingBytes) return fail();
  write();
}

void LiveConnection::write() {
  if (failed_ || writing_ || pinging_) return;
  if (waiting_.empty()) {
    if (leaving_) close(websocket::close_code::going_away);
    return;
  }
  const Waiting& next = waiting_.front();
  // What comes after the step waits with it: answers come after the step that they led to.
  if (next.queue == Queue::kStep && unread_.full()) {
    // So many may be unread no more: without a ping nobody would tell that they were read.
    if (unread_.wants_ping(pinged_ + 1)) ping();
    return;
  }
  writing_ = true;
  stream_.text(next.queue == Queue::kText);
  stream_.async_write(
      boost::asio::buffer(*next.message),
      [self = shared_from_this()](beast::error_code error, std::size_t) { self->wrote(error); });
}

void LiveConnection::wrote(beast::error_code error) {
  writing_ = false;
  if (failed_) return;
  const auto [queue, message] = std::move(waiting_.front());
  waiting_.pop_front();
  if (queue != Queue::kStep) waiting_bytes_ -= message->size();
  if (error) return fail();
  if (queue == Queue::kStep) unread_.sent(pinged_ + 1, std::chrono::steady_clock::now());
  const bool of_steps = queue == Queue::kStep;
  if (of_steps ? unread_.wants_ping(pinged_ + 1) : message->size() >= Limits::kPinged)
    return ping();
  write();
}

void LiveConnection::ping() {
  pinging_ = true;
  const std::string number = std::to_string(++pinged_);
  stream_.async_ping({number.data(), number.size()},
                     [self = shared_from_this()](beast::error_code error) {
                       self->pinging_ = false;
                       if (error) return self->fail();
                       self->write();
                     });
}

void LiveConnection::heard(websocket::frame_type kind, std::string_view payload) {
  const auto now = std::chrono::steady_clock::now();
  heard_at_ = now;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(payload.data(), payload.data() + payload.size(), number);
  // A client may send pongs that nobody asked for, which say nothing.
  if (kind != websocket::frame_type::pong || error != std::errc() || number > pinged_) return;
  answered_ = std::max(answered_, number);
  unread_.read(number, now);
  // This is called in the midst of reading.
  boost::asio::post(stream_.get_executor(), [self = shared_from_this()] { self->write(); });
}

void LiveConnection::watch() {
  watch_.expires_after(silence_ / 4);
  watch_.async_wait([self = shared_from_this()](beast::error_code error) {
    if (error || self->failed_) return;
    self->look();
  });
}

void LiveConnection::look() {
  const auto quiet = std::chrono::steady_clock::now() - heard_at_;
  // While its last request is answered nothing is read of it.
  if (reading_ && quiet >= silence_) return fail();
  const bool asked = answered_ < pinged_ || pinging_ || writing_;
  if (reading_ && !asked && !closing_ && quiet >= silence_ / 4) ping();
  watch();
}

void LiveConnection::read() {
  if (failed_ || closing_ || reading_) return;
  reading_ = true;
  heard_at_ = std::chrono::steady_clock::now();
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

void LiveConnection::leave(SharedText farewell) {
  if (!open_) return fail();
  // Steps that wait are of no use any more.
  const auto first = waiting_.begin() + (writing_ ? 1 : 0);
  waiting_.erase(std::remove_if(first, waiting_.end(),
                                [](const Waiting& one) { return one.queue == Queue::kStep; }),
                 waiting_.end());
  send(Queue::kText, std::move(farewell));
  leaving_ = true;
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
  watch_.cancel();
  stream_.next_layer().tcp().close();
  if (!writing_) waiting_.clear();
  events_.closed();
}

}  // namespace arcadecam::serve
