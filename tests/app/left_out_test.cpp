// What could not be evaluated, as a table and as the last line of a call.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/failures.h"
#include "support/golden.h"

namespace arcadecam::app {
namespace {

TEST(LeftOut, AreATableAndAnError) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "failures.csv";
  Failures failures;
  leave_out({"bad \"one\".pt", {}, {}, "no checkpoint"}, failures);
  leave_out({"pong", "gradcam", "road:steps=3", "no solution, really"}, failures);
  leave_out({"pong", "sobel", "road:steps=3", "no solution"}, failures);
  EXPECT_TRUE(is_left_out(failures, "bad \"one\".pt"));
  EXPECT_FALSE(is_left_out(failures, "pong"));
  write_failures(file, failures);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  EXPECT_EQ(text.str(),
            "agent,method,measure,why\n"
            "\"bad \"\"one\"\".pt\",\"\",\"\",\"no checkpoint\"\n"
            "\"pong\",\"gradcam\",\"road:steps=3\",\"no solution, really\"\n"
            "\"pong\",\"sobel\",\"road:steps=3\",\"no solution\"\n");
  const Error error = error_of(failures, 3, "out/failures.csv");
  EXPECT_EQ(error.kind(), Error::Kind::kBadInput);
  EXPECT_STREQ(error.what(),
               "1 of 3 agents could not be evaluated, and 2 measurements failed; out/failures.csv "
               "says why, and all others are measured; the first failure: no checkpoint");
  const Error one =
      error_of(Failures{{"pong", "sobel", "road", "no solution"}}, 1, "out/failures.csv");
  EXPECT_STREQ(one.what(),
               "1 measurement failed; out/failures.csv says why, and all others are measured; the "
               "first failure: no solution");
  // The next call, in which nothing fails, does not keep an old table.
  write_failures(file, {});
  EXPECT_FALSE(std::filesystem::exists(file));
  write_failures(file, {});
}

}  // namespace
}  // namespace arcadecam::app
