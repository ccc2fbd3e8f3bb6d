#include "checkpoint/described/described_layers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "checkpoint/building/weight_algebra.h"
#include "core/text.h"
#include "nn/infer_shape.h"

namespace arcadecam::checkpoint {
namespace {

constexpr int kMostDescribedLayers = 1000, kMostPadding = 64, kMostStride = 1024,
              kMostGroups = 1024;
constexpr std::int64_t kMostValues = std::int64_t{1} << 24;
constexpr double kMostEpsilon = 1.0;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '+';
}

// "name", or where the weights come from, or what it is.
std::string name_of(JsonFields& fields, const std::string& type, int position) {
  if (const JsonValue* own = fields.find("name")) {
    if (!std::ranges::all_of(text_of(*own), is_name_character))
      throw wrong(*own, "a name of letters, digits and _ . - +");
    return text_of(*own);
  }
  std::string name;
  if (const auto prefix = fields.text_if("weights")) {
    name = *prefix;
  } else if (const auto key = fields.text_if("weight")) {
    name = key->substr(0, key->rfind('.'));
  }
  if (name.empty()) return fmt::format("{}.{}", type, position);
  std::ranges::replace_if(
      name, [](char c) { return !is_name_character(c); }, '_');
  return name;
}

// One number for all sides, or two: in front and behind.
std::pair<int, int> padding_of(JsonFields& fields) {
  const JsonValue* value = fields.find("padding");
  if (value == nullptr) return {0, 0};
  const auto* sides = std::get_if<JsonValue::Items>(&value->value);
  if (sides == nullptr) {
    const int all = fields.integer("padding", 0, kMostPadding);
    return {all, all};
  }
  const auto side = [&](std::size_t i) {
    const auto* number = std::get_if<double>(&sides->at(i).value);
    const bool good = number != nullptr && *number >= 0 && *number <= kMostPadding &&
                      *number == static_cast<int>(*number);
    if (!good) throw wrong(sides->at(i), fmt::format("a whole number from 0 to {}", kMostPadding));
    return static_cast<int>(*number);
  };
  if (sides->size() != 2)
    throw wrong(*value, "a number or two: in front and behind", fmt::format("{}", sides->size()));
  return {side(0), side(1)};
}

// What a layer says that it gives: "value" is the critic's, "policy" the actions' logits.
std::string head_of(JsonFields& fields) {
  const JsonValue* head = fields.find("head");
  if (head == nullptr) return {};
  const std::string text = text_of(*head);
  if (text != "value" && text != "policy") throw wrong(*head, "\"value\" or \"policy\"");
  return text;
}

// What others say of a tensor or a node, with the place that asked for it.
template <typename Work>
auto placed(const JsonValue& place, const Work& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw bad_input("{}: {}", place_of(place), error.what());
  }
}

}  // namespace

DescribedLayers::DescribedLayers(TensorTaker& taker, const Shape& input, float divisor)
    : taker_(taker), nodes_{{"input", nn::Input{input}, {}}}, shapes_{input} {
  if (divisor != 1) {
    nodes_.push_back({"scale", nn::Scale{1.0F / divisor}, {0}});
    shapes_.push_back(input);
  }
  // Layers that ask for the input mean what the others see.
  const int last = static_cast<int>(nodes_.size()) - 1;
  places_ = {{"input", last}, {"scale", last}};
  values_ = input.count() * static_cast<std::int64_t>(nodes_.size());
}

const std::map<std::string_view, DescribedLayers::Maker>& DescribedLayers::makers() {
  using Self = DescribedLayers;
  using Kind = nn::Activation::Kind;
  static const std::map<std::string_view, Maker> table{
      {"conv", &Self::convolution},
      {"batch_norm", &Self::batch_norm},
      {"layer_norm", &Self::layer_norm},
      {"max_pool", &Self::max_pool},
      {"mean_pool", &Self::mean_pool},
      {"relu", &Self::plain<nn::Relu>},
      {"tanh", &Self::activation<Kind::kTanh>},
      {"sigmoid", &Self::activation<Kind::kSigmoid>},
      {"leaky_relu", &Self::leaky_relu},
      {"elu", &Self::elu},
      {"gelu", &Self::activation<Kind::kGelu>},
      {"silu", &Self::activation<Kind::kSilu>},
      {"softplus", &Self::activation<Kind::kSoftplus>},
      {"flatten", &Self::plain<nn::Flatten>},
      {"linear", &Self::linear},
      {"gru", &Self::gru},
      {"lstm", &Self::lstm},
      {"add", &Self::plain<nn::Add>},
      {"concat", &Self::plain<nn::Concat>},
      {"softmax", &Self::plain<nn::Softmax>},
      {"dueling", &Self::plain<nn::Dueling>},
      {"dueling_linear", &Self::dueling_linear},
      {"quantile_head", &Self::quantile_head},
      {"c51", &Self::c51},
  };
  return table;
}

