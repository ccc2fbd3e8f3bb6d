#include "core/json_fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "core/text.h"

namespace arcadecam {
namespace {

constexpr std::size_t kLongestText = 256;

double number_of(const JsonValue& value, double least, double most, bool whole) {
  const auto* number = std::get_if<double>(&value.value);
  if (number == nullptr || !(*number >= least && *number <= most) ||
      (whole && *number != std::floor(*number))) {
    throw wrong(value,
                fmt::format("a {} from {} to {}", whole ? "whole number" : "number", least, most));
  }
  return *number;
}

}  // namespace

std::string place_of(const JsonValue& value) {
  return value.pointer.empty() ? fmt::format("line {}", value.line)
                               : fmt::format("line {} ({})", value.line, value.pointer);
}

Error wrong(const JsonValue& value, std::string_view expected) {
  return wrong(value, expected, value.text());
}

Error wrong(const JsonValue& value, std::string_view expected, std::string_view found) {
  return bad_input("{}: expected {}, found {}", place_of(value), expected, found);
}

const std::string& whole_text_of(const JsonValue& value) {
  const auto* text = std::get_if<std::string>(&value.value);
  if (text == nullptr) throw wrong(value, "a text");
  return *text;
}

const std::string& text_of(const JsonValue& value) {
  const auto* text = std::get_if<std::string>(&value.value);
  if (text == nullptr || text->empty() || text->size() > kLongestText)
    throw wrong(value, fmt::format("a text of 1 to {} bytes", kLongestText));
  return *text;
}

const JsonValue::Items& items_of(const JsonValue& value) {
  const auto* items = std::get_if<JsonValue::Items>(&value.value);
  if (items == nullptr) throw wrong(value, "a list");
  return *items;
}

JsonFields::JsonFields(const JsonValue& object)
    : object_(object), members_(std::get_if<JsonValue::Members>(&object.value)) {
  if (members_ == nullptr) throw wrong(object, "an object");
}

const JsonValue* JsonFields::find(const char* key) {
  asked_.insert(key);
  const auto found = members_->find(key);
  return found == members_->end() ? nullptr : &found->second;
}

const JsonValue& JsonFields::at(const char* key, std::string_view expected) {
  const JsonValue* value = find(key);
  if (value == nullptr)
    throw wrong(object_, fmt::format("a member \"{}\", {}", key, expected), "none");
  return *value;
}

int JsonFields::integer(const char* key, int least, int most) {
  return static_cast<int>(number_of(at(key, "a whole number"), least, most, true));
}

int JsonFields::integer(const char* key, int least, int most, int otherwise) {
  return find(key) == nullptr ? otherwise : integer(key, least, most);
}

float JsonFields::real(const char* key, double least, double most) {
  return static_cast<float>(number_of(at(key, "a number"), least, most, false));
}

float JsonFields::real(const char* key, double least, double most, float otherwise) {
  return find(key) == nullptr ? otherwise : real(key, least, most);
}

bool JsonFields::boolean(const char* key, bool otherwise) {
  const JsonValue* value = find(key);
  if (value == nullptr) return otherwise;
  const auto* boolean = std::get_if<bool>(&value->value);
  if (boolean == nullptr) throw wrong(*value, "true or false");
  return *boolean;
}

std::string JsonFields::text(const char* key) {
  return text_of(at(key, "a text"));
}

std::optional<std::string> JsonFields::text_if(const char* key) {
  const JsonValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  return text_of(*value);
}

std::vector<std::string> JsonFields::texts(const char* key) {
  std::vector<std::string> result;
  const JsonValue* value = find(key);
  if (value == nullptr) return result;
  for (const JsonValue& item : items_of(*value)) result.push_back(text_of(item));
  return result;
}

void JsonFields::finish() const {
  for (const auto& [key, value] : *members_) {
    if (asked_.contains(key)) continue;
    throw wrong(value, fmt::format("one of the members {}", fmt::join(asked_, ", ")),
                fmt::format("\"{}\"", printable(key)));
  }
}

}  // namespace arcadecam
