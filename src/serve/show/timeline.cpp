#include "serve/show/timeline.h"

#include <iterator>
#include <utility>

namespace arcadecam::serve {

Timeline::Timeline(int number, Cursor begin, Edits edits)
    : number_(number), first_(begin.beside.step), edits_(std::move(edits)) {
  kept_.emplace(first_, std::move(begin));
}

void Timeline::add(const Move& move) {
  if (move.human && !by_hand_) by_hand_ = last();
  moves_.push_back(move);
}

void Timeline::add(std::int64_t step, const Opinion& opinion) {
  // A step that is seen again says the same again.
  if (step == first_ + std::ssize(opinions_)) opinions_.push_back(opinion);
}

void Timeline::keep(Cursor cursor) {
  const std::int64_t step = cursor.beside.step;
  kept_.emplace(step, std::move(cursor));
}

void Timeline::thin(std::size_t most) {
  while (kept_.size() > most) {
    every_ *= 2;
    std::erase_if(kept_,
                  [&](const auto& one) { return one.first != first_ && one.first % every_ != 0; });
  }
}

Excerpt Timeline::excerpt(std::int64_t from, std::int64_t to) const {
  const Cursor& begin = before(from);
  return {number_,
          from,
          to,
          begin,
          {moves_.begin() + (begin.beside.step - first_), moves_.begin() + (to + 1 - first_)}};
}

const Cursor& Timeline::before(std::int64_t step) const {
  return std::prev(kept_.upper_bound(step))->second;
}

}  // namespace arcadecam::serve
