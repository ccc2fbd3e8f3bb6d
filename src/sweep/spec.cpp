#include "sweep/spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::sweep {
namespace {

constexpr std::uint64_t kLargestSpec = std::uint64_t{1} << 20;

/// A key of a table and the option of `evaluate` that it becomes.
struct OptionKey {
  std::string_view key, option;
};

constexpr std::array<OptionKey, 4> kStates{{{"count", "states"},
                                            {"episodes", "episodes"},
                                            {"episode_steps", "episode-steps"},
                                            {"epsilon", "epsilon"}}};
constexpr std::array<OptionKey, 9> kReading{{{"algo", "algo"},
                                             {"protocol", "protocol"},
                                             {"as", "as"},
                                             {"network", "network"},
                                             {"divide_by", "divide-by"},
                                             {"activation", "activation"},
                                             {"grey", "grey"},
                                             {"entry", "entry"},
                                             {"max_size", "max-size"}}};
constexpr std::array<OptionKey, 6> kRest{{{"target", "target"},
                                          {"engine", "engine"},
                                          {"mode", "mode"},
                                          {"difficulty", "difficulty"},
                                          {"played_episodes", "played-episodes"},
                                          {"baselines", "baselines"}}};

/// A table of the file. Each key is asked for; finish() refuses what nobody asked for.
class SpecTable {
 public:
  SpecTable(const toml::table& table, std::string file, std::string name)
      : table_(table), file_(std::move(file)), name_(std::move(name)) {}

  const toml::node* find(std::string_view key) {
    asked_.emplace_back(key);
    return table_.get(key);
  }
  [[nodiscard]] Error wrong(const toml::node& node, std::string_view key,
                            std::string_view expected) const {
    return bad_usage("{}: line {}: {}{}: expected {}", file_, node.source().begin.line, name_, key,
                     expected);
  }
  /// A text, a number or a truth value as evaluate takes it.
  std::optional<std::string> scalar(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* text = node->as_string()) {
      if (text->get().empty() || printable(text->get(), 4096) != text->get())
        throw wrong(*node, key, "a text without control characters");
      return text->get();
    }
    if (const auto* whole = node->as_integer()) return std::to_string(whole->get());
    if (const auto* real = node->as_floating_point()) return fmt::format("{}", real->get());
    if (const auto* truth = node->as_boolean()) return truth->get() ? "true" : "false";
    throw wrong(*node, key, "a text or a number");
  }
  std::vector<std::string> texts(std::string_view key) {
    const toml::node* node = find(key);
    std::vector<std::string> texts;
    if (node == nullptr) return texts;
    const auto add = [&](const toml::node& one) {
      const auto* text = one.as_string();
      if (text == nullptr || text->get().empty() || printable(text->get(), 4096) != text->get())
        throw wrong(one, key, "a text or a list of texts");
      texts.push_back(text->get());
    };
    if (const toml::array* list = node->as_array()) {
      for (const toml::node& one : *list) add(one);
    } else {
      add(*node);
    }
    return texts;
  }
  std::vector<std::uint64_t> numbers(std::string_view key) {
    const toml::node* node = find(key);
    std::vector<std::uint64_t> numbers;
    if (node == nullptr) return numbers;
    const auto add = [&](const toml::node& one) {
      const auto* number = one.as_integer();
      if (number == nullptr || number->get() < 0)
        throw wrong(one, key, "a whole number from 0, or a list of them");
      numbers.push_back(static_cast<std::uint64_t>(number->get()));
    };
    if (const toml::array* list = node->as_array()) {
      for (const toml::node& one : *list) add(one);
    } else {
      add(*node);
    }
    return numbers;
  }
  SpecTable table(std::string_view key) {
    static const toml::table none;
    const toml::node* node = find(key);
    if (node != nullptr && !node->is_table()) throw wrong(*node, key, "a table");
    return {node == nullptr ? none : *node->as_table(), file_, fmt::format("[{}] ", key)};
  }
  void finish() const {
    for (const auto& [key, node] : table_) {
      const std::string_view name = key.str();
      if (std::ranges::find(asked_, name) != asked_.end()) continue;
      throw bad_usage("{}: line {}: {}there is no key '{}'; {}", file_, node.source().begin.line,
                      name_, printable(name), nearest_or_all(name, asked_));
    }
  }

 private:
  const toml::table& table_;
  std::string file_, name_;
  std::vector<std::string> asked_;
};

template <std::size_t N>
void take_options(SpecTable& table, const std::array<OptionKey, N>& keys, Spec& spec) {
  for (const OptionKey& key : keys) {
    if (auto value = table.scalar(key.key)) spec.options.emplace_back(key.option, *value);
  }
}

Spec spec_of(const toml::table& root, const std::filesystem::path& folder,
             const std::string& name) {
  Spec spec;
  spec.folder = folder;
  SpecTable top(root, name, "");
  spec.files = top.texts("files");
  if (spec.files.empty()) throw bad_usage("{}: expected files = [\"PATTERN\", …]", name);
  spec.games = top.texts("games");
  if (const auto seeds = top.numbers("seeds"); !seeds.empty()) spec.seeds = seeds;
  if (std::set(spec.seeds.begin(), spec.seeds.end()).size() != spec.seeds.size())
    throw bad_usage("{}: seeds: a number stands there twice", name);
  spec.methods = fmt::format("{}", fmt::join(top.texts("methods"), ","));
  spec.measures = fmt::format("{}", fmt::join(top.texts("measures"), ","));
  if (spec.methods.empty() || spec.measures.empty())
    throw bad_usage("{}: expected methods = [\"METHOD\", …] and measures = [\"MEASURE\", …]", name);

  SpecTable states = top.table("states");
  take_options(states, kStates, spec);
  if (const auto from = states.scalar("from"))
    spec.states_from = (std::filesystem::absolute(folder) / *from).lexically_normal().string();
  if (const auto episodes = states.numbers("score_episodes"); !episodes.empty())
    spec.score_episodes = static_cast<std::int64_t>(episodes.front());
  if (spec.score_episodes > 1'000'000)
    throw bad_usage("{}: [states] score_episodes: expected at most 1000000", name);
  states.finish();
  SpecTable reading = top.table("reading");
  take_options(reading, kReading, spec);
  for (auto& [option, value] : spec.options) {
    if (option == "network")
      value = (std::filesystem::absolute(folder) / value).lexically_normal().string();
  }
  for (const std::string& prefix : reading.texts("ignore"))
    spec.options.emplace_back("ignore", prefix);
  reading.finish();
  SpecTable rest = top.table("options");
  take_options(rest, kRest, spec);
  rest.finish();
  spec.keep_tables = top.scalar("keep_tables").value_or("false") == "true";
  top.finish();
  return spec;
}

}  // namespace

Spec read_spec(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kLargestSpec);
  return parse_spec({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                    file.parent_path().empty() ? "." : file.parent_path(), file.string());
}

Spec parse_spec(std::string_view text, const std::filesystem::path& folder,
                const std::string& name) {
  try {
    return spec_of(toml::parse(text), folder, name);
  } catch (const toml::parse_error& error) {
    throw bad_usage("{}: line {}: {}", name, error.source().begin.line,
                    printable(error.description(), 300));
  }
}

}  // namespace arcadecam::sweep
