#include "app/options/figure_options.h"

#include <fmt/format.h>

#include "app/moment_arrays.h"
#include "app/options/numbers.h"
#include "render/video_sink.h"

namespace arcadecam::app {
namespace {

constexpr const char* kArrays = "arrays.npz";

}  // namespace

void FigureOptions::define(Arguments& command) {
  command
      .add_option("--formats", formats,
                  "files to write: png, svg, pdf, separated by commas; in svg and pdf, texts stay "
                  "text and pictures lose nothing")
      ->delimiter(',')
      ->check(one_of({"png", "svg", "pdf"}))
      ->type_name("F[,F]")
      ->capture_default_str();
  command
      .add_option("--enlarge", enlarge,
                  "size of PNG figures, for example 2 for twice as many pixels each way")
      ->transform(real(0.1, 20))
      ->type_name("FACTOR")
      ->capture_default_str();
  command
      .add_option("--width-mm", width_mm,
                  "width of SVG and PDF figures on paper in millimetres, for example 85 for one "
                  "column; texts shrink and grow with it")
      ->transform(real(10, 2000))
      ->type_name("MM");
  command.add_flag("--arrays", arrays,
                   "also arrays.npz: states, maps (as shown and raw) and values of what is drawn");
}

void FigureOptions::add_files(const std::string& stem, OutputFiles& files) const {
  for (const std::string& format : formats) files.push_back(stem + "." + format);
}

void FigureOptions::add_arrays(OutputFiles& files) const {
  if (arrays) files.emplace_back(kArrays);
}

void FigureOptions::write_arrays(const std::filesystem::path& folder,
                                 const episode::MomentsSink& moments) const {
  if (arrays) app::write_arrays(folder / kArrays, moments.info(), moments.moments());
}

void FigureOptions::write(const std::filesystem::path& stem, render::Figure figure,
                          const episode::RunInfo& info, const render::Look& look) const {
  picture::Metadata metadata = render::picture_provenance(info, look);
  metadata["Title"] = info.game_words() + ", " + info.agent_words();
  if (width_mm) figure.set_millimetres(*width_mm);
  for (const std::string& format : formats)
    render::write_figure(stem.string() + "." + format, figure, metadata, enlarge);
}

}  // namespace arcadecam::app
