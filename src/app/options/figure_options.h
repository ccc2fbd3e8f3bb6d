#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "app/options/output_folder.h"
#include "episode/step.h"
#include "render/figure.h"
#include "render/look.h"

namespace arcadecam::app {

/// In which files figures are written: --formats, --enlarge.
struct FigureOptions {
  std::vector<std::string> formats{"png"};
  double enlarge = 1;

  void define(Arguments& command);
  /// Adds the names of what write() writes.
  void add_files(const std::string& stem, OutputFiles& files) const;
  /// Writes STEM.png, STEM.svg, STEM.pdf, those of `formats`, with the run's provenance and the
  /// look of its methods.
  void write(const std::filesystem::path& stem, const render::Figure& figure,
             const episode::RunInfo& info, const render::Look& look) const;
};

}  // namespace arcadecam::app
