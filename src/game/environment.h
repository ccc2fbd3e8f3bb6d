#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "arcadecam/core/tensor.h"
#include "atari/protocol.h"
#include "game/emulator.h"
#include "game/frame_buffers.h"
#include "game/games.h"
#include "game/objects.h"
#include "game/past_steps.h"
#include "game/plane_maker.h"
#include "game/variation.h"

namespace arcadecam::game {

/// What one step of an agent brought.
struct StepResult {
  int reward = 0;          ///< sum over the frames, as the game counts: never clipped
  bool terminal = false;   ///< the game is over
  bool truncated = false;  ///< the frame cap is reached
  bool life_lost = false;  ///< a lost life ended a training episode; the game itself goes on

  [[nodiscard]] bool done() const { return terminal || truncated || life_lost; }
};

/// The RAM before and after each of the frames that an observed plane shows: at most three, and
/// only where an episode ended (Protocol::Ending) more than two.
struct PlaneRam {
  std::array<FrameRam, 3> frames;
  std::size_t count = 0;
};

/// How the stack came to be of the one before.
enum class StackChange {
  kPushed,  ///< by the newest frame
  kBegun,   ///< it begins with the newest frame
  kJumped,  ///< by the newest frame and another one before that
};

/// A complete saved environment: a cheap copy of a shared, unchanging state.
class Snapshot {
 private:
  friend class Environment;
  struct State;
  std::shared_ptr<const State> state_;
};

/// How many no-ops the protocol asks for at the start of an episode: a function of its arguments.
int random_noops(const atari::Protocol& protocol, std::uint64_t seed, std::uint64_t episode);

/// How many it asks for at a session's reset of that number (0 is the first).
int session_noops(const atari::Protocol& protocol, std::uint32_t random_seed, std::uint64_t reset);

/// ALE's random_seed of an episode, 0 … 2^31−1: a function of its arguments.
std::uint32_t emulator_seed(std::uint64_t seed, std::uint64_t episode);

/// A game as an agent plays it: actions held over several frames, observations of stacked
/// planes, episodes. docs/protocols.md has the rules. One thread at a time.
class Environment {
 public:
  /// Loads the game (about 0.1 s). Throws Error on a missing or wrong ROM and on a protocol out of
  /// range. `roms`: see rom_folder(); `sound`: see Emulator.
  Environment(Game game, const atari::Protocol& protocol, const std::filesystem::path& roms = {},
              bool sound = false);

  /// Begins an episode that depends on (seed, episode) and the actions alone, whatever was played
  /// before. Only after a life lost in training does it go on with the same game instead.
  void reset(std::uint64_t seed, std::uint64_t episode);

  /// Begins a session as ALE does when it loads the game with this random_seed (its 32 bits, as ALE
  /// takes negative ones too): next_episode() must follow. For episodes that were recorded with
  /// ALE.
  void begin_session(std::uint32_t random_seed);
  /// Begins the session's next episode by ALE's reset_game() and that many no-ops (ignored after a
  /// life lost in training, when exactly one no-op is made and the game goes on).
  void next_episode(int noops);
  /// Whether the next reset only goes on after a lost life.
  [[nodiscard]] bool soft_reset_due() const {
    return life_lost_ && protocol_.after_life == atari::Protocol::AfterLife::kGoesOn;
  }

  /// Plays one step. `action` indexes actions(). Throws Error when that is out of range or the
  /// episode is over.
  StepResult step(int action);

