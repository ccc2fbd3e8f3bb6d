#pragma once

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace arcadecam::test {

struct Result {
  int code;
  std::string text;  ///< standard output and error
};

/// Runs a command of the shell.
inline Result run(const std::string& command) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::string text;
  std::array<char, 4096> block{};
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe))
    text.append(block.data(), count);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

/// Runs the program with these arguments, as a shell splits them.
inline Result arcadecam(const std::string& arguments) {
  return run(std::string(ARCADECAM_PROGRAM) + " " + arguments);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace arcadecam::test
