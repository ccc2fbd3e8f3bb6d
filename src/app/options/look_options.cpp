#include "app/options/look_options.h"

#include "arcadecam/core/error.h"
#include "arcadecam/explain/method.h"

namespace arcadecam::app {

void LookOptions::define(Arguments& command) {
  command
      .add_option("--theme", theme,
                  "dark (screens) or light (print); default: videos dark, figures light")
      ->check(one_of({"dark", "light"}))
      ->type_name("NAME");
  command
      .add_option(
          "--overlay", overlay,
          "how a map is laid on a picture: alpha (the stronger, the more opaque) or additive "
          "(the reference program's sum, in which the map hardly shows)")
      ->check(one_of({"alpha", "additive"}))
      ->type_name("HOW")
      ->capture_default_str();
  command
      .add_option("--ground", ground,
                  "what a map is laid on: grey (the game without its colours and darker, so that "
                  "the map's colours are the only ones) or color (the game as it is)")
      ->check(one_of({"grey", "color"}))
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option("--colors", colors,
                  "colour map of the pictures: turbo, inferno, cool-warm, jet (as the reference)")
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option(
          "--scale", scale,
          "which values get the first and the last colour: frame (each map's own smallest "
          "and largest), episode (of all its maps; explains the run twice), running (of the "
          "episode so far), percentile[:P] (each map's, 99 if not given) or fixed:LOW/HIGH")
      ->type_name("S")
      ->capture_default_str();
  command.add_flag(
      "--signed", with_signs,
      "for methods with signed values, show what speaks for and against, in the colours cool-warm "
      "(`arcadecam methods`: signed)");
}

render::Look LookOptions::look(const std::vector<explain::MethodSpec>& methods,
                               std::string_view default_theme) const {
  render::Look look;
  look.maps.scale = render::ColorScale::parse(scale);
  look.colors = picture::color_map(colors);
  look.overlay = render::overlay_kind(overlay);
  look.ground = render::ground(ground);
  // More of the game is to be seen where it is in its colours.
  if (look.ground == render::Ground::kColor) look.max_opacity = 0.7;
  look.theme = render::theme(theme.empty() ? default_theme : theme);
  if (!with_signs) return look;
  bool any = false;
  for (const explain::MethodSpec& method : methods) {
    look.maps.with_signs.push_back(explain::find_method(method.id).promise.is_signed);
    any = any || look.maps.with_signs.back();
  }
  if (!any) throw bad_usage("--signed: none of the methods has values of both signs");
  return look;
}

}  // namespace arcadecam::app
