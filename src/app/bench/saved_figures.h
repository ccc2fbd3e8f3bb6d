#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "app/bench/bench.h"

namespace arcadecam::app {

/// The figures of an earlier run, from the file that `bench --json` wrote.
class SavedFigures {
 public:
  /// Throws Error where the file is missing or something else.
  explicit SavedFigures(const std::filesystem::path& file);

  /// The median seconds that this run had of what `row` measures; nothing where it had no such row.
  [[nodiscard]] std::optional<double> seconds(const BenchRow& row) const;
  /// The processor and its instructions as that run told them.
  [[nodiscard]] const std::string& machine() const noexcept { return machine_; }

 private:
  std::map<std::tuple<std::string, std::string, std::int64_t, int>, double> seconds_;
  std::string machine_;
};

}  // namespace arcadecam::app
