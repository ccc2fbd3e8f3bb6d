#include "checkpoint/formats/hdf/hdf5.h"

#include <fmt/format.h>

#include <set>

#include "checkpoint/formats/hdf/hdf5_dense.h"
#include "checkpoint/formats/hdf/hdf5_parts.h"
#include "core/text.h"

namespace arcadecam::checkpoint::hdf5 {
namespace {

constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
constexpr std::size_t kMostObjects = 100'000, kMostAttributes = 10'000, kMostHdfMessages = 500'000,
                      kLongestHdfName = 1'000;
constexpr int kDeepestGroup = 64;
constexpr std::size_t kMostNodes = 100'000;

// The object at the top.
std::uint64_t read_superblock(const File& file) {
  ByteReader in = file.from(kSignature.size(), "the superblock");
  const auto version = in.little<std::uint8_t>("the superblock's version");
  if (version > 3) throw bad_input("an HDF5 file of superblock {}; 0 to 3 can be read", version);
  const bool old = version < 2;
  if (old) in.take(4, "the superblock");
  const auto offsets = in.little<std::uint8_t>("the size of addresses");
  const auto lengths = in.little<std::uint8_t>("the size of lengths");
  if (offsets != 8 || lengths != 8)
    throw bad_input("an HDF5 file with addresses of {} bytes; expected 8", offsets);
  in.take(old ? 9 : 1, "the superblock");
  if (version == 1) in.take(4, "the superblock");
  const auto base = in.little<std::uint64_t>("the base address");
  in.take(8, "the superblock");
  const auto end = in.little<std::uint64_t>("the end of the file");
  if (base != 0) throw bad_input("an HDF5 file that begins within another");
  if (end > file.size())
    throw bad_input("cut off: its end should be at byte {}, but it has {}", end, file.size());
  if (old) in.take(16, "the superblock");
  return in.little<std::uint64_t>("the address of the root group");
}

class Reader {
 public:
  Reader(ByteView bytes, const InflateLimits& limits) : file_(bytes), arrays_(file_, limits) {}

  Contents run() {
    object("", read_superblock(file_), 0);
    return std::move(contents_);
  }

 private:
  void object(const std::string& path, std::uint64_t address, int depth) {
    if (depth > kDeepestGroup) throw bad_input("'{}': groups nested too deeply", path);
    if (!objects_.insert(address).second) {
      throw bad_input(
          "'{}' is a second name of something else in it, which no library of networks "
          "writes",
          path);
    }
    if (objects_.size() > kMostObjects) throw bad_input("too many objects");
    const std::vector<Message> messages = read_header(file_, address);
    messages_ += messages.size();
    if (messages_ > kMostHdfMessages) throw bad_input("objects of too many parts");
    for (const Message& message : messages) {
      if (message.type == kAttribute && !message.shared) attribute(path, message.data);
      if (message.type == kAttributeInfo) attributes(path, dense_attributes(message.data));
    }
    for (const Message& message : messages) {
      if (message.type == kLayout) return dataset(path, messages);
    }
    for (const Message& message : messages) {
      ByteReader in(message.data);
      if (message.type == kSymbolTable) {
        const auto tree = in.little<std::uint64_t>("a group");
        symbols(path, tree, in.little<std::uint64_t>("a group"), depth);
      } else if (message.type == kLink) {
        link(path, in, depth);
      } else if (message.type == kLinkInfo) {
        links(path, dense_links(message.data), depth);
      }
    }
  }

  void attribute(const std::string& path, ByteView message) {
    if (++attributes_ > kMostAttributes) throw bad_input("too many attributes");
    Attribute found = read_attribute(file_, message);
    if (!found.text) return;
    text_bytes_ += found.text->size();
    if (text_bytes_ > 2 * file_.size()) throw bad_input("too many attributes");
    contents_.texts.emplace(path + "@" + found.name, std::move(*found.text));
  }

  void attributes(const std::string& path, const Dense& dense) {
    if (!dense.is_somewhere()) return;
    for (const ByteView message : read_dense_attributes(file_, dense, kMostAttributes))
      attribute(path, message);
  }

  void links(const std::string& path, const Dense& dense, int depth) {
    if (!dense.is_somewhere()) return;
    for (const ByteView message : read_dense_links(file_, dense, kMostObjects)) {
      ByteReader in(message);
      link(path, in, depth);
    }
  }

  void child(const std::string& path, std::string_view name, std::uint64_t address, int depth) {
    if (name.empty() || name.size() > kLongestHdfName || path.size() > kLongestHdfName)
      throw bad_input("a name of {} bytes", path.size() + name.size());
    object(path.empty() ? printable(name, kLongestHdfName)
                        : path + "/" + printable(name, kLongestHdfName),
           address, depth + 1);
  }

