// The elements of arrays: in the header, in one piece, or in chunks.
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "checkpoint/formats/hdf/hdf5_parts.h"

namespace arcadecam::checkpoint::hdf5 {
namespace {

constexpr std::size_t kMostChunks = 100'000;
constexpr int kDeepestChunks = 16;

std::uint64_t product(const std::vector<std::uint64_t>& factors) {
  std::uint64_t result = 1;
  for (const std::uint64_t factor : factors) {
    if (__builtin_mul_overflow(result, factor, &result) || result > (std::uint64_t{1} << 62))
      throw bad_input("an impossible size");
  }
  return result;
}

// zlib's format, whose checksum is verified.
Bytes inflated(ByteView packed, std::uint64_t size) {
  Bytes result(static_cast<std::size_t>(size));
  uLongf made = result.size(), used = packed.size();
  const int status = uncompress2(result.data(), &made, packed.data(), &used);
  if (status != Z_OK || made != size) throw bad_input("corrupt: a packed chunk of an array");
  return result;
}

// The first bytes of all elements, then all second ones, and so on → elements.
Bytes unshuffled(const Bytes& bytes, std::size_t element) {
  const std::size_t count = element == 0 ? 0 : bytes.size() / element;
  Bytes result = bytes;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t byte = 0; byte < element; ++byte)
      result[i * element + byte] = bytes[byte * count + i];
  }
  return result;
}

// Copies a chunk into the array; parts of it beyond the array are nothing.
void place(const Bytes& chunk, const std::vector<std::uint64_t>& offsets,
           const std::vector<std::uint64_t>& sizes, const std::vector<std::uint64_t>& extents,
           std::uint64_t element, Bytes& into) {
  const std::size_t rank = extents.size();
  std::vector<std::uint64_t> index(rank, 0);
  const std::uint64_t last = rank - 1;
  const std::uint64_t run = std::min(sizes[last], extents[last] - offsets[last]) * element;
  while (true) {
    std::uint64_t from = 0, to = 0;
    bool inside = true;
    for (std::size_t axis = 0; axis < rank; ++axis) {
      const std::uint64_t at = offsets[axis] + index[axis];
      inside = inside && at < extents[axis];
      from = from * sizes[axis] + index[axis];
      to = to * extents[axis] + at;
    }
    if (inside) std::memcpy(into.data() + to * element, chunk.data() + from * element, run);
    std::size_t axis = last;
    while (axis > 0 && ++index[axis - 1] == sizes[axis - 1]) index[--axis] = 0;
    if (axis == 0) return;
  }
}

// Where each chunk of a regular grid begins, in C order.
std::vector<std::vector<std::uint64_t>> grid_of(const std::vector<std::uint64_t>& extents,
                                                const std::vector<std::uint64_t>& sizes) {
  std::vector<std::vector<std::uint64_t>> grid{{}};
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    std::vector<std::vector<std::uint64_t>> wider;
    for (const auto& start : grid) {
      for (std::uint64_t at = 0; at < extents[axis]; at += sizes[axis]) {
        wider.push_back(start);
        wider.back().push_back(at);
        if (wider.size() > kMostChunks) throw bad_input("an array of too many chunks");
      }
    }
    grid = std::move(wider);
  }
  return grid;
}

}  // namespace

ByteView ArrayReader::take(std::uint64_t address, std::uint64_t size) {
  const ByteView bytes = file_.at(address, size, "an array");
  taken_ += size;
  if (taken_ > file_.size()) throw bad_input("its arrays overlap");
  return bytes;
}

ByteView ArrayReader::read(const DatasetLayout& layout, Bytes& held) {
  std::vector<std::uint64_t> factors(layout.extents.begin(), layout.extents.end());
  factors.push_back(layout.element);
  const std::uint64_t size = product(factors);
  ByteReader in(layout.message);
  const auto version = in.little<std::uint8_t>("an array's layout");
  if (version != 3 && version != 4) throw bad_input("an array of HDF5 1.4 or earlier");
  const auto kind = in.little<std::uint8_t>("an array's layout");
  if (size == 0) return {};
  if (kind == 2) return read_chunked(layout, in, version, held);
  if (kind > 2) throw bad_input("an array that lies in other files");
  if (!layout.filters.empty()) throw bad_input("corrupt: a packed array in one piece");
  std::uint64_t found = 0;
  ByteView bytes;
  if (kind == 0) {
    found = in.little<std::uint16_t>("an array's size");
    bytes = in.take(found, "an array");
    take(0, std::min(found, file_.size()));  // as much as if it lay elsewhere
  } else {
    const auto address = in.little<std::uint64_t>("an array's address");
    found = in.little<std::uint64_t>("an array's size");
    if (address == kNowhere) throw bad_input("an array that was never written");
    if (found == size) bytes = take(address, size);
  }
  if (found != size) throw bad_input("an array of {} bytes that has {}", size, found);
  return bytes;
}

