// Which of a model's outputs plays, which is a critic's and which is what a state becomes.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "checkpoint/onnx/onnx_importer.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {

// Whether it is a vector of one value per action, or the choice among them.
bool Importer::can_play(const Value& value) const {
  return !value.constant && !value.flattened_last && value.node > 0 && shape_of(value).rank() == 1;
}

nn::Graph Importer::finish() {
  if (model_.outputs.empty()) throw bad_input("the model has no output");
  const Value* chosen = nullptr;
  int chosen_node = -1;
  std::size_t states = 0;
  bool logits = false;
  for (const std::string& name : model_.outputs) {
    const auto found = values_.find(name);
    if (found == values_.end())
      throw bad_input("the output '{}' is never computed", printable(name));
    const Value& value = found->second;
    if (!can_play(value)) continue;
    if (is_next_state(value.node) && model_.outputs.size() > 1) {
      ++states;
      continue;
    }
    // What the largest is taken of is what plays.
    int node = is_choice(value) ? draft_.input(value.node) : value.node;
    // Logits and normalised ones differ by one number, which changes no decision.
    const bool normalised = draft_.is<LogSoftmax>(node);
    if (normalised) node = draft_.input(node);
    // The policy of an actor-critic plays, not its value of one number.
    const auto count = [&](int of) { return draft_.shape(of).count(); };
    if (chosen == nullptr || (count(chosen_node) == 1 && count(node) > 1)) {
      chosen = &value;
      chosen_node = node;
      logits = normalised;
    }
  }
  if (chosen == nullptr)
    throw bad_input("none of the model's outputs is a vector of one value per action");
  states += pair_states(*chosen, chosen_node);
  const int critic = critic_beside(chosen_node);
  if (model_.outputs.size() > 1 + states && !is_choice(*chosen)) {
    unknown_.push_back(fmt::format(
        "Which of the model's {} outputs plays: the first vector of more than one value is taken.",
        model_.outputs.size() - states));
  }
  if (critic >= 0) {
    unknown_.push_back(
        fmt::format("Whether the output of '{}', a single number, is the state's "
                    "value: it is taken for a critic's.",
                    printable(draft_.node(critic).name)));
  }
  if (is_choice(*chosen)) {
    unknown_.emplace_back(
        "The model returns an action; what it takes the largest of is what is explained.");
  }
  if (logits) {
    unknown_.emplace_back(
        "The model normalises its logits (log-softmax); what is explained are the logits before "
        "that, which differ by one number for all actions.");
  }
  const bool policy = critic < 0 && (logits || is_policy(*chosen, chosen_node));
  return draft_.graph({chosen_node, policy, critic, next_of_});
}

bool Importer::is_next_state(int node) const {
  return std::ranges::any_of(next_of_, [&](const auto& pair) { return pair.second == node; });
}

// An exporter's names tell a policy from action values; nothing else in a file does.
bool Importer::is_policy(const Value& chosen, int chosen_node) {
  if (is_choice(chosen) || draft_.is<nn::Softmax>(chosen_node)) return false;
  const auto name = std::ranges::find_if(model_.outputs, [&](const std::string& output) {
    return &values_.find(output)->second == &chosen;
  });
  std::string lower = name == model_.outputs.end() ? std::string() : *name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const bool policy =
      lower.find("logit") != std::string::npos || lower.find("policy") != std::string::npos;
  unknown_.push_back(
      fmt::format("Whether the output is action values or a policy's logits: by its name, '{}', it "
                  "is taken for {}.",
                  printable(lower), policy ? "logits" : "action values"));
  return policy;
}

// The node of the only output of one number, −1 where there is none.
int Importer::critic_beside(int chosen) const {
  if (draft_.is<nn::Dueling>(chosen) || draft_.is<nn::ExpectedValue>(chosen)) return -1;
  int critic = -1;
  for (const std::string& name : model_.outputs) {
    const Value& value = values_.find(name)->second;
    if (value.constant || value.node <= 0 || value.node == chosen || is_next_state(value.node) ||
        is_choice(value) || shape_of(value) != Shape{1}) {
      continue;
    }
    if (critic >= 0) return -1;
    critic = value.node;
  }
  return critic;
}

// States that no GRU or LSTM says the next value of (cells written out as single operators): the
// outputs that are left, in order. Returns how many those are.
std::size_t Importer::pair_states(const Value& chosen, int chosen_node) {
  std::vector<int> roots{chosen_node};
  for (const auto& [state, node] : next_of_) roots.push_back(node);
  const std::vector<bool> used = draft_.leading_to(roots, next_of_);
  std::vector<int> open;
  for (const int state : states_) {
    if (used[static_cast<std::size_t>(state)] && !next_of_.contains(state)) open.push_back(state);
  }
  if (open.empty()) return 0;
  std::vector<std::pair<int, std::string>> left;
  for (const std::string& name : model_.outputs) {
    const Value& value = values_.find(name)->second;
    if (&value != &chosen && is_vector(value) && !is_next_state(value.node))
      left.emplace_back(value.node, name);
  }
  // A critic's single number stands before or behind the states.
  if (left.size() == open.size() + 1) {
    const auto critic = std::ranges::find_if(
        left, [&](const auto& output) { return draft_.shape(output.first) == Shape{1}; });
    if (critic != left.end()) left.erase(critic);
  }
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string& name = draft_.node(open[i]).name;
    if (left.size() != open.size() || draft_.shape(left[i].first) != draft_.shape(open[i])) {
      throw bad_input(
          "the model takes '{}' beside the image: expected what a recurrent layer remembers, which "
          "the model puts out again for the next step; found no such output of {} values",
          name, draft_.shape(open[i]).count());
    }
    next_of_.emplace(open[i], left[i].first);
    unknown_.push_back(
        fmt::format("What the state '{}' becomes in the next step: the output '{}' is taken, by "
                    "their order.",
                    name, printable(left[i].second)));
  }
  return open.size();
}

}  // namespace arcadecam::checkpoint::onnx
