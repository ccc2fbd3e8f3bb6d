#include "app/failures.h"

#include <fmt/format.h>

#include <cstdio>

#include "arcadecam/core/files.h"

namespace arcadecam::app {

void leave_out(const std::string& agent, const std::string& why, Failures& failures) {
  fmt::print(stderr, "left out: {}: {}\n", agent, why);
  failures.emplace_back(agent, why);
}

void write_failures(const std::filesystem::path& file, const Failures& failures) {
  const auto quoted = [](const std::string& text) {
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
    return result + "\"";
  };
  OutputFile output(file);
  output.write("agent,why\n");
  for (const auto& [name, why] : failures)
    output.write(fmt::format("{},{}\n", quoted(name), quoted(why)));
  output.commit();
}

}  // namespace arcadecam::app
