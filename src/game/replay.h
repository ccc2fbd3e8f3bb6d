#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "game/environment.h"

namespace arcadecam::game {

/// In Replay::actions: a reset instead of an action.
inline constexpr std::int64_t kReset = -1;

/// A recorded session: what to play, to the last random number.
struct Replay {
  /// ALE's random_seed, the 32 bits of a negative one included; but −1 is the time of day in ALE.
  std::uint32_t random_seed = 0;
  /// After the reset every session begins with: indices into the action set, or kReset.
  std::vector<std::int64_t> actions{};
  /// How many no-ops follow each reset, the first included; a reset after a life lost in training
  /// has its count too, which is not looked at (it always makes one). When absent, the protocol
  /// draws them: session_noops().
  std::optional<std::vector<int>> noops{};
};

/// The `row`-th observation: row 0 follows the first reset, row i+1 follows actions[i]. `step` is
/// all zeros where the row is a reset's.
using RowVisitor =
    std::function<void(std::int64_t row, const Environment&, const StepResult& step)>;

/// Plays `replay` from the start of a session and shows every row to `visit`. Throws Error naming
/// the place for an action outside the action set, an action after the end of an episode without a
/// reset, a number of no-op counts that is not the number of resets, or a random_seed of −1; all
/// but the second of these before anything is played.
void play_replay(Environment& environment, const Replay& replay, const RowVisitor& visit);

/// What of a replay is written beside what always is.
struct ReplayFiles {
  bool screens = false, stacks = false;
};

/// Writes the rows of a replay to `folder`, which is made if need be, with T+1 rows:
///   observations.npy  uint8   [T+1, 84, 84]       newest plane (see Environment::newest_plane())
///   restarts.npy      uint8   [T+1]               how the stack came to be: 0: of that before and
///                                                 the newest plane; 1: it begins with that (zeros
///                                                 or copies before it); 2: another plane, of no
///                                                 row, lies between
///   stacks.npy        uint8   [T+1, 4, 84, 84]    the whole stack, oldest first; with `stacks`
///   rewards.npy       float32 [T+1]               unclipped, 0 for resets
///   lives.npy         int64   [T+1]
///   dones.npy         uint8   [T+1]               1 where the episode ended
///   ram.npy           uint8   [T+1, 128]
///   screens.npy       uint8   [T+1, H, W, 3]      red, green, blue; with `screens`
/// Memory stays constant; the files appear in commit(), when all rows are written.
class ReplayWriter {
 public:
  /// `environment`: of the game that is played.
  ReplayWriter(const std::filesystem::path& folder, const Environment& environment,
               std::int64_t rows, const ReplayFiles& wanted);
  ReplayWriter(const ReplayWriter&) = delete;
  ReplayWriter& operator=(const ReplayWriter&) = delete;
  ~ReplayWriter();

  /// Adds what `environment` shows after `step`.
  void add(const Environment& environment, const StepResult& step);
  void commit();

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

/// Plays `replay` and writes its rows, T = number of actions; see ReplayWriter.
void write_replay(Environment& environment, const Replay& replay,
                  const std::filesystem::path& folder, const ReplayFiles& wanted);

}  // namespace arcadecam::game
