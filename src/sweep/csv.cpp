#include "sweep/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"

namespace arcadecam::sweep {

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_line(const CsvFields& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty() || &field != fields.data()) line += ',';
    line += csv_field(field);
  }
  return line;
}

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string();
}

bool CsvReader::next(CsvFields& fields) {
  fields.clear();
  if (rest_.empty()) return false;
  ++line_;
  std::size_t at = 0;
  while (true) {
    std::string field;
    if (at < rest_.size() && rest_[at] == '"') {
      for (++at;; ++at) {
        const std::size_t quote = rest_.find('"', at);
        if (quote == std::string_view::npos)
          throw bad_input("{}: line {}: a quote does not close", name_, line_);
        field.append(rest_.substr(at, quote - at));
        at = quote + 1;
        if (at >= rest_.size() || rest_[at] != '"') break;
        field += '"';
      }
      if (at < rest_.size() && rest_[at] != ',' && rest_[at] != '\n')
        throw bad_input("{}: line {}: a quote stands inside a field", name_, line_);
    } else {
      const std::size_t end = std::min(rest_.find_first_of(",\n", at), rest_.size());
      field = rest_.substr(at, end - at);
      at = end;
    }
    fields.push_back(std::move(field));
    if (at >= rest_.size() || rest_[at] == '\n') break;
    ++at;
  }
  raw_ = rest_.substr(0, at);
  rest_.remove_prefix(std::min(at + 1, rest_.size()));
  return true;
}

}  // namespace arcadecam::sweep
