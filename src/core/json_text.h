#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace arcadecam {

struct JsonMember;

/// A JSON text in the making; members keep the order in which they were added. What JSON has no
/// sign for (a number that is not finite) becomes null, and bytes that are no UTF-8 become U+FFFD.
/// (Texts that are read: core/json.h. JSON's library takes seconds to compile, so its headers stay
/// in the sources of both.)
class JsonText {
 public:
  JsonText() = default;  ///< null
  // NOLINTBEGIN(google-explicit-constructor): values are written as they are
  JsonText(std::nullptr_t) {}
  JsonText(std::same_as<bool> auto value) : scalar_(value ? "true" : "false") {}
  JsonText(std::signed_integral auto value) : scalar_(std::to_string(value)) {}
  JsonText(std::unsigned_integral auto value) requires(!std::same_as<decltype(value), bool>)
      : scalar_(std::to_string(value)) {}
  JsonText(double value);
  JsonText(std::string_view text);
  JsonText(const std::string& text) : JsonText(std::string_view(text)) {}
  JsonText(const char* text) : JsonText(std::string_view(text)) {}
  /// An object.
  JsonText(std::initializer_list<JsonMember> members);
  /// An array of the elements.
  template <std::ranges::range Range>
  requires(!std::convertible_to<Range, std::string_view> &&
           std::constructible_from<JsonText, std::ranges::range_reference_t<Range>>)
      JsonText(const Range& elements)
      : kind_(Kind::kArray) {
    for (const auto& element : elements) items_.emplace_back(element);
  }
  // NOLINTEND(google-explicit-constructor)

  static JsonText array(std::initializer_list<JsonText> items = {});
  static JsonText object();

  [[nodiscard]] bool is_null() const { return kind_ == Kind::kScalar && scalar_ == "null"; }
  /// Appends to an array; null becomes one.
  JsonText& push_back(JsonText value);
  [[nodiscard]] std::vector<JsonText>& items() { return items_; }
  /// The member of an object, added where it is missing; null becomes an object.
  JsonText& operator[](std::string_view name);

  /// The whole text: on one line, or with `indent` blanks before what lies a level deeper.
  [[nodiscard]] std::string dump(int indent = -1) const;

  friend bool operator==(const JsonText& a, const JsonText& b);

 private:
  enum class Kind { kScalar, kArray, kObject };

  void append_to(std::string& text, int indent, int depth) const;

  Kind kind_ = Kind::kScalar;
  std::string scalar_ = "null";     ///< as it is written
  std::vector<JsonText> items_;     ///< of an array, or the values of an object's members
  std::vector<std::string> names_;  ///< of the members
};

struct JsonMember {
  std::string name;
  JsonText value;
};

}  // namespace arcadecam
