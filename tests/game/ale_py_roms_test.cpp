#include "game/ale_py_roms.h"

#include <gtest/gtest.h>

#include <map>

#include "support/golden.h"

namespace arcadecam::game {
namespace {

namespace fs = std::filesystem;

class AlePyRoms : public testing::Test {
 protected:
  fs::path put(const std::string& folder) {
    const fs::path roms = folder_.path() / folder / "ale_py/roms";
    fs::create_directories(roms);
    return roms;
  }
  std::vector<fs::path> found() {
    std::vector<fs::path> all = ale_py_roms([this](const char* name) { return variables_[name]; });
    // What this machine has is not this test's.
    std::erase_if(all, [&](const fs::path& path) {
      return !path.string().starts_with(folder_.path().string());
    });
    return all;
  }
  std::string below(const char* name) { return folder_.path() / name; }

  test::TemporaryFolder folder_;
  std::map<std::string, std::string> variables_;
};

TEST_F(AlePyRoms, TheActiveEnvironmentsAreFirst) {
  const fs::path system = put("sys/lib/python3.11/dist-packages");
  const fs::path user = put("home/.local/lib/python3.11/site-packages");
  const fs::path conda = put("conda/lib/python3.13/site-packages");
  const fs::path active = put("venv/lib/python3.12/site-packages");
  EXPECT_TRUE(found().empty()) << "nothing says where they are";
  variables_ = {{"PATH", "bin:" + below("none/bin") + ":" + below("sys/bin")},
                {"HOME", below("home")},
                {"CONDA_PREFIX", below("conda")},
                {"VIRTUAL_ENV", below("venv")}};
  EXPECT_EQ(found(), (std::vector<fs::path>{active, conda, system, user}));
  variables_["PATH"] = below("venv/bin");
  EXPECT_EQ(found(), (std::vector<fs::path>{active, conda, user})) << "none of them twice";
}

TEST_F(AlePyRoms, LaterPythonsAreFirstAndOthersAreNone) {
  const fs::path nine = put("sys/lib/python3.9/site-packages");
  const fs::path eleven = put("sys/lib/python3.11/site-packages");
  const fs::path twelve = put("sys/lib/python3.12/site-packages");
  put("sys/lib/python2.7/site-packages");
  put("sys/lib/perl/site-packages");
  fs::create_directories(folder_.path() / "sys/lib/python3.13/site-packages/ale_py");
  variables_["PATH"] = below("sys/bin");
  EXPECT_EQ(found(), (std::vector<fs::path>{twelve, eleven, nine}));
}

}  // namespace
}  // namespace arcadecam::game
