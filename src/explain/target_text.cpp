// The words of a target: parse(), text() and describe().
#include <array>
#include <cmath>
#include <optional>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/target.h"
#include "arcadecam/nn/graph.h"
#include "core/parse_number.h"

namespace arcadecam::explain {
namespace {

constexpr std::array<std::string_view, 13> kNames{
    "action", "margin",     "advantage",        "value",   "linear",     "probability", "logit",
    "finer",  "atom-logit", "atom-probability", "entropy", "lower-tail", "upper-tail"};

}  // namespace

/// Reads the '/'-separated arguments after a question's name.
struct Target::Reader {
  std::string_view text, rest;
  bool more;

  [[noreturn]] void fail() const {
    throw bad_usage(
        "target '{}': expected chosen, greedy, action:K, margin[:A[/B]], advantage[:K], value, "
        "linear:W0/W1/…, probability[:K], logit[:K], finer[:K[/ALPHA]], or of a return "
        "distribution "
        "atom-logit:I[/K], atom-probability:I[/K], entropy[:K], lower-tail[:SHARE[/K]], "
        "upper-tail[:SHARE[/K]]; actions and atoms count from 0",
        text);
  }
  template <typename T>
  T next() {
    const std::size_t slash = rest.find('/');
    const auto value = parse_number<T>(rest.substr(0, slash));
    if (!value) fail();
    more = slash != std::string_view::npos;
    if (more) rest.remove_prefix(slash + 1);
    return *value;
  }
  int index() {
    const int value = next<int>();
    if (value < 0) fail();
    return value;
  }
  int index_or(int otherwise) { return more ? index() : otherwise; }
};

Target Target::parse(std::string_view text) {
  if (text == "greedy") return greedy();
  if (text == "chosen") return chosen();
  const std::size_t colon = text.find(':');
  const bool has_arguments = colon != std::string_view::npos;
  Reader reader{text, has_arguments ? text.substr(colon + 1) : "", has_arguments};
  std::size_t question = 0;
  while (question < kNames.size() && kNames[question] != text.substr(0, colon)) ++question;
  if (question == kNames.size()) reader.fail();
  Target target(static_cast<Question>(question), kChosen);
  switch (target.question_) {
    case Question::kAction:
      target.action_ = reader.more ? reader.index() : (reader.fail(), kChosen);
      break;
    case Question::kMargin:
      target.action_ = reader.index_or(kChosen);
      target.other_ = reader.index_or(kRunnerUp);
      if (target.other_ == target.action_) reader.fail();
      break;
    case Question::kValue:
      target.action_ = kGreedy;
      break;
    case Question::kLinear:
      target.action_ = kGreedy;
      while (reader.more) target.weights_.push_back(reader.next<float>());
      if (target.weights_.empty()) reader.fail();
      break;
    case Question::kFiner:
      target.action_ = reader.index_or(kChosen);
      if (reader.more) target.alpha_ = reader.next<double>();
      if (!std::isfinite(target.alpha_)) reader.fail();
      break;
    case Question::kAtomLogit:
    case Question::kAtomProbability:
      if (!reader.more) reader.fail();
      target.atom_ = reader.index();
      target.action_ = reader.index_or(kChosen);
      break;
    case Question::kLowerTail:
    case Question::kUpperTail:
      if (reader.more) target.share_ = reader.next<double>();
      if (!(target.share_ > 0 && target.share_ <= 1)) reader.fail();
      target.action_ = reader.index_or(kChosen);
      break;
    default:
      target.action_ = reader.index_or(kChosen);
  }
  if (reader.more) reader.fail();
  return target;
}

std::string Target::text() const {
  if (question_ == Question::kAction && action_ == kGreedy) return "greedy";
  if (question_ == Question::kAction && action_ == kChosen) return "chosen";
  std::string result(kNames[static_cast<std::size_t>(question_)]);
  char separator = ':';
  const auto add = [&](const auto& value) {
    result += fmt::format("{}{}", separator, value);
    separator = '/';
  };
  const bool named = action_ >= 0;
  if (question_ == Question::kLinear) {
    for (const float weight : weights_) add(weight);
  } else if (question_ == Question::kAtomLogit || question_ == Question::kAtomProbability) {
    add(atom_);
  } else if (of_distribution() && question_ != Question::kEntropy &&
             (named || share_ != kDefaultShare)) {
    add(share_);
  }
  if (named) add(action_);
  if (other_ != kRunnerUp) add(other_);
  if (alpha_ != 1) add(alpha_);
  return result;
}

std::string Target::describe(const nn::Graph& graph,
                             std::span<const std::string_view> names) const {
  const nn::Op& head = graph.node(graph.output()).op;
  const auto* distribution = std::get_if<nn::ExpectedValue>(&head);
  const nn::OutputKind kind = graph.output_kind();
  const auto named = [&](int index) {
    const auto at = static_cast<std::size_t>(index);
    return fmt::format("action {}", index) +
           (at < names.size() ? fmt::format(" ({})", names[at]) : "");
  };
  const std::string action = action_ == kChosen   ? "the chosen action"
                             : action_ == kGreedy ? "the greedy action"
                                                  : named(action_);
  const std::string value =
      distribution == nullptr ? std::string(nn::output_name(kind)) : "expected return";
  const std::string atoms =
      distribution == nullptr ? "" : fmt::format(" ({} atoms)", distribution->support->size());
  switch (question_) {
    case Question::kMargin:
      return fmt::format("{} of {} minus that of {}{}", value, action,
                         other_ == kRunnerUp ? "the best other action" : named(other_), atoms);
    case Question::kAdvantage:
      return fmt::format("{} of {} minus the mean over actions{}", value, action, atoms);
    case Question::kValue:
      if (graph.value()) return "the state's value (the critic's)";
      if (kind != nn::OutputKind::kValues)
        return fmt::format("the largest {} of an action (the network has no critic)", value);
      return std::holds_alternative<nn::Dueling>(head)
                 ? "the state's value (the dueling network's own)"
                 : fmt::format("the state's value (largest {} of an action){}", value, atoms);
    case Question::kLinear:
      return fmt::format("Σ weight·{} over actions{}", value, atoms);
    case Question::kProbability:
      if (kind != nn::OutputKind::kValues) return "the policy's probability of " + action;
      return fmt::format("softmax probability of {} among the actions{}", action, atoms);
    case Question::kFiner:
      return fmt::format("{} of {} against the actions of nearest value{}", value, action, atoms);
    case Question::kAtomLogit:
      return fmt::format("logit of atom {} of {}{}", atom_, action, atoms);
    case Question::kAtomProbability:
      return fmt::format("probability of atom {} of {}{}", atom_, action, atoms);
    case Question::kEntropy:
      return fmt::format("entropy of the return distribution of {}{}", action, atoms);
    case Question::kLowerTail:
      return fmt::format("mean return of {} in its worst {:g} %{}", action, 100 * share_, atoms);
    case Question::kUpperTail:
      return fmt::format("mean return of {} in its best {:g} %{}", action, 100 * share_, atoms);
    default:
      return fmt::format("{} of {}{}", value, action, atoms);
  }
}

}  // namespace arcadecam::explain
