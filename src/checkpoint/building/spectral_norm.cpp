#include "checkpoint/building/spectral_norm.h"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace arcadecam::checkpoint {
namespace {

struct SpectralNaming {
  std::string_view weight, left, right;
};
constexpr std::array<SpectralNaming, 2> kSpectralNorms{
    {{"parametrizations.weight.original", "parametrizations.weight.0._u",
      "parametrizations.weight.0._v"},
     {"weight_orig", "weight_u", "weight_v"}}};

// Null where the vectors are not those of the weight as a matrix of one row per output.
nn::Weights divided_by_norm(const Tensor& weight, const Tensor& left, const Tensor& right) {
  const std::int64_t outputs = weight.shape().rank() < 2 ? 0 : weight.shape()[0];
  if (outputs == 0 || left.size() != outputs || right.size() * outputs != weight.size())
    return nullptr;
  double norm = 0;
  for (std::int64_t o = 0; o < outputs; ++o) {
    const float* row = weight.data() + o * right.size();
    double sum = 0;
    for (std::int64_t i = 0; i < right.size(); ++i)
      sum += static_cast<double>(row[i]) * right.data()[i];
    norm += sum * left.data()[o];
  }
  if (norm == 0) return nullptr;
  auto plain = std::make_shared<Tensor>(weight.shape());
  for (std::int64_t i = 0; i < weight.size(); ++i)
    plain->data()[i] = static_cast<float>(weight.data()[i] / norm);
  return plain;
}

nn::Weights masked(const Tensor& weight, const Tensor& mask) {
  if (weight.shape() != mask.shape()) return nullptr;
  auto plain = std::make_shared<Tensor>(weight.shape());
  for (std::int64_t i = 0; i < weight.size(); ++i)
    plain->data()[i] = weight.data()[i] * mask.data()[i];
  return plain;
}

// Puts what `plain` makes in the place of each tensor whose name ends in `kept`, under the name
// `result`, and leaves out those of the layer's that it was made of.
template <typename Plain>
void replace_tensors(StateDict& state, const std::string& kept, const std::string& result,
                     const std::vector<std::string>& others, std::vector<std::string>& done,
                     const Plain& plain) {
  std::vector<std::string> used;
  for (auto& tensor : state.tensors) {
    if (!tensor.name.ends_with(kept)) continue;
    const std::string layer = tensor.name.substr(0, tensor.name.size() - kept.size());
    if ((!layer.empty() && layer.back() != '.') || state.find(layer + result) != nullptr) continue;
    nn::Weights weights = plain(layer, *tensor.tensor);
    if (weights == nullptr) continue;
    for (const std::string& other : others) used.push_back(layer + other);
    tensor = {layer + result, std::move(weights)};
    done.push_back(tensor.name);
  }
  for (const std::string& name : used)
    std::erase_if(state.tensors, [&](const auto& tensor) { return tensor.name == name; });
}

}  // namespace

std::vector<std::string> undo_spectral_norm(StateDict& state) {
  std::vector<std::string> undone;
  for (const SpectralNaming& naming : kSpectralNorms) {
    const std::string left(naming.left), right(naming.right);
    replace_tensors(state, std::string(naming.weight), "weight", {left, right}, undone,
                    [&](const std::string& layer, const Tensor& weight) -> nn::Weights {
                      const nn::Weights u = state.find(layer + left), v = state.find(layer + right);
                      return u && v ? divided_by_norm(weight, *u, *v) : nullptr;
                    });
  }
  return undone;
}

std::vector<std::string> undo_pruning(StateDict& state) {
  std::vector<std::string> undone;
  for (const std::string which : {"weight", "bias"}) {
    replace_tensors(state, which + "_orig", which, {which + "_mask"}, undone,
                    [&](const std::string& layer, const Tensor& weights) -> nn::Weights {
                      const nn::Weights mask = state.find(layer + which + "_mask");
                      return mask ? masked(weights, *mask) : nullptr;
                    });
  }
  return undone;
}

}  // namespace arcadecam::checkpoint
