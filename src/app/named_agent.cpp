#include "app/named_agent.h"

#include <filesystem>

#include "arcadecam/core/error.h"
#include "core/text.h"

namespace arcadecam::app {

NamedAgent parse_named_agent(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  const std::size_t at = text.find('=');
  std::error_code ignored;
  if (at == std::string_view::npos || text.substr(0, at).find('/') != std::string_view::npos ||
      std::filesystem::exists(std::filesystem::path(text), ignored)) {
    return {std::string(text), std::string(text)};
  }
  NamedAgent named{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
  if (named.name.empty() || named.agent.empty() || named.name.size() > kLongest ||
      printable(named.name, kLongest) != named.name) {
    throw bad_usage(
        "agent '{}': expected NAME=FILE with a name of at most {} printable bytes, for example "
        "late=model.zip",
        printable(text, 200), kLongest);
  }
  return named;
}

}  // namespace arcadecam::app
