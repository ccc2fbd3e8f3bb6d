#include "app/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <system_error>
#include <utility>

#include "arcadecam/core/files.h"
#include "core/counted.h"

namespace arcadecam::app {

bool is_left_out(const Failures& failures, const std::string& agent) {
  return std::ranges::any_of(failures, [&](const Failure& failure) {
    return failure.agent == agent && failure.method.empty();
  });
}

void leave_out(Failure failure, Failures& failures) {
  // An agent that was given by its file is named by the reason already.
  const std::string of = !failure.method.empty() ? fmt::format("{}, {}, {}: ", failure.agent,
                                                               failure.method, failure.measure)
                         : failure.why.starts_with(failure.agent + ": ") ? ""
                                                                         : failure.agent + ": ";
  fmt::print(stderr, "left out: {}{}\n", of, failure.why);
  failures.push_back(std::move(failure));
}

void write_failures(const std::filesystem::path& file, const Failures& failures) {
  if (failures.empty()) {
    std::error_code failure;
    std::filesystem::remove(file, failure);  // an earlier call's
    if (failure) throw bad_input("{}: cannot be removed: {}", file.string(), failure.message());
    return;
  }
  const auto quoted = [](const std::string& text) {
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
    return result + "\"";
  };
  OutputFile output(file);
  output.write("agent,method,measure,why\n");
  for (const Failure& failure : failures)
    output.write(fmt::format("{},{},{},{}\n", quoted(failure.agent), quoted(failure.method),
                             quoted(failure.measure), quoted(failure.why)));
  output.commit();
}

Error error_of(const Failures& failures, std::size_t agents, const std::filesystem::path& file) {
  const auto whole = std::ranges::count_if(
      failures, [](const Failure& failure) { return failure.method.empty(); });
  const auto single = std::ssize(failures) - whole;
  std::string what;
  if (whole > 0)
    what = fmt::format("{} of {} could not be evaluated", whole,
                       counted(static_cast<std::int64_t>(agents), "agent"));
  if (single > 0)
    what += fmt::format("{}{} failed", whole > 0 ? ", and " : "", counted(single, "measurement"));
  return bad_input("{}; {} says why, and all others are measured; the first failure: {}", what,
                   file.string(), failures.front().why);
}

}  // namespace arcadecam::app
