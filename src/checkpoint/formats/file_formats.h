#pragma once

#include <string_view>

#include "checkpoint/formats/read_state.h"
#include "checkpoint/formats/zip_archive.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint {

// One reader a file format that is not torch's. Each takes the whole unpacked file, trusts no
// length in it and throws Error naming what is wrong.

/// A 64-bit length and a JSON object.
[[nodiscard]] bool is_safetensors(ByteView bytes);
ReadState read_safetensors(ByteView bytes);

/// MessagePack as flax.serialization writes it: maps, and arrays as extension 1.
[[nodiscard]] bool is_flax(ByteView bytes);
ReadState read_flax(ByteView bytes);

/// A zip that Stable-Baselines3 saved. Of `data` only plain JSON values are read, never the pickles
/// inside it; the weights are policy.pth.
[[nodiscard]] bool is_stable_baselines3(const ZipArchive& archive);
ReadState read_stable_baselines3(const ZipArchive& archive, const InflateLimits& limits);

/// A zip of NumPy's arrays (numpy.savez).
[[nodiscard]] bool is_npz(const ZipArchive& archive);
ReadState read_npz_state(const ZipArchive& archive);

/// What torch.export.save writes (.pt2): the weights, not the program.
[[nodiscard]] bool is_torch_export(const ZipArchive& archive);
ReadState read_torch_export(const ZipArchive& archive);

inline constexpr std::string_view kTensorFlowIndex = ".index",
                                  kTensorFlowData = ".data-00000-of-00001";
/// The index of a TensorFlow checkpoint (NAME.index) and its data (NAME.data-00000-of-00001).
/// `verify` off (for fuzzers): checksums are not looked at.
[[nodiscard]] bool is_tensorflow_index(ByteView bytes);
ReadState read_tensorflow(ByteView index, ByteView data, bool verify = true);

/// Whether a pickle is none of torch's legacy format (which begins with a magic number).
[[nodiscard]] bool is_plain_pickle(ByteView bytes);
/// d3rlpy's file, or a dict of NumPy's or JAX's arrays (Dopamine, RLlib). Whatever else the pickle
/// would have made is listed and not made.
ReadState read_plain_pickle(ByteView bytes);

}  // namespace arcadecam::checkpoint
