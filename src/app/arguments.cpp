#include "app/arguments.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "app/command.h"
#include "arcadecam/core/error.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::app {

Words one_of(std::vector<std::string> words) {
  return {std::move(words)};
}

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::type_name(const std::string& name) {
  option_->type_name(name);
  return this;
}

Option* Option::capture_default_str() {
  option_->capture_default_str();
  return this;
}

Option* Option::check(const Words& allowed) {
  const auto is_allowed = [words = allowed.words](const std::string& word) {
    if (std::ranges::find(words, word) != words.end()) return std::string();
    return fmt::format("'{}': {}", printable(word), nearest_or_all(word, words));
  };
  option_->check(CLI::Validator(is_allowed, fmt::format("{{{}}}", fmt::join(allowed.words, ","))));
  return this;
}

Option* Option::transform(const Conversion& conversion) {
  option_->transform(CLI::Validator(conversion.convert, conversion.shown));
  return this;
}

Option* Option::delimiter(char between_values) {
  option_->delimiter(between_values);
  return this;
}

Option* Option::one_value_each_time() {
  option_->allow_extra_args(false);
  return this;
}

Option* Option::excludes(Option* other) {
  option_->excludes(other->option_);
  return this;
}

Option* Arguments::keep(CLI::Option& option) {
  return &options_.emplace_back(option);
}

template <typename T>
Option* Arguments::add_option(const std::string& names, T& value, const std::string& help) {
  return keep(*command_->add_option(names, value, help));
}

template Option* Arguments::add_option(const std::string&, std::string&, const std::string&);
template Option* Arguments::add_option(const std::string&, int&, const std::string&);
template Option* Arguments::add_option(const std::string&, std::int64_t&, const std::string&);
template Option* Arguments::add_option(const std::string&, std::uint64_t&, const std::string&);
template Option* Arguments::add_option(const std::string&, double&, const std::string&);
template Option* Arguments::add_option(const std::string&, std::optional<int>&, const std::string&);
template Option* Arguments::add_option(const std::string&, std::optional<std::int64_t>&,
                                       const std::string&);
template Option* Arguments::add_option(const std::string&, std::optional<std::uint64_t>&,
                                       const std::string&);
template Option* Arguments::add_option(const std::string&, std::optional<float>&,
                                       const std::string&);
template Option* Arguments::add_option(const std::string&, std::optional<double>&,
                                       const std::string&);
template Option* Arguments::add_option(const std::string&, std::optional<std::string>&,
                                       const std::string&);
template Option* Arguments::add_option(const std::string&, std::vector<int>&, const std::string&);
template Option* Arguments::add_option(const std::string&, std::vector<std::int64_t>&,
                                       const std::string&);
template Option* Arguments::add_option(const std::string&, std::vector<std::string>&,
                                       const std::string&);

Option* Arguments::add_flag(const std::string& names, bool& value, const std::string& help) {
  return keep(*command_->add_flag(names, value, help));
}

Option* Arguments::find_option(const std::string& name) {
  CLI::Option* const option = command_->get_option_no_throw(name);
  return option == nullptr ? nullptr : keep(*option);
}

void Arguments::remove_option(const std::string& name) {
  command_->remove_option(command_->get_option(name));
}

void Arguments::footer(const std::string& text) {
  command_->footer(text);
}

void Arguments::callback(std::function<void()> work) {
  command_->callback(std::move(work));
}

std::vector<DescribedCommand> Arguments::all_commands() const {
  std::vector<DescribedCommand> commands;
  for (const CLI::App* app :
       command_->get_parent()->get_subcommands([](const CLI::App*) { return true; })) {
    DescribedCommand& command =
        commands.emplace_back(DescribedCommand{app->get_name(), app->get_description(), {}});
    for (const CLI::Option* option : app->get_options()) {
      DescribedOption described;
      for (const std::string& name : option->get_snames()) described.names.push_back("-" + name);
      for (const std::string& name : option->get_lnames()) described.names.push_back("--" + name);
      if (described.names.empty()) described.position = option->get_name(true);
      described.help = option->get_description();
      described.takes_value = option->get_type_size_max() != 0;
      described.type = option->get_type_name();
      command.options.push_back(std::move(described));
    }
  }
  return commands;
}

namespace {

/// Throws Error where the first word of the line is no command.
void check_command(int argc, const char* const* argv, std::span<const Command* const> commands) {
  std::vector<std::string_view> known;
  for (const Command* command : commands) known.push_back(command->name);
  if (argc < 2) {
    throw bad_usage("a command is missing: {}; `arcadecam --help` explains them",
                    fmt::join(known, ", "));
  }
  const std::string_view word = argv[1];
  if (word.starts_with('-') || std::ranges::find(known, word) != known.end()) return;
  throw bad_usage("there is no command '{}'; {}; `arcadecam --help` explains them", printable(word),
                  nearest_or_all(word, known));
}

/// What CLI11 found that the command does not take.
std::string words_of_extras(const CLI::App& command) {
  const std::vector<std::string> extras = command.remaining();
  const auto is_option = [](const std::string& word) { return word.starts_with('-'); };
  const auto option = std::ranges::find_if(extras, is_option);
  if (option == extras.end())
    return fmt::format("'{}' is one argument too many", printable(extras.empty() ? "" : extras[0]));
  std::vector<std::string> known;
  for (const CLI::Option* each : command.get_options()) {
    for (const std::string& name : each->get_lnames()) known.push_back("--" + name);
  }
  const std::string wanted = option->substr(0, option->find('='));
  return fmt::format("there is no option '{}'; {}", printable(wanted),
                     nearest_or_all(wanted, known));
}

/// An error of the command line in one line.
Error understandable(const CLI::ParseError& error, const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  const CLI::App& command = chosen.empty() ? app : *chosen.front();
  const bool has_extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  return bad_usage("{}{}; `arcadecam {}--help` explains the options",
                   chosen.empty() ? "" : command.get_name() + ": ",
                   has_extras ? words_of_extras(command) : printable(error.what(), 1000),
                   chosen.empty() ? "" : command.get_name() + " ");
}

}  // namespace

int run_command_line(int argc, const char* const* argv, const ProgramText& program,
                     std::span<const Command* const> commands) {
  check_command(argc, argv, commands);
  CLI::App app(program.description, program.name);
  app.set_version_flag("--version", program.version);
  app.require_subcommand(1);
  app.footer(program.footer);
  std::deque<Arguments> arguments;  // callbacks may ask them
  for (const Command* command : commands) {
    command->define(arguments.emplace_back(
        *app.add_subcommand(std::string(command->name), std::string(command->summary))));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    throw understandable(error, app);
  }
  return 0;
}

}  // namespace arcadecam::app
