#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "arcadecam/core/shape.h"
#include "checkpoint/formats/dtype.h"
#include "core/bytes.h"

namespace arcadecam::checkpoint::pickle {

// What a pickle holds. Objects live in one arena (Document) and refer to each other by number, so
// shared and circular references cost nothing and nothing here is ever walked recursively.

struct None {
  friend bool operator==(None, None) = default;
};
/// An integer that does not fit 64 bits: its low 128 bits in two's complement.
struct BigInteger {
  std::uint64_t low = 0, high = 0;
  bool wider_than_128_bits = false;
  friend bool operator==(const BigInteger&, const BigInteger&) = default;
};
enum class NodeId : std::uint32_t {};
using Value = std::variant<None, bool, std::int64_t, BigInteger, double, NodeId>;

struct GlobalName;  // an entry of the list of allowed names: pickle_globals.h

struct Text {
  std::string text;
};
struct Tuple {
  std::vector<Value> items;
};
struct List {
  std::vector<Value> items;
};
struct Dict {
  std::vector<std::pair<Value, Value>> items;  ///< in the order of first insertion
  std::map<std::string, std::size_t, std::less<>> index;
};
struct Global {
  const GlobalName* name;
};
/// A storage of torch: a run of elements that the container keeps under a key.
struct StorageRecord {
  DType dtype;
  std::string key;
  std::int64_t elements;      ///< of the whole storage under that key
  std::int64_t first, count;  ///< the part that this record is a view of
};
/// A tensor of torch: a strided view of a storage, checked to lie within it.
struct TensorRecord {
  NodeId storage;
  std::int64_t offset;  ///< of its first element from the storage's start
  Shape shape;
  std::array<std::int64_t, Shape::kMaxRank> strides;
};
/// Bytes: a view of the pickle. Only where they are asked for (Mode::kPlain).
struct Blob {
  ByteView bytes;
};
/// NumPy's dtype: "f4", "i8", …
struct ArrayType {
  std::string code;
  bool big_endian = false;
};
/// An array of NumPy or JAX, its elements a view of the pickle. Only where it is asked for.
struct ArrayRecord {
  std::string code;  ///< of its type
  std::vector<std::int64_t> extents;
  ByteView bytes;
  /// Why it cannot be read although it is an array; empty when it can.
  std::string obstacle;
};
/// Something harmless whose content is not kept.
struct Opaque {
  std::string what;
  std::string name{};  ///< "module.class" where it is a class, or an object of one
};
using Node = std::variant<Text, Tuple, List, Dict, Global, StorageRecord, TensorRecord, Opaque,
                          Blob, ArrayType, ArrayRecord>;

/// The objects of one pickle.
class Document {
 public:
  Value root;

  NodeId add(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<NodeId>(nodes_.size() - 1);
  }
  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }

  /// The object `value` refers to when it is a T, else null.
  template <typename T>
  [[nodiscard]] const T* get(const Value& value) const {
    const auto* id = std::get_if<NodeId>(&value);
    return id == nullptr ? nullptr : std::get_if<T>(&nodes_[static_cast<std::size_t>(*id)]);
  }
  template <typename T>
  [[nodiscard]] T* get(const Value& value) {
    return const_cast<T*>(std::as_const(*this).get<T>(value));
  }
  /// Calls `visit` with every object that is a T.
  template <typename T, typename Visit>
  void each(const Visit& visit) const {
    for (const Node& node : nodes_) {
      if (const T* object = std::get_if<T>(&node)) visit(*object);
    }
  }
  [[nodiscard]] std::optional<std::string_view> text(const Value& value) const;
  /// The entry of a dict under a text key, or null.
  [[nodiscard]] const Value* find(const Dict& dict, std::string_view key) const;
  /// A short description for people: "50000000", "'épisode'", "dict of 2", "tensor float32 3×5".
  [[nodiscard]] std::string describe(const Value& value) const;

 private:
  std::deque<Node> nodes_;
};

/// The canonical form of a dict key; empty when a value of that type cannot be one. Text keys are
/// "t" and the text.
std::optional<std::string> dict_key(const Document& document, const Value& value);

}  // namespace arcadecam::checkpoint::pickle
