// Shell completion, written from the tree of commands and options that the program itself parses.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/command.h"
#include "arcadecam/explain/method.h"
#include "arcadecam/nn/engine.h"
#include "atari/protocol.h"
#include "evaluate/measures.h"
#include "game/games.h"
#include "game/variation.h"
#include "picture/color_map.h"
#include "profile/embedded.h"

namespace arcadecam::app {
namespace {

using Words = std::vector<std::string>;

/// What may follow an option, or stand in a position.
struct Value {
  std::string label;   ///< as --help calls it
  Words words;         ///< known values; not always all
  bool list = false;   ///< several, separated by commas
  bool files = false;  ///< names of files
};

struct Argument {
  Words names;  ///< "--seed"; none for a position
  std::string help;
  bool takes_value = false;
  Value value;
};

struct Subcommand {
  std::string name, help;
  std::vector<Argument> options, positions;
};

template <typename Range, typename Name>
Words names_of(const Range& range, const Name& name) {
  Words words;
  for (const auto& element : range) words.emplace_back(name(element));
  return words;
}

/// Those of all games, each once.
Words variation_names() {
  Words names;
  for (const game::GameVariations* of_game : game::varied::varied_games()) {
    for (const game::Variation& one : of_game->variations) {
      if (std::ranges::find(names, one.name) == names.end()) names.emplace_back(one.name);
    }
  }
  return names;
}

/// The names that an option or position of this name takes, asked of those who know them.
Words known_words(const std::string& name) {
  const auto id = [](const auto* entry) { return entry->id; };
  const auto plain = [](const auto& entry) { return entry.name; };
  if (name == "--methods" || name == "--method" || name == "METHOD")
    return names_of(explain::methods(), id);
  if (name == "--measures" || name == "MEASURE") return names_of(evaluate::measures(), id);
  if (name == "--variation") return variation_names();
  if (name == "--game") return names_of(game::games(), plain);
  if (name == "--protocol" || name == "--protocols") return names_of(atari::protocols(), plain);
  if (name == "--engine") return names_of(nn::engines(), id);
  if (name == "--colors")
    return names_of(picture::color_map_names(), [](std::string_view color) { return color; });
  if (name == "AGENT") return names_of(profile::embedded_agents(), plain);
  return {};
}

/// The members that one_of() adds to a type's name: "NAME:{dark,light}".
Words members_in(const std::string& type) {
  Words words;
  const std::size_t open = type.find(":{"), close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return words;
  std::string word;
  for (const char c : type.substr(open + 2, close - open - 2) + ",") {
    if (c != ',') {
      word += c;
    } else {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

/// The first part of a help text, in one line.
std::string brief(const std::string& help) {
  return help.substr(0, std::min(help.find(';'), help.find('\n')));
}

Argument argument_of(const DescribedOption& option) {
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  Argument argument{option.names, brief(option.help), option.takes_value, {}};
  if (!argument.takes_value) return argument;
  const std::string& type = option.type;
  Value& value = argument.value;
  value.label = argument.names.empty() ? option.position : type.substr(0, type.find(':'));
  value.words = members_in(type);
  value.list = has(value.label, ",");
  for (const std::string& name : argument.names.empty() ? Words{value.label} : argument.names) {
    for (std::string& word : known_words(name)) {
      if (std::ranges::find(value.words, word) == value.words.end())
        value.words.push_back(std::move(word));
    }
  }
  value.files = has(type, "FILE") || has(type, "DIR") || (value.words.empty() && type == "TEXT") ||
                value.label == "AGENT";
  return argument;
}

std::vector<Subcommand> tree_of(const std::vector<DescribedCommand>& commands) {
  std::vector<Subcommand> tree;
  for (const DescribedCommand& described : commands) {
    Subcommand command{described.name, described.help, {}, {}};
    for (const DescribedOption& option : described.options) {
      const Argument argument = argument_of(option);
      (argument.names.empty() ? command.positions : command.options).push_back(argument);
    }
    tree.push_back(std::move(command));
  }
  return tree;
}

// Bash ------------------------------------------------------------------------------------------

/// The statement that answers with this value's words or files.
std::string bash_answer(const Value& value) {
  if (value.words.empty()) return value.files ? "_arcadecam_files" : "return";
  return fmt::format("{} '{}'{}", value.list ? "_arcadecam_list" : "_arcadecam_words",
                     fmt::join(value.words, " "), value.files ? "; _arcadecam_files" : "");
}

std::string bash(const std::vector<Subcommand>& tree) {
  std::string text =
      R"(# arcadecam: completion for bash. Load it by: source <(arcadecam completion bash)
_arcadecam_words() { COMPREPLY+=($(compgen -W "$1" -- "$cur")); }
_arcadecam_list() {
  local before=
  [[ $cur == *,* ]] && before=${cur%,*},
  COMPREPLY+=($(compgen -P "$before" -W "$1" -- "${cur##*,}"))
}
_arcadecam_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
}
_arcadecam() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} options=
  COMPREPLY=()
  # Bash parts --option=value into three words.
  if [[ $cur == = ]]; then cur=; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  if ((COMP_CWORD == 1)); then
)";
  text += fmt::format(
      "    _arcadecam_words '{} --help --version'\n    return\n  fi\n  case ${{COMP_WORDS[1]}} "
      "in\n",
      fmt::join(names_of(tree, [](const Subcommand& command) { return command.name; }), " "));
  for (const Subcommand& command : tree) {
    Words all;
    std::string cases, positions;
    for (const Argument& option : command.options) {
      all.insert(all.end(), option.names.begin(), option.names.end());
      if (option.takes_value)
        cases += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, " | "),
                             bash_answer(option.value));
    }
    for (const Argument& position : command.positions)
      positions += "      " + bash_answer(position.value) + "\n";
    text += fmt::format("    {})\n      options='{}'\n", command.name, fmt::join(all, " "));
    if (!cases.empty()) text += "      case $before in\n" + cases + "      esac\n";
    text += "      if [[ $cur == -* ]]; then _arcadecam_words \"$options\"; return; fi\n";
    text += positions + "      ;;\n";
  }
  return text + "  esac\n}\ncomplete -F _arcadecam arcadecam\n";
}

