#include "app/options/figure_options.h"

#include <fmt/format.h>

#include "app/options/numbers.h"
#include "render/video_sink.h"

namespace arcadecam::app {

void FigureOptions::define(Arguments& command) {
  command
      .add_option("--formats", formats,
                  "files to write: png, svg, pdf, separated by commas; svg and pdf have texts as "
                  "texts and the pictures without loss")
      ->delimiter(',')
      ->check(one_of({"png", "svg", "pdf"}))
      ->type_name("F[,F]")
      ->capture_default_str();
  command
      .add_option("--enlarge", enlarge,
                  "size of PNG figures, for example 2 for twice as many lines")
      ->transform(real(0.1, 20))
      ->type_name("FACTOR")
      ->capture_default_str();
}

void FigureOptions::add_files(const std::string& stem, OutputFiles& files) const {
  for (const std::string& format : formats) files.push_back(stem + "." + format);
}

void FigureOptions::write(const std::filesystem::path& stem, const render::Figure& figure,
                          const episode::RunInfo& info, const render::Look& look) const {
  picture::Metadata metadata = render::picture_provenance(info, look);
  metadata["Title"] = info.game.title + ", " + info.agent_words();
  for (const std::string& format : formats)
    render::write_figure(stem.string() + "." + format, figure, metadata, enlarge);
}

}  // namespace arcadecam::app
