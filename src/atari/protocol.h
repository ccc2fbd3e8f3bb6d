#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "atari/pixels.h"

namespace arcadecam::atari {

/// The largest height and width of a plane, in pixels: larger than any screen.
inline constexpr int kLargestSide = 512;

/// How a game is played and observed: plain data. The values that papers use are modern() and
/// classic(); docs/protocols.md says where each comes from.
struct Protocol {
  std::string name;
  /// Probability, drawn each frame, that the emulator keeps the action of the frame before.
  float sticky_probability = 0.0F;
  /// A full reset is followed by noops_from … noops_below−1 no-ops, drawn uniformly; none where
  /// noops_below is 0 or 1.
  int noops_below = 0;
  int noops_from = 0;
  /// How they are drawn. kOwn: as random_noops() says. kAleVector: as ale-py's AtariVectorEnv does,
  /// from a mt19937 of the session's random_seed, one number a reset.
  enum class NoopDraw { kOwn, kAleVector };
  NoopDraw noop_draw = NoopDraw::kOwn;
  /// With `training`: a lost life (with lives left) ends the episode.
  bool life_ends_training_episode = false;
  bool training = false;
  /// A lost life ends every episode, also without `training`.
  bool life_ends_episode = false;
  /// What follows a life that ended an episode. kGoesOn: the reset goes on with the same game after
  /// one no-op (but see restarts_after_life). kNoReset: the step only says that a life was lost; no
  /// reset follows. kNewGame: the step ends with the frame that loses the life, and the reset
  /// begins a new game. kNewGameLast: likewise, and a loss that leaves no life counts, too.
  enum class AfterLife { kGoesOn, kNoReset, kNewGame, kNewGameLast };
  AfterLife after_life = AfterLife::kGoesOn;
  /// Frames an action is held for; the observed plane is made of the last two (then it is 2 or
  /// more) or, without pooling, of the last one.
  int frame_skip = 4;
  /// What the plane shows where an episode ends in the middle of a step.
  enum class Ending {
    kBlack,     ///< those of the last two frames that were reached; black where none was
    kRepeated,  ///< the same, but the plane before where none was (EnvPool)
    kPlayed,    ///< the last two frames that the step played (Tianshou)
    kBuffered,  ///< a buffer for each of the last two frames, which keeps what an earlier step put
                ///< into it (the wrappers' MaxAndSkipEnv)
    kCleared,   ///< the same, but a reset empties them and puts its frame into the first (Dopamine)
    kUnseen,  ///< as kCleared with the other buffer, but the frame that ends the episode is not put
              ///< in, and the maximum is left in the last frame's buffer (Gymnasium)
  };
  Ending ending = Ending::kBlack;
  /// How it is made.
  Pixels pixels{};
  /// Frames of an observation: as many planes, three times as many in colour.
  int stack = 4;
  /// At a reset, all planes are the first one instead of black.
  bool first_plane_fills_stack = false;
  /// How a reset ends. In games that have FIRE: the last of the no-ops is a frame of it instead
  /// (EnvPool), or the first one, which is made even where no no-op was drawn (AtariVectorEnv). In
  /// games whose second action it is: one step of it, or that and a step of the third action (the
  /// wrappers' FireResetEnv).
  enum class Fire { kNever, kFrame, kStep, kTwoSteps, kFirstFrame };
  Fire fire = Fire::kNever;
  /// In play, a lost life is followed within the same step by what the wrappers' reset does after
  /// it: a step without action, firing, a fresh stack. Its rewards count.
  bool restarts_after_life = false;
  /// With restarts_after_life: what follows is a reset's no-ops, drawn again, and firing instead,
  /// and one plane of one frame on the stack of before (EnvPool).
  bool noops_after_life = false;
  /// All 18 actions instead of those the game uses.
  bool full_action_set = false;
  /// ALE's max_num_frames_per_episode: the episode is truncated at this many frames; 0 means never.
  int max_frames = 108'000;
  /// Frames are counted from the end of the reset instead of its beginning (AtariVectorEnv).
  bool counts_after_reset = false;
  /// The game's mode and difficulty switches; the game's default when not given.
  std::optional<int> mode;
  std::optional<int> difficulty;

  /// Whether a lost life ends an episode.
  [[nodiscard]] bool ends_with_life() const {
    return life_ends_episode || (training && life_ends_training_episode);
  }
  /// Frames of a step that its plane is made of: the last two or the last one.
  [[nodiscard]] int seen_frames() const { return pixels.pool == Pixels::Pool::kNone ? 1 : 2; }

  friend bool operator==(const Protocol&, const Protocol&) = default;
};

/// Sticky actions (0.25), an episode ends only with the game (Machado et al. 2018).
Protocol modern();
/// No sticky actions, up to 29 no-ops at the start, a lost life ends a training episode (Mnih et
/// al. 2015).
Protocol classic();

/// modern, classic, and how the known sources of agents play and observe: presets.
std::vector<Protocol> protocols();
/// Throws Error (bad usage) that lists the protocols when there is none of that name.
Protocol find_protocol(std::string_view name);
/// A remark about a name that meant something else in earlier versions; empty for other names.
std::string_view note_on_name(std::string_view protocol);

// Names for files and people, and back; parsing throws Error (bad input) that lists them.
std::string_view name_of(Protocol::Ending ending);
std::string_view name_of(Protocol::NoopDraw draw);
std::string_view name_of(Protocol::AfterLife after);
Protocol::Ending parse_ending(std::string_view name);
Protocol::NoopDraw parse_noop_draw(std::string_view name);
Protocol::AfterLife parse_after_life(std::string_view name);

/// Throws Error (bad usage) naming the field when a value is outside its range.
void check(const Protocol& protocol);

}  // namespace arcadecam::atari
