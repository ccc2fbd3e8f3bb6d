#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace arcadecam::sweep {

/// One line of a CSV file as RFC 4180 has it, without the line's end.
using CsvFields = std::vector<std::string>;

/// A field, quoted where it must be.
std::string csv_field(std::string_view text);
std::string csv_line(const CsvFields& fields);
/// The number as the shortest text that reads back as the same double; nothing where it is not
/// finite.
std::string csv_number(double value);

/// Reads a text of CSV line by line: a quoted field may hold line breaks.
class CsvReader {
 public:
  /// `text` must outlive this. `name` is what errors call it.
  CsvReader(std::string_view text, std::string name) : rest_(text), name_(std::move(name)) {}

  /// The next line; false at the end. Throws Error on a quote that does not close, or that stands
  /// inside a field.
  bool next(CsvFields& fields);
  /// The line that next() read, without its end.
  [[nodiscard]] std::string_view raw() const { return raw_; }
  [[nodiscard]] std::size_t line() const { return line_; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string_view rest_, raw_;
  std::string name_;
  std::size_t line_ = 0;  ///< lines read
};

}  // namespace arcadecam::sweep
