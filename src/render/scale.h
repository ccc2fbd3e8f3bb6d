#pragma once

#include <string>
#include <string_view>

namespace arcadecam::render {

/// The two values that get the first and the last colour.
struct Range {
  float low = 0, high = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

/// Which values get the first and the last colour of a map: a display setting, apart from what is
/// computed. With values of both signs (MapScaler) the range is −high … high.
struct ColorScale {
  enum class Kind {
    kFrame,       ///< the smallest and largest value of each frame's map
    kEpisode,     ///< of all the episode's maps; needs to know them before (EpisodeRanges)
    kRunning,     ///< of the episode's maps so far
    kPercentile,  ///< percentiles 100 − P and P of each frame's map; what lies outside is clipped
    kFixed,       ///< given
  };

  Kind kind = Kind::kFrame;
  double percentile = 99;  ///< above 50, up to 100
  Range fixed{0, 1};       ///< low < high

  /// "frame", "episode", "running", "percentile[:P]" or "fixed:LOW/HIGH". Throws Error (usage) for
  /// anything else.
  static ColorScale parse(std::string_view text);
  /// As parse() reads it.
  [[nodiscard]] std::string text() const;
  /// Whether a picture of a step shows more than that step's map.
  [[nodiscard]] bool spans_steps() const {
    return kind == Kind::kEpisode || kind == Kind::kRunning;
  }
  /// What a colour bar of several methods' maps means and what may be compared by it, a sentence.
  [[nodiscard]] std::string sentence(bool with_signs) const;
  /// In words, for pictures: "each frame's own", …
  [[nodiscard]] std::string title() const;
};

}  // namespace arcadecam::render
