#include "episode/trace_fields.h"

#include <algorithm>
#include <limits>

#include "core/parse_json.h"

namespace arcadecam::episode {
namespace {

constexpr int kDeepest = 3;  // the header, an object in it, its fields

bool steers(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// A value for a message: short, on one line.
std::string shown(const Json& value) {
  constexpr std::size_t kLongest = 40;
  if (value.is_structured()) return value.is_array() ? "a list" : "an object";
  std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "…";
  return text;
}

}  // namespace

Json parse_line(std::string_view line, std::size_t number) {
  const auto guard = [number](int depth, Json::parse_event_t, const Json&) {
    if (depth > kDeepest) throw bad_input("line {} is nested too deeply for a trace", number);
    return true;
  };
  Json json = parse_json(line, guard);
  if (!json.is_object()) {
    throw bad_input("line {} should be a JSON object{}{}", number,
                    json.is_discarded() ? ", but is not JSON" : "",
                    number == 1 ? "; give the trace.jsonl.gz of a run" : "");
  }
  return json;
}

Fields::Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) {
    throw bad_input("{}: expected an object, found {}", where_, shown(object_));
  }
}

bool Fields::boolean(const char* key) const {
  const Json& value = at(key);
  if (!value.is_boolean()) throw wrong(key, "true or false", shown(value));
  return value.get<bool>();
}

std::int64_t Fields::integer(const char* key, std::int64_t least, std::int64_t most) const {
  const Json& value = at(key);
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() ||
                     value.get<std::uint64_t>() <=
                         static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (!fits || value.get<std::int64_t>() < least || value.get<std::int64_t>() > most) {
    throw wrong(key, fmt::format("a whole number from {} to {}", least, most), shown(value));
  }
  return value.get<std::int64_t>();
}

std::uint64_t Fields::natural(const char* key) const {
  const Json& value = at(key);
  if (!value.is_number_unsigned()) {
    throw wrong(key, "a whole number from 0 to 18446744073709551615", shown(value));
  }
  return value.get<std::uint64_t>();
}

double Fields::real(const char* key, double least, double most) const {
  const Json& value = at(key);
  if (!value.is_number() || !(value.get<double>() >= least && value.get<double>() <= most)) {
    throw wrong(key, fmt::format("a number from {} to {}", least, most), shown(value));
  }
  return value.get<double>();
}

std::string Fields::text(const char* key, std::size_t longest) const {
  return checked_text(key, at(key), longest);
}

std::string Fields::digest(const char* key, std::size_t length) const {
  std::string digits = text(key, std::numeric_limits<std::size_t>::max());
  if (digits.size() != length ||
      digits.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw wrong(key, fmt::format("{} hexadecimal digits", length), shown(at(key)));
  }
  return digits;
}

std::vector<std::string> Fields::texts(const char* key, std::size_t most,
                                       std::size_t longest) const {
  const Json& list = at(key);
  if (!list.is_array() || list.empty() || list.size() > most) {
    throw wrong(key, fmt::format("a list of 1 to {} texts", most),
                list.is_array() ? fmt::format("{}", list.size()) : shown(list));
  }
  std::vector<std::string> result;
  for (const Json& value : list) result.push_back(checked_text(key, value, longest));
  return result;
}

Fields Fields::object(const char* key) const {
  return {at(key), fmt::format("{}: {}", where_, key)};
}

Error Fields::wrong(const char* key, std::string_view expected, std::string_view found) const {
  return bad_input("{}: {}: expected {}, found {}", where_, key, expected, found);
}

const Json& Fields::at(const char* key) const {
  const auto found = object_.find(key);
  if (found == object_.end()) throw bad_input("{}: {} is missing", where_, key);
  return *found;
}

std::string Fields::checked_text(const char* key, const Json& value, std::size_t longest) const {
  const auto* found = value.get_ptr<const std::string*>();
  if (found == nullptr) throw wrong(key, "a text", shown(value));
  if (found->size() > longest || std::ranges::any_of(*found, steers)) {
    throw wrong(key, fmt::format("a printable text of at most {} bytes", longest), shown(value));
  }
  return *found;
}

}  // namespace arcadecam::episode
