// The server alone: slow, deaf and silent clients.
#include "serve/transport/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <mutex>
#include <thread>

#include "serve/live_client.h"

namespace arcadecam::serve {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// A server that takes a client for gone after a second, in a thread of its own.
class Serving final : public Handler {
 public:
  Serving() : server_(Access{"127.0.0.1", 0, {}, {}}, *this, 1s) {
    thread_ = std::thread([this] {
      server_.run([this] { return !stop_; }, std::make_shared<const std::string>("farewell"));
    });
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;
  ~Serving() override { end(); }

  void end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  /// Sends a step of 100 kB that begins with its number.
  void send_step(std::uint64_t number) {
    std::string text = std::to_string(number) + " ";
    text.resize(100'000);
    auto message = std::make_shared<const std::string>(std::move(text));
    {
      const std::lock_guard lock(mutex_);
      sent_.push_back(message);
    }
    server_.send(1, Queue::kStep, std::move(message));
  }
  /// So many of the steps that were sent are still in memory.
  std::size_t held() {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& message : sent_) count += message.expired() ? 0 : 1;
    return count;
  }
  /// Waits until everything that was posted is done.
  void settle() { std::this_thread::sleep_for(200ms); }

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  Server& server() { return server_; }

  std::atomic<int> closed_count = 0, received_count = 0;
  std::atomic<bool> answers = true;

 private:
  void opened(ClientId) override {}
  void received(ClientId client, std::string) override {
    ++received_count;
    if (answers) server_.next(client);
  }
  void closed(ClientId) override { ++closed_count; }
  Answer get(std::string_view) override { return {404}; }
  bool takes_upload(std::string_view) override { return false; }
  Answer upload(std::string, std::string) override { return {404}; }

  Server server_;
  std::mutex mutex_;
  std::vector<std::weak_ptr<const std::string>> sent_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

/// A WebSocket whose system holds megabytes for it, as systems do; gives the messages' texts.
class Reader {
 public:
  explicit Reader(std::uint16_t port) {
    stream_.next_layer().open(boost::asio::ip::tcp::v4());
    stream_.next_layer().set_option(boost::asio::socket_base::receive_buffer_size(8 << 20));
    stream_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port});
    stream_.handshake("127.0.0.1:80", "/live");
  }

  std::string read() {
    boost::beast::flat_buffer buffer;
    stream_.read(buffer);
    return boost::beast::buffers_to_string(buffer.data());
  }
  void write(const std::string& text) { stream_.write(boost::asio::buffer(text)); }
  /// Reads until the connection ends.
  void drain() {
    try {
      for (;;) read();
    } catch (const boost::system::system_error&) {
    }
  }
  boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

 private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> stream_{io_};
};

/// Waits until the server has closed a client; gives how long that took, in seconds.
double seconds_until_closed(Serving& serving) {
  const auto begin = Clock::now();
  while (serving.closed_count == 0 && Clock::now() - begin < 20s) std::this_thread::sleep_for(10ms);
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

TEST(Server, WhoReadsSlowlyIsNeverCutOffAndSeesWhatIsNew) {
  Serving serving;
  Reader slow(serving.port());
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> sent = 0;
  // A hundred steps per second, of which the client reads five: what it does not get would fill
  // its system's buffers for a minute.
  std::thread playing([&] {
    while (!done) {
      serving.send_step(++sent);
      std::this_thread::sleep_for(10ms);
    }
  });
  std::uint64_t last = 0, latest = 0;
  int count = 0;
  const auto begin = Clock::now();
  while (Clock::now() - begin < 6s) {
    const std::uint64_t number = std::stoull(slow.read());
    EXPECT_GT(number, last) << "in their order";
    last = number;
    // The first ones were sent ahead before it was known that it reads slowly.
    if (Clock::now() - begin > 3s) latest = std::max(latest, sent - number);
    ++count;
    std::this_thread::sleep_for(200ms);
  }
  done = true;
  playing.join();
  EXPECT_EQ(serving.closed_count, 0) << "six times as long as silence may last";
  EXPECT_GT(count, 15);
  EXPECT_LT(latest, 150U) << "hundredths of a second by which a step was late";
}

TEST(Server, WhoReadsNothingCostsFewStepsAndIsCutOff) {
  Serving serving;
  Reader deaf(serving.port());
  for (std::uint64_t number = 1; number <= 500; ++number) serving.send_step(number);
  serving.settle();
  // Two wait, and one may be on its way.
  EXPECT_LE(serving.held(), 3U);
  EXPECT_EQ(serving.closed_count, 0);
  const double seconds = seconds_until_closed(serving);
  EXPECT_GT(seconds, 0.3);
  EXPECT_LT(seconds, 5);
  serving.settle();
  EXPECT_EQ(serving.held(), 0U);
}

TEST(Server, WhoHasNothingToReadStaysAndAnswersPings) {
  Serving serving;
  Reader idle(serving.port());
  std::thread reading([&] { idle.drain(); });
  std::this_thread::sleep_for(4s);
  EXPECT_EQ(serving.closed_count, 0);
  serving.end();
  reading.join();
  EXPECT_EQ(serving.closed_count, 1);
}

TEST(Server, WhoWaitsLongForAnAnswerStays) {
  Serving serving;
  serving.answers = false;
  Reader asking(serving.port());
  asking.write("a question");
  std::this_thread::sleep_for(3s);
  EXPECT_EQ(serving.received_count, 1);
  EXPECT_EQ(serving.closed_count, 0) << "nothing is read of it meanwhile, pongs neither";
  serving.answers = true;
  serving.server().send(1, Queue::kText, std::make_shared<const std::string>("an answer"));
  serving.server().next(1);
  EXPECT_EQ(asking.read(), "an answer");
  asking.write("another question");
  const auto begin = Clock::now();
  while (serving.received_count < 2 && Clock::now() - begin < 5s) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(serving.received_count, 2);
}

TEST(Server, AnswersComeAfterTheStepsBeforeThemAndTheFarewellLast) {
  Serving serving;
  Reader client(serving.port());
  for (std::uint64_t number = 1; number <= 30; ++number) serving.send_step(number);
  serving.server().send(1, Queue::kText, std::make_shared<const std::string>("an answer"));
  std::uint64_t last = 0;
  for (;;) {
    const std::string text = client.read();
    if (text == "an answer") break;
    last = std::stoull(text);
  }
  EXPECT_EQ(last, 30U);
  // Steps that nobody reads do not stand in the way of the end.
  for (std::uint64_t number = 31; number <= 60; ++number) serving.send_step(number);
  std::thread ending([&] { serving.end(); });
  std::string text;
  try {
    for (;;) text = client.read();
  } catch (const boost::system::system_error& error) {
    EXPECT_EQ(error.code(), boost::beast::websocket::error::closed);
  }
  EXPECT_EQ(text, "farewell");
  ending.join();
}

}  // namespace
}  // namespace arcadecam::serve
