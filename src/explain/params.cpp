#include "arcadecam/explain/params.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "core/nearest.h"
#include "core/parse_number.h"

namespace arcadecam::explain {
namespace {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace

std::vector<Param> with_common(std::span<const Param> own, std::span<const Param> common) {
  std::vector<Param> all(own.begin(), own.end());
  for (const Param& param : common) {
    if (std::ranges::find(own, param.key, &Param::key) == own.end()) all.push_back(param);
  }
  return all;
}

std::string MethodSpec::text() const {
  std::string result = id;
  for (const auto& [key, value] : values) result += fmt::format(":{}={}", key, value);
  return result;
}

std::vector<MethodSpec> parse_methods(std::string_view text, std::string_view what) {
  std::vector<MethodSpec> specs;
  for (const std::string& item : split(text, ',')) {
    const std::vector<std::string> parts = split(item, ':');
    MethodSpec spec{parts.front(), {}};
    if (spec.id.empty()) {
      throw bad_usage("{}s '{}': an empty name; expected NAME[:key=value]… separated by commas",
                      what, text);
    }
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::size_t equals = parts[i].find('=');
      if (equals == std::string::npos || equals == 0) {
        throw bad_usage("{} '{}': '{}' is not key=value", what, item, parts[i]);
      }
      const std::string key = parts[i].substr(0, equals);
      for (const auto& [known, value] : spec.values) {
        if (known == key) throw bad_usage("{} '{}': {} is given twice", what, item, key);
      }
      spec.values.emplace_back(key, parts[i].substr(equals + 1));
    }
    specs.push_back(std::move(spec));
  }
  return specs;
}

Params::Params(const MethodSpec& spec, std::span<const Param> known, std::string_view what)
    : owner_(fmt::format("{} {}", what, spec.id)) {
  for (const Param& param : known) {
    values_.emplace_back(std::string(param.key), std::string(param.default_value));
  }
  for (const auto& [key, value] : spec.values) {
    const auto at = std::ranges::find(values_, key, &std::pair<std::string, std::string>::first);
    if (at == values_.end()) {
      std::vector<std::string_view> keys;
      for (const Param& param : known) keys.push_back(param.key);
      throw bad_usage("{}: there is no parameter '{}'; {}", owner_, key, nearest_or_all(key, keys));
    }
    at->second = value;
  }
}

std::string Params::where(std::string_view key) const {
  return fmt::format("{}: {}={}", owner_, key, text(key));
}

const std::string& Params::text(std::string_view key) const {
  for (const auto& [known, value] : values_) {
    if (known == key) return value;
  }
  throw bad_usage("{}: there is no parameter '{}'", owner_, key);
}

double Params::number(std::string_view key) const {
  const auto value = parse_number<double>(text(key));
  if (!value || !std::isfinite(*value)) throw bad_usage("{}: expected a number", where(key));
  return *value;
}

std::int64_t Params::integer(std::string_view key) const {
  const auto value = parse_number<std::int64_t>(text(key));
  if (!value) throw bad_usage("{}: expected a whole number", where(key));
  return *value;
}

double Params::number(std::string_view key, double low, double high) const {
  const double value = number(key);
  if (value < low || value > high)
    throw bad_usage("{}: expected a number from {} to {}", where(key), low, high);
  return value;
}

std::int64_t Params::integer(std::string_view key, std::int64_t low, std::int64_t high) const {
  const std::int64_t value = integer(key);
  if (value < low || value > high)
    throw bad_usage("{}: expected a whole number from {} to {}", where(key), low, high);
  return value;
}

std::size_t Params::choice(std::string_view key, std::span<const std::string_view> choices) const {
  const auto at = std::ranges::find(choices, text(key));
  if (at == choices.end())
    throw bad_usage("{}: expected {}", where(key), fmt::join(choices, " or "));
  return static_cast<std::size_t>(at - choices.begin());
}

std::vector<std::string> Params::list(std::string_view key) const {
  if (text(key).empty()) return {};
  return split(text(key), '/');
}

}  // namespace arcadecam::explain
