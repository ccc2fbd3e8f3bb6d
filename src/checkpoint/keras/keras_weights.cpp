#include "checkpoint/keras/keras_weights.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/formats/flat_tensors.h"

namespace arcadecam::checkpoint::keras {
namespace {

// In front of the layers: Keras 3, and the releases of 2 that had .keras files.
constexpr std::string_view kRoots[] = {"layers/", "_layer_checkpoint_dependencies/",
                                       "_layer_checkpoint_dependencies\\"};

}  // namespace

std::string last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  return std::string(path.substr(0, path.find(':')));
}

nn::Weights tensor_of(const hdf5::Dataset& dataset) {
  if (!dataset.dtype || dataset.extents.empty())
    throw bad_input("the array '{}' is none of floating-point numbers", dataset.path);
  ReadState state;
  add_flat_tensor(state, dataset.path, *dataset.dtype, dataset.extents, dataset.bytes);
  if (state.state.tensors.empty())
    throw bad_input("the array '{}' is none of floating-point numbers", dataset.path);
  return state.state.tensors.front().tensor;
}

KerasWeights::KerasWeights(const hdf5::Contents& contents) {
  for (const hdf5::Dataset& dataset : contents.datasets) by_path_.emplace(dataset.path, &dataset);
}

const hdf5::Dataset* KerasWeights::find(const LayerPlace& layer, std::string_view name,
                                        int index) const {
  const std::string place =
      layer.order == 0 ? layer.kind : fmt::format("{}_{}", layer.kind, layer.order);
  for (const std::string_view root : kRoots) {
    const auto found = by_path_.find(fmt::format("{}{}/vars/{}", root, place, index));
    if (found != by_path_.end()) return found->second;
  }
  const std::string prefix = fmt::format("model_weights/{}/", layer.name);
  for (auto at = by_path_.lower_bound(prefix);
       at != by_path_.end() && at->first.starts_with(prefix); ++at) {
    if (last_part(at->first) == name) return at->second;
  }
  return nullptr;
}

nn::Weights KerasWeights::take(const LayerPlace& layer, std::string_view name, int index) const {
  const hdf5::Dataset* found = find(layer, name, index);
  if (found == nullptr) throw bad_input("the {} of the layer '{}' is missing", name, layer.name);
  return tensor_of(*found);
}

}  // namespace arcadecam::checkpoint::keras
