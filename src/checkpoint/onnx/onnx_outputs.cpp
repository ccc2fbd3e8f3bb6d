// Which of a model's outputs plays, which is a critic's and which is what a state becomes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checkpoint/onnx/onnx_importer.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {

nn::Graph Importer::finish() {
  if (model_.outputs.empty()) throw bad_input("the model has no output");
  const Value* chosen = nullptr;
  std::set<int> next;
  for (const auto& [state, node] : next_of_) next.insert(node);
  std::size_t states = 0;
  for (const std::string& name : model_.outputs) {
    const auto found = values_.find(name);
    if (found == values_.end())
      throw bad_input("the output '{}' is never computed", printable(name));
    const Value& value = found->second;
    const bool fits =
        !value.constant && value.node > 0 &&
        (value.pending == Value::Pending::kNone || value.pending == Value::Pending::kChoice) &&
        shapes_[static_cast<std::size_t>(value.node)].rank() == 1;
    if (fits && next.contains(value.node) && model_.outputs.size() > 1) {
      ++states;
      continue;
    }
    // Of an actor-critic the policy plays, not its value of one number.
    const bool larger =
        chosen == nullptr || (shapes_[static_cast<std::size_t>(chosen->node)].count() == 1 &&
                              fits && shapes_[static_cast<std::size_t>(value.node)].count() > 1);
    if (fits && larger) chosen = &value;
  }
  if (chosen == nullptr)
    throw bad_input("none of the model's outputs is a vector of one value an action");
  states += pair_states(*chosen);
  const int critic = critic_beside(*chosen);
  if (model_.outputs.size() > 1 + states) {
    unknown_.push_back(fmt::format(
        "Which of the model's {} outputs plays: the first vector of more than one value is taken.",
        model_.outputs.size() - states));
  }
  if (critic >= 0) {
    unknown_.push_back(
        fmt::format("Whether the output of '{}', a single number, is the state's "
                    "value: it is taken for a critic's.",
                    printable(nodes_[static_cast<std::size_t>(critic)].name)));
  }
  if (chosen->pending == Value::Pending::kChoice) {
    unknown_.emplace_back(
        "The model returns an action; what it takes the largest of is what is explained.");
  }
  name_output_kind(*chosen, critic >= 0);
  return only_what_leads_to(chosen->node, critic);
}

// An exporter's names tell a policy from action values; nothing else in a file does.
void Importer::name_output_kind(const Value& chosen, bool has_critic) {
  nn::Node& head = nodes_[static_cast<std::size_t>(chosen.node)];
  if (has_critic || std::holds_alternative<nn::Softmax>(head.op) ||
      chosen.pending == Value::Pending::kChoice)
    return;
  const auto name = std::ranges::find_if(model_.outputs, [&](const std::string& output) {
    return &values_.find(output)->second == &chosen;
  });
  std::string lower = name == model_.outputs.end() ? std::string() : *name;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  head.is_policy =
      lower.find("logit") != std::string::npos || lower.find("policy") != std::string::npos;
  unknown_.push_back(
      fmt::format("Whether the output is action values or a policy's logits: by its name, '{}', it "
                  "is taken for {}.",
                  printable(lower), head.is_policy ? "logits" : "action values"));
}

// The node of the only output of one number, −1 where there is none.
int Importer::critic_beside(const Value& chosen) const {
  const nn::Op& head = nodes_[static_cast<std::size_t>(chosen.node)].op;
  const bool has_one =
      std::holds_alternative<nn::Dueling>(head) || std::holds_alternative<nn::ExpectedValue>(head);
  int critic = -1;
  for (const std::string& name : model_.outputs) {
    const Value& value = values_.find(name)->second;
    if (value.constant || value.node <= 0 || value.node == chosen.node || has_one ||
        std::ranges::any_of(next_of_,
                            [&](const auto& pair) { return pair.second == value.node; }) ||
        value.pending != Value::Pending::kNone ||
        shapes_[static_cast<std::size_t>(value.node)] != Shape{1}) {
      continue;
    }
    if (critic >= 0) return -1;
    critic = value.node;
  }
  return critic;
}

