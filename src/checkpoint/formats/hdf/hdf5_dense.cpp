#include "checkpoint/formats/hdf/hdf5_dense.h"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace arcadecam::checkpoint::hdf5 {
namespace {

constexpr std::uint8_t kLinkNames = 5, kAttributeNames = 8;  // types of trees
constexpr int kMostLevels = 8;

// Bytes that a number up to `largest` takes.
unsigned bytes_for(std::uint64_t largest) {
  return std::max(1U, (static_cast<unsigned>(std::bit_width(largest)) + 7) / 8);
}

// The doubling table of a fractal heap: rows of blocks, the first two rows of the first size, every
// further one of twice the size of the row before.
class Heap {
 public:
  Heap(const File& file, std::uint64_t address) : file_(file) {
    ByteReader in = file.signed_from(address, "FRHP");
    if (in.little<std::uint8_t>("a heap's version") != 0)
      throw bad_input("a heap of an unknown version");
    id_bytes_ = in.little<std::uint16_t>("a heap's head");
    const auto filters = in.little<std::uint16_t>("a heap's head");
    if (filters != 0) throw bad_input("a compressed heap of names, which cannot be read");
    in.take(1, "a heap's head");
    const auto largest = in.little<std::uint32_t>("a heap's head");
    in.take(12 * 8, "a heap's head");
    width_ = in.little<std::uint16_t>("a heap's head");
    first_ = in.little<std::uint64_t>("a heap's head");
    const auto most = in.little<std::uint64_t>("a heap's head");
    const auto bits = in.little<std::uint16_t>("a heap's head");
    in.take(2, "a heap's head");
    root_ = in.little<std::uint64_t>("a heap's head");
    rows_ = in.little<std::uint16_t>("a heap's head");
    const bool powers = std::has_single_bit(first_) && std::has_single_bit(most) && first_ <= most;
    if (!powers || most > kLargestBlock || width_ == 0 || width_ > kWidest || bits == 0 ||
        bits > 64) {
      throw bad_input("corrupt: a heap whose blocks are impossible");
    }
    offset_bytes_ = (bits + 7U) / 8U;
    length_bytes_ =
        std::min((static_cast<unsigned>(std::bit_width(most)) + 6) / 8, bytes_for(largest));
    direct_rows_ = static_cast<unsigned>(std::bit_width(most) - std::bit_width(first_)) + 2;
  }

  [[nodiscard]] std::size_t id_bytes() const { return id_bytes_; }

  // What an identifier of the heap stands for.
  [[nodiscard]] ByteView object(ByteView id) const {
    ByteReader in(id);
    const auto kind = in.little<std::uint8_t>("a heap's object");
    if ((kind & 0xF0U) != 0) throw bad_input("a name of unusual length, which cannot be read");
    const std::uint64_t offset = number(in, offset_bytes_, "a heap's object"),
                        length = number(in, length_bytes_, "a heap's object");
    const auto [address, begin, size] = block_of(offset);
    const std::uint64_t within = offset - begin;
    if (within > size || length > size - within)
      throw bad_input("corrupt: a name across blocks of a heap");
    return file_.at(address, size, "a heap's block")
        .subspan(static_cast<std::size_t>(within), static_cast<std::size_t>(length));
  }

 private:
  static constexpr std::uint64_t kLargestBlock = 1U << 24;
  static constexpr std::uint16_t kWidest = 1024;

  struct Block {
    std::uint64_t address, begin, size;  // `begin`: the offset of its first byte in the heap
  };

  [[nodiscard]] Block block_of(std::uint64_t offset) const {
    if (rows_ == 0) return {root_, 0, first_};
    std::uint64_t begin = 0;
    for (unsigned row = 0; row < std::min<unsigned>(rows_, direct_rows_); ++row) {
      const std::uint64_t size = first_ << (row == 0 ? 0 : row - 1);
      if (offset < begin + size * width_) {
        const std::uint64_t column = (offset - begin) / size;
        ByteReader in = file_.signed_from(root_, "FHIB");
        in.take(1 + 8 + offset_bytes_ + 8 * (row * width_ + column), "a heap's blocks");
        return {in.little<std::uint64_t>("a heap's block"), begin + column * size, size};
      }
      begin += size * width_;
    }
    throw bad_input("a group of more names than can be read");
  }

