#include "planted/planted.h"

#include <algorithm>
#include <cctype>

#include "arcadecam/core/error.h"

namespace arcadecam::planted {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char one, unsigned char other) {
    return std::tolower(one) == std::tolower(other);
  });
}

}  // namespace

std::string Planted::name() const {
  std::string name(kPrefix);
  name += game->name;
  if (!variant->name.empty()) name.append("/").append(variant->name);
  return name;
}

std::vector<Planted> all_planted() {
  std::vector<Planted> all;
  for (const PlantedGame* game : games()) {
    for (const Variant& variant : game->variants()) all.push_back({game, &variant});
  }
  return all;
}

std::optional<Planted> find_planted(std::string_view name) {
  if (!same_letters(name.substr(0, kPrefix.size()), kPrefix)) return std::nullopt;
  std::string known;
  for (const Planted& one : all_planted()) {
    if (same_letters(one.name(), name)) return one;
    known += (known.empty() ? "" : ", ") + one.name();
  }
  throw bad_usage("{}: no planted agent of that name (there are {})", name, known);
}

}  // namespace arcadecam::planted
