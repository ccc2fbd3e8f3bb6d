#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/pixel_box.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::planted {

/// How planted agents are called: "planted:pong", "planted:pong/score".
inline constexpr std::string_view kPrefix = "planted:";

/// One agent of a game: what its decision depends on is known because it was wired so.
struct Variant {
  std::string_view name;   ///< "" of the game's own agent, "score" of a twin with a shortcut
  std::string_view title;  ///< for people
  /// Objects of the game's table, by name, of which action values may depend; on no other object.
  std::span<const std::string_view> uses;
  /// Of a twin: the object among `uses` that the game's own agent does not use; empty where it is
  /// `pixels`.
  std::string_view shortcut{};
  /// Of a twin: pixels of the newest plane that it uses and that are no object's.
  PixelBox pixels{};
};

/// The planted agents of one game. One `extern constinit const Game STEM_entry` per file in games/;
/// the table is generated. The first variant is the game's own agent, the others are its twins.
struct Game {
  std::string_view name;  ///< as users type it: "pong"
  std::string_view game;  ///< as the Arcade Learning Environment calls it
  std::size_t planes;     ///< so many of the newest planes do its agents look at
  std::span<const Variant> (*variants)();
  /// The network: 4×84×84 pixels of the protocol "modern" → one value per action of the game's own
  /// set. The same bytes in every call.
  nn::Graph (*build)(const Variant& variant);
};

/// Ordered by file name.
std::span<const Game* const> games();

/// An agent: which game, and which variant.
struct Planted {
  const Game* game;
  const Variant* variant;

  /// "planted:pong/score".
  [[nodiscard]] std::string name() const;
  [[nodiscard]] nn::Graph build() const { return game->build(*variant); }
};

/// All of them, twins behind their game's own agent.
std::vector<Planted> all_planted();

/// The agent of that name (case is ignored); nothing for a name without the prefix. Throws Error
/// (usage) listing the names for one with the prefix that is none.
std::optional<Planted> find_planted(std::string_view name);

}  // namespace arcadecam::planted
