#include "app/figure_options.h"

#include <fmt/format.h>

namespace arcadecam::app {

void FigureOptions::define(CLI::App& command) {
  command
      .add_option("--formats", formats,
                  "files to write: png, svg, pdf, separated by commas; svg and pdf have texts as "
                  "texts and the pictures without loss")
      ->delimiter(',')
      ->check(CLI::IsMember({"png", "svg", "pdf"}))
      ->type_name("F[,F]")
      ->capture_default_str();
  command
      .add_option("--scale", scale, "size of PNG figures, for example 2 for twice as many lines")
      ->check(CLI::Range(0.1, 20.0))
      ->type_name("S")
      ->capture_default_str();
  command.add_option("--colors", colors, "colour map: turbo, inferno, jet, cool-warm")
      ->type_name("NAME")
      ->capture_default_str();
}

render::ScreenOverlayStyle FigureOptions::style() const {
  render::ScreenOverlayStyle style;
  style.colors = render::color_map(colors);
  return style;
}

void FigureOptions::write(const std::filesystem::path& stem, const render::Figure& figure,
                          const episode::RunInfo& info, const std::string& display_scale) const {
  render::Metadata metadata = info.provenance();
  metadata["Title"] = info.game.title + ", " + info.agent_words();
  metadata["Scale"] = display_scale;
  for (const std::string& format : formats)
    render::write_figure(stem.string() + "." + format, figure, metadata, scale);
}

}  // namespace arcadecam::app
