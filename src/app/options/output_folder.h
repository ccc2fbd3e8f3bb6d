#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "app/arguments.h"

namespace arcadecam::app {

/// The files that a run leaves in its folder, by name; "stills/" is the folder of the pictures that
/// StillsSink names.
using OutputFiles = std::vector<std::string>;

/// The folder of a command's files: --out, --overwrite. It holds one run's files: those of two are
/// never mixed, and what no run of ours left is never touched. A folder's runs are known by its
/// manifest, arcadecam.json, which names their files; one without it by its trace.
class OutputFolder {
 public:
  /// `help` says what lies in the folder. `name` is the option's.
  void define(Arguments& command, const std::string& help, const std::string& name = "--out");
  [[nodiscard]] Option* option() const { return option_; }
  [[nodiscard]] bool given() const { return !path_.empty(); }
  [[nodiscard]] std::filesystem::path path() const { return path_; }

  /// Makes the folder ready for these files of `command`, and notes them in the manifest. `trace`:
  /// the recorded run that is looked at, where there is one: whose own folder this may be, beside
  /// what is there already.
  /// Throws Error (usage) where an earlier run's files are there, unless --overwrite, which removes
  /// them (the given trace and evaluations aside); and where one of these names is taken by a file
  /// of somebody else.
  void prepare(std::string_view command, const OutputFiles& files,
               const std::filesystem::path& trace = {}) const;

 private:
  std::string path_, name_;
  bool overwrite_ = false;
  Option* option_ = nullptr;
};

/// The same for a command that continues what it left there before and overwrites nothing else.
void prepare_to_continue(const std::filesystem::path& folder, std::string_view command,
                         const OutputFiles& files);

}  // namespace arcadecam::app
