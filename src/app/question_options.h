#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"
#include "arcadecam/nn/graph.h"

namespace arcadecam::app {

/// What is asked of which run, by every command that plays and explains: --methods, --target,
/// --trace.
struct QuestionOptions {
  std::string methods, target = "chosen", trace;

  /// `methods` is the default. `trace_help` says what --trace is for; it excludes the options that
  /// a recorded run answers, which must be there already.
  void define(CLI::App& command, const std::string& default_methods, const std::string& trace_help);
  /// The methods for this network; what "all" leaves out is printed. Throws Error before anything
  /// is played.
  [[nodiscard]] std::vector<explain::MethodSpec> methods_for(const nn::Graph& graph) const;
  [[nodiscard]] explain::Target asked() const { return explain::Target::parse(target); }
};

}  // namespace arcadecam::app
