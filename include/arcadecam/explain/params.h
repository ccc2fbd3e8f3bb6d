#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace arcadecam::explain {

/// A parameter that a method takes on the command line, as data: help and docs are made from it.
struct Param {
  std::string_view key, default_value, help;
};

/// `own`, and those of `common` whose keys are not among them.
std::vector<Param> with_common(std::span<const Param> own, std::span<const Param> common);

/// A method as named on the command line: NAME[:key=value]…
struct MethodSpec {
  std::string id;
  std::vector<std::pair<std::string, std::string>> values;

  /// As parse_methods() reads it, for example "fullgrad++:sigma=1".
  [[nodiscard]] std::string text() const;
};

/// Reads a comma-separated list of methods. Throws Error (usage) for empty names, a missing '=' or
/// a key given twice. Whether the method and its keys exist is checked later, when the method is
/// made. Measures and others are named the same way: `what` is their word in errors.
std::vector<MethodSpec> parse_methods(std::string_view text, std::string_view what = "method");

/// The values of one method's parameters: those given, else the defaults.
class Params {
 public:
  /// Throws Error (usage) when `spec` has a key that is not in `known`. The error lists what the
  /// method takes. Errors call the parameters' owner a `what`.
  Params(const MethodSpec& spec, std::span<const Param> known, std::string_view what = "method");

  [[nodiscard]] const std::string& text(std::string_view key) const;
  [[nodiscard]] double number(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key) const;
  /// The same, which must be from `low` to `high`. Throws Error (usage) otherwise.
  [[nodiscard]] double number(std::string_view key, double low, double high) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t low,
                                     std::int64_t high) const;
  /// The value's index in `choices`.
  [[nodiscard]] std::size_t choice(std::string_view key,
                                   std::span<const std::string_view> choices) const;
  /// The parts of a value separated by '/'; empty for an empty value.
  [[nodiscard]] std::vector<std::string> list(std::string_view key) const;

 private:
  [[nodiscard]] std::string where(std::string_view key) const;

  std::string owner_;  ///< in errors
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace arcadecam::explain
