#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/formats/dtype.h"
#include "core/bytes.h"
#include "core/inflate_limits.h"

namespace arcadecam::checkpoint::hdf5 {

// The parts that an HDF5 file consists of (HDF5 File Format Specification 3.0), for files whose
// addresses and lengths have 64 bits.

inline constexpr std::uint64_t kNowhere = ~std::uint64_t{0};

/// A file whose addresses are checked before anything there is read.
class File {
 public:
  explicit File(ByteView bytes) : bytes_(bytes) {}

  /// Everything from `address` on. Throws Error naming `what` where that is outside.
  [[nodiscard]] ByteReader from(std::uint64_t address, std::string_view what) const;
  [[nodiscard]] ByteView at(std::uint64_t address, std::uint64_t size, std::string_view what) const;
  /// The same behind a signature of four letters, which must be there.
  [[nodiscard]] ByteReader signed_from(std::uint64_t address, std::string_view signature) const;
  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }

 private:
  ByteView bytes_;
};

/// A number of so many bytes, at most 8, little-endian; `what` it is, for errors.
std::uint64_t number(ByteReader& in, unsigned bytes, std::string_view what);

/// A message of an object's header.
struct Message {
  std::uint16_t type;
  bool shared;
  ByteView data;
};
inline constexpr std::uint16_t kDataspace = 1, kLinkInfo = 2, kDatatype = 3, kLink = 6, kLayout = 8,
                               kFilters = 11, kAttribute = 12, kContinuation = 16,
                               kSymbolTable = 17, kAttributeInfo = 21;

/// All messages of the header at `address`, of either version. Throws Error for too many.
std::vector<Message> read_header(const File& file, std::uint64_t address);

/// What the elements of an array or attribute are.
struct Datatype {
  std::optional<DType> dtype;
  std::uint32_t size = 0;
  bool is_text = false, is_text_elsewhere = false;  ///< in place, or in a global heap
  bool is_opaque = false;
};
Datatype read_datatype(ByteView message);

/// Extents; none for a single value. `message` may be longer. Throws Error for more than 32.
std::vector<std::int64_t> read_dataspace(ByteView message);

struct Filter {
  std::uint16_t id;
  std::vector<std::uint32_t> values;
};
inline constexpr std::uint16_t kDeflate = 1, kShuffle = 2;
std::vector<Filter> read_filters(ByteView message);

/// An attribute; the text that it is, where it is one.
struct Attribute {
  std::string name;
  std::optional<std::string> text;
};
Attribute read_attribute(const File& file, ByteView message);

/// Where an array's elements lie, and how many bytes of the file all arrays took so far.
struct DatasetLayout {
  ByteView message;
  std::vector<Filter> filters;
  std::vector<std::int64_t> extents;
  std::uint32_t element;  ///< bytes
};
/// Reads arrays; together they may take the file's bytes once.
class ArrayReader {
 public:
  ArrayReader(const File& file, const InflateLimits& limits) : file_(file), limits_(limits) {}

  /// The elements in C order: in the file, or in `held` where they had to be put together.
  ByteView read(const DatasetLayout& layout, Bytes& held);

 private:
  struct Chunk {
    std::vector<std::uint64_t> offsets;  ///< of its first element
    std::uint64_t address, size;
    std::uint32_t skipped;  ///< a bit for each filter that was left out
  };

  ByteView take(std::uint64_t address, std::uint64_t size);
  ByteView read_chunked(const DatasetLayout& layout, ByteReader in, int version, Bytes& held);
  void collect(std::uint64_t tree, std::size_t rank, std::vector<Chunk>& chunks, int level);
  void collect_fixed(std::uint64_t header, const std::vector<std::vector<std::uint64_t>>& grid,
                     std::uint64_t chunk_bytes, std::vector<Chunk>& chunks);
  Bytes unpacked(const Chunk& chunk, const DatasetLayout& layout, std::uint64_t size);

  const File& file_;
  InflateLimits limits_;
  std::uint64_t taken_ = 0, made_ = 0;
};

}  // namespace arcadecam::checkpoint::hdf5