void DescribedLayers::add(const JsonValue& value) {
  if (++layers_ > kMostDescribedLayers)
    throw wrong(value, fmt::format("at most {} layers", kMostDescribedLayers), "more");
  JsonFields fields(value);
  const std::string type = fields.text("type");
  const auto maker = makers().find(type);
  if (maker == makers().end()) {
    std::vector<std::string_view> known;
    for (const auto& [name, make] : makers()) known.push_back(name);
    throw wrong(*fields.find("type"), fmt::format("one of {}", fmt::join(known, ", ")));
  }
  Layer layer{fields, value, name_of(fields, type, layers_), inputs_of(fields), {}};
  if (places_.contains(layer.name)) {
    throw wrong(value, "a name that no layer has (give it one with \"name\")",
                fmt::format("\"{}\"", printable(layer.name)));
  }
  for (const int input : layer.inputs)
    layer.shapes.push_back(shapes_[static_cast<std::size_t>(input)]);
  nn::Op op = (this->*maker->second)(layer);
  const std::string head = head_of(fields);
  const bool critic = head == "value";
  fields.finish();
  append(value, {layer.name, std::move(op), layer.inputs, critic, head == "policy"});
  places_[layer.name] = static_cast<int>(nodes_.size()) - 1;
  if (!critic) return;
  if (shapes_.back() != Shape{1})
    throw wrong(*fields.find("head"), "a layer of one value", to_string(shapes_.back()));
  if (std::exchange(has_critic_, true))
    throw wrong(*fields.find("head"), "one layer that is the value's head", "a second");
}

std::vector<int> DescribedLayers::inputs_of(JsonFields& fields) const {
  const JsonValue* value = fields.find("input");
  if (value == nullptr) return {static_cast<int>(nodes_.size()) - 1};
  const auto place = [&](const JsonValue& name) {
    const auto found = places_.find(text_of(name));
    if (found == places_.end()) throw wrong(name, "\"input\" or the name of an earlier layer");
    return found->second;
  };
  const auto* several = std::get_if<JsonValue::Items>(&value->value);
  if (several == nullptr) return {place(*value)};
  std::vector<int> inputs;
  for (const JsonValue& name : *several) inputs.push_back(place(name));
  return inputs;
}

nn::Weights DescribedLayers::take(const JsonValue& place, const std::string& key,
                                  std::initializer_list<std::int64_t> shape) {
  if (!used_.insert(key).second)
    throw wrong(place, "a tensor that no other layer has", fmt::format("'{}'", printable(key)));
  return placed(place, [&] { return taker_.take(key, shape); });
}

void DescribedLayers::append(const JsonValue& place, nn::Node node) {
  std::vector<Shape> inputs;
  for (const int input : node.inputs) inputs.push_back(shapes_[static_cast<std::size_t>(input)]);
  const Shape shape = placed(place, [&] { return nn::infer_shape(node, inputs); });
  values_ += shape.count();
  if (shape.count() > kMostValues || values_ > kMostInAll) {
    throw wrong(place,
                fmt::format("at most {} values a layer and {} in all", kMostValues, kMostInAll),
                to_string(shape));
  }
  nodes_.push_back(std::move(node));
  shapes_.push_back(shape);
}

