#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace arcadecam {

/// The library's only exception type. The message is one clear line for a person: what (file, node,
/// option), what was expected, what was found, what to do.
class Error : public std::runtime_error {
 public:
  enum class Kind {
    kBadInput,  ///< a file, checkpoint, game or array is not what it should be (program exits with
                ///< 1)
    kBadUsage,  ///< an option or parameter is wrong (program exits with 2)
  };

  Error(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// Builds an Error::Kind::kBadInput from a fmt format string.
template <typename... Args>
[[nodiscard]] Error bad_input(fmt::format_string<Args...> format, Args&&... args) {
  return {Error::Kind::kBadInput, fmt::format(format, std::forward<Args>(args)...)};
}

/// Builds an Error::Kind::kBadUsage from a fmt format string.
template <typename... Args>
[[nodiscard]] Error bad_usage(fmt::format_string<Args...> format, Args&&... args) {
  return {Error::Kind::kBadUsage, fmt::format(format, std::forward<Args>(args)...)};
}

}  // namespace arcadecam
