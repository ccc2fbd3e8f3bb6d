#include "app/arguments.h"

#include <CLI/CLI.hpp>
#include <optional>

#include "app/command.h"

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
  option_->check(CLI::IsMember(allowed.words));
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

int run_command_line(int argc, const char* const* argv, const ProgramText& program,
                     std::span<const Command* const> commands, int bad_usage) {
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
    app.exit(error);
    return bad_usage;
  }
  return 0;
}

}  // namespace arcadecam::app
