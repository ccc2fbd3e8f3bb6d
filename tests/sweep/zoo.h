#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "support/golden.h"
#include "sweep/plan.h"

namespace arcadecam::sweep {

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

inline std::string text_in(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// A folder with checkpoints that only a stand-in for the program reads, and their plan.
struct Zoo {
  explicit Zoo(int checkpoints, const std::string& more = {}) {
    for (int i = 0; i < checkpoints; ++i)
      write_text(folder.path() / "zoo" / ("m_" + std::to_string(i) + ".pt"), std::to_string(i));
    spec = parse_spec("files = 'zoo/m_{step}.pt'\nmethods = 'sobel'\nmeasures = 'shape'\n" + more,
                      folder.path(), "t");
    plan = planned();
  }
  [[nodiscard]] SweepPlan planned() const {
    DigestCache digests(folder.path() / "digests.csv");
    return make_plan(spec, digests);
  }
  [[nodiscard]] std::filesystem::path out() const { return folder.path() / "out"; }

  test::TemporaryFolder folder;
  Spec spec;
  SweepPlan plan;
};

}  // namespace arcadecam::sweep
