#pragma once

#include <string_view>

#include "picture/overlay.h"
#include "render/map_scaler.h"

namespace arcadecam::render {

/// The colours of what is drawn around the pictures.
struct Theme {
  std::string_view name;
  picture::Rgb background, panel;  ///< of the frame; of bars' and plots' ground
  picture::Rgb text, quiet;        ///< what changes; titles
  picture::Rgb chosen, runner_up;  ///< actions
  picture::Rgb bar;                ///< of the other actions
  picture::Rgb alarm, alarm_text;  ///< "random action"
};

/// "dark" (screens) or "light" (print). Throws Error (usage) for another name.
const Theme& theme(std::string_view name);

/// How the map is laid on a picture.
enum class OverlayKind {
  kAlpha,     ///< blended, the stronger the more opaque (screen_overlay)
  kAdditive,  ///< the reference program's sum, in which the map hardly shows (additive_overlay)
};

/// "alpha" or "additive". Throws Error (usage) for another name.
OverlayKind overlay_kind(std::string_view name);

/// What a blended map is laid on.
enum class Ground {
  kGrey,   ///< the game without its colours, dimmed: the map's colours are the only ones
  kColor,  ///< the game as it is
};

/// "grey" or "color". Throws Error (usage) for another name.
Ground ground(std::string_view name);

/// How a run's pictures look.
struct Look {
  MapDisplay maps{};
  picture::ColorMap colors = picture::color_map("turbo");
  picture::ColorMap signed_colors =
      picture::color_map("cool-warm");  ///< of methods shown with signs
  OverlayKind overlay = OverlayKind::kAlpha;
  Ground ground = Ground::kGrey;  ///< of kAlpha
  double max_opacity = 0.85;      ///< of kAlpha
  Theme theme = render::theme("dark");
  bool outline_objects = false;  ///< of figures: around what a step knows of objects

  [[nodiscard]] const picture::ColorMap& colors_of(std::size_t method) const {
    return maps.signs_of(method) ? signed_colors : colors;
  }
  /// `under` at `size` with one method's shown map on that part of it.
  [[nodiscard]] picture::Image overlaid(const picture::Image& under, const atari::ScreenPart& part,
                                        TensorView values, std::size_t method,
                                        picture::Size size) const;
  /// The same on the step's observation. kAdditive: exactly the reference program's picture (JET)
  /// for methods without signs, where the observation has as many planes as that needs.
  [[nodiscard]] picture::Image overlaid_observation(const episode::Step& step, TensorView values,
                                                    std::size_t method, picture::Size size) const;
  /// The method's colours from first to last as they look in its pictures: 256 pixels wide, the
  /// upper line on black, the lower on the brightest ground.
  [[nodiscard]] picture::Image legend(std::size_t method) const;
};

/// The newest frame of an observation as a picture: its last plane in grey, or its last three (red,
/// green, blue) where a frame has so many.
picture::Image newest_plane(ByteTensorView observation, int planes = 1);
/// A colour map from its first to its last colour, one line of 256 pixels.
picture::Image color_strip(const picture::ColorMap& colors);
/// A map as a picture of its colours, a pixel a value.
picture::Image colored(TensorView map, const picture::ColorMap& colors);

}  // namespace arcadecam::render
