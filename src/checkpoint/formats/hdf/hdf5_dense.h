#pragma once

#include <cstdint>
#include <vector>

#include "checkpoint/formats/hdf/hdf5_parts.h"

namespace arcadecam::checkpoint::hdf5 {

/// Where an object keeps many links or attributes: their messages in a fractal heap, by an index
/// that is a B-tree of version 2 (HDF5 File Format Specification 3.0, III.A.2 and III.G).
struct Dense {
  std::uint64_t heap = kNowhere, index = kNowhere;

  [[nodiscard]] bool is_somewhere() const { return heap != kNowhere && index != kNowhere; }
};

/// What a message of the type kLinkInfo or kAttributeInfo says.
Dense dense_links(ByteView message);
Dense dense_attributes(ByteView message);

/// The messages, in the order of the index: those of links, or of attributes. Throws Error for more
/// than `most` of them, and for heaps that are compressed or larger than such files have.
std::vector<ByteView> read_dense_links(const File& file, const Dense& dense, std::size_t most);
std::vector<ByteView> read_dense_attributes(const File& file, const Dense& dense, std::size_t most);

}  // namespace arcadecam::checkpoint::hdf5
