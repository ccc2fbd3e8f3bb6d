#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/arguments.h"
#include "app/options/output_folder.h"
#include "episode/moments_sink.h"
#include "render/figure.h"
#include "render/look.h"

namespace arcadecam::app {

/// In which files figures are written: --formats, --enlarge, --width-mm; and as numbers: --arrays.
struct FigureOptions {
  std::vector<std::string> formats{"png"};
  double enlarge = 1;
  std::optional<double> width_mm;
  bool arrays = false;

  void define(Arguments& command);
  /// Adds the names of what write() writes.
  void add_files(const std::string& stem, OutputFiles& files) const;
  /// The same of write_arrays().
  void add_arrays(OutputFiles& files) const;
  /// Writes STEM.png, STEM.svg, STEM.pdf, those of `formats`, with the run's provenance and the
  /// look of its methods.
  void write(const std::filesystem::path& stem, render::Figure figure, const episode::RunInfo& info,
             const render::Look& look) const;
  /// Where asked for, arrays.npz in this folder: what the pictures are drawn from
  /// (docs/figures.md).
  void write_arrays(const std::filesystem::path& folder, const episode::MomentsSink& moments) const;
};

}  // namespace arcadecam::app