nn::Op DescribedLayers::convolution(Layer& layer) {
  constexpr std::int64_t kAny = TensorTaker::kAny;
  const std::string key = required_key(layer.fields, "weight");
  const std::int64_t groups = layer.fields.integer("groups", 1, kMostGroups, 1);
  const std::int64_t dilation = layer.fields.integer("dilation", 1, kMostStride, 1);
  if (layer.image()[0] % groups != 0) {
    throw wrong(*layer.fields.find("groups"), "a divisor of the channels",
                fmt::format("{} of {}", groups, layer.image()[0]));
  }
  const std::int64_t channels = layer.image()[0] / groups;
  nn::Weights weight = is_second(layer.fields, "layout", "oihw", "hwio")
                           ? kernel_from_hwio(*take(layer.place, key, {kAny, kAny, channels, kAny}))
                           : take(layer.place, key, {kAny, channels, kAny, kAny});
  weight = placed(layer.place, [&] { return dense_kernel(std::move(weight), groups, dilation); });
  if (groups > 1 || dilation > 1)
    values_ += weight->size();  // zeros, which no tensor of the file pays for
  nn::Conv2d op;
  op.stride = layer.fields.integer("stride", 1, kMostStride, 1);
  const auto [front, back] = padding_of(layer.fields);
  if (front != back &&
      std::max<std::int64_t>(front, back) >= std::min(weight->shape()[2], weight->shape()[3])) {
    throw wrong(*layer.fields.find("padding"), "unequal sides smaller than the kernel",
                fmt::format("{} and {} of {}", front, back, to_string(weight->shape())));
  }
  const auto bias = key_of(layer.fields, "bias");
  if (bias && (layer.fields.find("bias") != nullptr || taker_.has(*bias)))
    op.bias = take(layer.place, *bias, {weight->shape()[0]});
  const SameConvolution padded = padded_convolution(std::move(weight), front, back);
  op.weight = padded.weight;
  op.padding = padded.padding;
  return op;
}

nn::Op DescribedLayers::batch_norm(Layer& layer) {
  const bool flat = layer.inputs.size() == 1 && layer.shapes[0].rank() == 1;
  const std::int64_t channels = flat ? layer.flat() : layer.image()[0];
  const auto part = [&](const char* name) {
    return take(layer.place, required_key(layer.fields, name), {channels});
  };
  nn::BatchNorm2d op{part("weight"), part("bias"), part("running_mean"), part("running_var")};
  op.epsilon = layer.fields.real("epsilon", 0, kMostEpsilon, op.epsilon);
  if (std::ranges::any_of(op.variance->values(), [](float variance) { return variance < 0; }))
    throw wrong(layer.place, "variances of at least 0", "a negative one");
  if (const auto prefix = layer.fields.text_if("weights"))
    taker_.take_if_present(*prefix + ".num_batches_tracked", {});
  if (flat) return normalised_layer(layer, op);
  return op;
}

nn::Op DescribedLayers::layer_norm(Layer& layer) {
  if (layer.inputs.size() != 1) throw wrong(layer.place, "one input", layer.found());
  const Shape& in = layer.shapes[0];
  const bool each_pixel = layer.fields.boolean("each_pixel", false);
  if (each_pixel && in.rank() != 3) throw wrong(layer.place, "a picture", layer.found());
  const auto part = [&](const char* name) {
    const std::string key = required_key(layer.fields, name);
    if (in.rank() != 3) return take(layer.place, key, {in.count()});
    return each_pixel ? take(layer.place, key, {in[0]})
                      : take(layer.place, key, {in[0], in[1], in[2]});
  };
  nn::LayerNorm op{part("weight"), part("bias")};
  op.epsilon = layer.fields.real("epsilon", 0, kMostEpsilon, op.epsilon);
  return op;
}

nn::Op DescribedLayers::max_pool(Layer& layer) {
  nn::Pool2d op;
  op.kernel = layer.fields.integer("kernel", 1, kMostStride);
  op.stride = layer.fields.integer("stride", 1, kMostStride, op.kernel);
  std::tie(op.before, op.after) = padding_of(layer.fields);
  return op;
}

nn::Op DescribedLayers::mean_pool(Layer& layer) {
  nn::Op op = max_pool(layer);
  auto& pool = std::get<nn::Pool2d>(op);
  pool.kind = nn::Pool2d::Kind::kMean;
  pool.counts_padding = layer.fields.boolean("counts_padding", true);
  return op;
}

nn::Op DescribedLayers::leaky_relu(Layer& layer) {
  return nn::Activation{nn::Activation::Kind::kLeakyRelu,
                        layer.fields.real("alpha", 0, 1e3, 0.01F)};
}

nn::Op DescribedLayers::elu(Layer& layer) {
  return nn::Activation{nn::Activation::Kind::kElu, layer.fields.real("alpha", 0, 1e3, 1.0F)};
}

template <typename Operation>
nn::Op DescribedLayers::plain(Layer& /*layer*/) {
  return Operation{};
}

template <nn::Activation::Kind kind>
nn::Op DescribedLayers::activation(Layer& /*layer*/) {
  return nn::Activation{kind};
}

nn::Graph DescribedLayers::finish() {
  taker_.finish();
  return nn::Graph(std::move(nodes_));
}

}  // namespace arcadecam::checkpoint
