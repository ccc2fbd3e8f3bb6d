#include "app/bench/saved_figures.h"

#include <limits>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/json_fields.h"

namespace arcadecam::app {
namespace {

constexpr std::int64_t kLargestFile = 1 << 20;

std::string member(JsonFields& fields, const char* key) {
  return fields.text_if(key).value_or("unknown");
}

}  // namespace

SavedFigures::SavedFigures(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kLargestFile);
  try {
    const JsonValue json =
        parse_json_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    JsonFields fields(json);
    machine_ = member(fields, "processor") + ", " + member(fields, "instructions");
    for (const JsonValue& value : items_of(fields.at("rows", "the list of the figures"))) {
      constexpr int kMost = std::numeric_limits<int>::max();
      JsonFields row(value);
      const std::string section = row.text("section"), what = row.text("what");
      const int batch = row.integer(section == "play" ? "environments" : "batch", 1, kMost);
      const int threads = row.integer("threads", 1, kMost);
      JsonFields seconds(row.at("seconds", "an object with the median"));
      seconds_.try_emplace({section, what, batch, threads}, seconds.real("median", 1e-12, 1e9));
    }
  } catch (const Error& error) {
    throw bad_input("{}: {}; expected a file that `arcadecam bench --json` wrote", file.string(),
                    error.what());
  }
}

std::optional<double> SavedFigures::seconds(const BenchRow& row) const {
  const auto known = seconds_.find({row.section, row.what, row.batch, row.threads});
  return known == seconds_.end() ? std::nullopt : std::optional(known->second);
}

}  // namespace arcadecam::app
