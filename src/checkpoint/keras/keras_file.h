#pragma once

#include <optional>

#include "arcadecam/nn/graph.h"
#include "checkpoint/formats/read_state.h"
#include "checkpoint/formats/zip_archive.h"
#include "core/bytes.h"
#include "core/inflate_limits.h"

namespace arcadecam::checkpoint::keras {

/// What Keras saved: the network, or weights alone, whose layers the file says no more of than
/// their order.
struct Saved {
  ReadState read;
  std::optional<nn::Graph> graph{};
};

/// What `model.save('NAME.keras')` writes: config.json and model.weights.h5.
[[nodiscard]] bool is_keras(const ZipArchive& archive);
Saved read_archive(const ZipArchive& archive, const InflateLimits& limits);

/// What `model.save('NAME.h5')` and `model.save_weights(…)` write, or arrays of any HDF5 file.
Saved read_hdf5(ByteView bytes, const InflateLimits& limits);

}  // namespace arcadecam::checkpoint::keras
