#include "checkpoint/building/weight_norm.h"

#include <array>
#include <cmath>
#include <memory>
#include <utility>

namespace arcadecam::checkpoint {
namespace {

struct Naming {
  std::string_view length, direction;
};
constexpr std::array<Naming, 2> kWeightNorms{
    {{"parametrizations.weight.original0", "parametrizations.weight.original1"},
     {"weight_g", "weight_v"}}};

// Null where that is no length and direction of an output each.
nn::Weights plain_weight(const Tensor& length, const Tensor& direction) {
  const std::int64_t outputs = direction.shape().rank() < 2 ? 0 : direction.shape()[0];
  if (outputs == 0 || length.size() != outputs || length.shape()[0] != outputs) return nullptr;
  auto weight = std::make_shared<Tensor>(direction.shape());
  const std::int64_t each = direction.size() / outputs;
  for (std::int64_t o = 0; o < outputs; ++o) {
    const float* from = direction.data() + o * each;
    double squares = 0;
    for (std::int64_t i = 0; i < each; ++i) squares += static_cast<double>(from[i]) * from[i];
    if (squares == 0) return nullptr;
    const double factor = length.data()[o] / std::sqrt(squares);
    for (std::int64_t i = 0; i < each; ++i)
      weight->data()[o * each + i] = static_cast<float>(from[i] * factor);
  }
  return weight;
}

}  // namespace

std::vector<std::string> undo_weight_norm(StateDict& state) {
  std::vector<std::string> undone;
  for (const Naming& naming : kWeightNorms) {
    for (std::size_t i = 0; i < state.tensors.size(); ++i) {
      const std::string name = state.tensors[i].name;
      if (!name.ends_with(naming.direction)) continue;
      const std::string layer = name.substr(0, name.size() - naming.direction.size());
      if (!layer.empty() && layer.back() != '.') continue;
      const std::string length = layer + std::string(naming.length);
      const nn::Weights lengths = state.find(length);
      if (lengths == nullptr || state.find(layer + "weight") != nullptr) continue;
      nn::Weights weight = plain_weight(*lengths, *state.tensors[i].tensor);
      if (weight == nullptr) continue;
      undone.push_back(layer + "weight");
      state.tensors[i] = {undone.back(), std::move(weight)};
      std::erase_if(state.tensors, [&](const auto& tensor) { return tensor.name == length; });
      i = static_cast<std::size_t>(-1);  // the list is another one now
    }
  }
  return undone;
}

}  // namespace arcadecam::checkpoint
