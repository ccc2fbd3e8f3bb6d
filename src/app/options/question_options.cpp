#include "app/options/question_options.h"

#include <algorithm>
#include <string_view>

#include "app/options/agent_options.h"
#include "app/options/method_list.h"
#include "app/recorded_run.h"
#include "arcadecam/explain/bind.h"
#include "episode/target_words.h"

namespace arcadecam::app {

void define_methods(Arguments& command, std::string& methods) {
  command
      .add_option("--methods,--method", methods,
                  "all, or NAME[:key=value]…, several separated by commas (`arcadecam methods`)")
      ->type_name("M[,M]")
      ->capture_default_str();
}

void define_verbose(Arguments& command, bool& verbose) {
  command.add_flag(
      "--verbose", verbose,
      "also print the notes that hold for every map of a method (docs/methods.md explains them)");
}

void QuestionOptions::define(Arguments& command, const std::string& default_methods,
                             const std::string& trace_help) {
  methods = default_methods;
  define_methods(command, methods);
  command
      .add_option(
          "--target,--targets", target,
          std::string(kTargetHelp) +
              ". Several targets are separated by commas: each method explains each of them")
      ->type_name("T[,T]")
      ->capture_default_str();
  exclude_played_options(command,
                         *command.add_option("--trace", trace, trace_help)->type_name("FILE"));
  define_verbose(command, verbose);
}

std::vector<explain::MethodSpec> QuestionOptions::methods_for(const agent::Agent& agent) const {
  auto specs = list_methods(methods, agent, this->asked(agent));
  const std::vector<std::string> asked = targets(agent);
  if (asked.size() == 1) return specs;
  std::vector<explain::MethodSpec> result;
  for (explain::MethodSpec& spec : specs) {
    const bool has_own =
        std::ranges::any_of(spec.values, [](const auto& value) { return value.first == "target"; });
    if (has_own || !explain::find_method(spec.id).promise.uses_decision) {
      result.push_back(std::move(spec));
      continue;
    }
    for (std::string text : asked) {
      std::ranges::replace(text, ':', '/');
      explain::MethodSpec& one = result.emplace_back(spec);
      one.values.emplace_back("target", std::move(text));
    }
  }
  for (const explain::MethodSpec& spec : result)
    (void)explain::bind(spec, *agent.graph, this->asked(agent));
  return result;
}

explain::Target QuestionOptions::asked(const agent::Agent& agent) const {
  return explain::Target::parse(targets(agent).front());
}

std::string QuestionOptions::describe(const agent::Agent& agent) const {
  std::string words;
  for (const std::string& text : targets(agent))
    words += (words.empty() ? "" : "; ") +
             explain::Target::parse(text).describe(*agent.graph, agent::action_names(agent));
  return words;
}

std::vector<std::string> QuestionOptions::targets(const agent::Agent& agent) const {
  const auto names = agent::action_names(agent);
  std::vector<std::string> result;
  for (std::string_view rest = target;;) {
    const std::size_t comma = rest.find(',');
    result.push_back(episode::with_action_numbers(std::string(rest.substr(0, comma)), names));
    if (comma == std::string_view::npos) return result;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace arcadecam::app
