// GRU and LSTM operators: one step of one layer, whose state comes in beside the image.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "checkpoint/onnx/onnx_importer.h"
#include "core/text.h"

namespace arcadecam::checkpoint::onnx {
namespace {

constexpr std::int64_t kMostRemembered = 65536;
constexpr int kMostCells = 64;

}  // namespace

void Importer::read_state(const Input& state, std::string_view image) {
  std::vector<std::int64_t> extents = state.extents;
  const bool vector = extents.size() >= 2 && extents.size() <= 3 && extents.back() >= 1 &&
                      extents.back() <= kMostRemembered;
  for (std::size_t i = 0; vector && i + 1 < extents.size(); ++i)
    extents[i] = extents[i] == -1 ? 1 : extents[i];
  if (!vector || std::ranges::count(extents, 1) < std::ssize(extents) - 1) {
    throw bad_input(
        "the model takes '{}' of {} beside the image '{}'; expected what one recurrent layer "
        "remembers, N×values or 1×N×values",
        printable(state.name), fmt::join(state.extents, "×"), printable(image));
  }
  Value value;
  value.node = append(nn::State{extents.back(), ""}, {},
                      state.name.empty() ? "state" : printable(state.name));
  value.extents = std::move(extents);
  states_.push_back(value.node);
  if (!values_.emplace(state.name, std::move(value)).second)
    throw bad_input("two inputs named '{}'", printable(state.name));
}

// The weights of the current node, whose blocks of rows PyTorch has in the order given.
nn::CellWeights Importer::cell_weights(std::span<const int> order) {
  if (++cells_ > kMostCells) throw fail(fmt::format("more than {} recurrent layers", kMostCells));
  const auto gates = std::ssize(order);
  const Attribute* direction = attribute("direction");
  if (direction != nullptr && direction->text != "forward")
    throw fail("only the direction forward is supported");
  if (attribute("clip") != nullptr || integer("input_forget", 0) != 0 || integer("layout", 0) != 0)
    throw fail("clip, input_forget and layout 1 are not supported");
  if (const Attribute* given = attribute("activations")) {
    const bool gru = gates == 3;
    const std::vector<std::string> usual =
        gru ? std::vector<std::string>{"Sigmoid", "Tanh"}
            : std::vector<std::string>{"Sigmoid", "Tanh", "Tanh"};
    if (given->texts != usual)
      throw fail(fmt::format("only the activations {} are supported", fmt::join(usual, ", ")));
  }
  if (has_input(4)) {
    const Constant& lengths = constant(4);
    if (lengths.integers != std::vector<std::int64_t>{1})
      throw fail("sequence lengths other than 1");
  }
  if (has_input(7)) throw fail("peepholes are not supported");

  const Constant &input = constant(1), &hidden = constant(2);
  const std::int64_t size = hidden.extents.size() == 3 ? hidden.extents[2] : 0;
  const std::int64_t inputs = input.extents.size() == 3 ? input.extents[2] : 0;
  const auto is = [](const Constant& constant, std::vector<std::int64_t> extents) {
    return !constant.is_whole() && constant.extents == extents;
  };
  if (size < 1 || size > kMostRemembered || inputs < 1 || integer("hidden_size", size) != size ||
      !is(input, {1, gates * size, inputs}) || !is(hidden, {1, gates * size, size}) ||
      (has_input(3) && !is(constant(3), {1, 2 * gates * size}))) {
    throw fail(
        fmt::format("weights of {} and {} for a hidden_size of {}: expected 1×{}·H×inputs, "
                    "1×{}·H×H and a bias of 1×{}·H",
                    fmt::join(input.extents, "×"), fmt::join(hidden.extents, "×"),
                    integer("hidden_size", size), gates, gates, 2 * gates));
  }
  const auto blocks = [&](const std::vector<float>& from, std::int64_t first, Shape shape) {
    const std::int64_t block = shape.count() / gates;
    Tensor to(shape);
    for (std::int64_t gate = 0; gate < gates; ++gate) {
      std::copy_n(from.begin() + first + order[static_cast<std::size_t>(gate)] * block, block,
                  to.data() + gate * block);
    }
    return std::make_shared<const Tensor>(std::move(to));
  };
  const std::int64_t rows = gates * size;
  nn::CellWeights weights{blocks(*input.reals, 0, {rows, inputs}),
                          blocks(*hidden.reals, 0, {rows, size}), nullptr, nullptr};
  if (has_input(3)) {
    weights.input_bias = blocks(*constant(3).reals, 0, {rows});
    weights.hidden_bias = blocks(*constant(3).reals, rows, {rows});
  }
  return weights;
}

// The vector that comes in: a sequence of one step.
int Importer::cell_input() const {
  const Value& from = input();
  if (!is_vector(from) || from.extents.size() != 3 || value_axis(from) != 2) {
    throw fail(fmt::format(
        "a sequence of {}: expected one step of one vector, 1×1×inputs (export the policy for a "
        "single step)",
        fmt::join(from.extents, "×")));
  }
  return from.node;
}

// The node of initial state `k`, of which there may be none: zeros.
int Importer::initial_state(std::size_t k, std::int64_t size) {
  if (has_input(k) && !input(k).constant) {
    const Value& from = input(k);
    if (!is_vector(from) || shape_of(from) != Shape{size}) {
      throw fail(fmt::format("an initial state of {}: expected 1×1×{}",
                             fmt::join(from.extents, "×"), size));
    }
    return from.node;
  }
  if (const std::string remark =
          "Whether the recurrent layer starts from the same state in every step, as the file says "
          "it "
          "does: a policy that remembers is exported with its state as input and output.";
      std::ranges::find(unknown_, remark) == unknown_.end()) {
    unknown_.push_back(remark);
  }
  // What is the same in every step: a layer that does not look at what comes in.
  Tensor values(Shape{size});
  if (has_input(k)) {
    const Constant& given = constant(k);
    if (given.is_whole() || std::ssize(*given.reals) != size)
      throw fail(fmt::format("an initial state of {} values: expected {}", given.size(), size));
    std::ranges::copy(*given.reals, values.data());
  }
  const int from = cell_input();
  const std::int64_t inputs = draft_.shape(from)[0];
  return append(nn::Linear{std::make_shared<const Tensor>(Shape{size, inputs}),
                           std::make_shared<const Tensor>(std::move(values))},
                {from}, layer_name() + (k == 6 ? ".cell.start" : ".start"));
}

// Returns the last one's index; the names are made unique.
int Importer::append_cell(std::vector<nn::Node> cell) {
  for (nn::Node& node : cell) append(std::move(node.op), std::move(node.inputs), node.name);
  return draft_.size() - 1;
}

// Output `k`, where the model has it, and what the given state becomes.
void Importer::put_state(std::size_t k, int node, int state) {
  if (std::ranges::find(states_, state) != states_.end() && !next_of_.emplace(state, node).second) {
    throw fail(fmt::format("the state '{}' is another layer's as well", draft_.node(state).name));
  }
  if (k >= node_->outputs.size() || node_->outputs[k].empty()) return;
  Value value;
  value.node = node;
  value.extents = {1, 1, draft_.shape(node)[0]};
  put(std::move(value), k);
}

// The whole sequence, which is one step: 1×directions×1×values.
void Importer::put_sequence(int node) {
  if (node_->outputs[0].empty()) return;
  Value value;
  value.node = node;
  value.extents = {1, 1, 1, draft_.shape(node)[0]};
  put(std::move(value));
}

void Importer::gru() {
  const auto reset = integer("linear_before_reset", 0) == 0 ? nn::GruReset::kBeforeWeights
                                                            : nn::GruReset::kAfterWeights;
  // ONNX has update, reset, new.
  const nn::CellWeights weights = cell_weights(std::array{1, 0, 2});
  const std::int64_t size = weights.hidden->shape()[1];
  const int from = cell_input(), state = initial_state(5, size);
  const int next =
      append_cell(nn::gru_cell(layer_name(), weights, from, draft_.size(), {state}, reset));
  put_sequence(next);
  put_state(1, next, state);
}

void Importer::lstm() {
  // ONNX has input, output, forget, cell.
  const nn::CellWeights weights = cell_weights(std::array{0, 2, 3, 1});
  const std::int64_t size = weights.hidden->shape()[1];
  const int from = cell_input(), state = initial_state(5, size), cell = initial_state(6, size);
  const int next =
      append_cell(nn::lstm_cell(layer_name(), weights, from, draft_.size(), {state, cell}));
  put_sequence(next);
  put_state(1, next, state);
  // c' is the node before its tangent and the last product.
  put_state(2, next - 2, cell);
}

}  // namespace arcadecam::checkpoint::onnx