// States that no GRU or LSTM says the next value of (cells written out as single operators): the
// outputs that are left, in order. Returns how many those are.
std::size_t Importer::pair_states(const Value& chosen) {
  std::vector<int> roots{chosen.node};
  for (const auto& [state, node] : next_of_) roots.push_back(node);
  const std::vector<bool> used = leading_to(roots);
  std::vector<int> open;
  for (const int state : states_) {
    if (used[static_cast<std::size_t>(state)] && !next_of_.contains(state)) open.push_back(state);
  }
  if (open.empty()) return 0;
  std::vector<std::pair<int, std::string>> left;
  for (const std::string& name : model_.outputs) {
    const Value& value = values_.find(name)->second;
    const bool bound =
        std::ranges::any_of(next_of_, [&](const auto& pair) { return pair.second == value.node; });
    if (&value != &chosen && is_vector(value) && !bound) left.emplace_back(value.node, name);
  }
  const auto place = [](int node) { return static_cast<std::size_t>(node); };
  // A critic's single number stands before or behind the states.
  if (left.size() == open.size() + 1) {
    const auto critic = std::ranges::find_if(
        left, [&](const auto& output) { return shapes_[place(output.first)] == Shape{1}; });
    if (critic != left.end()) left.erase(critic);
  }
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string& name = nodes_[place(open[i])].name;
    if (left.size() != open.size() || shapes_[place(left[i].first)] != shapes_[place(open[i])]) {
      throw bad_input(
          "the model takes '{}' beside the image: expected what a recurrent layer remembers, which "
          "the model puts out again for the next step; found no such output of {} values",
          name, shapes_[place(open[i])].count());
    }
    next_of_.emplace(open[i], left[i].first);
    unknown_.push_back(
        fmt::format("What the state '{}' becomes in the next step: the output '{}' is taken, by "
                    "their order.",
                    name, printable(left[i].second)));
  }
  return open.size();
}

// Which nodes these depend on, and what the states among them become.
std::vector<bool> Importer::leading_to(std::vector<int> nodes) const {
  std::vector<bool> needed(nodes_.size());
  while (!nodes.empty()) {
    const int node = nodes.back();
    nodes.pop_back();
    if (needed[static_cast<std::size_t>(node)]) continue;
    needed[static_cast<std::size_t>(node)] = true;
    const std::vector<int>& inputs = nodes_[static_cast<std::size_t>(node)].inputs;
    nodes.insert(nodes.end(), inputs.begin(), inputs.end());
    if (const auto next = next_of_.find(node); next != next_of_.end())
      nodes.push_back(next->second);
  }
  return needed;
}

// The nodes in order, the output last.
nn::Graph Importer::only_what_leads_to(int output, int critic) {
  const auto at = [](int node) { return static_cast<std::size_t>(node); };
  std::vector<int> roots{0, output};
  if (critic >= 0) roots.push_back(critic);
  const std::vector<bool> needed = leading_to(std::move(roots));
  if (critic >= 0) nodes_[at(critic)].is_value = true;
  for (const auto& [state, next] : next_of_)
    std::get<nn::State>(nodes_[at(state)].op).next = nodes_[at(next)].name;
  std::vector<int> place(nodes_.size(), -1);
  std::vector<nn::Node> kept;
  const auto keep = [&](std::size_t i) {
    place[i] = static_cast<int>(kept.size());
    for (int& from : nodes_[i].inputs) {
      if (place[at(from)] < 0) {
        throw bad_input("the output of '{}', which plays, is an input of '{}' as well",
                        nodes_[at(from)].name, nodes_[i].name);
      }
      from = place[at(from)];
    }
    kept.push_back(std::move(nodes_[i]));
  };
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (needed[i] && i != at(output)) keep(i);
  }
  if (output > 0) keep(at(output));
  return nn::Graph(std::move(kept));
}

}  // namespace arcadecam::checkpoint::onnx
