#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>  // Boost 1.74 uses std::exchange without it

namespace arcadecam::serve {

/// What is called once, when reading or writing is done: a handler of any type.
template <typename... Results>
class WhenDone {
 public:
  template <typename Handler>
  requires(!std::is_same_v<std::decay_t<Handler>, WhenDone>) explicit WhenDone(Handler&& handler)
      : kept_(std::make_unique<Kept<std::decay_t<Handler>>>(std::forward<Handler>(handler))) {}

  void operator()(Results... results) { std::exchange(kept_, nullptr)->call(results...); }

 private:
  struct Base {
    Base() = default;
    Base(const Base&) = delete;
    Base& operator=(const Base&) = delete;
    virtual ~Base() = default;
    virtual void call(Results... results) = 0;
  };
  template <typename Handler>
  struct Kept final : Base {
    explicit Kept(Handler&& given) : handler(std::move(given)) {}
    explicit Kept(const Handler& given) : handler(given) {}
    void call(Results... results) override { handler(results...); }
    Handler handler;
  };

  std::unique_ptr<Base> kept_;
};

/// The first buffers of any sequence of them. What is left over is read or written by the next
/// call.
template <typename Buffer>
class FirstBuffers {
 public:
  using value_type = Buffer;
  using const_iterator = const Buffer*;

  template <typename Buffers>
  explicit FirstBuffers(const Buffers& buffers) {
    auto next = boost::asio::buffer_sequence_begin(buffers);
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (; next != end && count_ < buffers_.size(); ++next) {
      const Buffer buffer(*next);
      if (buffer.size() > 0) buffers_[count_++] = buffer;
    }
  }

  [[nodiscard]] const_iterator begin() const { return buffers_.data(); }
  [[nodiscard]] const_iterator end() const { return buffers_.data() + count_; }

 private:
  std::array<Buffer, 32> buffers_;
  std::size_t count_ = 0;
};

/// A TCP connection as Beast wants its streams. Beast gives a stream dozens of types of buffers and
/// handlers, and each pair would make the compiler write the stream's code once more. Here all are
/// made one type first.
class Connection {
 public:
  using executor_type = boost::beast::tcp_stream::executor_type;

  explicit Connection(boost::asio::ip::tcp::socket&& socket) : tcp_(std::move(socket)) {}

  [[nodiscard]] boost::beast::tcp_stream& tcp() { return tcp_; }
  executor_type get_executor() { return tcp_.get_executor(); }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    read(FirstBuffers<boost::asio::mutable_buffer>(buffers),
         Transferred(std::forward<Handler>(handler)));
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    write(FirstBuffers<boost::asio::const_buffer>(buffers),
          Transferred(std::forward<Handler>(handler)));
  }

  // Beast finds these by their names.
  friend void beast_close_socket(Connection& connection) { connection.tcp_.close(); }
  template <typename Handler>
  friend void async_teardown(boost::beast::role_type role, Connection& connection,
                             Handler&& handler) {
    connection.tear_down(role, Closed(std::forward<Handler>(handler)));
  }

 private:
  using Transferred = WhenDone<boost::beast::error_code, std::size_t>;
  using Closed = WhenDone<boost::beast::error_code>;

  void read(const FirstBuffers<boost::asio::mutable_buffer>& buffers, Transferred done);
  void write(const FirstBuffers<boost::asio::const_buffer>& buffers, Transferred done);
  void tear_down(boost::beast::role_type role, Closed done);

  boost::beast::tcp_stream tcp_;
};

}  // namespace arcadecam::serve
