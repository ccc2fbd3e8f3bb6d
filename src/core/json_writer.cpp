#include "core/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/json_text.h"

namespace arcadecam {
namespace {

/// The shortest text that is read as the same number.
template <typename Number>
void append_number(std::string& text, Number value) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  text.append(digits.data(), end);
}

}  // namespace

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

void JsonWriter::begin(char sign) {
  separate();
  text_ += sign;
  first_ = true;
}

void JsonWriter::end(char sign) {
  text_ += sign;
  first_ = false;
}

void JsonWriter::name(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += "\":";
  first_ = true;
}

void JsonWriter::null() {
  separate();
  text_ += "null";
}

void JsonWriter::boolean(bool value) {
  separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::whole(long long value) {
  separate();
  append_number(text_, value);
}

void JsonWriter::value(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  append_number(text_, value);
}

void JsonWriter::value(std::string_view value) {
  separate();
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; };
  if (!std::ranges::all_of(value, is_plain)) {
    text_ += JsonText(value).dump();
    return;
  }
  text_ += '"';
  text_ += value;
  text_ += '"';
}

}  // namespace arcadecam
