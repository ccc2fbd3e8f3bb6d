#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/arguments.h"
#include "arcadecam/explain/params.h"
#include "render/look.h"

namespace arcadecam::app {

/// How maps are shown, in every picture that a command makes: --theme, --overlay, --colors,
/// --scale, --signed.
struct LookOptions {
  std::string theme, overlay = "alpha", ground = "grey", colors = "turbo", scale = "frame";
  bool with_signs = false;

  void define(Arguments& command);
  /// `default_theme`: where the user names none. Throws Error (usage) for a name that is none, and
  /// for signs where no method has them.
  [[nodiscard]] render::Look look(const std::vector<explain::MethodSpec>& methods,
                                  std::string_view default_theme) const;
};

}  // namespace arcadecam::app
