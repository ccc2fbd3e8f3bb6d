#include "serve/show/timeline.h"

#include <iterator>
#include <utility>

namespace arcadecam::serve {

Timeline::Timeline(int number, Cursor begin) : number_(number), first_(begin.beside.step) {
  kept_.emplace(first_, std::move(begin));
}

void Timeline::add(std::int64_t step, const Opinion& opinion) {
  // A step that is seen again says the same again.
  if (step == first_ + std::ssize(opinions_)) opinions_.push_back(opinion);
}

void Timeline::keep(Cursor cursor) {
  const std::int64_t step = cursor.beside.step;
  kept_.emplace(step, std::move(cursor));
  if (kept_.size() <= kMostKept) return;
  every_ *= 2;
  std::erase_if(kept_,
                [&](const auto& one) { return one.first != first_ && one.first % every_ != 0; });
}

const Cursor& Timeline::before(std::int64_t step) const {
  return std::prev(kept_.upper_bound(step))->second;
}

}  // namespace arcadecam::serve
