#pragma once

#include <string>
#include <vector>

#include "agent/agent.h"
#include "app/arguments.h"
#include "arcadecam/explain/params.h"
#include "arcadecam/explain/target.h"

namespace arcadecam::app {

/// --methods of every command that plays and explains; `methods` holds the default.
void define_methods(Arguments& command, std::string& methods);

/// --verbose: MapWarnings::print() says notes too.
void define_verbose(Arguments& command, bool& verbose);

/// What is asked of which run, by every command that plays and explains: --methods, --target,
/// --trace.
struct QuestionOptions {
  std::string methods, target = "chosen", trace;
  bool verbose = false;  ///< also print notes that hold for every map of a method

  /// `methods` is the default. `trace_help` says what --trace is for; it excludes the options that
  /// a recorded run answers, which must be there already.
  void define(Arguments& command, const std::string& default_methods,
              const std::string& trace_help);
  /// The methods for this agent, of several targets each once a target (save those that do not
  /// depend on it or name their own); what "all" leaves out is printed. Throws Error before
  /// anything is played.
  [[nodiscard]] std::vector<explain::MethodSpec> methods_for(const agent::Agent& agent) const;
  /// The first target.
  [[nodiscard]] explain::Target asked(const agent::Agent& agent) const;
  /// What is explained, in words.
  [[nodiscard]] std::string describe(const agent::Agent& agent) const;

 private:
  /// With the actions' numbers in place of their names.
  [[nodiscard]] std::vector<std::string> targets(const agent::Agent& agent) const;
};

}  // namespace arcadecam::app
