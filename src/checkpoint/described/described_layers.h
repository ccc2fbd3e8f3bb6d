#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/nn/graph.h"
#include "checkpoint/building/network_builder.h"
#include "core/json_fields.h"
#include "nn/recurrent_cells.h"

namespace arcadecam::checkpoint {

/// The layers of a network description (docs/checkpoints.md) as a graph, one after the other; each
/// is checked against what comes before it, so that an error can name its line. Tensors are taken
/// once. Bounded: 1000 layers, 2^24 values a layer, 2^26 in all.
class DescribedLayers {
 public:
  static constexpr std::int64_t kMostInAll = std::int64_t{1} << 26;

  /// Input of 0…255 values ("input"), divided by `divisor` ("scale").
  DescribedLayers(TensorTaker& taker, const Shape& input, float divisor);

  void add(const JsonValue& layer);
  /// Whether a layer was the mean of quantiles.
  [[nodiscard]] bool has_quantiles() const { return has_quantiles_; }
  /// Throws Error when the layers are no network (one that nothing uses, an output that is no
  /// vector) or tensors are left over.
  nn::Graph finish();

 private:
  struct Layer;
  using Maker = nn::Op (DescribedLayers::*)(Layer& layer);
  static const std::map<std::string_view, Maker>& makers();

  nn::Op convolution(Layer& layer);
  nn::Op batch_norm(Layer& layer);
  nn::Op normalised_layer(Layer& layer, const nn::BatchNorm2d& norm);
  nn::Op layer_norm(Layer& layer);
  nn::Op max_pool(Layer& layer);
  nn::Op mean_pool(Layer& layer);
  nn::Op linear(Layer& layer);
  nn::Op dueling_linear(Layer& layer);
  nn::Op quantile_head(Layer& layer);
  nn::Op c51(Layer& layer);
  nn::Op gru(Layer& layer);
  nn::Op lstm(Layer& layer);
  nn::Op leaky_relu(Layer& layer);
  nn::Op elu(Layer& layer);
  template <typename Operation>
  nn::Op plain(Layer& layer);
  template <nn::Activation::Kind kind>
  nn::Op activation(Layer& layer);

  std::vector<int> inputs_of(JsonFields& fields) const;
  nn::Weights take(const JsonValue& place, const std::string& key,
                   std::initializer_list<std::int64_t> shape);
  nn::Linear take_linear(JsonFields& fields, std::int64_t inputs);
  nn::CellWeights take_cell(Layer& layer, std::int64_t gates);
  nn::Op append_cell(Layer& layer, std::vector<nn::Node> cell);
  void append(const JsonValue& place, nn::Node node);

  TensorTaker& taker_;
  std::vector<nn::Node> nodes_;
  std::vector<Shape> shapes_;
  std::map<std::string, int, std::less<>> places_;
  std::set<std::string, std::less<>> used_;
  std::int64_t values_ = 0;
  int layers_ = 0;
  bool has_quantiles_ = false, has_critic_ = false;
};

// What the files that make a description's layers share.

/// The key of a tensor: the member `part`, or PREFIX.part of "weights". None where `part` is null
/// or nothing says it.
std::optional<std::string> key_of(JsonFields& fields, const char* part);
/// The same; throws Error where nothing says it.
std::string required_key(JsonFields& fields, const char* part);

/// Whether the member is the second of two words; it is the first where it is missing. Throws Error
/// for any other.
bool is_second(JsonFields& fields, const char* member, std::string_view first,
               std::string_view second);

/// A layer while it is made.
struct DescribedLayers::Layer {
  JsonFields& fields;
  const JsonValue& place;
  std::string name;
  std::vector<int> inputs;
  std::vector<Shape> shapes;

  const Shape& image() const {
    if (inputs.size() != 1 || shapes[0].rank() != 3) throw wrong(place, "one input C×H×W", found());
    return shapes[0];
  }
  std::int64_t flat() const {
    if (inputs.size() != 1 || shapes[0].rank() != 1)
      throw wrong(place, "one flat input (put a flatten in front)", found());
    return shapes[0][0];
  }
  std::string found() const {
    std::vector<std::string> texts;
    for (const Shape& shape : shapes) texts.push_back(to_string(shape));
    return fmt::format("{}", fmt::join(texts, " and "));
  }
};

}  // namespace arcadecam::checkpoint
