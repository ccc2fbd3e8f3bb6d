#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "episode/step.h"
#include "episode/trace.h"
#include "game/editor.h"
#include "serve/show/course.h"
#include "serve/show/network.h"
#include "serve/show/shown_step.h"
#include "serve/show/timeline.h"

namespace arcadecam::serve {

struct ShowOptions {
  NetworkOptions network;
  std::uint64_t seed = 0;
  bool human = false;  ///< a person plays from the first step on
  /// States that are saved for going back, at most, of all games and branches: some 15 kB each.
  std::size_t most_states = 2048;
};

/// A timeline of the present game in a few words: the way to the present step.
struct Stretch {
  std::int64_t first = 0;               ///< the step where it begins
  Edits edits;                          ///< with which it begins
  std::optional<std::int64_t> by_hand;  ///< the first step whose action a person chose
};

/// A state as an edit shows it, beside the state as it is.
struct WhatIf {
  ShownStep edited;
  Estimate original;
  int planes = 0;  ///< so many of the newest frames were drawn again
};

/// The rewards of the same steps in a branch and in the game that it left.
struct BranchComparison {
  std::vector<int> trunk, branch;
};

/// A byte of RAM that a pixel depends on.
struct PixelCause {
  std::uint8_t byte, value;
  int by;  ///< the change of the byte that changed the pixel
};

/// A game that was played, and can be gone back to.
struct PlayedGame {
  int number;  ///< from 1, in the order in which they were begun
  std::uint64_t seed;
  std::int64_t episode, steps;
  double score;
  bool over;
  std::optional<std::int64_t> by_hand;  ///< the first step whose action a person chose
};

/// An object of a step and what can be done to it.
struct EditableObject {
  game::GameObject object;
  std::vector<game::PossibleEdit> edits;
};

/// The one game that all clients see: at a step, whose decision is made and explained and not yet
/// played. It can go on, go back to every step, and leave the game as it was for a branch. One
/// thread at a time.
class Show {
 public:
  /// Plays the agent's game from the beginning, or follows a recorded run of that game as long as
  /// it lasts. Throws Error.
  Show(agent::Agent agent, const ShowOptions& options,
       std::optional<episode::Trace> follow = std::nullopt);

  [[nodiscard]] const agent::Agent& agent() const { return agent_; }
  [[nodiscard]] const ShownNetwork& network() const { return network_; }
  [[nodiscard]] const game::Environment& environment() const { return course_.environment(); }
  [[nodiscard]] const ShownStep& moment() const { return moment_; }
  [[nodiscard]] std::span<const Tile> tiles() const { return questions_->tiles(); }
  [[nodiscard]] bool human() const { return human_; }
  [[nodiscard]] int held() const { return held_; }
  [[nodiscard]] std::uint64_t seed() const { return options_.seed; }
  /// The present game's number and all that are kept, in the order of their numbers.
  [[nodiscard]] int game() const { return game_; }
  [[nodiscard]] std::vector<PlayedGame> games() const;
  /// The present timeline: the trunk or a branch.
  [[nodiscard]] const Timeline& line() const { return timelines_.back(); }
  [[nodiscard]] bool on_branch() const { return timelines_.size() > 1; }
  /// From the trunk to the present timeline: each begins in the one before it.
  [[nodiscard]] std::vector<Stretch> way() const;
  /// So many states are saved for going back.
  [[nodiscard]] std::size_t states() const;
  [[nodiscard]] const ShowOptions& options() const { return options_; }

  /// Plays the step and goes to the next one. Not where the moment is over.
  void advance();
  /// Goes to a step of the present timeline. Throws Error (usage) where it has none of that number.
  void seek(std::int64_t step);
  /// What every step is explained by from now on, the present one at once. Throws Error (usage) and
  /// changes nothing.
  void ask(std::span<const Tile> tiles);
  /// Begins the next episode that was not played yet, or an episode of a seed. The present game
  /// stays as it is (without its branches), and can be gone back to.
  void reset(std::optional<std::uint64_t> seed, std::int64_t episode = 0);
  /// Goes back to the last step of an earlier game. Throws Error (usage) where it is not kept.
  void go_to_game(int number);
  /// A person plays. Where later steps were played already a branch begins.
  void take();
  void hand_back();
  /// What the person does: an action by name or number. Throws Error (usage).
  void hold(const std::string& action);
  /// Writes edits into the game and plays on from there. Throws Error (usage).
  void branch(const Edits& edits);
  void return_to_trunk();
  /// Whether steps that are played from now on bring sound.
  void turn_sound(bool on) { course_.turn_sound(on); }

