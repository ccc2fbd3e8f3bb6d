#include "core/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "arcadecam/core/error.h"
#include "core/text.h"

namespace arcadecam {
namespace {

using nlohmann::json;

constexpr std::size_t kLongest = std::size_t{1} << 20, kDeepest = 8;

/// Reads characters and counts the lines that were read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, int& line) : at_(at), line_(&line) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (*at_ == '\n') ++*line_;
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  int* line_;
};

// "/" and "~" are the pointer's own (RFC 6901).
std::string escaped(std::string_view key) {
  std::string result;
  for (const char c : printable(key)) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

/// Puts the values together as the parser meets them. A number ends only with the character behind
/// it, which may be a line's end: what has a key therefore has the key's line.
class Builder : public nlohmann::json_sax<json> {
 public:
  Builder(JsonValue& root, const int& line, std::string_view text)
      : root_(root), line_(line), text_(text) {}

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(static_cast<double>(value)); }
  bool number_unsigned(number_unsigned_t value) override { return put(static_cast<double>(value)); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*size*/) override { return open(JsonValue::Members{}); }
  bool start_array(std::size_t /*size*/) override { return open(JsonValue::Items{}); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    key_ = std::move(name);
    key_line_ = line_;
    if (std::get<JsonValue::Members>(open_.back()->value).contains(key_))
      throw bad_input("line {}: the key '{}' stands twice in one object", line_, printable(key_));
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*last*/,
                   const nlohmann::detail::exception& error) override {
    const std::size_t read = std::min(position, text_.size());
    const auto line =
        1 + std::count(text_.begin(),
                       text_.begin() + static_cast<std::ptrdiff_t>(read == 0 ? 0 : read - 1), '\n');
    // "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error while …"
    std::string_view why = error.what();
    for (const std::string_view start : {"] ", "column "}) {
      const std::size_t found = why.substr(0, 80).find(start);
      if (found != std::string_view::npos) why.remove_prefix(found + start.size());
    }
    if (const std::size_t colon = why.substr(0, 20).find(": "); colon != std::string_view::npos)
      why.remove_prefix(colon + 2);
    throw bad_input("line {}: {}", line, printable(why, 200));
  }

 private:
  // Null where there is no place for it, which the parser's grammar excludes.
  JsonValue* place(JsonValue value) {
    if (open_.empty()) {
      value.line = line_;
      root_ = std::move(value);
      return &root_;
    }
    JsonValue& parent = *open_.back();
    if (auto* items = std::get_if<JsonValue::Items>(&parent.value)) {
      value.line = value.value.index() <= kNumber ? parent.line : line_;
      value.pointer = fmt::format("{}/{}", parent.pointer, items->size());
      return &items->emplace_back(std::move(value));
    }
    value.line = key_line_;
    value.pointer = fmt::format("{}/{}", parent.pointer, escaped(key_));
    auto& members = std::get<JsonValue::Members>(parent.value);
    return &members.insert_or_assign(key_, std::move(value)).first->second;
  }

  bool put(decltype(JsonValue::value) value) {
    place({std::move(value), 1, {}});
    return true;
  }

  bool open(decltype(JsonValue::value) value) {
    if (open_.size() >= kDeepest)
      throw bad_input("line {}: nested more than {} deep", line_, kDeepest);
    open_.push_back(place({std::move(value), 1, {}}));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  static constexpr std::size_t kNumber = 2;  // index in JsonValue's variant

  JsonValue& root_;
  const int& line_;
  std::string_view text_;
  std::vector<JsonValue*> open_;  // stable: only the innermost one grows
  std::string key_;
  int key_line_ = 1;
};

}  // namespace

std::string JsonValue::text() const {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* words = std::get_if<std::string>(&value))
    return fmt::format("\"{}\"", printable(*words));
  if (std::holds_alternative<Items>(value)) return "a list";
  if (std::holds_alternative<Members>(value)) return "an object";
  return "null";
}

JsonValue parse_json_lines(std::string_view text) {
  if (text.size() > kLongest)
    throw bad_input("line 1: {} bytes of text; expected at most {}", text.size(), kLongest);
  JsonValue root;
  int line = 1;
  Builder builder(root, line, text);
  json::sax_parse(CountingIterator(text.data(), line),
                  CountingIterator(text.data() + text.size(), line), &builder);
  return root;
}

}  // namespace arcadecam
