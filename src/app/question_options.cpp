#include "app/question_options.h"

#include <fmt/format.h>

#include "app/agent_options.h"
#include "app/method_list.h"
#include "app/recorded_run.h"

namespace arcadecam::app {

void QuestionOptions::define(CLI::App& command, const std::string& default_methods,
                             const std::string& trace_help) {
  methods = default_methods;
  command
      .add_option("--methods,--method", methods,
                  "all, or NAME[:key=value]…, several separated by commas (`arcadecam methods`)")
      ->type_name("M[,M]")
      ->capture_default_str();
  command.add_option("--target", target, kTargetHelp)->type_name("T")->capture_default_str();
  exclude_played_options(command,
                         *command.add_option("--trace", trace, trace_help)->type_name("FILE"));
}

std::vector<explain::MethodSpec> QuestionOptions::methods_for(const nn::Graph& graph) const {
  std::vector<std::string> left_out;
  auto specs = list_methods(methods, graph, left_out);
  for (const std::string& reason : left_out) fmt::print(stderr, "left out: {}\n", reason);
  return specs;
}

}  // namespace arcadecam::app
