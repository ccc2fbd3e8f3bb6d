#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace arcadecam {

/// How a process ended.
struct ProcessEnd {
  int code = 0;    ///< its exit status; of no meaning where a signal ended it
  int signal = 0;  ///< the signal that ended it, or 0
};

/// Another program that runs beside this one. It is killed when this object is destroyed, and when
/// the thread that began it ends: it never outlives us.
class Process {
 public:
  /// Begins `program` with these arguments. Its output and errors go to the file `log`, which is
  /// made again; it reads nothing. Descriptors without FD_CLOEXEC pass on to it. Throws Error where
  /// it cannot be begun.
  Process(const std::filesystem::path& program, const std::vector<std::string>& arguments,
          const std::filesystem::path& log);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// How it ended; nothing while it runs.
  std::optional<ProcessEnd> ended();
  void send(int signal) const;

 private:
  int process_ = 0;  ///< 0: it has ended
};

}  // namespace arcadecam
