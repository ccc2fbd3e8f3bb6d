#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "serve/protocol/request.h"
#include "serve/show/course.h"

namespace arcadecam::serve {

/// A decision that was played and what it brought.
struct Move {
  std::uint8_t action = 0;
  bool greedy = true, human = false;
  bool over = false;   ///< it was the episode's last
  bool ended = false;  ///< and not by a limit of frames
  int reward = 0, lives = 0;
  double score = 0;            ///< of the episode including it
  std::uint32_t checksum = 0;  ///< RunningChecksum of the episode including it
};

/// What the network said at a step.
struct Opinion {
  float value = 0, margin = 0;
  float advantage = 0;  ///< NaN where there is none
};

/// Steps of a timeline, with all that is needed to play them again elsewhere.
struct Excerpt {
  int branch;  ///< 0: the trunk
  std::int64_t from, to;
  Cursor begin;             ///< of `from` or of a step before it
  std::vector<Move> moves;  ///< from begin's step to `to`
};

/// A game from a step on, as it was played: every move, and enough saved states to go to any step.
class Timeline {
 public:
  /// A state is kept at every so many steps, until thin() gives up every second one.
  static constexpr std::int64_t kEvery = 32;

  /// `begin`: the first step, which `edits` brought about.
  Timeline(int number, Cursor begin, Edits edits = {});

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] std::int64_t first() const { return first_; }
  /// The last step that can be gone to.
  [[nodiscard]] std::int64_t last() const { return first_ + std::ssize(moves_); }
  /// The move of a step, first() … last()−1.
  [[nodiscard]] const Move& move(std::int64_t step) const {
    return moves_.at(static_cast<std::size_t>(step - first_));
  }
  [[nodiscard]] const std::vector<Move>& moves() const { return moves_; }
  /// One opinion per step that was seen, from first() on.
  [[nodiscard]] const std::vector<Opinion>& opinions() const { return opinions_; }
  [[nodiscard]] const Edits& edits() const { return edits_; }
  /// The first step whose action a person chose.
  [[nodiscard]] std::optional<std::int64_t> by_hand() const { return by_hand_; }
  /// So many states are kept.
  [[nodiscard]] std::size_t kept() const { return kept_.size(); }

  void add(const Move& move);
  void add(std::int64_t step, const Opinion& opinion);
  /// Whether this step's state is to be kept.
  [[nodiscard]] bool wants(std::int64_t step) const {
    return step % every_ == 0 && step > kept_.rbegin()->first;
  }
  void keep(Cursor cursor);
  /// The latest state that is kept of a step up to this one; the step is at least first().
  [[nodiscard]] const Cursor& before(std::int64_t step) const;
  /// Gives up states until so many are kept at most; the first one stays.
  void thin(std::size_t most);
  /// first() ≤ from ≤ to < last().
  [[nodiscard]] Excerpt excerpt(std::int64_t from, std::int64_t to) const;

 private:
  int number_;
  std::int64_t first_, every_ = kEvery;
  Edits edits_;
  std::optional<std::int64_t> by_hand_;
  std::vector<Move> moves_;
  std::vector<Opinion> opinions_;
  std::map<std::int64_t, Cursor> kept_;
};

}  // namespace arcadecam::serve
