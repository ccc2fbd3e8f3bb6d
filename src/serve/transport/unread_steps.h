#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace arcadecam::serve {

/// Steps that were sent to a client and that it has not read: a ping follows one or several of
/// them, and the client's pong tells. What lies in the buffers of the system, of the client's
/// system and of tunnels between them counts too, which no setting of a socket limits. So many are
/// sent ahead that a client that reads at once need not wait for each answer, and fewer to one that
/// reads slowly: what it gets is new.
class UnreadSteps {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t kFewest = 2, kMost = 8;
  /// A client that answers within this time is sent more ahead.
  static constexpr std::chrono::milliseconds kSoon{500};

  /// A step was sent, and the ping of this number is the next one. Numbers grow.
  void sent(std::uint64_t ping, Clock::time_point now) { sent_.push_back({ping, now}); }
  /// The client has read all that came before this ping.
  void read(std::uint64_t ping, Clock::time_point now);
  /// A step that waited was given up for a newer one.
  void gave_up();

  /// Whether the client is to read one before the next is sent.
  [[nodiscard]] bool full() const { return sent_.size() >= most_; }
  /// Whether a ping of this number is to be sent now: half of what may be unread was sent since the
  /// one before, or nothing more can be sent without it.
  [[nodiscard]] bool wants_ping(std::uint64_t ping) const;

 private:
  struct Sent {
    std::uint64_t ping;
    Clock::time_point at;
  };
  std::deque<Sent> sent_;
  std::size_t most_ = kMost;
};

}  // namespace arcadecam::serve
