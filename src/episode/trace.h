#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "atari/protocol.h"

namespace arcadecam::episode {

/// One recorded action.
struct TracedAction {
  std::uint8_t action = 0;  ///< index into Trace::actions
  bool greedy = true;       ///< of the agent that played

  friend bool operator==(const TracedAction&, const TracedAction&) = default;
};

/// One recorded episode: what to play and how to tell that it came out the same.
struct TracedEpisode {
  std::int64_t number = 0;        ///< with Trace::seed it determines every random draw
  std::uint32_t random_seed = 0;  ///< ALE's, 0 … 2^31−1
  int noops = 0;                  ///< after the reset
  std::vector<TracedAction> actions;
  std::int64_t score = 0;
  bool truncated = false;  ///< did not end by itself
  /// RunningChecksum after every kChecksumEvery-th step and after the last.
  std::vector<std::uint32_t> checksums;

  friend bool operator==(const TracedEpisode&, const TracedEpisode&) = default;
};

/// A recorded run: a few kilobytes from which it can be played again, exactly. docs/traces.md
/// describes the file.
struct Trace {
  /// The version of the files that are written, and the only one that is read.
  static constexpr int kVersion = 1;
  static constexpr std::int64_t kChecksumEvery = 100;
  /// Text of a trace before packing, and one line of it, at most.
  static constexpr std::size_t kMaxText = std::size_t{16} << 20;
  static constexpr std::size_t kMaxLine = std::size_t{1} << 20;

  std::string program, emulator;  ///< names and versions of what recorded it
  std::string game, rom_md5;
  std::vector<std::string> actions;  ///< names of the action set, at most 18
  std::string agent, agent_sha256;
  std::optional<std::string> network_sha256;  ///< of the description that it was read by, if any
  std::string read_with;                      ///< as Checkpoint::read_with
  std::optional<std::uint64_t> randomized_weights;  ///< the agent played with weights of this seed
  std::string policy, engine;
  atari::Protocol protocol;  ///< never a training one
  std::uint64_t seed = 0;
  std::vector<TracedEpisode> episodes;  ///< one or more, ascending, each with an action at least

  /// Where it was read from, for messages; no part of what is written.
  std::string file = "trace";
  /// What it calls the protocol, where an earlier version called it otherwise; no part of what is
  /// written either.
  std::string old_protocol_name;

  friend bool operator==(const Trace&, const Trace&) = default;
};

/// How many checksums an episode of that many steps (1 or more) has, and how many steps the
/// `index`-th covers.
[[nodiscard]] std::int64_t checksum_count(std::int64_t steps);
[[nodiscard]] std::int64_t checksum_end(std::int64_t index, std::int64_t steps);

/// The trace as text, one JSON document a line: the header, then the episodes. The same trace gives
/// the same text. Throws Error when that is larger than a reader takes.
std::string trace_text(const Trace& trace);
/// Reads what trace_text() wrote. Throws Error naming the line and the field on anything else.
Trace parse_trace_text(std::string_view text);
/// Reads a gzip-packed trace or a plain one.
Trace parse_trace(std::span<const std::uint8_t> bytes);

/// Writes a trace, packed; it appears under its name when it is whole. Same trace, same bytes.
void write_trace(const std::filesystem::path& file, const Trace& trace);
/// Throws Error naming the file when it is no trace.
Trace read_trace(const std::filesystem::path& file);

}  // namespace arcadecam::episode
