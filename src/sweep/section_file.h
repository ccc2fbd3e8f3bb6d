#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/csv.h"

namespace arcadecam::sweep {

/// A text file of several CSV tables: a first line that says what it is, then "[name]" before each
/// table's lines, and "[end]" as its last line, so that a cut file is known. Plans and records are
/// such files. Lines hold no line breaks.
class SectionFile {
 public:
  explicit SectionFile(std::string kind) : kind_(std::move(kind)) {}

  /// Reads a file. Throws Error where it is none, of another kind, or cut.
  static SectionFile read(const std::filesystem::path& file, const std::string& kind);
  static SectionFile parse(std::string text, const std::string& kind, const std::string& name);

  /// Begins a table; what follows is added to it.
  void begin(const std::string& section);
  void add_line(std::string_view line);
  void add(const CsvFields& fields) { add_line(csv_line(fields)); }

  /// The lines of a table, each with its line break; nothing where it is missing.
  [[nodiscard]] std::string_view section(const std::string& name) const;
  /// Its lines as fields. Throws Error where one has not as many fields as `width`.
  [[nodiscard]] std::vector<CsvFields> rows(const std::string& name, std::size_t width) const;

  /// The whole text.
  [[nodiscard]] std::string text() const;
  /// Writes it; the file appears whole.
  void write(const std::filesystem::path& file) const;

 private:
  std::string kind_, name_, current_;
  std::map<std::string, std::string> sections_;
};

}  // namespace arcadecam::sweep
