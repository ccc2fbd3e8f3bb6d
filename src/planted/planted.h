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

/// One agent of a game. It is known what its decision depends on, since it was wired that way.
struct Variant {
  std::string_view name;   ///< "" of the game's own agent, "score" of a twin with a shortcut
  std::string_view title;  ///< for people
  /// Names in the game's object table: action values may depend on these objects and on no others.
  std::span<const std::string_view> uses;
  /// For a twin: the object among `uses` that the game's own agent does not use. Empty where the
  /// shortcut is `pixels`.
  std::string_view shortcut{};
  /// For a twin: pixels of the newest plane that it uses and that belong to no object.
  PixelBox pixels{};
};

/// The planted agents of one game. One `extern constinit const PlantedGame STEM_entry` per file in
/// games/; the table is generated. The first variant is the game's own agent, the others are its
/// twins.
struct PlantedGame {
  std::string_view name;  ///< as users type it: "pong"
  std::string_view game;  ///< as the Arcade Learning Environment calls it
  std::size_t planes;     ///< how many of the newest planes its agents look at
  std::span<const Variant> (*variants)();
  /// The network: 4×84×84 pixels of the protocol "modern" → one value per action of the game's own
  /// set. The same bytes in every call.
  nn::Graph (*build)(const Variant& variant);
};

/// Ordered by file name.
std::span<const PlantedGame* const> games();

/// An agent: which game, and which variant.
struct Planted {
  const PlantedGame* game;
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
