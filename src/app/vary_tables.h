#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/varied_runs.h"
#include "core/json_text.h"
#include "evaluate/attention.h"
#include "evaluate/foresight.h"

namespace arcadecam::app {

/// What `vary` found out.
struct VaryResults {
  std::vector<PlayedAgent> agents;
  std::vector<explain::MethodSpec> methods;  ///< none: no maps were asked for
  /// One value per agent, method and variation.
  std::vector<std::vector<std::vector<evaluate::Attention>>> attention;
  std::vector<evaluate::Foresight> foresight;
};

/// The names of the tables that are written.
std::vector<std::string> vary_files(bool maps);

/// "enemy" or "bricks 3, bricks 4": what a variation touches.
std::string touched_words(const game::Variation& variation);

/// variations.csv, episodes.csv, vary.json, and with maps attention.csv and foresight.csv.
/// docs/vary.md has the columns. `settings` goes into the JSON file.
void write_vary_tables(const std::filesystem::path& folder, const VaryResults& results,
                       const JsonText& settings);

/// The same for people, on standard output.
void print_vary_tables(const VaryResults& results);

}  // namespace arcadecam::app