  /// Earlier games that are kept: the newest ones, each with so many saved states.
  static constexpr std::size_t kMostGames = 16, kMostKeptEach = 64;

  // The game stays as it is.
  /// The edits shown, not written. Tiles: those of the show where there are none.
  WhatIf what_if(std::int64_t step, const Edits& edits, std::span<const Tile> tiles);
  ShownStep explained(std::int64_t step, std::span<const Tile> tiles);
  std::vector<EditableObject> objects(std::int64_t step);
  std::vector<PixelCause> causes_of_pixel(std::int64_t step, int x, int y);
  /// Rewards of the branch's first steps and of the same steps of the game that it left; what was
  /// not played yet is played for it.
  BranchComparison compare(std::int64_t steps);
  /// The trunk until now, as `explain --trace` takes it. Throws Error (usage) before the first
  /// step.
  [[nodiscard]] episode::Trace trace() const;
  /// Steps of the present timeline whose actions were played. Throws Error (usage) where they were
  /// not.
  [[nodiscard]] Excerpt excerpt(std::int64_t from, std::int64_t to) const;
  [[nodiscard]] episode::RunInfo info() const;

 private:
  static constexpr std::size_t kMostTimelines = 9;

  /// A game that is not the present one.
  struct Earlier {
    int number;
    std::uint64_t seed;
    std::int64_t episode;
    std::shared_ptr<const episode::Trace> followed;
    Timeline trunk;
  };

  void begin();
  /// Keeps the present game.
  void put_away();
  /// Decides and explains the present step. `frames`: that led here; none: the screen alone.
  void arrive(double reward, bool lost_life, std::vector<ByteTensor> frames = {});
  /// What is known of the objects of a course.
  [[nodiscard]] std::vector<game::ObservedObject> objects_in(const Course& course) const;
  /// What is taken at a step, where that is known already.
  [[nodiscard]] std::optional<agent::Decision> known_decision(std::int64_t step) const;
  /// A state of a timeline from which replay() goes to `step` and past all that its observation
  /// shows, as editors need it.
  [[nodiscard]] const Cursor& way_to(const Timeline& line, std::int64_t step) const;
  /// Plays a timeline's moves until `step`.
  void replay(Course& course, const Timeline& line, std::int64_t step);
  /// A course at a step of the present timeline: the show's own or another one.
  Course& course_at(std::int64_t step);
  void require_step(std::int64_t step) const;
  /// Where a course of a timeline is put that the show does not see.
  Course& aside(const Timeline& line, std::int64_t step);
  /// Begins a timeline at the present state, which these edits brought about.
  void leave(const Edits& edits);
  /// Gives up saved states of the timelines that have most of them, until there are no more than
  /// there may be; each timeline keeps its first.
  void thin();
  game::Editor& editor();
  std::vector<int> rewards(const Timeline& line, std::int64_t from, std::int64_t steps);

  agent::Agent agent_;
  ShowOptions options_;
  std::shared_ptr<const episode::Trace> followed_;
  ShownNetwork network_;
  std::unique_ptr<Questions> questions_;
  Course course_;
  std::unique_ptr<Course> aside_;
  std::unique_ptr<game::Editor> editor_;
  bool has_objects_;
  std::int64_t episode_ = 0;
  int branches_ = 0;  ///< so many were begun in this episode
  std::vector<Timeline> timelines_;
  int game_ = 0;
  std::vector<Earlier> earlier_;
  bool human_ = false;
  int held_ = 0;
  ShownStep moment_;
  agent::Decision decision_{};  ///< the agent's, here
  Random after_{0};             ///< the policy's random numbers after it
  Tensor remembered_;           ///< what a recurrent network remembers after this step
};

}  // namespace arcadecam::serve
