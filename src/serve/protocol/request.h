#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_text.h"
#include "game/editor.h"

namespace arcadecam::serve {

/// A question about a decision, in the command line's words: a method with its parameters, and a
/// target.
struct Tile {
  std::string method;
  std::string target = "chosen";

  friend bool operator==(const Tile&, const Tile&) = default;
};

/// What is to be changed in the game: objects, and bytes of its RAM.
struct Edits {
  std::vector<game::Edit> objects;
  std::vector<game::RamByte> bytes;

  [[nodiscard]] bool empty() const { return objects.empty() && bytes.empty(); }
};

/// As a request holds them (docs/viewer.md).
JsonText json_of(const Edits& edits);

enum class Does {
  kHello,
  kPlay,
  kPause,
  kStep,
  kSpeed,
  kSeek,
  kTiles,
  kBreakpoints,
  kReset,
  kGame,
  kTake,
  kAct,
  kHandBack,
  kBranch,
  kReturnToTrunk,
  kBookmark,
  kLoad,
  kGive,
  kControl,
  kWhatIf,
  kExplain,
  kObjects,
  kPixel,
  kCompareBranches,
  kCurve,
  kClip,
  kStill,
  kTrace,
  kSound,
};

/// What a client asks for (docs/viewer.md). Those members count that the request has.
struct Request {
  static constexpr std::size_t kMostTiles = 6, kMostEdits = 16, kMostConditions = 16;
  static constexpr std::int64_t kMostSteps = 1000;

  Does does = Does::kHello;
  std::uint64_t id = 0;
  bool needs_control = false;
  std::int64_t step = 0;  ///< also "from", "game" and "episode"
  std::int64_t to = 0;
  std::int64_t steps = 1;
  double times = 1;
  int x = 0, y = 0;
  bool on = false;  ///< also "take"
  std::optional<std::uint64_t> seed = {};
  std::string text = {};  ///< an action, a client, an upload, a format, a bookmark's text
  std::vector<Tile> tiles = {};
  std::vector<std::string> conditions = {};
  Edits edits = {};
};

/// Reads a message. `id` is set as soon as the text is known to have one, so that errors can be
/// answered. Throws Error: a sentence that says where the text is not what it should be.
Request parse_request(std::string_view text, std::optional<std::uint64_t>& id);

}  // namespace arcadecam::serve
