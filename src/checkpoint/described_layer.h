#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checkpoint/described_layers.h"

namespace arcadecam::checkpoint {

// What the files that make a description's layers share.

/// The key of a tensor: the member `part`, or PREFIX.part of "weights". None where `part` is null
/// or nothing says it.
std::optional<std::string> key_of(JsonFields& fields, const char* part);
/// The same; throws Error where nothing says it.
std::string required_key(JsonFields& fields, const char* part);

/// Whether the member is the second of two words; it is the first where it is missing. Throws Error
/// for any other.
bool is_second(JsonFields& fields, const char* member, std::string_view first,
               std::string_view second);

/// A layer while it is made.
struct DescribedLayers::Layer {
  JsonFields& fields;
  const JsonValue& place;
  std::string name;
  std::vector<int> inputs;
  std::vector<Shape> shapes;

  const Shape& image() const {
    if (inputs.size() != 1 || shapes[0].rank() != 3) throw wrong(place, "one input C×H×W", found());
    return shapes[0];
  }
  std::int64_t flat() const {
    if (inputs.size() != 1 || shapes[0].rank() != 1)
      throw wrong(place, "one flat input (put a flatten in front)", found());
    return shapes[0][0];
  }
  std::string found() const {
    std::vector<std::string> texts;
    for (const Shape& shape : shapes) texts.push_back(to_string(shape));
    return fmt::format("{}", fmt::join(texts, " and "));
  }
};

}  // namespace arcadecam::checkpoint
