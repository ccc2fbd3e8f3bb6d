#pragma once

#include <string_view>

namespace arcadecam::game {

/// How the frames of a step become one 84×84 grey plane: plain data. The sources that trained
/// agents come from differ in every part of it; docs/protocols.md says which does what.
struct Pixels {
  /// kPalette: ALE's own grey of each colour. kOpenCv: cvtColor(RGB2GRAY), 0.299 R + 0.587 G +
  /// 0.114 B in 15 bits, rounded. kTruncated: 0.2125 R + 0.7154 G + 0.0721 B without its fraction
  /// (Gymnasium since 1.0).
  enum class Grey { kPalette, kOpenCv, kTruncated };
  /// Of what the maximum over two frames is taken.
  enum class Pool {
    kPlanes,           ///< grey, shrink, maximum
    kGreys,            ///< grey, maximum, shrink
    kColours,          ///< maximum of red, green and blue apart, grey, shrink
    kShrunkenColours,  ///< maximum of red, green and blue apart, shrink, grey
    kNone,             ///< the last frame alone, grey and shrunk
  };
  /// OpenCV's INTER_AREA or INTER_LINEAR.
  enum class Filter { kArea, kLinear };

  Grey grey = Grey::kPalette;
  Pool pool = Pool::kPlanes;
  Filter filter = Filter::kArea;

  friend bool operator==(const Pixels&, const Pixels&) = default;
};

// Names for files and people, and back; parsing throws Error (bad input) that lists them.
std::string_view name_of(Pixels::Grey grey);
std::string_view name_of(Pixels::Pool pool);
std::string_view name_of(Pixels::Filter filter);
Pixels::Grey parse_grey(std::string_view name);
Pixels::Pool parse_pool(std::string_view name);
Pixels::Filter parse_filter(std::string_view name);

}  // namespace arcadecam::game
