#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::episode {

using Json = nlohmann::json;

/// One line of a trace: an object, nested no deeper than traces are. Throws Error otherwise.
Json parse_line(std::string_view line, std::size_t number);

/// The fields of an object of a file that nobody vouches for: each read is checked for presence,
/// type and range, and throws Error saying where, what was expected and what was found. Fields that
/// nobody asks for are ignored.
class Fields {
 public:
  /// `where` names the object in messages. `object` must outlive this.
  Fields(const Json& object, std::string where);

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  [[nodiscard]] bool is_null(const char* key) const { return at(key).is_null(); }
  [[nodiscard]] bool boolean(const char* key) const;
  std::int64_t integer(const char* key, std::int64_t least, std::int64_t most) const;
  [[nodiscard]] std::uint64_t natural(const char* key) const;  ///< 0 … 2^64−1
  [[nodiscard]] double real(const char* key, double least, double most) const;
  /// Printable and at most that long.
  [[nodiscard]] std::string text(const char* key, std::size_t longest) const;
  /// Exactly that many of 0-9a-f.
  [[nodiscard]] std::string digest(const char* key, std::size_t length) const;
  /// One to `most` texts.
  [[nodiscard]] std::vector<std::string> texts(const char* key, std::size_t most,
                                               std::size_t longest) const;
  [[nodiscard]] Fields object(const char* key) const;

  [[nodiscard]] Error wrong(const char* key, std::string_view expected,
                            std::string_view found) const;

 private:
  [[nodiscard]] const Json& at(const char* key) const;
  [[nodiscard]] std::string checked_text(const char* key, const Json& value,
                                         std::size_t longest) const;

  const Json& object_;
  std::string where_;
};

}  // namespace arcadecam::episode