  void link(const std::string& path, ByteReader& in, int depth) {
    in.take(1, "a link");
    const auto flags = in.little<std::uint8_t>("a link");
    const unsigned kind = (flags & 8U) != 0 ? in.little<std::uint8_t>("a link") : 0U;
    if ((flags & 4U) != 0) in.take(8, "a link");
    if ((flags & 16U) != 0) in.take(1, "a link");
    const std::uint64_t length = number(in, 1U << (flags & 3U), "a link");
    const std::string_view name = as_text(in.take(length, "a link's name"));
    if (kind == 0) child(path, name, in.little<std::uint64_t>("a link"), depth);
  }

  // A group of the old kind: a tree of tables, the names in a heap.
  void symbols(const std::string& path, std::uint64_t tree, std::uint64_t heap, int depth) {
    ByteReader in = file_.signed_from(heap, "HEAP");
    in.take(4, "a heap");
    const auto size = in.little<std::uint64_t>("a heap's size");
    in.take(8, "a heap");
    const ByteView names =
        file_.at(in.little<std::uint64_t>("a heap's address"), size, "the names of a group");
    node(path, tree, names, depth, 0);
  }

  void node(const std::string& path, std::uint64_t tree, ByteView names, int depth, int level) {
    if (level > kDeepestGroup || ++nodes_ > kMostNodes) throw bad_input("corrupt: a group's names");
    ByteReader in = file_.signed_from(tree, "TREE");
    if (in.little<std::uint8_t>("a tree's type") != 0) throw bad_input("corrupt: a tree of others");
    const auto height = in.little<std::uint8_t>("a tree's level");
    const auto count = in.little<std::uint16_t>("a tree's entries");
    in.take(16, "a tree's neighbours");
    for (int i = 0; i < count; ++i) {
      in.take(8, "a tree's key");
      const auto address = in.little<std::uint64_t>("a tree's child");
      if (height > 0) {
        node(path, address, names, depth, level + 1);
      } else {
        table(path, address, names, depth);
      }
    }
  }

  void table(const std::string& path, std::uint64_t address, ByteView names, int depth) {
    if (++nodes_ > kMostNodes) throw bad_input("corrupt: a group's names");
    ByteReader in = file_.signed_from(address, "SNOD");
    in.take(2, "a table");
    const auto count = in.little<std::uint16_t>("a table");
    for (int i = 0; i < count; ++i) {
      const auto place = in.little<std::uint64_t>("a name");
      const auto header = in.little<std::uint64_t>("an object");
      const auto kind = in.little<std::uint32_t>("an object");
      in.take(20, "an object");
      if (kind == 2) continue;  // another name of something
      if (place >= names.size()) throw bad_input("corrupt: a name that is nowhere");
      const std::string_view rest = as_text(names.subspan(static_cast<std::size_t>(place)));
      child(path, rest.substr(0, rest.find('\0')), header, depth);
    }
  }

  void dataset(const std::string& path, const std::vector<Message>& messages) {
    try {
      Dataset result{path, {}, {}, {}, nullptr};
      DatasetLayout layout{{}, {}, {}, 0};
      Datatype type;
      for (const Message& message : messages) {
        const bool needed = message.type == kDataspace || message.type == kDatatype ||
                            message.type == kLayout || message.type == kFilters;
        if (needed && message.shared) throw bad_input("a type that is kept elsewhere in the file");
        if (message.type == kDataspace) layout.extents = read_dataspace(message.data);
        if (message.type == kDatatype) type = read_datatype(message.data);
        if (message.type == kLayout) layout.message = message.data;
        if (message.type == kFilters) layout.filters = read_filters(message.data);
      }
      result.dtype = type.dtype;
      // What NumPy has no type of its own for, Keras says beside it.
      const auto said = contents_.texts.find(path + "@dtype");
      if (type.is_opaque && type.size == 2 && said != contents_.texts.end() &&
          said->second == "bfloat16") {
        result.dtype = DType::kBFloat16;
      }
      layout.element = type.size;
      result.extents = layout.extents;
      if (result.dtype) {
        result.held = std::make_shared<Bytes>();
        result.bytes = arrays_.read(layout, *result.held);
      }
      contents_.datasets.push_back(std::move(result));
    } catch (const Error& error) {
      throw bad_input("the array '{}': {}", path, error.what());
    }
  }

  File file_;
  ArrayReader arrays_;
  Contents contents_;
  std::set<std::uint64_t> objects_;
  std::size_t nodes_ = 0, messages_ = 0, attributes_ = 0;
  std::uint64_t text_bytes_ = 0;
};

}  // namespace

bool is_hdf5(ByteView bytes) {
  return bytes.size() > kSignature.size() && as_text(bytes.first(kSignature.size())) == kSignature;
}

Contents read(ByteView bytes, const InflateLimits& limits) {
  return Reader(bytes, limits).run();
}

}  // namespace arcadecam::checkpoint::hdf5
