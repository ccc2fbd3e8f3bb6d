#include "serve/transport/unread_steps.h"

#include <algorithm>

namespace arcadecam::serve {

void UnreadSteps::read(std::uint64_t ping, Clock::time_point now) {
  while (!sent_.empty() && sent_.front().ping <= ping) {
    if (now - sent_.front().at <= kSoon) most_ = std::min(most_ + 1, kMost);
    sent_.pop_front();
  }
}

bool UnreadSteps::wants_ping(std::uint64_t ping) const {
  const auto since = std::ranges::count(sent_, ping, &Sent::ping);
  return since > 0 && (full() || static_cast<std::size_t>(since) >= most_ / 2);
}

void UnreadSteps::gave_up() {
  most_ = std::max(most_ / 2, kFewest);
}

}  // namespace arcadecam::serve
