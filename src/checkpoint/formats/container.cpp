#include "checkpoint/formats/container.h"

#include <algorithm>

#include "checkpoint/building/tensor_names.h"
#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/hdf/hdf5.h"
#include "checkpoint/keras/keras_file.h"
#include "checkpoint/onnx/onnx_importer.h"
#include "core/gzip.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kSupported =
    "what torch.save writes (zip or legacy format), safetensors, flax (msgpack), ONNX, "
    "Keras (.keras, .h5), Stable-Baselines3 zips, d3rlpy and pickled arrays, plain or inside gzip, "
    "and TensorFlow checkpoints (their .index) can be read";

bool is_pickle(ByteView bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x80 && bytes[1] <= 5;
}

// A protobuf message that starts with field 1 (ir_version), a small number, and goes on with the
// producer's name, the graph or the operator sets.
bool is_onnx(ByteView bytes) {
  return bytes.size() > 3 && bytes[0] == 0x08 && bytes[1] >= 3 && bytes[1] <= 32 &&
         (bytes[2] == 0x12 || bytes[2] == 0x3A || bytes[2] == 0x42);
}

void require_no_entry(const ContainerOptions& options) {
  if (options.entry)
    throw bad_usage("--entry: only what torch.save writes has entries to choose from");
}

OpenedFile open_torch(TorchFile torch, std::uint64_t file_bytes, const ContainerOptions& options) {
  std::string container = torch.container;
  return {std::move(container), read_state(torch, file_bytes, options.entry)};
}

OpenedFile open_onnx(ByteView bytes, FilesBeside& beside) {
  onnx::Imported imported = onnx::import_onnx(bytes, beside);
  OpenedFile opened{"ONNX", {}, std::move(imported.graph)};
  opened.read.stored = std::move(imported.stored);
  opened.read.remarks = std::move(imported.unknown);
  return opened;
}

// Zips of the kin of Stable-Baselines3 whose networks are not torch's.
void refuse_kin(const ZipArchive& archive) {
  const auto has = [&](const char* name) { return archive.find(name).has_value(); };
  if (has("parameter_list") && has("parameters")) {
    throw bad_input(
        "a zip of Stable-Baselines 2 (TensorFlow 1), whose networks cannot be read; zips of "
        "Stable-Baselines3 can, and what exports its policy to ONNX makes a file that can");
  }
  if (has("data") && has("_stable_baselines3_version")) {
    throw bad_input(
        "a zip of Stable-Baselines3's layout without policy.pth: sbx (JAX) keeps its weights in "
        "pickled objects, which are not run: save the parameters, open('agent.msgpack', "
        "'wb').write(flax.serialization.to_bytes(model.policy.qf_state.params)), of PPO "
        "actor_state.params");
  }
}

// Formats that others keep flax' parameters in.
ReadState perhaps_flax(ReadState read) {
  if (read.source.empty() && has_flax_names(read.state)) read.source = "flax";
  return read;
}

OpenedFile open_keras(std::string container, keras::Saved saved) {
  return {std::move(container), std::move(saved.read), std::move(saved.graph), "Keras"};
}

OpenedFile open_zip(ByteView bytes, const ContainerOptions& options) {
  ZipArchive archive(bytes, options.limits);
  if (is_stable_baselines3(archive)) {
    require_no_entry(options);
    return {"Stable-Baselines3 zip", read_stable_baselines3(archive, options.limits)};
  }
  if (is_npz(archive)) {
    require_no_entry(options);
    return {"npz", perhaps_flax(read_npz_state(archive))};
  }
  if (is_torch_export(archive)) {
    require_no_entry(options);
    return {"torch.export", read_torch_export(archive)};
  }
  if (keras::is_keras(archive)) {
    require_no_entry(options);
    return open_keras("Keras archive", keras::read_archive(archive, options.limits));
  }
  refuse_kin(archive);
  return open_torch(open_torch_zip(std::move(archive)), bytes.size(), options);
}

OpenedFile open_tensorflow(ByteView index, const std::string& name, FilesBeside& beside) {
  if (!name.ends_with(kTensorFlowIndex)) {
    throw bad_input("the index of a TensorFlow checkpoint, whose name should end in {}",
                    kTensorFlowIndex);
  }
  const std::string stem = name.substr(0, name.size() - kTensorFlowIndex.size());
  return {"TensorFlow checkpoint",
          read_tensorflow(index, beside.read(stem + std::string(kTensorFlowData)))};
}

OpenedFile open_plain(ByteView bytes, const ContainerOptions& options, FilesBeside& beside) {
  if (bytes.empty()) throw bad_input("it is empty");
  if (is_gzip(bytes)) throw bad_input("gzip within gzip; a checkpoint is packed once");
  if (is_zip(bytes)) return open_zip(bytes, options);
  if (is_pickle(bytes) && !is_plain_pickle(bytes))
    return open_torch(open_torch_legacy(bytes), bytes.size(), options);
  require_no_entry(options);
  if (is_pickle(bytes)) {
    ReadState state = perhaps_flax(read_plain_pickle(bytes));
    return {state.source == "d3rlpy" ? "d3rlpy pickle" : "pickle of arrays", std::move(state)};
  }
  if (hdf5::is_hdf5(bytes)) return open_keras("HDF5", keras::read_hdf5(bytes, options.limits));
  if (is_safetensors(bytes)) return {"safetensors", perhaps_flax(read_safetensors(bytes))};
  if (is_onnx(bytes)) return open_onnx(bytes, beside);
  if (is_flax(bytes)) return {"flax msgpack", read_flax(bytes)};
  const std::string_view start = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 16)));
  if (bytes.size() > 8 && as_text(bytes.subspan(4, 4)) == "TFL3") {
    throw bad_input(
        "a TensorFlow Lite model, which cannot be read: export the Keras model that it was made "
        "of, "
        "model.export('NAME.onnx', format='onnx')");
  }
  throw bad_input("not a checkpoint: it starts with '{}'; {}", printable(start), kSupported);
}

}  // namespace

OpenedFile open_container(ByteView bytes, const std::string& name, const ContainerOptions& options,
                          FilesBeside& beside) {
  if (is_tensorflow_index(bytes)) return open_tensorflow(bytes, name, beside);
  if (!is_gzip(bytes)) return open_plain(bytes, options, beside);
  const Bytes unpacked = gunzip(bytes, options.limits);
  OpenedFile opened = open_plain(unpacked, options, beside);
  opened.container = "gzip, " + opened.container;
  return opened;
}

}  // namespace arcadecam::checkpoint