  /// stack × 84 × 84 (as the protocol's pixels say: with three planes per frame in colour, red,
  /// green, blue, and another height and width), oldest frame first; planes of before the episode
  /// are zero, or the first one where the protocol says so.
  [[nodiscard]] ByteTensorView observation() const { return stack_.view(); }
  /// 84 × 84, or as above; 3 × height × width in colour.
  [[nodiscard]] ByteTensorView newest_plane() const;
  /// What part of the screen the observation shows.
  [[nodiscard]] atari::ScreenPart seen() const;
  /// The sound of the last step's frames (see Emulator::sound()); an episode's end cuts it short.
  /// Valid until the next step; empty without sound.
  [[nodiscard]] std::span<const std::uint8_t> sound() const { return sound_; }
  /// From now on every frame is played as this variation of the game has it, or (nullptr) as the
  /// game is: no-ops included, but for the frames of ALE's own reset. Throws Error where it is one
  /// of another game. It must outlive the environment, as entries of the table do.
  void vary(const Variation* variation);
  [[nodiscard]] const Variation* variation() const { return variation_; }
  /// From now on keeps every frame that a step plays (about 10 µs per step).
  void keep_frames();
  /// The last step's frames as Emulator::screen() shows them, oldest first; the last is the present
  /// one. A step that loses a life may play more than frame_skip (Protocol::restarts_after_life).
  /// Empty after a reset, after restore(), and where frames are not kept. Valid until the next
  /// step.
  [[nodiscard]] std::span<const ByteTensor> frames() const { return frames_; }
  /// The same, for good: frames() are none then.
  [[nodiscard]] std::vector<ByteTensor> take_frames() { return std::exchange(frames_, {}); }
  /// Frames that nobody needs any more: the next ones are written into their memory.
  void give_back(std::vector<ByteTensor> frames);
  /// The emulator behind, for its screens and RAM.
  [[nodiscard]] const Emulator& emulator() const { return emulator_; }
  /// What is on the observation, as the game's RAM tells. Throws Error (usage) when where this
  /// game's objects are is not known.
  [[nodiscard]] std::vector<ObservedObject> objects() const;
  /// What is on the screen, in its pixels. Throws as objects().
  [[nodiscard]] std::vector<GameObject> screen_objects() const;
  /// The newest frame, as object tables ask for it; valid until the next call.
  [[nodiscard]] DrawnFrame drawn_frame() const;
  /// From now on keeps what Editor needs to draw an observation again: the state (about 0.1 ms)
  /// before every so many steps. More steps are cheaper to keep and take Editor longer.
  void keep_history(int steps_per_state = 1);
  /// The steps that led here and can be played again (PastSteps::steps()); none where they were not
  /// kept.
  [[nodiscard]] std::span<const PastStep> history() const { return history_.steps(); }
  /// ALE's number of each action.
  [[nodiscard]] std::span<const atari::ActionCode> actions() const { return actions_; }
  [[nodiscard]] int lives() const { return emulator_.lives(); }
  /// Frames of this episode so far.
  [[nodiscard]] int frame() const { return emulator_.episode_frame_number(); }
  [[nodiscard]] const Game& game() const { return game_; }
  [[nodiscard]] const atari::Protocol& protocol() const { return protocol_; }
  /// The last step lost a life and ended with what follows it (Protocol::restarts_after_life): for
  /// the agents trained so, what comes now is another episode.
  [[nodiscard]] bool restarted() const { return restarted_; }
  /// What the last step or reset did.
  [[nodiscard]] StackChange stack_change() const { return stack_change_; }
  /// The last step of an episode was played.
  [[nodiscard]] bool over() const { return over_; }

  /// Play goes on with these bytes written into the game's RAM. `observation` is what is observed
  /// now, and `seen` the frames that its planes are made of, oldest plane first (none: as before).
  /// Steps before this one do not lead here any more: history() begins again.
  void write(std::span<const RamByte> bytes, ByteTensor observation,
             std::span<const FrameBuffers::Frames> seen);

  /// `with_history` off takes about half the time and memory: the restored environment's history()
  /// begins with its next step.
  [[nodiscard]] Snapshot save(bool with_history = true) const;
  /// Continues exactly as the saved environment would have. Any environment of the same game,
  /// protocol and variation will do; throws Error otherwise.
  void restore(const Snapshot& snapshot);

 private:
  [[nodiscard]] DrawnFrame drawn(Ram before, Ram ram) const;
  [[nodiscard]] std::span<std::uint8_t> planes_of(int frame);
  [[nodiscard]] std::span<std::uint8_t> push_plane();
  void write_shown(std::span<std::uint8_t> plane);
  [[nodiscard]] FrameBuffers::Frame look() const;
  int act(atari::ActionCode code);
  void reset_game();
  void hold(atari::ActionCode code, StepResult& step);
  void keep_frame();
  void play_frame(atari::ActionCode code, StepResult& step);
  [[nodiscard]] bool has_fire() const;
  [[nodiscard]] bool loses_life() const;
  void begin_game(int noops);
  void fire(StepResult& step);
  void settle_life(StepResult& step);
  void restart(StepResult& step);
  void restart_by_noops(StepResult& step);
  void begin_stack();

  Game game_;
  atari::Protocol protocol_;
  std::vector<atari::ActionCode> actions_;
  Emulator emulator_;
  PlaneMaker planes_;
  FrameBuffers buffers_;
  ByteTensor stack_;
  std::vector<PlaneRam> rams_;              ///< of every frame of stack_
  std::array<std::uint8_t, 128> before_{};  ///< the RAM before the last frame
  PastSteps history_;
  const Variation* variation_ = nullptr;
  bool keeps_history_ = false;
  std::vector<ByteTensor> frames_, spare_frames_;
  bool keeps_frames_ = false;
  std::vector<std::uint8_t> sound_;
  std::uint32_t session_ = 0;  ///< its random_seed
  int lives_ = 0;
  int first_frame_ = 0;  ///< where the reset ended
  StackChange stack_change_ = StackChange::kBegun;
  bool life_lost_ = false;
  bool restarted_ = false;
  bool over_ = true;
};

}  // namespace arcadecam::game
