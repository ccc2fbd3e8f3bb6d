#include "app/object_scores.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace arcadecam::app {

void print_object_scores(const episode::MomentsSink& moments) {
  constexpr std::size_t kMost = 6;
  bool any = false;
  for (const episode::Moment& moment : moments.moments()) {
    for (std::size_t m = 0; m < moment.step.attributions.size(); ++m) {
      auto objects = moment.step.attributions[m]->objects;
      if (objects.empty()) continue;
      any = true;
      std::ranges::stable_sort(objects, [](const auto& a, const auto& b) {
        return std::abs(a.score) > std::abs(b.score);
      });
      std::string words;
      for (std::size_t i = 0; i < std::min(kMost, objects.size()); ++i)
        words += fmt::format("{}{} {:+.3g}", i == 0 ? "" : ", ", objects[i].name, objects[i].score);
      if (objects.size() > kMost) words += fmt::format(", {} more", objects.size() - kMost);
      fmt::print("{}, episode {}, step {}: {}\n", moments.info().methods[m].text(),
                 moment.step.episode, moment.step.index, words);
    }
  }
  if (any) fmt::print("objects that are not told: {}\n", moments.info().objects_left_out());
}

}  // namespace arcadecam::app
