// flax.serialization.to_bytes: MessagePack maps (lists have become maps of "0", "1", …), arrays as
// extension 1: a packed (shape, dtype's name, bytes).
#include <fmt/format.h>

#include <set>

#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/flat_tensors.h"
#include "checkpoint/formats/msgpack.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr int kDeepestFlax = 32;
constexpr std::size_t kMostFlaxValues = 250'000, kLongestPath = 1024;
constexpr std::int8_t kArrayExtension = 1;

class FlaxReader {
 public:
  explicit FlaxReader(ByteView bytes) : in_(bytes) {}

  ReadState run() {
    state_.source = "flax";
    value({}, {}, 0);
    if (in_.remaining() != 0) throw bad_input("{} bytes follow its content", in_.remaining());
    if (state_.state.tensors.empty())
      throw bad_input("it holds no arrays of floating-point numbers");
    return std::move(state_);
  }

 private:
  void value(const std::string& path, std::string_view key, int depth) {
    if (depth > kDeepestFlax) throw bad_input("nested more than {} deep", kDeepestFlax);
    if (++values_ > kMostFlaxValues) throw bad_input("more than {} values", kMostFlaxValues);
    const msgpack::Value read = msgpack::read(in_);
    if (const auto* map = std::get_if<msgpack::Map>(&read)) {
      entries(path, map->entries, depth);
    } else if (const auto* array = std::get_if<msgpack::Array>(&read)) {
      for (std::uint32_t i = 0; i < array->items; ++i)
        value(joined(path, fmt::format("{}", i)), {}, depth + 1);
    } else if (const auto* extension = std::get_if<msgpack::Extension>(&read)) {
      if (extension->type == kArrayExtension) {
        tensor(path, extension->bytes);
      } else {
        note_other(state_, fmt::format("'{}': extension {}", path, extension->type));
      }
    } else {
      setting(path, key, read);
    }
  }

  void entries(const std::string& path, std::uint32_t count, int depth) {
    std::set<std::string_view> names;
    for (std::uint32_t i = 0; i < count; ++i) {
      const msgpack::Value key = msgpack::read(in_);
      const auto* name = std::get_if<std::string_view>(&key);
      if (name == nullptr) throw bad_input("a map under '{}' has a key that is no text", path);
      if (!names.insert(*name).second)
        throw bad_input("a map under '{}' names '{}' twice", path, printable(*name));
      if (*name == "__msgpack_chunked_array__")
        throw bad_input("'{}' is an array in chunks (over 1 GiB), which is not supported", path);
      value(joined(path, *name), *name, depth + 1);
    }
  }

  static std::string joined(const std::string& path, std::string_view name) {
    std::string result = path.empty() ? printable(name) : path + "/" + printable(name);
    if (result.size() > kLongestPath) throw bad_input("a name of more than {} bytes", kLongestPath);
    return result;
  }

  void setting(const std::string& path, std::string_view key, const msgpack::Value& value) {
    std::string text;
    if (const auto* words = std::get_if<std::string_view>(&value)) {
      text = *words;
    } else if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      text = fmt::format("{}", *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
      text = fmt::format("{}", *real);
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      text = *truth ? "True" : "False";
    } else {
      return;
    }
    state_.facts.set(key, text);
    note_other(state_, fmt::format("'{}': {}", path, printable(text)));
  }

  void tensor(const std::string& path, ByteView packed) {
    const auto wrong = [&] { return bad_input("'{}' is no array that flax packed", path); };
    ByteReader in(packed);
    const msgpack::Value outer = msgpack::read(in);
    const auto* tuple = std::get_if<msgpack::Array>(&outer);
    if (tuple == nullptr || tuple->items != 3) throw wrong();
    const msgpack::Value shape = msgpack::read(in);
    const auto* axes = std::get_if<msgpack::Array>(&shape);
    if (axes == nullptr || axes->items > Shape::kMaxRank) throw wrong();
    std::vector<std::int64_t> extents;
    for (std::uint32_t axis = 0; axis < axes->items; ++axis) {
      const msgpack::Value extent = msgpack::read(in);
      if (!std::holds_alternative<std::int64_t>(extent)) throw wrong();
      extents.push_back(std::get<std::int64_t>(extent));
    }
    const msgpack::Value type = msgpack::read(in);
    const auto* name = std::get_if<std::string_view>(&type);
    if (name == nullptr) throw wrong();
    const msgpack::Value data = msgpack::read(in);
    const auto* binary = std::get_if<msgpack::Binary>(&data);
    if (binary == nullptr || in.remaining() != 0) throw wrong();
    const auto dtype = dtype_named(*name);
    if (!dtype) {
      note_other(state_, fmt::format("'{}': array of {}", path, printable(*name)));
      return;
    }
    add_flat_tensor(state_, path, *dtype, extents, binary->bytes);
  }

  ByteReader in_;
  ReadState state_;
  std::size_t values_ = 0;
};

}  // namespace

bool is_flax(ByteView bytes) {
  const auto is_text = [](std::uint8_t code) {
    return (code > 0xA0 && code < 0xC0) || code == 0xD9;
  };
  if (bytes.size() < 4) return false;
  if (bytes[0] > 0x80 && bytes[0] < 0x90) return is_text(bytes[1]);
  return bytes[0] == 0xDE && is_text(bytes[3]);
}

ReadState read_flax(ByteView bytes) {
  return FlaxReader(bytes).run();
}

}  // namespace arcadecam::checkpoint
