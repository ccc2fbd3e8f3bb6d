#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/formats/dtype.h"
#include "core/bytes.h"
#include "core/inflate_limits.h"

namespace arcadecam::checkpoint::hdf5 {

/// An array of a file.
struct Dataset {
  std::string path;            ///< "layers/conv2d/vars/0"
  std::optional<DType> dtype;  ///< nothing for texts, structures and other numbers
  std::vector<std::int64_t> extents;
  ByteView bytes;               ///< little-endian, in C order; empty where `dtype` is nothing
  std::shared_ptr<Bytes> held;  ///< what `bytes` lies in where that is not the file
};

struct Contents {
  std::vector<Dataset> datasets;
  /// Attributes that are one text: "PATH@NAME", of the file itself "@NAME".
  std::map<std::string, std::string, std::less<>> texts;
};

[[nodiscard]] bool is_hdf5(ByteView bytes);

/// Reads a whole HDF5 file as h5py writes it (superblock 0 to 3): groups of symbol tables or of
/// links in their header, arrays in one piece or in chunks, packed by gzip and shuffled or not.
/// Every object is read once, every address and length is compared with the file, and what is
/// unpacked with `limits`. Links to other names and other files are not followed. Throws Error for
/// anything else. The result refers to `bytes`.
Contents read(ByteView bytes, const InflateLimits& limits);

}  // namespace arcadecam::checkpoint::hdf5
