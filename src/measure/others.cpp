#include "measure/others.h"

#include <string>

namespace arcadecam::measure {

std::vector<std::vector<Finding>> findings_of(
    std::span<const int> actions, const std::function<bool(std::size_t, std::size_t)>& similar,
    const std::array<std::string_view, 3>& names) {
  std::vector<std::vector<Finding>> found(actions.size());
  std::vector<std::size_t> mapped;
  for (std::size_t state = 0; state < actions.size(); ++state)
    if (actions[state] != kNoMap) mapped.push_back(state);
  if (mapped.size() < 2) return found;
  const auto others = static_cast<double>(mapped.size() - 1);
  for (std::size_t i = 0; i < mapped.size(); ++i) {
    double near = 0, agree = 0, same = 0;
    for (std::size_t j = 0; j < mapped.size(); ++j) {
      if (i == j) continue;
      const bool same_action = actions[mapped[i]] == actions[mapped[j]];
      same += same_action ? 1 : 0;
      if (!similar(i, j)) continue;
      ++near;
      agree += same_action ? 1 : 0;
    }
    std::vector<Finding>& list = found[mapped[i]];
    if (near > 0) {
      list.push_back({std::string(names[0]), agree / near});
      list.push_back({std::string(names[1]), agree / near - same / others});
    }
    list.push_back({std::string(names[2]), near / others});
  }
  return found;
}

}  // namespace arcadecam::measure
