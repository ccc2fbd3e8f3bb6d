#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "episode/step.h"
#include "render/figure.h"
#include "render/overlay.h"

namespace arcadecam::app {

/// How figures look and in which files they are written: --formats, --scale, --colors.
struct FigureOptions {
  std::vector<std::string> formats{"png"};
  double scale = 1;
  std::string colors = "turbo";

  void define(CLI::App& command);
  [[nodiscard]] render::ScreenOverlayStyle style() const;
  /// Writes STEM.png, STEM.svg, STEM.pdf, those of `formats`, with the run's provenance.
  void write(const std::filesystem::path& stem, const render::Figure& figure,
             const episode::RunInfo& info, const std::string& display_scale) const;
};

}  // namespace arcadecam::app