ByteView ArrayReader::read_chunked(const DatasetLayout& layout, ByteReader in, int version,
                                   Bytes& held) {
  const std::size_t rank = layout.extents.size();
  const unsigned flags = version == 4 ? in.little<std::uint8_t>("a layout's flags") : 0U;
  if (in.little<std::uint8_t>("dimensions") != rank + 1 || rank == 0)
    throw bad_input("corrupt: chunks of other dimensions than their array");
  std::uint64_t index = kNowhere;
  if (version == 3) index = in.little<std::uint64_t>("an address");
  const std::uint64_t width = version == 3 ? 4 : in.little<std::uint8_t>("a width");
  if (width == 0 || width > 8) throw bad_input("corrupt: the sizes of chunks");
  std::vector<std::uint64_t> sizes;
  for (std::size_t axis = 0; axis <= rank; ++axis) {
    std::uint64_t size = 0;
    for (const std::uint8_t byte : in.take(width, "a chunk's size"))
      size = size >> 8U | static_cast<std::uint64_t>(byte) << 56U;
    sizes.push_back(size >> (64U - 8U * width));
  }
  if (std::ranges::count(sizes, std::uint64_t{0}) != 0 || sizes.back() != layout.element)
    throw bad_input("corrupt: the sizes of chunks");
  const std::uint64_t chunk_bytes = product(sizes);
  sizes.pop_back();
  const std::vector<std::uint64_t> extents(layout.extents.begin(), layout.extents.end());
  const auto grid = grid_of(extents, sizes);

  std::vector<Chunk> chunks;
  if (version == 3) {
    if (index != kNowhere) collect(index, rank, chunks, 0);
  } else {
    const auto kind = in.little<std::uint8_t>("a chunk index");
    if (kind == 1) {
      std::uint64_t size = chunk_bytes;
      std::uint32_t skipped = 0;
      if ((flags & 2U) != 0) {
        size = in.little<std::uint64_t>("a chunk's size");
        skipped = in.little<std::uint32_t>("a chunk's filters");
      }
      chunks.push_back({grid.front(), in.little<std::uint64_t>("an address"), size, skipped});
    } else if (kind == 2) {
      auto address = in.little<std::uint64_t>("an address");
      for (const auto& start : grid) {
        chunks.push_back({start, address, chunk_bytes, 0});
        if (__builtin_add_overflow(address, chunk_bytes, &address))
          throw bad_input("an impossible size");
      }
    } else if (kind == 3) {
      in.take(1, "a chunk index");
      collect_fixed(in.little<std::uint64_t>("an address"), grid, chunk_bytes, chunks);
    } else {
      throw bad_input(
          "an array that can grow, as h5py's libver='latest' writes it; without maxshape it can be "
          "read");
    }
  }
  // Each once, so that what is not written costs no memory.
  std::ranges::sort(chunks, {}, &Chunk::offsets);
  if (chunks.size() != grid.size() || !std::ranges::equal(chunks, grid, {}, &Chunk::offsets)) {
    throw bad_input("an array of {} chunks, of which {} are there", grid.size(), chunks.size());
  }
  std::uint64_t packed = 0;
  for (const Chunk& chunk : chunks) packed += take(chunk.address, chunk.size).size();
  const std::uint64_t all = product({chunk_bytes, chunks.size()});
  if (__builtin_add_overflow(made_, all, &made_)) throw bad_input("an impossible size");
  limits_.check("an array", packed, all);
  limits_.check("its arrays", taken_, made_);

  std::vector<std::uint64_t> whole = extents;
  whole.push_back(layout.element);
  held.resize(static_cast<std::size_t>(product(whole)));
  for (const Chunk& chunk : chunks)
    place(unpacked(chunk, layout, chunk_bytes), chunk.offsets, sizes, extents, layout.element,
          held);
  return held;
}

