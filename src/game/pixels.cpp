#include "game/pixels.h"

#include <fmt/ranges.h>

#include <array>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam::game {
namespace {

template <typename T>
using Names = std::pair<T, std::string_view>;

constexpr std::array<Names<Pixels::Grey>, 3> kGreys{{{Pixels::Grey::kPalette, "palette"},
                                                     {Pixels::Grey::kOpenCv, "opencv"},
                                                     {Pixels::Grey::kTruncated, "truncated"}}};
constexpr std::array<Names<Pixels::Pool>, 5> kPools{
    {{Pixels::Pool::kPlanes, "planes"},
     {Pixels::Pool::kGreys, "greys"},
     {Pixels::Pool::kColours, "colours"},
     {Pixels::Pool::kShrunkenColours, "shrunken-colours"},
     {Pixels::Pool::kNone, "none"}}};
constexpr std::array<Names<Pixels::Filter>, 2> kFilters{
    {{Pixels::Filter::kArea, "area"}, {Pixels::Filter::kLinear, "linear"}}};

template <typename Table, typename T>
std::string_view find_name(const Table& table, T value) {
  for (const auto& [known, name] : table) {
    if (known == value) return name;
  }
  return "";
}

template <typename Table>
auto parse(const Table& table, std::string_view what, std::string_view text) {
  std::vector<std::string_view> names;
  for (const auto& [value, name] : table) {
    if (name == text) return value;
    names.push_back(name);
  }
  throw bad_input("'{}' is no {}; expected one of: {}", text, what, fmt::join(names, ", "));
}

}  // namespace

std::string_view name_of(Pixels::Grey grey) {
  return find_name(kGreys, grey);
}
std::string_view name_of(Pixels::Pool pool) {
  return find_name(kPools, pool);
}
std::string_view name_of(Pixels::Filter filter) {
  return find_name(kFilters, filter);
}
Pixels::Grey parse_grey(std::string_view name) {
  return parse(kGreys, "grey formula", name);
}
Pixels::Pool parse_pool(std::string_view name) {
  return parse(kPools, "way to pool frames", name);
}
Pixels::Filter parse_filter(std::string_view name) {
  return parse(kFilters, "filter", name);
}

}  // namespace arcadecam::game
