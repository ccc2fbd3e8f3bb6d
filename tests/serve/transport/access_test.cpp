#include "serve/transport/access.h"

#include <gtest/gtest.h>

namespace arcadecam::serve {
namespace {

Verdict judged(const Access& access, std::string_view host, std::string_view origin = {},
               std::string_view target = "/", std::string_view cookie = {}) {
  return judge(access, {host, origin, cookie, target});
}

TEST(Access, KnowsItsOwnNamesWithAnyPort) {
  const Access local;
  EXPECT_TRUE(local.is_local());
  for (const char* host : {"127.0.0.1", "127.0.0.1:8765", "localhost:1", "LOCALHOST", "[::1]:80"})
    EXPECT_EQ(judged(local, host), Verdict::kWelcome) << host;
  for (const char* host : {"", "example.org", "127.0.0.1.example.org", "localhost.evil:80", ":80",
                           "localhost:x", "localhost:123456", "10.0.0.1", "[::1", "[::1]x"})
    EXPECT_EQ(judged(local, host), Verdict::kWrongHost) << host;
}

TEST(Access, TakesTheAddressItListensOnAndTheNamesItIsGiven) {
  const Access one{"10.0.0.7", 80, "", {"Lab.example.org"}};
  EXPECT_FALSE(one.is_local());
  EXPECT_EQ(judged(one, "10.0.0.7:80"), Verdict::kWelcome);
  EXPECT_EQ(judged(one, "lab.example.org"), Verdict::kWelcome);
  EXPECT_EQ(judged(one, "10.0.0.8"), Verdict::kWrongHost);
  const Access all{"0.0.0.0", 80, "", {}};
  EXPECT_EQ(judged(all, "10.0.0.8"), Verdict::kWelcome);
  EXPECT_EQ(judged(all, "evil.example.org"), Verdict::kWrongHost);
}

TEST(Access, RefusesThePagesOfOtherSites) {
  const Access local;
  EXPECT_EQ(judged(local, "localhost:8765", "http://localhost:8765"), Verdict::kWelcome);
  for (const char* origin : {"http://localhost:8766", "https://localhost:8765", "null",
                             "http://evil.example.org", "http://localhost:8765.evil"})
    EXPECT_EQ(judged(local, "localhost:8765", origin), Verdict::kWrongOrigin) << origin;
}

TEST(Access, WantsItsTokenInTheQueryOrTheCookie) {
  const Access access{"0.0.0.0", 80, "abc123", {}};
  EXPECT_EQ(judged(access, "10.0.0.8"), Verdict::kNoToken);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/?token=abc123"), Verdict::kWelcome);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/live?a=b&token=abc123"), Verdict::kWelcome);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/?token=abc124"), Verdict::kNoToken);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/?token=abc1234"), Verdict::kNoToken);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/?nottoken=abc123"), Verdict::kNoToken);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/", "x=y; arcadecam_token=abc123"), Verdict::kWelcome);
  EXPECT_EQ(judged(access, "10.0.0.8", {}, "/", "x_arcadecam_token=abc123"), Verdict::kNoToken);
}

TEST(Access, ReadsTargets) {
  EXPECT_EQ(path_of("/keep/clip.mp4?a=/b"), "/keep/clip.mp4");
  EXPECT_EQ(query_value("/agent?name=my%20agent+1%2", "name"), "my agent 1%2");
  EXPECT_EQ(query_value("/agent", "name"), "");
  EXPECT_EQ(random_token().size(), 32U);
  EXPECT_NE(random_token(), random_token());
}

}  // namespace
}  // namespace arcadecam::serve
