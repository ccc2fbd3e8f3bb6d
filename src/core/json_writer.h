#pragma once

#include <concepts>
#include <ranges>
#include <string>
#include <string_view>

namespace arcadecam {

/// Writes JSON into a text as it comes, without keeping anything of it: for messages that are made
/// many times per second. What JSON has no sign for and what is no UTF-8 is written as JsonText
/// does. Whoever calls it opens and closes what must be, and gives each member of an object a name.
class JsonWriter {
 public:
  /// Appends to `text`, which must outlive this.
  explicit JsonWriter(std::string& text) : text_(text) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// The name of the member whose value comes next: of plain letters.
  void name(std::string_view name);

  void null();
  void value(std::same_as<bool> auto value) { boolean(value); }
  void value(std::signed_integral auto value) { whole(static_cast<long long>(value)); }
  void value(double value);
  void value(float value) { this->value(static_cast<double>(value)); }
  void value(std::string_view value);
  void value(const char* value) { this->value(std::string_view(value)); }
  /// An array of the elements.
  template <std::ranges::range Range>
  requires(!std::convertible_to<Range, std::string_view>) void value(const Range& elements) {
    begin_array();
    for (const auto& element : elements) value(element);
    end_array();
  }
  template <typename T>
  void member(std::string_view name, const T& value) {
    this->name(name);
    this->value(value);
  }

 private:
  void begin(char sign);
  void end(char sign);
  /// A comma where something stands before.
  void separate();
  void boolean(bool value);
  void whole(long long value);

  std::string& text_;
  bool first_ = true;
};

}  // namespace arcadecam