// A B-tree of version 1, whose leaves are chunks.
void ArrayReader::collect(std::uint64_t tree, std::size_t rank, std::vector<Chunk>& chunks,
                          int level) {
  if (level > kDeepestChunks) throw bad_input("corrupt: chunks nested too deeply");
  ByteReader in = file_.signed_from(tree, "TREE");
  if (in.little<std::uint8_t>("a tree's type") != 1) throw bad_input("corrupt: a tree of others");
  const auto height = in.little<std::uint8_t>("a tree's level");
  const auto count = in.little<std::uint16_t>("a tree's entries");
  in.take(16, "a tree's neighbours");
  if (height > kDeepestChunks - level) throw bad_input("corrupt: chunks nested too deeply");
  for (int i = 0; i < count; ++i) {
    Chunk chunk{{},
                0,
                in.little<std::uint32_t>("a chunk's size"),
                in.little<std::uint32_t>("a chunk's filters")};
    for (std::size_t axis = 0; axis < rank; ++axis)
      chunk.offsets.push_back(in.little<std::uint64_t>("a chunk's place"));
    in.take(8, "a chunk's place");
    chunk.address = in.little<std::uint64_t>("a chunk's address");
    if (chunks.size() >= std::min<std::uint64_t>(kMostChunks, file_.size() / 8))
      throw bad_input("an array of too many chunks");
    if (height == 0) {
      chunks.push_back(std::move(chunk));
    } else {
      // Levels fall, and each node of them is paid for by chunks or is an error.
      const std::size_t before = chunks.size();
      collect(chunk.address, rank, chunks, kDeepestChunks - height + 1);
      if (chunks.size() == before) throw bad_input("corrupt: a tree without chunks");
    }
  }
}

void ArrayReader::collect_fixed(std::uint64_t header,
                                const std::vector<std::vector<std::uint64_t>>& grid,
                                std::uint64_t chunk_bytes, std::vector<Chunk>& chunks) {
  ByteReader in = file_.signed_from(header, "FAHD");
  in.take(1, "a version");
  const bool filtered = in.little<std::uint8_t>("a chunk index") == 1;
  const std::uint64_t entry = in.little<std::uint8_t>("an entry's size");
  const auto page_bits = in.little<std::uint8_t>("a page's size");
  const auto count = in.little<std::uint64_t>("a number of entries");
  ByteReader data = file_.signed_from(in.little<std::uint64_t>("an address"), "FADB");
  if (page_bits > 32 || count > std::uint64_t{1} << page_bits || count != grid.size())
    throw bad_input("an array of so many chunks that their index has pages");
  if (filtered ? entry < 13 || entry > 20 : entry != 8) throw bad_input("corrupt: a chunk index");
  data.take(10, "a chunk index");
  for (const auto& start : grid) {
    Chunk chunk{start, data.little<std::uint64_t>("a chunk's address"), chunk_bytes, 0};
    if (filtered) {
      chunk.size = 0;
      unsigned shift = 0;
      for (const std::uint8_t byte : data.take(entry - 12, "a chunk's size")) {
        chunk.size |= static_cast<std::uint64_t>(byte) << shift;
        shift += 8;
      }
      chunk.skipped = data.little<std::uint32_t>("a chunk's filters");
    }
    chunks.push_back(std::move(chunk));
  }
}

Bytes ArrayReader::unpacked(const Chunk& chunk, const DatasetLayout& layout, std::uint64_t size) {
  const ByteView stored = file_.at(chunk.address, chunk.size, "a chunk of an array");
  Bytes bytes(stored.begin(), stored.end());
  for (std::size_t k = layout.filters.size(); k-- > 0;) {
    if (k < 32 && (chunk.skipped >> k & 1U) != 0) continue;
    const Filter& filter = layout.filters[k];
    if (filter.id == kDeflate) {
      bytes = inflated(bytes, size);
    } else if (filter.id == kShuffle) {
      bytes = unshuffled(bytes, filter.values.empty() ? layout.element : filter.values[0]);
    } else {
      throw bad_input("an array packed by HDF5's filter {}; gzip and shuffle can be read",
                      filter.id);
    }
  }
  if (bytes.size() != size) throw bad_input("corrupt: a chunk of an array of another size");
  return bytes;
}

}  // namespace arcadecam::checkpoint::hdf5
