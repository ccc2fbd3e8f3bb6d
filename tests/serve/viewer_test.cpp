// The viewer over real sockets: what a browser and what an attacker does.
#include "serve/viewer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "serve/live_client.h"

namespace arcadecam::serve {
namespace {

using Json = nlohmann::json;

/// A viewer of Pong on a free port, in a thread of its own.
class Served {
 public:
  explicit Served(const std::string& token = {}) {
    ShowOptions options;
    options.seed = 3;
    auto show = std::make_unique<Show>(agent::load_agent("pong"), options);
    show->ask(std::vector<Tile>{{"fullgrad++"}});
    viewer_ = std::make_unique<Viewer>(std::move(show), Access{"127.0.0.1", 0, token, {}});
    thread_ = std::thread([this] { viewer_->run([this] { return !stop_; }); });
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  ~Served() { end(); }

  [[nodiscard]] std::uint16_t port() const { return viewer_->port(); }
  void end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::unique_ptr<Viewer> viewer_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

Json hello(LiveClient& client) {
  return client.ask({{"do", "hello"}, {"version", 1}});
}

bool is_step(const Json& message) {
  return message.value("event", "") == "step";
}

/// Plays so many steps and waits until the game stands.
void play_steps(LiveClient& client, int steps) {
  client.ask({{"do", "step"}, {"steps", steps}});
  client.read_until(
      [](const Json& m) { return m.value("event", "") == "state" && !m["playing"].get<bool>(); });
}

TEST(Viewer, TellsWhatItShowsThenTheStepsThatArePlayed) {
  Served served;
  LiveClient client(served.port());
  const Json told = hello(client);
  EXPECT_EQ(told["game"], "pong");
  EXPECT_EQ(told["actions"][0], "NOOP");
  EXPECT_EQ(told["observation"], (std::vector<int>{4, 84, 84}));
  EXPECT_EQ(told["palette"].size(), 256U);
  EXPECT_TRUE(told["you_control"]);
  EXPECT_GT(told["methods"].size(), 30U);
  client.read_until(is_step);
  EXPECT_EQ(client.step->header["step"], 0);
  EXPECT_EQ(client.step->floats("map0").size(), 84U * 84U);
  EXPECT_EQ(client.step->screen().size(), 210U * 160U);
  EXPECT_FALSE(client.ask({{"do", "step"}, {"steps", 3}}).contains("error"));
  client.read_until([](const Json& m) { return is_step(m) && m["step"] == 3; });
  EXPECT_EQ(client.step->bytes("changed").size(), 3U * 210U);
  const auto screen = client.step->screen();
  client.read_until([](const Json& m) { return m.value("event", "") == "state"; });
  EXPECT_FALSE(client.state["playing"]);
  // The step that a request leads to comes before its answer.
  EXPECT_FALSE(client.ask({{"do", "seek"}, {"step", 1}}).contains("error"));
  EXPECT_EQ(client.step->header["step"], 1);
  client.ask({{"do", "seek"}, {"step", 3}});
  EXPECT_EQ(client.step->header["step"], 3);
  EXPECT_EQ(client.step->screen(), screen) << "the same picture, though only its last frame came";
}

TEST(Viewer, PlaysInRealTimeAndStopsAtABreakpoint) {
  Served served;
  LiveClient client(served.port());
  hello(client);
  client.ask({{"do", "speed"}, {"times", 0}});
  EXPECT_FALSE(
      client.ask({{"do", "breakpoints"}, {"conditions", {"reward != 0"}}}).contains("error"));
  EXPECT_NE(client.ask({{"do", "breakpoints"}, {"conditions", {"speed > 9"}}})["error"]
                .get<std::string>()
                .find("margin"),
            std::string::npos);
  client.ask({{"do", "play"}});
  client.read_until([](const Json& m) {
    return m.value("event", "") == "state" && m["stopped_by"] == "reward != 0";
  });
  EXPECT_NE(client.step->header["reward"], 0);
  EXPECT_EQ(client.state["breakpoints"], (std::vector<std::string>{"reward != 0"}));
  const Json curve = client.ask({{"do", "curve"}, {"from", 0}});
  EXPECT_EQ(curve["reward"].back(), client.step->header["reward"]);
  EXPECT_EQ(curve["value"].size(), curve["reward"].size() + 1);
  // At the game's own speed: 15 steps a second.
  client.ask({{"do", "breakpoints"}, {"conditions", Json::array()}});
  client.ask({{"do", "speed"}, {"times", 4}});
  client.ask({{"do", "play"}});
  const auto begin = std::chrono::steady_clock::now();
  const int steps = client.steps;
  while (client.steps < steps + 30) client.read();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  EXPECT_GT(took.count(), 0.3) << "30 steps at four times the speed are half a second";
}

TEST(Viewer, AnswersQuestionsAboutEdits) {
  Served served;
  LiveClient client(served.port());
  hello(client);
  client.ask({{"do", "step"}, {"steps", 40}});
  client.read_until([](const Json& m) { return is_step(m) && m["step"] == 40; });
  const Json header = client.ask(
      {{"do", "what_if"}, {"step", 40}, {"edits", {{{"object", "ball"}, {"remove", true}}}}});
  ASSERT_FALSE(header.contains("error")) << header;
  EXPECT_EQ(header["original"]["values"], client.step->header["values"]);
  EXPECT_NE(header["values"], client.step->header["values"]);
  EXPECT_NE(client.reply->screen(), client.step->screen());
  const Json unknown = client.ask(
      {{"do", "what_if"}, {"step", 40}, {"edits", {{{"object", "cow"}, {"remove", true}}}}});
  EXPECT_NE(unknown["error"].get<std::string>().find("cow"), std::string::npos);
  const Json objects = client.ask({{"do", "objects"}, {"step", 40}});
  EXPECT_GE(objects["objects"].size(), 3U);
  const Json explained = client.ask({{"do", "explain"},
                                     {"step", 20},
                                     {"tiles", {{{"method", "sobel"}}, {{"method", "random"}}}}});
  EXPECT_EQ(explained["tiles"].size(), 2U);
  EXPECT_EQ(explained["step"], 20);
}

TEST(Viewer, OneClientHoldsTheControlsAndHandsThemOver) {
  Served served;
  LiveClient first(served.port()), second(served.port());
  const Json told = hello(first);
  const Json other = hello(second);
  EXPECT_FALSE(other["you_control"]);
  EXPECT_NE(second.ask({{"do", "play"}})["error"].get<std::string>().find("another client"),
            std::string::npos);
  EXPECT_FALSE(second.ask({{"do", "control"}, {"take", true}}).contains("error"));
  first.read_until([](const Json& m) { return m.value("event", "") == "control_asked"; });
  EXPECT_FALSE(first.ask({{"do", "give"}, {"client", other["client"]}}).contains("error"));
  EXPECT_FALSE(second.ask({{"do", "step"}}).contains("error"));
  EXPECT_TRUE(first.ask({{"do", "step"}}).contains("error"));
  second.close();
  first.read_until(
      [](const Json& m) { return m.value("event", "") == "state" && m["controller"].is_null(); });
  first.ask({{"do", "control"}, {"take", true}});
  EXPECT_EQ(first.state["controller"], told["client"]);
}

TEST(Viewer, MakesTracesStillsAndClips) {
  Served served;
  LiveClient client(served.port());
  hello(client);
  client.ask({{"do", "step"}, {"steps", 12}});
  client.read_until([](const Json& m) { return is_step(m) && m["step"] == 12; });
  const auto kept = [&](const Json& request) {
    const Json answer = client.ask(request);
    EXPECT_FALSE(answer.contains("error")) << answer;
    const std::string url = answer.value("url", "/none");
    return http_answer(served.port(),
                       "GET " + url + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  };
  const auto [trace_code, trace] = kept({{"do", "trace"}});
  EXPECT_EQ(trace_code, 200);
  EXPECT_EQ(
      episode::parse_trace({reinterpret_cast<const std::uint8_t*>(trace.data()), trace.size()})
          .episodes[0]
          .actions.size(),
      12U);
  const auto [still_code, still] = kept({{"do", "still"}, {"step", 5}});
  EXPECT_EQ(still_code, 200);
  EXPECT_EQ(still.substr(1, 3), "PNG");
  const auto [gif_code, gif] = kept({{"do", "clip"}, {"from", 2}, {"to", 9}, {"format", "gif"}});
  EXPECT_EQ(gif.substr(0, 6), "GIF89a");
  EXPECT_TRUE(client.ask({{"do", "clip"}, {"from", 2}, {"to", 12}}).contains("error"));

  // What was kept can be loaded again.
  const std::string head = "POST /agent?client=" + client.state["controller"].get<std::string>() +
                           "&name=run HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
  const auto [code, body] =
      http_answer(served.port(), head + std::to_string(trace.size()) + "\r\n\r\n" + trace);
  ASSERT_EQ(code, 200) << body;
  const Json loaded = client.ask({{"do", "load"}, {"upload", Json::parse(body)["upload"]}});
  EXPECT_FALSE(loaded.contains("error")) << loaded;
  EXPECT_EQ(client.state["agent_number"], 2);
  const auto [bad_code, bad] = http_answer(served.port(), head + "3\r\n\r\nabc");
  const Json refused = client.ask({{"do", "load"}, {"upload", Json::parse(bad)["upload"]}});
  EXPECT_TRUE(refused.contains("error")) << refused;
  EXPECT_EQ(client.ask({{"do", "step"}}).contains("error"), false) << "the show goes on";
}

TEST(Viewer, MakesClipsAndStillsOfABranch) {
  Served served;
  LiveClient client(served.port());
  hello(client);
  play_steps(client, 12);
  client.ask({{"do", "seek"}, {"step", 8}});
  const Json branched = client.ask({{"do", "branch"}, {"edits", {{{"byte", 13}, {"value", 7}}}}});
  ASSERT_FALSE(branched.contains("error")) << branched;
  play_steps(client, 6);
  const auto kept = [&](const Json& request) {
    const Json answer = client.ask(request);
    const std::string url = answer.value("url", "/none");
    return std::pair(url, http_answer(served.port(), "GET " + url +
                                                         " HTTP/1.1\r\nHost: "
                                                         "localhost\r\nConnection: close\r\n\r\n")
                              .second);
  };
  const auto [gif_url, gif] = kept({{"do", "clip"}, {"from", 8}, {"to", 13}, {"format", "gif"}});
  EXPECT_NE(gif_url.find("pong-branch1-8-13"), std::string::npos) << gif_url;
  EXPECT_EQ(gif.substr(0, 6), "GIF89a");
  const auto [still_url, still] = kept({{"do", "still"}, {"step", 10}});
  EXPECT_NE(still_url.find("pong-branch1-10"), std::string::npos) << still_url;
  EXPECT_EQ(still.substr(1, 3), "PNG");
  const auto refused = [&](const Json& request) { return client.ask(request).value("error", ""); };
  EXPECT_NE(refused({{"do", "clip"}, {"from", 7}, {"to", 9}}).find("8 to 13"), std::string::npos);
  EXPECT_NE(refused({{"do", "still"}, {"step", 14}}).find("8 to 13"), std::string::npos);
  // The same steps of the run look otherwise: the branch's score is another one.
  client.ask({{"do", "return_to_trunk"}});
  const auto [trunk_url, trunk] = kept({{"do", "still"}, {"step", 10}});
  EXPECT_EQ(trunk_url.find("branch"), std::string::npos) << trunk_url;
  EXPECT_NE(trunk, still);
}

TEST(Viewer, GoesBackToEarlierGamesWithTheirBookmarks) {
  Served served;
  LiveClient client(served.port());
  hello(client);
  play_steps(client, 9);
  client.ask({{"do", "bookmark"}, {"step", 4}, {"text", "here"}});
  client.ask({{"do", "reset"}});
  EXPECT_EQ(client.state["game"], 2);
  EXPECT_TRUE(client.state["bookmarks"].empty());
  play_steps(client, 2);
  ASSERT_FALSE(client.ask({{"do", "game"}, {"game", 1}}).contains("error"));
  EXPECT_EQ(client.state["game"], 1);
  EXPECT_EQ(client.state["games"].size(), 2U);
  EXPECT_EQ(client.state["games"][1]["steps"], 2);
  EXPECT_EQ(client.state["bookmarks"][0]["text"], "here");
  EXPECT_EQ(client.step->header["step"], 9);
  const Json curve = client.ask({{"do", "curve"}, {"from", 0}});
  EXPECT_EQ(curve["advantage"].size(), 10U);
  EXPECT_NEAR(curve["advantage"].back().get<double>(),
              client.step->header["advantage"].get<double>(), 1e-6);
  EXPECT_NE(client.ask({{"do", "game"}, {"game", 5}}).value("error", "").find("not kept"),
            std::string::npos);
}

/// This process's memory, in MiB.
double resident_memory() {
  std::ifstream status("/proc/self/statm");
  double pages = 0, resident = 0;
  status >> pages >> resident;
  return resident * 4096 / (1 << 20);
}

TEST(Viewer, TwentyClientsGetTheStepsAndTheMemoryStaysFlat) {
  Served served;
  LiveClient leader(served.port());
  hello(leader);
  leader.ask({{"do", "play"}});
  constexpr int kClients = 20;
  std::atomic<bool> done = false;
  std::atomic<int> joined = 0;
  std::vector<int> steps(kClients);
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      LiveClient client(served.port());
      hello(client);
      ++joined;
      while (!done) {
        client.read();
        // Some read slowly, once all are there: everybody is told of each client that comes.
        if (i % 5 == 4 && joined == kClients)
          std::this_thread::sleep_for(std::chrono::milliseconds(300));
      }
      steps[static_cast<std::size_t>(i)] = client.steps;
    });
  }
  const auto read_for = [&](double seconds) {
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() <
           seconds)
      leader.read();
  };
  read_for(2);
  const double early = resident_memory();
  const int before = leader.steps;
  read_for(4);
  const int played = leader.steps - before;
  const double late = resident_memory();
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(played, 40) << "60 at the game's own speed on a machine that has nothing else to do";
  EXPECT_LT(late - early, 16);
  for (int i = 0; i < kClients; ++i) {
    EXPECT_GT(steps[static_cast<std::size_t>(i)], i % 5 == 4 ? 1 : 40) << "client " << i;
  }
}

TEST(Viewer, RefusesWhoMayNotUseIt) {
  Served served("secret");
  const auto get = [&](const std::string& target, const std::string& fields) {
    return http_answer(served.port(), "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n").first;
  };
  EXPECT_EQ(get("/", "Host: localhost\r\n"), 403);
  EXPECT_EQ(get("/?token=secret", "Host: localhost\r\n"), 200);
  EXPECT_EQ(get("/", "Host: localhost\r\nCookie: arcadecam_token=secret\r\n"), 200);
  EXPECT_EQ(get("/?token=secret", "Host: evil.example.org\r\n"), 403);
  EXPECT_EQ(get("/?token=secret", "Host: localhost\r\nOrigin: http://evil.example.org\r\n"), 403);
  EXPECT_EQ(get("/?token=secret", ""), 403) << "no Host";
  EXPECT_EQ(get("/../../etc/passwd?token=secret", "Host: localhost\r\n"), 404);
  EXPECT_EQ(get("/keep/../x?token=secret", "Host: localhost\r\n"), 404);
  EXPECT_EQ(get("x?token=secret", "Host: localhost\r\n"), 400);
  EXPECT_THROW(LiveClient(served.port()), boost::system::system_error) << "no token";
  EXPECT_EQ(http_answer(served.port(),
                        "POST /agent?token=secret&client=1 HTTP/1.1\r\nHost: "
                        "localhost\r\nContent-Length: 3\r\n\r\nabc")
                .first,
            403);
  EXPECT_EQ(
      http_answer(served.port(), "DELETE /?token=secret HTTP/1.1\r\nHost: localhost\r\n\r\n").first,
      405);
}

TEST(Viewer, RefusesOtherOriginsAndHostsOfItsWebSocket) {
  Served served;
  EXPECT_THROW(LiveClient(served.port(), "http://evil.example.org"), boost::system::system_error);
  EXPECT_THROW(LiveClient(served.port(), "", "evil.example.org"), boost::system::system_error);
  LiveClient client(served.port(), "http://localhost:99", "localhost:99");
  EXPECT_FALSE(hello(client).contains("error"));
}

/// Whether the server has closed the client's connection, within some seconds.
bool closed(LiveClient& client) {
  try {
    for (;;) client.read();
  } catch (const boost::system::system_error&) {
    return true;
  }
}

/// Sends what the server may refuse before it has all come.
template <typename Send>
void until_refused(const Send& send) {
  try {
    send();
  } catch (const boost::system::system_error&) {
    return;
  }
}

TEST(Viewer, GarbageAndFloodsAndHalfOpenConnectionsHurtNobodyElse) {
  Served served;
  LiveClient client(served.port());
  hello(client);
  client.ask({{"do", "speed"}, {"times", 0}});
  client.ask({{"do", "play"}});

  LiveClient oversized(served.port());
  until_refused([&] { oversized.send_text(std::string(100'000, ' ')); });
  EXPECT_TRUE(closed(oversized));
  LiveClient binary(served.port());
  until_refused([&] { binary.send_binary("\x01\x02"); });
  EXPECT_TRUE(closed(binary));
  LiveClient early(served.port());
  early.send_text(R"({"do":"play","id":1})");
  EXPECT_NE(early.read()["error"].get<std::string>().find("hello"), std::string::npos);
  early.send_text("garbage");
  EXPECT_TRUE(early.read()["reply"].is_null());
  // A flood is read no faster than it is answered, one message between two steps.
  LiveClient flood(served.port());
  const auto flooded = std::chrono::steady_clock::now();
  until_refused([&] {
    for (int i = 0; i < 2500; ++i) flood.send_text("{}");
  });
  int answered = 0;
  try {
    for (; answered < 2500; ++answered) flood.read();
  } catch (const boost::system::system_error&) {
  }
  // The 2,001st message within ten seconds ends the connection; a slow machine counts again from
  // zero before it comes.
  const auto took = std::chrono::steady_clock::now() - flooded;
  EXPECT_TRUE(answered <= 2000 || took > std::chrono::seconds(10)) << answered;
  EXPECT_EQ(http_answer(served.port(), "\x16\x03\x01garbage\r\n\r\n").first, 0);
  EXPECT_EQ(http_answer(served.port(), "GET / HTTP/1.1\r\nHost: localhost\r\nX: " +
                                           std::string(20'000, 'x') + "\r\n\r\n")
                .first,
            0);
  EXPECT_EQ(http_answer(served.port(),
                        "POST /agent?client=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        "99999999999\r\n\r\n")
                .first,
            413);

  // Connections that say nothing take places, but not those of the clients that are there.
  boost::asio::io_context io;
  std::vector<boost::asio::ip::tcp::socket> silent;
  for (int i = 0; i < 80; ++i) {
    silent.emplace_back(io).connect({boost::asio::ip::make_address("127.0.0.1"), served.port()});
  }
  const int steps = client.steps;
  while (client.steps < steps + 20) client.read();
  EXPECT_FALSE(client.ask({{"do", "pause"}}).contains("error"));
}

TEST(Viewer, ASlowClientGetsFewerSteps) {
  Served served;
  LiveClient fast(served.port()), slow(served.port());
  hello(fast);
  hello(slow);
  fast.ask({{"do", "speed"}, {"times", 0}});
  fast.ask({{"do", "play"}});
  while (fast.steps < 300) fast.read();
  fast.ask({{"do", "pause"}});
  const std::int64_t last = fast.state["last"];
  // What the slow one finds waiting is far fewer steps than were played, and the newest is among
  // them.
  slow.read_until([&](const Json& m) { return is_step(m) && m["step"] == last; });
  EXPECT_LE(slow.steps, 16) << "eight are sent ahead, two wait";
}

TEST(Viewer, EndsInASecondWhoeverIsConnected) {
  Served served;
  LiveClient client(served.port()), deaf(served.port());
  hello(client);
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket silent(io);
  silent.connect({boost::asio::ip::make_address("127.0.0.1"), served.port()});
  const auto begin = std::chrono::steady_clock::now();
  std::thread ending([&] { served.end(); });
  client.read_until([](const Json& m) { return m.value("event", "") == "shutdown"; });
  EXPECT_TRUE(closed(client));
  ending.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
}

}  // namespace
}  // namespace arcadecam::serve
