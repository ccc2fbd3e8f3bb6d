#include "nn/recurrent_cells.h"

#include <algorithm>

#include "arcadecam/core/error.h"

namespace arcadecam::nn {
namespace {

/// Lists a cell's nodes under their indices in the graph.
class Cell {
 public:
  Cell(const std::string& name, const CellWeights& weights, std::int64_t gates, int first)
      : name_(name), first_(first) {
    const Shape& shape = weights.hidden->shape();
    hidden_ = shape.rank() == 2 ? shape[1] : 0;
    if (hidden_ < 1 || shape[0] != gates * hidden_ || weights.input->shape().rank() != 2 ||
        weights.input->shape()[0] != shape[0]) {
      throw bad_input(
          "the recurrent layer '{}': expected weights of {} times as many rows as it remembers "
          "values, found {} and {}",
          name, gates, to_string(weights.input->shape()), to_string(shape));
    }
  }

  int add(const std::string& part, Op op, std::vector<int> inputs) {
    nodes_.push_back({part.empty() ? name_ : name_ + "." + part, std::move(op), std::move(inputs)});
    return first_ + static_cast<int>(nodes_.size()) - 1;
  }
  /// The rows of so many gates in weights or biases (which may be null).
  [[nodiscard]] Weights rows(const Weights& of, std::int64_t gate, std::int64_t count) const {
    if (of == nullptr) return nullptr;
    const Shape& shape = of->shape();
    const std::int64_t row = shape.count() / shape[0], rows = count * hidden_;
    Tensor part(shape.rank() == 1 ? Shape{rows} : Shape{rows, row});
    std::copy_n(of->data() + gate * hidden_ * row, rows * row, part.data());
    return std::make_shared<const Tensor>(std::move(part));
  }
  /// `count` gates' values, from gate number `gate` on.
  int gates(const std::string& part, int from, std::int64_t gate, std::int64_t count = 1) {
    return add(part, Slice{gate * hidden_, count * hidden_}, {from});
  }
  int sigmoid(const std::string& part, int from) {
    return add(part, Activation{Activation::Kind::kSigmoid}, {from});
  }
  int tanh(const std::string& part, int from) {
    return add(part, Activation{Activation::Kind::kTanh}, {from});
  }
  /// What comes in and is replaced by the output of the node `next`.
  int state(const std::string& part, const std::string& next) {
    return add(part, State{hidden_, next}, {});
  }

  std::vector<Node> take() { return std::move(nodes_); }

 private:
  std::string name_;
  int first_;
  std::int64_t hidden_;
  std::vector<Node> nodes_;
};

}  // namespace

std::vector<Node> gru_cell(const std::string& name, const CellWeights& weights, int input,
                           int first, CellState given, GruReset order) {
  Cell cell(name, weights, 3, first);
  const int h = given.hidden >= 0 ? given.hidden : cell.state("state", name);
  const int ih = cell.add("ih", Linear{weights.input, weights.input_bias}, {input});
  const auto hidden = [&](const std::string& part, int from, std::int64_t gate,
                          std::int64_t count) {
    return cell.add(
        part,
        Linear{cell.rows(weights.hidden, gate, count), cell.rows(weights.hidden_bias, gate, count)},
        {from});
  };
  // What depends on h alone is one layer.
  const bool after = order == GruReset::kAfterWeights;
  const int hh = after ? cell.add("hh", Linear{weights.hidden, weights.hidden_bias}, {h})
                       : hidden("hh", h, 0, 2);
  const int gates =
      cell.add("gates", Add{},
               {cell.gates("ih.gates", ih, 0, 2), after ? cell.gates("hh.gates", hh, 0, 2) : hh});
  const int reset = cell.sigmoid("reset", cell.gates("reset.sum", gates, 0));
  const int sum = cell.gates("update.sum", gates, 1);
  const int update = cell.sigmoid("update", sum);
  // 1 − σ(x) = σ(−x)
  const int renewed = cell.sigmoid("renewed", cell.add("renewed.sum", Scale{-1}, {sum}));
  const int recalled = after ? cell.add("recalled", Gate{}, {reset, cell.gates("hh.new", hh, 2)})
                             : hidden("hh.new", cell.add("recalled", Gate{}, {reset, h}), 2, 1);
  const int fresh =
      cell.tanh("new", cell.add("new.sum", Add{}, {cell.gates("ih.new", ih, 2), recalled}));
  const int written = cell.add("written", Gate{}, {renewed, fresh});
  const int kept = cell.add("kept", Gate{}, {update, h});
  cell.add("", Add{}, {written, kept});
  return cell.take();
}

std::vector<Node> lstm_cell(const std::string& name, const CellWeights& weights, int input,
                            int first, CellState given) {
  Cell cell(name, weights, 4, first);
  const int h = given.hidden >= 0 ? given.hidden : cell.state("state", name);
  const int c = given.cell >= 0 ? given.cell : cell.state("cell.state", name + ".cell");
  const int ih = cell.add("ih", Linear{weights.input, weights.input_bias}, {input});
  const int hh = cell.add("hh", Linear{weights.hidden, weights.hidden_bias}, {h});
  const int gates = cell.add("gates", Add{}, {ih, hh});
  const int in = cell.sigmoid("input", cell.gates("input.sum", gates, 0));
  const int forget = cell.sigmoid("forget", cell.gates("forget.sum", gates, 1));
  const int fresh = cell.tanh("new", cell.gates("new.sum", gates, 2));
  const int out = cell.sigmoid("output", cell.gates("output.sum", gates, 3));
  const int kept = cell.add("kept", Gate{}, {forget, c});
  const int written = cell.add("written", Gate{}, {in, fresh});
  const int next = cell.add("cell", Add{}, {kept, written});
  cell.add("", Gate{}, {out, cell.tanh("shown", next)});
  return cell.take();
}

}  // namespace arcadecam::nn
