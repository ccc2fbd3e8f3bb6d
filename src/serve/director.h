#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_text.h"
#include "serve/protocol/condition.h"
#include "serve/protocol/request.h"
#include "serve/show/show.h"
#include "serve/transport/server.h"

namespace arcadecam::serve {

/// Where messages to clients go. May be called from any thread.
class Outbox {
 public:
  Outbox() = default;
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;
  virtual ~Outbox() = default;

  virtual void send(ClientId client, Queue queue, SharedText message) = 0;
};

/// What is made for clients to keep, which takes longer than an answer may.
class Keeper {
 public:
  Keeper() = default;
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  virtual ~Keeper() = default;

  /// Calls `done` from any thread with the file's address or with what went wrong. Throws Error
  /// where it cannot even begin.
  using Done = std::function<void(const std::string& url, const std::string& error)>;
  virtual void keep(const Request& request, Show& show, Done done) = 0;
  /// What was uploaded under this name: the show that plays it. Throws Error.
  virtual std::unique_ptr<Show> load(const std::string& upload, const Show& now) = 0;
};

/// Leads the show as clients ask for it, and tells them what happens. One thread at a time.
class Director {
 public:
  using Clock = std::chrono::steady_clock;

  Director(std::unique_ptr<Show> show, Outbox& outbox, Keeper& keeper);

  // What clients do.
  void opened(ClientId client);
  void received(ClientId client, std::string_view text);
  void closed(ClientId client);

  /// When the next step is to be played; nothing while it is not playing or nobody watches.
  [[nodiscard]] std::optional<Clock::time_point> due() const;
  /// Plays it.
  void play();

  [[nodiscard]] const Show& show() const { return *show_; }
  /// The client that holds the controls, or 0.
  [[nodiscard]] ClientId controller() const { return controller_; }

 private:
  struct Client {
    bool greeted = false, sound = false;
  };
  struct Bookmark {
    std::int64_t step;
    std::string text;
  };

  void reply(ClientId client, std::uint64_t id, JsonText answer);
  void refuse(ClientId client, std::optional<std::uint64_t> id, std::string_view error);
  /// Does what is asked and returns the answer; nothing where it is sent otherwise.
  std::optional<JsonText> answer(ClientId client, const Request& request);
  std::optional<JsonText> lead(const Request& request);
  std::optional<JsonText> tell(ClientId client, const Request& request);
  JsonText hello(ClientId client);
  void control(ClientId client, bool take);
  [[nodiscard]] JsonText curve(std::int64_t from) const;
  [[nodiscard]] JsonText games() const;
  [[nodiscard]] JsonText way() const;
  JsonText objects(std::int64_t step);
  void load(const std::string& upload);
  /// Has the game make sound while somebody wants to hear it.
  void tune_sound();
  void start(std::optional<std::int64_t> steps);
  void stop(std::string reason);
  /// The condition that the present step meets, or nothing.
  [[nodiscard]] std::string met() const;
  void set_conditions(const std::vector<std::string>& texts);
  void bookmark(std::int64_t step, const std::string& text);
  /// Forgets the bookmarks of games that are not kept any more.
  void forget_bookmarks();

  void show_step();
  void show_step_to(ClientId client);
  void show_state();
  [[nodiscard]] JsonText state() const;
  void announce(const JsonText& event);

  std::unique_ptr<Show> show_;
  Outbox& outbox_;
  Keeper& keeper_;
  std::optional<JsonText> description_;
  std::map<ClientId, Client> clients_;
  ClientId controller_ = 0;
  bool playing_ = false;
  std::optional<std::int64_t> steps_left_;
  double speed_ = 1;
  Clock::time_point next_{};
  std::vector<Condition> conditions_;
  std::map<int, std::vector<Bookmark>> bookmarks_;  ///< by their game's number
  std::string stopped_by_;
  int agent_number_ = 1;
};

}  // namespace arcadecam::serve
