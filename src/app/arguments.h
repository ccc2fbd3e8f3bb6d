#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The only door to CLI11, whose headers take seconds to compile: arguments.cpp alone includes them.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace arcadecam::app {

struct Command;

/// What an option makes of the text that is given to it; options/numbers.h has those for numbers.
struct Conversion {
  /// Replaces the text by what the option's variable is read from. Returns "", or what is wrong.
  std::function<std::string(std::string& text)> convert;
  std::string shown;  ///< what --help shows beside the option's type; "" shows nothing
};

/// The words that an option takes.
struct Words {
  std::vector<std::string> words;
};
Words one_of(std::vector<std::string> words);

/// One option of a command. Its functions return the option itself, so that calls can be chained.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option* required();
  /// What --help shows in place of the value.
  Option* type_name(const std::string& name);
  /// --help shows the value that the variable has now.
  Option* capture_default_str();
  Option* check(const Words& allowed);
  Option* transform(const Conversion& conversion);
  /// Several values in one argument, with this character between them.
  Option* delimiter(char between_values);
  /// A list that grows by one value each time the option is given.
  Option* one_value_each_time();
  /// The two cannot be given together.
  Option* excludes(Option* other);

 private:
  friend class Arguments;

  CLI::Option* option_;  ///< CLI11's own
};

/// An option as others see it: for help and shell completion.
struct DescribedOption {
  std::vector<std::string> names;  ///< "-s", "--seed"; none for one by position
  std::string position;            ///< the name of one by position
  std::string help, type;          ///< type: as --help shows it, "NAME:{dark,light}" of one_of()
  bool takes_value = false;
};

struct DescribedCommand {
  std::string name, help;
  std::vector<DescribedOption> options;  ///< those by position too
};

/// What a command takes. Options are named "--long,-s" or, by position, "NAME"; variables must live
/// until the command has run.
class Arguments {
 public:
  explicit Arguments(CLI::App& command) : command_(&command) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() = default;

  /// T: std::string, int, std::int64_t, std::uint64_t, double, std::optional of one of these or of
  /// float, or std::vector of std::string, int or std::int64_t.
  template <typename T>
  Option* add_option(const std::string& names, T& value, const std::string& help);
  /// "--yes,!--no-yes" has both ways.
  Option* add_flag(const std::string& names, bool& value, const std::string& help);
  /// An option that is there already; null where there is none.
  Option* find_option(const std::string& name);
  void remove_option(const std::string& name);
  /// Text behind the options in --help.
  void footer(const std::string& text);
  /// What the command does, called when the whole line was understood.
  void callback(std::function<void()> work);
  /// All commands of the program, this one included, in its order.
  [[nodiscard]] std::vector<DescribedCommand> all_commands() const;

 private:
  Option* keep(CLI::Option& option);

  CLI::App* command_;
  std::deque<Option> options_;  ///< their addresses stay
};

/// What the program says of itself.
struct ProgramText {
  std::string name, description, version, footer;
};

/// Reads the command line and runs the command that it names; exceptions of the command pass
/// through. Prints help or the version, then returns 0. Throws Error (usage) that says what is
/// wrong with the line, with the nearest command, option or word where one is none.
int run_command_line(int argc, const char* const* argv, const ProgramText& program,
                     std::span<const Command* const> commands);

}  // namespace arcadecam::app
