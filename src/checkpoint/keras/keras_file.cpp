#include "checkpoint/keras/keras_file.h"

#include <fmt/format.h>

#include "checkpoint/formats/flat_tensors.h"
#include "checkpoint/keras/keras_model.h"
#include "checkpoint/onnx/onnx_importer.h"

namespace arcadecam::checkpoint::keras {
namespace {

constexpr const char *kKerasConfig = "config.json", *kWeights = "model.weights.h5";
constexpr std::string_view kModelConfig = "@model_config";

bool is_optimizers(std::string_view path) {
  return path.starts_with("optimizer/") || path.starts_with("optimizer_weights/");
}

// Into `read`, also what is none of the network's.
void list_tensors(const hdf5::Contents& contents, ReadState& read) {
  for (const hdf5::Dataset& dataset : contents.datasets) {
    if (is_optimizers(dataset.path)) continue;
    if (!dataset.dtype) {
      note_other(read, fmt::format("'{}': of a type that no weight has", dataset.path));
      continue;
    }
    add_flat_tensor(read, dataset.path, *dataset.dtype, dataset.extents, dataset.bytes);
  }
}

Saved read_model(const hdf5::Contents& contents, std::string_view config) {
  Saved saved;
  list_tensors(contents, saved.read);
  const KerasWeights weights(contents);
  Translated translated = translate(config, weights);
  try {
    onnx::Imported imported = onnx::import_model(translated.model);
    saved.graph = std::move(imported.graph);
    saved.read.remarks = std::move(imported.unknown);
  } catch (const Error& error) {
    throw bad_input("as ONNX's operators, which Keras' layers are translated into: {}",
                    error.what());
  }
  saved.read.remarks.insert(saved.read.remarks.begin(), translated.remarks.begin(),
                            translated.remarks.end());
  return saved;
}

}  // namespace

bool is_keras(const ZipArchive& archive) {
  return archive.find(kKerasConfig).has_value() && archive.find(kWeights).has_value();
}

Saved read_archive(const ZipArchive& archive, const InflateLimits& limits) {
  const Bytes config = archive.read(*archive.find(kKerasConfig));
  const Bytes weights = archive.read(*archive.find(kWeights));
  if (!hdf5::is_hdf5(weights)) throw bad_input("its {} is no HDF5 file", kWeights);
  return read_model(hdf5::read(weights, limits), as_text(config));
}

Saved read_hdf5(ByteView bytes, const InflateLimits& limits) {
  const hdf5::Contents contents = hdf5::read(bytes, limits);
  if (const auto config = contents.texts.find(kModelConfig); config != contents.texts.end())
    return read_model(contents, config->second);
  Saved saved;
  list_tensors(contents, saved.read);
  saved.read.source = "keras";
  if (saved.read.state.tensors.empty())
    throw bad_input("an HDF5 file that holds no arrays of floating-point numbers");
  return saved;
}

}  // namespace arcadecam::checkpoint::keras
