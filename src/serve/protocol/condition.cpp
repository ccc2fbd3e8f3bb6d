#include "serve/protocol/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "arcadecam/core/error.h"
#include "core/text.h"

namespace arcadecam::serve {
namespace {

constexpr std::array<std::pair<std::string_view, Quantity>, 11> kQuantities{{
    {"margin", Quantity::kMargin},
    {"entropy", Quantity::kEntropy},
    {"value", Quantity::kValue},
    {"reward", Quantity::kReward},
    {"score", Quantity::kScore},
    {"lives", Quantity::kLives},
    {"step", Quantity::kStep},
    {"action", Quantity::kAction},
    {"lost_life", Quantity::kLostLife},
    {"advantage", Quantity::kAdvantage},
    {"mass", Quantity::kMass},
}};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

}  // namespace

/// Reads a condition from left to right.
class Condition::Reader {
 public:
  Reader(std::string_view text, std::span<const std::string_view> actions)
      : whole_(text), rest_(text), actions_(actions) {}

  std::vector<Term> terms() {
    constexpr std::size_t kLongest = 256;
    if (whole_.size() > kLongest) throw bad_usage("a condition has at most {} bytes", kLongest);
    std::vector<Term> terms;
    for (;;) {
      terms.push_back(term());
      skip();
      if (rest_.empty()) return terms;
      if (word() != "and") throw wrong("'and' between comparisons");
    }
  }

 private:
  Term term() {
    Term term{quantity(), {}, Operator::kLess, 0};
    if (term.quantity == Quantity::kMass) term.object = object();
    term.compares = comparison();
    term.number = number(term.quantity);
    return term;
  }

  Quantity quantity() {
    const std::string_view name = word();
    const auto* const found =
        std::ranges::find(kQuantities, name, &decltype(kQuantities)::value_type::first);
    if (found != kQuantities.end()) return found->second;
    throw wrong(
        "one of margin, advantage, entropy, value, reward, score, lives, step, action, lost_life "
        "and mass(OBJECT)");
  }

  std::string object() {
    skip();
    const std::size_t end = rest_.find(')');
    if (!rest_.starts_with('(') || end == std::string_view::npos)
      throw wrong("an object in brackets, as in mass(ball),");
    std::string_view name = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    while (!name.empty() && is_blank(name.front())) name.remove_prefix(1);
    while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
    if (name.empty()) throw wrong("an object in brackets, as in mass(ball),");
    return std::string(name);
  }

  Operator comparison() {
    constexpr std::array<std::pair<std::string_view, Operator>, 6> kOperators{{
        {"<=", Operator::kAtMost},
        {">=", Operator::kAtLeast},
        {"==", Operator::kEqual},
        {"!=", Operator::kUnequal},
        {"<", Operator::kLess},
        {">", Operator::kMore},
    }};
    skip();
    for (const auto& [sign, meaning] : kOperators) {
      if (!rest_.starts_with(sign)) continue;
      rest_.remove_prefix(sign.size());
      return meaning;
    }
    throw wrong("one of <, <=, >, >=, == and !=");
  }

  double number(Quantity quantity) {
    skip();
    double value = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [stop, error] = std::from_chars(rest_.data(), end, value);
    const bool whole_word = stop == end || !is_word(*stop);
    if (error == std::errc() && whole_word && std::isfinite(value)) {
      rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
      return value;
    }
    if (quantity == Quantity::kAction) {
      const auto found = std::ranges::find(actions_, upper(word()));
      if (found != actions_.end()) return static_cast<double>(found - actions_.begin());
      throw wrong("an action's number or name");
    }
    throw wrong("a number");
  }

  std::string_view word() {
    skip();
    std::size_t size = 0;
    while (size < rest_.size() && is_word(rest_[size])) ++size;
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return word;
  }

  void skip() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  [[nodiscard]] Error wrong(std::string_view expected) const {
    return bad_usage("the condition '{}' needs {} before '{}'", printable(whole_), expected,
                     rest_.empty() ? "its end" : printable(rest_));
  }

  std::string_view whole_, rest_;
  std::span<const std::string_view> actions_;
};

Condition Condition::parse(std::string_view text, std::span<const std::string_view> actions) {
  Condition condition;
  condition.text_ = text;
  condition.terms_ = Reader(text, actions).terms();
  return condition;
}

bool Condition::met(const StepFacts& facts) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    double value = 0;
    if (term.quantity == Quantity::kMass) {
      for (const Share& share : facts.shares) {
        if (share.object == term.object || share.kind == term.object) value += share.share;
      }
    } else {
      value = facts.numbers.at(static_cast<std::size_t>(term.quantity));
    }
    if (std::isnan(value)) return false;
    switch (term.compares) {
      case Operator::kLess:
        return value < term.number;
      case Operator::kAtMost:
        return value <= term.number;
      case Operator::kMore:
        return value > term.number;
      case Operator::kAtLeast:
        return value >= term.number;
      case Operator::kEqual:
        return value == term.number;
      case Operator::kUnequal:
        return value != term.number;
    }
    return false;
  });
}

}  // namespace arcadecam::serve