// Zsh -------------------------------------------------------------------------------------------

/// A text with these characters (and backslashes) behind backslashes, for use between apostrophes.
std::string shell_escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += R"('\'')";
      continue;
    }
    if (c == '\\' || special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_action(const Value& value) {
  const std::string words = fmt::format("{}", fmt::join(value.words, " "));
  if (words.empty()) return value.files ? "_files" : " ";
  if (value.list) return fmt::format(" _arcadecam_list {}", words);
  if (!value.files) return fmt::format("({})", words);
  return fmt::format(R"x( _alternative "names:name:({})" "files:file:_files")x", words);
}

std::string zsh(const std::vector<Subcommand>& tree) {
  std::string text = R"(#compdef arcadecam
# arcadecam: completion for zsh. Load it by: source <(arcadecam completion zsh)
_arcadecam_list() {
  compset -P '*,'
  compadd -S '' -- "$@"
}
_arcadecam() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C '(- *)--help[explain the program]' '(- *)--version[print the version]' \
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
)";
  for (const Subcommand& command : tree)
    text += fmt::format("        '{}:{}'\n", command.name, shell_escaped(command.help, ":"));
  text +=
      "      )\n      _describe command commands\n      ;;\n    argument)\n      case $words[1] "
      "in\n";
  for (const Subcommand& command : tree) {
    text += fmt::format("        {}) _arguments", command.name);
    const auto add = [&](const std::string& spec) { text += " \\\n          '" + spec + "'"; };
    for (const Argument& option : command.options) {
      for (const std::string& name : option.names) {
        const std::string help = shell_escaped(option.help, "[]");
        add(option.takes_value
                ? fmt::format("{}=[{}]:{}:{}", name, help, shell_escaped(option.value.label, ":"),
                              zsh_action(option.value))
                : fmt::format("{}[{}]", name, help));
      }
    }
    for (const Argument& position : command.positions)
      add(fmt::format("*:{}:{}", position.value.label, zsh_action(position.value)));
    text += " ;;\n";
  }
  return text + R"(      esac
      ;;
  esac
}
if [[ $funcstack[1] == _arcadecam ]]; then _arcadecam "$@"; else compdef _arcadecam arcadecam; fi
)";
}

// Fish ------------------------------------------------------------------------------------------

/// The words as an argument of fish's `complete`.
std::string fish_words(const Value& value) {
  const std::string words = fmt::format("{}", fmt::join(value.words, " "));
  if (words.empty()) return {};
  return value.list ? fmt::format(" -a '(__arcadecam_list {})'", words)
                    : fmt::format(" -a '{}'", words);
}

std::string fish(const std::vector<Subcommand>& tree) {
  std::string text =
      R"(# arcadecam: completion for fish. Load it by: arcadecam completion fish | source
function __arcadecam_list
    set -l before (string match -r '.*,' -- (commandline -ct))
    for word in $argv
        echo $before$word
    end
end
complete -c arcadecam -f
complete -c arcadecam -n __fish_use_subcommand -l help -d 'explain the program'
complete -c arcadecam -n __fish_use_subcommand -l version -d 'print the version'
)";
  const auto quoted = [](const std::string& help) {
    std::string result;
    for (const char c : help)
      result += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return result;
  };
  for (const Subcommand& command : tree) {
    text += fmt::format("complete -c arcadecam -n __fish_use_subcommand -a {} -d '{}'\n",
                        command.name, quoted(command.help));
    const std::string start =
        fmt::format("complete -c arcadecam -n '__fish_seen_subcommand_from {}'", command.name);
    for (const Argument& option : command.options) {
      std::string names;
      for (const std::string& name : option.names)
        names += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      const char* rest = option.takes_value ? (option.value.files ? " -r -F" : " -x") : "";
      text += fmt::format("{}{}{}{} -d '{}'\n", start, names, rest, fish_words(option.value),
                          quoted(option.help));
    }
    for (const Argument& position : command.positions)
      text += fmt::format("{}{}{}\n", start, position.value.files ? " -F" : "",
                          fish_words(position.value));
  }
  return text;
}

void define_completion(Arguments& command) {
  const auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(one_of({"bash", "zsh", "fish"}));
  command.footer(
      "Prints a script. To load it in every shell: `source <(arcadecam completion bash)` in "
      "~/.bashrc, the same with zsh in ~/.zshrc after compinit, or `arcadecam completion fish | "
      "source` in ~/.config/fish/config.fish.");
  command.callback([&command, shell] {
    const auto tree = tree_of(command.all_commands());
    fmt::print("{}", *shell == "bash" ? bash(tree) : *shell == "zsh" ? zsh(tree) : fish(tree));
  });
}

}  // namespace

extern constinit const Command completion_entry{
    "completion", "Print a script that lets bash, zsh or fish complete commands and options",
    define_completion};

}  // namespace arcadecam::app
