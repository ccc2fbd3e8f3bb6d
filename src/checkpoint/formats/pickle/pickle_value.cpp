#include "checkpoint/formats/pickle/pickle_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checkpoint/formats/pickle/pickle_globals.h"
#include "core/overloaded.h"
#include "core/text.h"

namespace arcadecam::checkpoint::pickle {
namespace {}  // namespace

std::optional<std::string_view> Document::text(const Value& value) const {
  const auto* text = get<Text>(value);
  if (text == nullptr) return std::nullopt;
  return text->text;
}

const Value* Document::find(const Dict& dict, std::string_view key) const {
  const auto found = dict.index.find(fmt::format("t{}", key));
  return found == dict.index.end() ? nullptr : &dict.items[found->second].second;
}

std::string Document::describe(const Value& value) const {
  const auto describe_node = [&](NodeId id) {
    return std::visit(
        Overloaded{
            [](const Text& text) { return fmt::format("'{}'", printable(text.text)); },
            [](const Tuple& tuple) { return fmt::format("tuple of {}", tuple.items.size()); },
            [](const List& list) { return fmt::format("list of {}", list.items.size()); },
            [](const Dict& dict) { return fmt::format("dict of {}", dict.items.size()); },
            [](const Global& global) {
              return fmt::format("{}.{}", global.name->module, global.name->name);
            },
            [](const StorageRecord& storage) {
              return fmt::format("storage of {} {} elements", storage.count,
                                 name_of(storage.dtype));
            },
            [&](const TensorRecord& tensor) {
              const auto* storage = get<StorageRecord>(Value(tensor.storage));
              return fmt::format("tensor {} {}", name_of(storage->dtype), to_string(tensor.shape));
            },
            [](const Opaque& opaque) { return opaque.what; },
            [](const Blob& blob) { return fmt::format("{} bytes", blob.bytes.size()); },
            [](const ArrayType& type) { return fmt::format("dtype {}", printable(type.code)); },
            [](const ArrayRecord& array) {
              return fmt::format("array {} {}", printable(array.code),
                                 fmt::join(array.extents, "×"));
            },
        },
        nodes_[static_cast<std::size_t>(id)]);
  };
  return std::visit(
      Overloaded{
          [](None) -> std::string { return "None"; },
          [](bool truth) -> std::string { return truth ? "True" : "False"; },
          [](std::int64_t number) { return fmt::format("{}", number); },
          [](const BigInteger&) -> std::string { return "an integer beyond 64 bits"; },
          [](double number) { return fmt::format("{}", number); },
          describe_node,
      },
      value);
}

std::optional<std::string> dict_key(const Document& document, const Value& value) {
  if (const auto text = document.text(value)) return fmt::format("t{}", *text);
  return std::visit(
      Overloaded{
          [](None) -> std::optional<std::string> { return "n"; },
          // True == 1 in Python, and they are one key.
          [](bool truth) -> std::optional<std::string> { return truth ? "i1" : "i0"; },
          [](std::int64_t number) -> std::optional<std::string> {
            return fmt::format("i{}", number);
          },
          [](const BigInteger& number) -> std::optional<std::string> {
            return fmt::format("I{}/{}", number.high, number.low);
          },
          [](double number) -> std::optional<std::string> { return fmt::format("f{}", number); },
          [&](NodeId id) -> std::optional<std::string> {
            if (document.get<List>(value) != nullptr || document.get<Dict>(value) != nullptr) {
              return std::nullopt;
            }
            return fmt::format("#{}", static_cast<std::uint32_t>(id));
          },
      },
      value);
}

}  // namespace arcadecam::checkpoint::pickle
