#pragma once

#include <cstdint>
#include <string_view>

namespace arcadecam::atari {

/// Side of an observed plane in pixels, where nothing says otherwise.
inline constexpr int kPlaneSide = 84;
inline constexpr int kPlanePixels = kPlaneSide * kPlaneSide;

/// What part of a screen is observed: in shares of its height and width, 0 … 1.
struct ScreenPart {
  double top = 0, left = 0, bottom = 1, right = 1;

  friend bool operator==(const ScreenPart&, const ScreenPart&) = default;
};

/// How the frames of a step become one observed plane, or three in colour: plain data. The sources
/// that trained agents come from differ in every part of it; docs/protocols.md says which does
/// what.
struct Pixels {
  /// A pixel's grey, from its red, green and blue. kPalette: ALE's own grey of each colour.
  /// kOpenCv: cvtColor(RGB2GRAY), 0.299 R + 0.587 G + 0.114 B in 15 bits, rounded. kPillow:
  /// convert("L"), the same in 16 bits. kTruncated: 0.2125 R + 0.7154 G + 0.0721 B without its
  /// fraction (Gymnasium since 1.0). kMean: (R + G + B)/3 without its fraction. kColours: no grey,
  /// but a plane each of red, green and blue.
  enum class Grey { kPalette, kOpenCv, kPillow, kTruncated, kMean, kColours };
  /// What the maximum over two frames is taken of. In colour the middle three are the same.
  enum class Pool {
    kPlanes,           ///< grey, shrink, maximum
    kGreys,            ///< grey, maximum, shrink
    kColours,          ///< maximum of red, green and blue apart, grey, shrink
    kShrunkenColours,  ///< maximum of red, green and blue apart, shrink, grey
    kNone,             ///< the step's last frame alone, grey and shrunk
  };
  /// OpenCV's INTER_AREA (which only shrinks here), INTER_NEAREST, INTER_LINEAR; Pillow's BILINEAR,
  /// which averages where it shrinks.
  enum class Filter { kArea, kNearest, kLinear, kAntialiased };

  Grey grey = Grey::kPalette;
  Pool pool = Pool::kPlanes;
  Filter filter = Filter::kArea;
  /// What is observed of the screen: lines crop_top … crop_top+crop_height−1, columns likewise; a
  /// height or width of 0 reaches to the screen's edge.
  int crop_top = 0, crop_left = 0, crop_height = 0, crop_width = 0;
  /// Before it is shrunk, what is seen is stretched so that its least value becomes 0 and its
  /// largest 255: SciPy's bytescale, which imresize applied to fractions. The fractions
  /// of kMean count in that.
  bool stretch = false;
  /// The size of an observed plane.
  int height = kPlaneSide, width = kPlaneSide;

  /// Planes a frame: 3 in colour, else 1.
  [[nodiscard]] int planes() const { return grey == Grey::kColours ? 3 : 1; }
  /// The part that is seen of a screen of that many lines and columns.
  [[nodiscard]] ScreenPart seen(int screen_height, int screen_width) const;

  friend bool operator==(const Pixels&, const Pixels&) = default;
};

/// Lines and columns of a screen.
struct Crop {
  int top, left, height, width;
};

/// What `pixels` shows of a screen. Throws Error (bad input) where it does not lie within it.
Crop crop_of(const Pixels& pixels, int screen_height, int screen_width);

// Names for files and people, and back; parsing throws Error (bad input) that lists them.
std::string_view name_of(Pixels::Grey grey);
std::string_view name_of(Pixels::Pool pool);
std::string_view name_of(Pixels::Filter filter);
Pixels::Grey parse_grey(std::string_view name);
Pixels::Pool parse_pool(std::string_view name);
Pixels::Filter parse_filter(std::string_view name);

}  // namespace arcadecam::atari
