#include "core/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "support/golden.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

class Processes : public testing::Test {
 protected:
  [[nodiscard]] Process shell(const std::string& command,
                              ProcessInput input = ProcessInput::kNothing) const {
    return {"/bin/sh", {"-c", command}, log_, input};
  }
  [[nodiscard]] std::string logged() const {
    const auto bytes = read_file(log_);
    return {bytes.begin(), bytes.end()};
  }

  test::TemporaryFolder folder_;
  fs::path log_ = folder_.path() / "log";
};

TEST_F(Processes, SayHowTheyEndedAndWhatTheyWrote) {
  Process process = shell("echo out; echo err >&2; exit 3");
  const ProcessEnd end = process.wait();
  EXPECT_EQ(end.code, 3);
  EXPECT_EQ(end.signal, 0);
  EXPECT_EQ(logged(), "out\nerr\n");
  ASSERT_TRUE(process.ended().has_value()) << "as often as it is asked";
  EXPECT_EQ(process.ended()->code, 3);
}

TEST_F(Processes, OneThatIsSentASignalEndsByIt) {
  Process process = shell("sleep 600");
  EXPECT_FALSE(process.ended().has_value());
  process.send(SIGTERM);
  const ProcessEnd end = process.wait();
  EXPECT_EQ(end.signal, SIGTERM);
}

TEST_F(Processes, ReadNothingUnlessTheyAreWrittenTo) {
  Process process = shell("cat; echo end");
  EXPECT_EQ(process.wait().code, 0);
  EXPECT_EQ(logged(), "end\n");
}

TEST_F(Processes, ReadWhatIsWrittenToThem) {
  std::vector<std::uint8_t> bytes(1'000'000);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  const fs::path copy = folder_.path() / "copy";
  Process process = shell("cat >'" + copy.string() + "'", ProcessInput::kWritten);
  EXPECT_TRUE(process.write({bytes.data(), 7}));
  EXPECT_TRUE(process.write({bytes.data() + 7, bytes.size() - 7}));
  EXPECT_EQ(process.wait().code, 0);
  EXPECT_EQ(read_file(copy), bytes);
}

TEST_F(Processes, OneThatReadsNoMoreIsNoticed) {
  Process process = shell("exit 0", ProcessInput::kWritten);
  const std::vector<std::uint8_t> bytes(1'000'000);
  bool read = true;
  for (int i = 0; i < 10 && read; ++i) read = process.write(bytes);
  EXPECT_FALSE(read);
  EXPECT_EQ(process.wait().code, 0);
}

TEST_F(Processes, OneThatIsWrittenToStaysOutOfOurGroup) {
  Process alone =
      shell("ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat", ProcessInput::kWritten);
  EXPECT_EQ(alone.wait().code, 0);
  EXPECT_NE(std::atoi(logged().c_str()), getpgrp()) << logged();
  Process with_us = shell("ps -o pgid= -p $$ 2>/dev/null || cut -d' ' -f5 /proc/$$/stat");
  EXPECT_EQ(with_us.wait().code, 0);
  EXPECT_EQ(std::atoi(logged().c_str()), getpgrp()) << logged();
}

TEST_F(Processes, AreKilledWithTheirOwner) {
  {
    const Process process = shell("echo $$; exec sleep 600");
    while (!logged().ends_with('\n')) usleep(1000);
  }
  EXPECT_NE(kill(std::atoi(logged().c_str()), 0), 0) << logged();
}

TEST_F(Processes, OneThatCannotBeginIsAnError) {
  const auto failure = [](const fs::path& program, const fs::path& log) -> std::string {
    try {
      const Process process(program, {}, log);
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  };
  const fs::path none = folder_.path() / "none", text = folder_.path() / "text";
  std::ofstream(text) << "no program";
  EXPECT_EQ(failure(none, log_), none.string() + ": cannot be started: No such file or directory");
  EXPECT_EQ(failure(text, log_), text.string() + ": cannot be started: Permission denied");
  EXPECT_EQ(failure("/bin/sh", none / "log"),
            (none / "log").string() + ": cannot be opened for writing: No such file or directory");
}

TEST(FindProgram, LooksThroughThePath) {
  const auto shell = find_program("sh");
  ASSERT_TRUE(shell.has_value());
  EXPECT_EQ(shell->filename(), "sh");
  EXPECT_TRUE(shell->is_absolute());
  EXPECT_EQ(find_program("no-program-has-this-name"), std::nullopt);
  EXPECT_EQ(find_program("."), std::nullopt) << "a folder";
}

}  // namespace
}  // namespace arcadecam
