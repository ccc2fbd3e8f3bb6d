// Factors of a layer's channels as a user makes them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "app/program.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

using test::arcadecam;
using test::contains;
using test::Result;

TEST(Factors, MakeAPictureAndArraysTheSameTwice) {
  const test::TemporaryFolder folder;
  const std::string out = folder.path().string();
  const Result first =
      arcadecam("factors pong --steps 60 --states 3 --factors 3 --formats png,svg --arrays --out " +
                out + "/a");
  ASSERT_EQ(first.code, 0) << first.text;
  EXPECT_TRUE(contains(first.text, "factor 1: ")) << first.text;
  EXPECT_TRUE(contains(first.text, "3 factors of layer")) << first.text;
  const Result again =
      arcadecam("factors pong --states 3 --factors 3 --formats png,svg --arrays --trace " + out +
                "/a/trace.jsonl.gz --out " + out + "/b");
  ASSERT_EQ(again.code, 0) << again.text;
  for (const char* name : {"/factors.png", "/factors.svg", "/arrays.npz"})
    EXPECT_EQ(read_file(out + "/a" + name), read_file(out + "/b" + name)) << name;
  const auto svg = read_file(out + "/a/factors.svg");
  const std::string text(svg.begin(), svg.end());
  for (const char* part : {">all factors<", ">factor 3<", ">step 10<", ">step 50<"})
    EXPECT_TRUE(contains(text, part)) << part;

  const auto arrays = read_npz(out + "/a/arrays.npz");
  const auto get = [&](const char* key) { return convert<float>(arrays.at(key), key); };
  const Tensor maps = get("maps"), shares = get("shares"), channels = get("channels");
  EXPECT_EQ(maps.shape(), (Shape{3, 3, 84, 84}));
  EXPECT_EQ(get("raw").shape(), (Shape{3, 3, 7, 7}));
  EXPECT_EQ(channels.shape(), (Shape{3, 64}));
  EXPECT_FLOAT_EQ(*std::ranges::max_element(get("raw").values()), 1);
  EXPECT_GE(shares.data()[0], shares.data()[1]);
  EXPECT_GE(shares.data()[1], shares.data()[2]);
  EXPECT_GT(shares.data()[2], 0);
  EXPECT_TRUE(std::ranges::all_of(maps.values(), [](float x) { return x >= 0 && x <= 1; }));
}

TEST(Factors, SayWhatIsWrong) {
  const test::TemporaryFolder folder;
  const std::string out = " --out " + folder.path().string() + "/x";
  for (const char* wrong : {"--factors 8", "--factors 0", "--layer conv99", "--place middle"}) {
    const Result result = arcadecam("factors pong --steps 5 " + std::string(wrong) + out);
    EXPECT_EQ(result.code, 2) << wrong << ": " << result.text;
  }
}

}  // namespace
}  // namespace arcadecam
