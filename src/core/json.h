#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace arcadecam {

/// A value of a JSON text written by hand, which knows where it stands.
struct JsonValue {
  using Items = std::vector<JsonValue>;
  using Members = std::map<std::string, JsonValue, std::less<>>;

  /// Nothing stands for null.
  std::variant<std::monostate, bool, double, std::string, Items, Members> value{};
  int line = 1;         ///< of its key, or of where it begins
  std::string pointer;  ///< "/layers/3/stride"; empty for the whole text

  /// "the number 3", "a list", "nothing (null)": what it is, for messages.
  [[nodiscard]] std::string text() const;
};

/// Parses a whole text of at most 1 MiB, nested at most 8 deep, without a key twice in an object.
/// Throws Error that begins with the line ("line 7: …").
JsonValue parse_json_lines(std::string_view text);

}  // namespace arcadecam
