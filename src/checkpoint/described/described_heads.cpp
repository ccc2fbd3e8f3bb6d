// Fully connected layers of a network description, and what is made of them at a network's end.
#include "checkpoint/building/weight_algebra.h"
#include "checkpoint/described/described_layers.h"
#include "core/text.h"

namespace arcadecam::checkpoint {

std::optional<std::string> key_of(JsonFields& fields, const char* part) {
  const std::optional<std::string> prefix = fields.text_if("weights");
  if (const JsonValue* own = fields.find(part)) {
    if (std::holds_alternative<std::monostate>(own->value)) return std::nullopt;
    return text_of(*own);
  }
  if (prefix) return fmt::format("{}.{}", *prefix, part);
  return std::nullopt;
}

std::string required_key(JsonFields& fields, const char* part) {
  auto key = key_of(fields, part);
  if (!key) {
    throw wrong(fields.self(),
                fmt::format("a member \"weights\" (a prefix of keys) or \"{}\" (a "
                            "key of the checkpoint)",
                            part),
                "none");
  }
  return *key;
}

bool is_second(JsonFields& fields, const char* member, std::string_view first,
               std::string_view second) {
  const JsonValue* value = fields.find(member);
  if (value == nullptr || text_of(*value) == first) return false;
  if (text_of(*value) != second)
    throw wrong(*value, fmt::format("\"{}\" or \"{}\"", first, second));
  return true;
}

namespace {

constexpr std::int64_t kMostDiagonal = 4096;

nn::Weights zeros(std::int64_t length) {
  auto bias = std::make_shared<Tensor>(Shape{length});
  std::ranges::fill(bias->values(), 0.0F);
  return bias;
}

// The same with a bias, which sums of rows need.
nn::Linear biased(nn::Linear layer) {
  if (layer.bias == nullptr) layer.bias = zeros(layer.weight->shape()[0]);
  return layer;
}

}  // namespace

// Into the linear layer right in front of it a normalisation of flat values is merged, whose name
// nothing can take from then on; else it is a linear layer of its own.
nn::Op DescribedLayers::normalised_layer(Layer& layer, const nn::BatchNorm2d& norm) {
  const int from = layer.inputs[0];
  const auto* linear = std::get_if<nn::Linear>(&nodes_[static_cast<std::size_t>(from)].op);
  const bool is_last = from == static_cast<int>(nodes_.size()) - 1;
  if (linear == nullptr || !is_last || nodes_.back().is_value) {
    const std::int64_t count = layer.flat();
    if (count > kMostDiagonal) {
      throw wrong(layer.place,
                  fmt::format("at most {} values that no linear layer puts out", kMostDiagonal),
                  fmt::format("{}", count));
    }
    values_ += count * count;  // the weights that no tensor of the file pays for
    return normalised(identity_layer(count), norm);
  }
  nn::Linear merged = normalised(*linear, norm);
  places_.erase(nodes_.back().name);
  layer.inputs = nodes_.back().inputs;
  values_ -= shapes_.back().count();
  nodes_.pop_back();
  shapes_.pop_back();
  return merged;
}

nn::Linear DescribedLayers::take_linear(JsonFields& fields, std::int64_t inputs) {
  nn::Linear op;
  const std::string key = required_key(fields, "weight");
  if (is_second(fields, "layout", "oi", "io")) {
    op.weight = transposed(*take(fields.self(), key, {inputs, TensorTaker::kAny}));
  } else {
    op.weight = take(fields.self(), key, {TensorTaker::kAny, inputs});
  }
  const auto bias = key_of(fields, "bias");
  if (bias && (fields.find("bias") != nullptr || taker_.has(*bias)))
    op.bias = take(fields.self(), *bias, {op.weight->shape()[0]});
  return op;
}

nn::Op DescribedLayers::linear(Layer& layer) {
  nn::Linear op = take_linear(layer.fields, layer.flat());
  if (!is_second(layer.fields, "order", "chw", "hwc")) return op;
  const nn::Node& before = nodes_[static_cast<std::size_t>(layer.inputs[0])];
  const bool flattens = std::holds_alternative<nn::Flatten>(before.op);
  const Shape image = flattens ? shapes_[static_cast<std::size_t>(before.inputs[0])] : Shape{};
  if (image.rank() != 3) {
    throw wrong(*layer.fields.find("order"), "a layer that takes a flattened C×H×W", layer.found());
  }
  op.weight = columns_from_hwc(*op.weight, image[1], image[2]);
  return op;
}

nn::Op DescribedLayers::quantile_head(Layer& layer) {
  const nn::Linear head = take_linear(layer.fields, layer.flat());
  const int quantiles = layer.fields.integer("quantiles", 1, 10'000);
  const bool outermost = layer.fields.boolean("quantile_outermost", false);
  const std::int64_t outputs = head.weight->shape()[0];
  if (outputs % quantiles != 0) {
    throw wrong(layer.place, fmt::format("a multiple of {} quantiles", quantiles),
                fmt::format("{} outputs", outputs));
  }
  has_quantiles_ = true;
  return mean_of_quantiles(biased(head), quantiles, outermost);
}

// Both streams' hidden layers, joined, go into one layer of logits.
nn::Op DescribedLayers::dueling_linear(Layer& layer) {
  if (layer.inputs.size() != 2 || layer.shapes[0].rank() != 1 || layer.shapes[1].rank() != 1)
    throw wrong(layer.place, "two flat inputs: the value's and the advantage's", layer.found());
  const auto stream = [&](const char* which, std::int64_t inputs) {
    JsonFields fields(layer.fields.at(which, "an object with the weights"));
    nn::Linear result = biased(take_linear(fields, inputs));
    fields.finish();
    return result;
  };
  const nn::Linear value = stream("value", layer.shapes[0][0]);
  const nn::Linear advantage = stream("advantage", layer.shapes[1][0]);
  const std::int64_t atoms = value.weight->shape()[0], outputs = advantage.weight->shape()[0];
  if (outputs % atoms != 0) {
    throw wrong(layer.place,
                fmt::format("advantages of a multiple of the value's {} outputs", atoms),
                fmt::format("{}", outputs));
  }
  const std::int64_t inputs = layer.shapes[0][0] + layer.shapes[1][0];
  if (outputs * inputs > kMostInAll) {
    throw wrong(layer.place, fmt::format("at most {} weights", kMostInAll),
                fmt::format("{}×{}", outputs, inputs));
  }
  append(layer.place, {layer.name + ".inputs", nn::Concat{}, layer.inputs});
  layer.inputs = {static_cast<int>(nodes_.size()) - 1};
  return dueling_atoms(value, advantage);
}

nn::Op DescribedLayers::c51(Layer& layer) {
  layer.flat();
  if (const auto key = layer.fields.text_if("support"))
    return nn::ExpectedValue{take(layer.place, *key, {TensorTaker::kAny})};
  const int atoms = layer.fields.integer("atoms", 2, 10'000);
  const float low = layer.fields.real("v_min", -1e6, 1e6);
  const float high = layer.fields.real("v_max", -1e6, 1e6);
  if (!(low < high)) {
    throw wrong(*layer.fields.find("v_max"), fmt::format("more than v_min, which is {}", low));
  }
  return nn::ExpectedValue{support(low, high, atoms)};
}

}  // namespace arcadecam::checkpoint
