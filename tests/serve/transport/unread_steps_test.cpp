#include "serve/transport/unread_steps.h"

#include <gtest/gtest.h>

namespace arcadecam::serve {
namespace {

using namespace std::chrono_literals;

class UnreadStepsTest : public ::testing::Test {
 protected:
  /// Sends until no more may be sent, and gives how many that were.
  std::size_t fill() {
    std::size_t count = 0;
    for (; !steps_.full(); ++count) steps_.sent(++ping_, now_);
    return count;
  }

  UnreadSteps steps_;
  std::uint64_t ping_ = 0;
  UnreadSteps::Clock::time_point now_{};
};

TEST_F(UnreadStepsTest, OneThatIsReadMakesRoomForOne) {
  EXPECT_EQ(fill(), 8U);
  steps_.read(3, now_ + 10ms);
  EXPECT_EQ(fill(), 3U) << "a pong answers all pings before it";
  steps_.read(3, now_ + 10ms);
  EXPECT_TRUE(steps_.full()) << "the same answer again says nothing";
}

TEST_F(UnreadStepsTest, APingFollowsHalfOfThoseThatMayBeUnread) {
  const std::uint64_t next = 1;
  EXPECT_FALSE(steps_.wants_ping(next)) << "nothing was sent";
  for (int step = 1; step <= 4; ++step) {
    EXPECT_FALSE(steps_.wants_ping(next)) << step;
    steps_.sent(next, now_);
  }
  EXPECT_TRUE(steps_.wants_ping(next));
  EXPECT_FALSE(steps_.wants_ping(next + 1)) << "the first was sent meanwhile";
  // Fewer may be unread: the last two of five would never be told of.
  steps_.sent(next + 1, now_);
  for (int i = 0; i < 3; ++i) steps_.gave_up();
  EXPECT_TRUE(steps_.full());
  EXPECT_TRUE(steps_.wants_ping(next + 1));
  steps_.read(next, now_ + 600ms);
  EXPECT_FALSE(steps_.full());
  EXPECT_TRUE(steps_.wants_ping(next + 1)) << "one of two";
}

TEST_F(UnreadStepsTest, WhoReadsSlowlyIsSentLessAhead) {
  EXPECT_EQ(fill(), 8U);
  for (int i = 0; i < 3; ++i) steps_.gave_up();
  steps_.read(ping_, now_ + 2s);
  EXPECT_EQ(fill(), 2U);
  steps_.gave_up();
  steps_.read(ping_, now_ + 600ms);
  EXPECT_EQ(fill(), 2U) << "two always are";
}

TEST_F(UnreadStepsTest, WhoReadsAtOnceAgainIsSentMore) {
  for (int i = 0; i < 3; ++i) steps_.gave_up();
  EXPECT_EQ(fill(), 2U);
  steps_.read(ping_, now_ + 100ms);
  EXPECT_EQ(fill(), 4U);
  steps_.read(ping_, now_ + 500ms);
  EXPECT_EQ(fill(), 8U);
  steps_.read(ping_, now_ + 1ms);
  EXPECT_EQ(fill(), 8U) << "never more than eight";
}

}  // namespace
}  // namespace arcadecam::serve
