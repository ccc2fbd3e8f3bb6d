#include "core/cpu_features.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace arcadecam {
namespace {

// Tests run with every level (tests/CMakeLists.txt sets ARCADECAM_CPU).
TEST(CpuFeatures, NeverExceedsTheLevelThatTheEnvironmentSets) {
  const char* asked = std::getenv("ARCADECAM_CPU");
  const std::string level = asked == nullptr ? "" : asked;
  const CpuFeatures& cpu = cpu_features();
  if (level == "baseline") {
    EXPECT_EQ(cpu.level, CpuLevel::kBaseline);
    EXPECT_EQ(to_string(cpu), "baseline");
  }
  if (level == "avx2") {
    EXPECT_LE(cpu.level, CpuLevel::kAvx2);
  }
  if (level.empty()) {
    EXPECT_FALSE(cpu.limited);
  }
  EXPECT_TRUE(!cpu.bf16 || cpu.level == CpuLevel::kAvx512);
}

TEST(CpuFeatures, AreDetectedOnce) {
  EXPECT_EQ(&cpu_features(), &cpu_features());
}

}  // namespace
}  // namespace arcadecam
