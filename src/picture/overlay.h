#pragma once

#include <cstdint>

#include "arcadecam/core/tensor.h"
#include "atari/pixels.h"
#include "picture/color_map.h"
#include "picture/draw.h"
#include "picture/image.h"

namespace arcadecam::picture {

/// The reference's overlay and the coloured map in it, both 3×H×W (R, G, B) with values in [0,1].
struct ReferenceOverlay {
  Tensor heatmap, result;
};

/// The overlay on the observation exactly as the reference program draws it
/// (sadjava/fullgradpp_xai, utils.visualize_cam as play.py calls it): heatmap = JET[⌊255·map⌋]/255;
/// result = (heatmap + the 3 newest planes as 0…255) / its maximum, so that the heatmap hardly
/// shows. `map` is H×W in [0,1]; `observation` is C×H×W bytes, C ≥ 3, oldest plane first (the
/// newest three become R, G, B). Throws Error for other shapes or map values.
ReferenceOverlay reference_overlay(TensorView map, ByteTensorView observation);

/// How screen_overlay() shows a map.
struct ScreenOverlayStyle {
  ColorMap colors = color_map("jet");
  /// Opacity of the map's strongest value, in [0,1]. A weaker value is as opaque in proportion.
  double max_opacity = 0.7;
  /// What the map covers.
  atari::ScreenPart part{};
};

/// The game's screen in colour with the map on it. `map` is h×w in [0,1] and covers `part` of the
/// screen, as the observation does: of the whole screen its pixel (i, j) stands for what is from
/// i/h to (i+1)/h and j/w to (j+1)/w. Outside of the part, whose edges are rounded to whole pixels,
/// the screen stays as it is. The map is resized bilinearly (half-pixel centres, edges clamped) to
/// `size`; the screen is enlarged to `size` without blur. Then result = (1 − opacity)·screen +
/// opacity·colour, where opacity is max_opacity times the map's value (for a diverging colour map:
/// times its distance from the middle, 2·|value − ½|). Throws Error for other shapes, map values or
/// settings.
Image screen_overlay(const Image& screen, TensorView map, const ScreenOverlayStyle& style,
                     Size size);
/// The same at the screen's own size.
Image screen_overlay(const Image& screen, TensorView map, const ScreenOverlayStyle& style);

/// The reference program's formula on another picture, `screen` enlarged to `size` and the map
/// resized as above: (colour/255 + picture as 0…255) / its maximum. As there, the map hardly shows.
Image additive_overlay(const Image& screen, TensorView map, const ColorMap& colors, Size size,
                       const atari::ScreenPart& part = {});

/// A part of a picture in its pixels, at least one each way.
Box box_of(const atari::ScreenPart& part, Size size);

/// The picture without its colours, and darker: what a map's colours are told apart on. Rec. 601's
/// luma times kDimmed, rounded, in all three channels.
Image dimmed_grey(const Image& image);
inline constexpr double kDimmed = 0.55;

/// The size at which a screen looks as on a television, 4:3: the smallest whole multiple of the
/// screen's lines that has at least `lines` of them, and 4/3 as many columns. Lines stay equally
/// high; for 210×160 screens 840 lines make the columns equally wide too (4× and 7×). `lines` ≥ 1.
Size television_size(Size screen, std::int64_t lines = 840);

}  // namespace arcadecam::picture