  const File& file_;
  std::uint64_t root_ = 0, first_ = 0;
  std::uint16_t id_bytes_ = 0, width_ = 0, rows_ = 0;
  unsigned offset_bytes_ = 0, length_bytes_ = 0, direct_rows_ = 0;
};

// The records of a B-tree of version 2.
class Tree {
 public:
  Tree(const File& file, std::uint64_t address, std::uint8_t type, std::size_t most)
      : file_(file), type_(type), most_(most) {
    ByteReader in = file.signed_from(address, "BTHD");
    check_head(in);
    node_bytes_ = in.little<std::uint32_t>("a tree's head");
    record_bytes_ = in.little<std::uint16_t>("a tree's head");
    const auto depth = in.little<std::uint16_t>("a tree's head");
    in.take(2, "a tree's head");
    const auto root = in.little<std::uint64_t>("a tree's head");
    const auto count = in.little<std::uint16_t>("a tree's head");
    if (record_bytes_ == 0 || node_bytes_ <= kHead + record_bytes_ || depth > kMostLevels)
      throw bad_input("corrupt: a tree whose nodes are impossible");
    measure(depth);
    if (count > 0) node(root, count, depth);
  }

  [[nodiscard]] const std::vector<ByteView>& records() const { return records_; }

 private:
  static constexpr std::uint32_t kHead = 10;  // and checksum of a node

  void check_head(ByteReader& in) const {
    if (in.little<std::uint8_t>("a tree's version") != 0)
      throw bad_input("a tree of an unknown version");
    if (in.little<std::uint8_t>("a tree's type") != type_)
      throw bad_input("corrupt: a tree of others");
  }

  // How many bytes count the records of a node, and of all below one of each level.
  void measure(unsigned depth) {
    std::uint64_t all = (node_bytes_ - kHead) / record_bytes_;
    count_bytes_ = bytes_for(all);
    all_bytes_.push_back(0);
    for (unsigned level = 1; level <= depth; ++level) {
      const std::uint64_t pointer = 8 + count_bytes_ + all_bytes_.back();
      const std::uint64_t own = node_bytes_ > kHead + pointer
                                    ? (node_bytes_ - kHead - pointer) / (record_bytes_ + pointer)
                                    : 0;
      all = std::min<std::uint64_t>((own + 1) * all + own, std::uint64_t{1} << 40U);
      all_bytes_.push_back(bytes_for(all));
    }
  }

  // Nodes that are read twice would hold more records than may be.
  void node(std::uint64_t address, std::uint64_t count, unsigned level) {
    if (records_.size() + count > most_ || ++nodes_ > most_)
      throw bad_input("more than {} names of one object", most_);
    ByteReader in = file_.signed_from(address, level == 0 ? "BTLF" : "BTIN");
    check_head(in);
    for (std::uint64_t i = 0; i < count; ++i)
      records_.push_back(in.take(record_bytes_, "a tree's record"));
    if (level == 0) return;
    for (std::uint64_t i = 0; i <= count; ++i) {
      const auto child = in.little<std::uint64_t>("a tree's child");
      const std::uint64_t below = number(in, count_bytes_, "a tree's child");
      in.take(all_bytes_[level - 1], "a tree's child");
      node(child, below, level - 1);
    }
  }

  const File& file_;
  std::uint8_t type_;
  std::size_t most_, nodes_ = 0;
  std::uint32_t node_bytes_ = 0;
  std::uint16_t record_bytes_ = 0;
  unsigned count_bytes_ = 0;
  std::vector<unsigned> all_bytes_;
  std::vector<ByteView> records_;
};

std::vector<ByteView> messages_of(const File& file, const Dense& dense, std::uint8_t type,
                                  std::size_t id_at, std::size_t most) {
  const Heap heap(file, dense.heap);
  const Tree tree(file, dense.index, type, most);
  std::vector<ByteView> messages;
  for (const ByteView record : tree.records()) {
    if (record.size() < id_at + heap.id_bytes())
      throw bad_input("corrupt: a tree's record without a name");
    messages.push_back(heap.object(record.subspan(id_at, heap.id_bytes())));
  }
  return messages;
}

}  // namespace

Dense dense_links(ByteView message) {
  ByteReader in(message);
  in.take(1, "a group");
  if ((in.little<std::uint8_t>("a group") & 1U) != 0) in.take(8, "a group");
  const auto heap = in.little<std::uint64_t>("a group");
  return {heap, in.little<std::uint64_t>("a group")};
}

Dense dense_attributes(ByteView message) {
  ByteReader in(message);
  in.take(1, "attributes");
  if ((in.little<std::uint8_t>("attributes") & 1U) != 0) in.take(2, "attributes");
  const auto heap = in.little<std::uint64_t>("attributes");
  return {heap, in.little<std::uint64_t>("attributes")};
}

std::vector<ByteView> read_dense_links(const File& file, const Dense& dense, std::size_t most) {
  constexpr std::size_t kHash = 4;  // in front of the heap's identifier
  return messages_of(file, dense, kLinkNames, kHash, most);
}

std::vector<ByteView> read_dense_attributes(const File& file, const Dense& dense,
                                            std::size_t most) {
  return messages_of(file, dense, kAttributeNames, 0, most);
}

}  // namespace arcadecam::checkpoint::hdf5
