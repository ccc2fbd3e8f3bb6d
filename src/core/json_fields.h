#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"
#include "core/json.h"

namespace arcadecam {

/// "line 7 (/layers/3/stride)".
std::string place_of(const JsonValue& value);

/// What to say of a value that is not what it should be: where, what was expected and found.
Error wrong(const JsonValue& value, std::string_view expected);
Error wrong(const JsonValue& value, std::string_view expected, std::string_view found);

/// The members of an object that a person wrote: each read is checked for presence, type and range
/// and throws Error saying the line, what was expected and what was found. finish() refuses what
/// nobody asked for.
class JsonFields {
 public:
  /// Throws Error when `object`, which must outlive this, is none.
  explicit JsonFields(const JsonValue& object);

  [[nodiscard]] const JsonValue& self() const { return object_; }
  /// The member, or null.
  const JsonValue* find(const char* key);
  const JsonValue& at(const char* key, std::string_view expected);

  int integer(const char* key, int least, int most);
  int integer(const char* key, int least, int most, int otherwise);
  float real(const char* key, double least, double most);
  float real(const char* key, double least, double most, float otherwise);
  bool boolean(const char* key, bool otherwise);
  /// Not empty and at most 256 bytes.
  std::string text(const char* key);
  std::optional<std::string> text_if(const char* key);
  /// A list of texts; empty where the member is missing.
  std::vector<std::string> texts(const char* key);

  /// Throws Error naming a member that was not asked for, and those that were.
  void finish() const;

 private:
  const JsonValue& object_;
  const JsonValue::Members* members_;
  std::set<std::string, std::less<>> asked_;
};

/// The value as a text of any length.
const std::string& whole_text_of(const JsonValue& value);
/// The value as a text (not empty, at most 256 bytes) or as a list.
const std::string& text_of(const JsonValue& value);
const JsonValue::Items& items_of(const JsonValue& value);

}  // namespace arcadecam
