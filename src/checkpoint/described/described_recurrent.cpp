// GRU and LSTM layers of a network description: one step of a layer, whose state is carried through
// the episode.
#include "checkpoint/described/described_layers.h"

namespace arcadecam::checkpoint {

nn::CellWeights DescribedLayers::take_cell(Layer& layer, std::int64_t gates) {
  constexpr std::int64_t kAny = TensorTaker::kAny;
  const std::int64_t inputs = layer.flat();
  // torch.nn.GRU numbers its layers, GRUCell is one.
  const auto key = [&](const char* part) {
    auto found = key_of(layer.fields, part);
    const bool own = layer.fields.find(part) != nullptr;
    if (found && !own && !taker_.has(*found) && taker_.has(*found + "_l0")) *found += "_l0";
    return found;
  };
  const auto matrix = [&](const char* part, std::int64_t columns) {
    const auto found = key(part);
    return take(layer.place, found ? *found : required_key(layer.fields, part), {kAny, columns});
  };
  const auto bias = [&](const char* part, std::int64_t rows) -> nn::Weights {
    const auto found = key(part);
    if (!found || (layer.fields.find(part) == nullptr && !taker_.has(*found))) return nullptr;
    return take(layer.place, *found, {rows});
  };
  nn::CellWeights weights{matrix("weight_ih", inputs), matrix("weight_hh", kAny), nullptr, nullptr};
  const std::int64_t rows = weights.hidden->shape()[0];
  if (rows != gates * weights.hidden->shape()[1] || rows != weights.input->shape()[0]) {
    throw wrong(layer.place,
                fmt::format("weight_ih and weight_hh of {} times as many rows as weight_hh has "
                            "columns",
                            gates),
                fmt::format("{} and {}", to_string(weights.input->shape()),
                            to_string(weights.hidden->shape())));
  }
  weights.input_bias = bias("bias_ih", rows);
  weights.hidden_bias = bias("bias_hh", rows);
  return weights;
}

// All nodes but the last, which add() appends.
nn::Op DescribedLayers::append_cell(Layer& layer, std::vector<nn::Node> cell) {
  nn::Node last = std::move(cell.back());
  cell.pop_back();
  for (nn::Node& node : cell) append(layer.place, std::move(node));
  layer.inputs = std::move(last.inputs);
  return std::move(last.op);
}

nn::Op DescribedLayers::gru(Layer& layer) {
  const nn::CellWeights weights = take_cell(layer, 3);
  return append_cell(layer, nn::gru_cell(layer.name, weights, layer.inputs.front(),
                                         static_cast<int>(nodes_.size())));
}

nn::Op DescribedLayers::lstm(Layer& layer) {
  const nn::CellWeights weights = take_cell(layer, 4);
  return append_cell(layer, nn::lstm_cell(layer.name, weights, layer.inputs.front(),
                                          static_cast<int>(nodes_.size())));
}

}  // namespace arcadecam::checkpoint
