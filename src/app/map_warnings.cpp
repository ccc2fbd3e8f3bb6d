#include "app/map_warnings.h"

#include <fmt/format.h>

#include <cstdio>

namespace arcadecam::app {

MapWarnings::MapWarnings(std::span<const explain::MethodSpec> methods) {
  for (const explain::MethodSpec& method : methods) counts_.emplace_back(method.text());
}

void MapWarnings::add(std::size_t method, const explain::Attribution& attribution) {
  counts_.at(method).add(attribution);
}

void MapWarnings::add(const episode::Step& step) {
  for (std::size_t m = 0; m < step.attributions.size(); ++m) add(m, *step.attributions[m]);
}

void MapWarnings::print(bool verbose) const {
  for (const explain::WarningCounts& counts : counts_) {
    for (const auto& [is_note, text] : counts.lines()) {
      if (!is_note || verbose) fmt::print(stderr, "{}: {}\n", is_note ? "note" : "warning", text);
    }
  }
}

std::vector<std::string> MapWarnings::notes() const {
  std::vector<std::string> sentences;
  for (const explain::WarningCounts& counts : counts_) {
    for (const auto& [is_note, text] : counts.lines()) {
      if (is_note) sentences.push_back(text + ".");
    }
  }
  return sentences;
}

}  // namespace arcadecam::app
