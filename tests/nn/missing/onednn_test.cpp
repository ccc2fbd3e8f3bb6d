// A build without oneDNN says how to get it, and needs it for nothing else.
#include <gtest/gtest.h>

#include <string>

#include "arcadecam/core/error.h"
#include "arcadecam/nn/engine.h"
#include "nn/bare_kernels.h"
#include "support/networks.h"

namespace arcadecam::nn {
namespace {

std::string refusal(const std::string& engine, const EngineOptions& options) {
  try {
    (void)make_engine(engine, test::small_graph(), options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Error::Kind::kBadUsage);
    return error.what();
  }
  return "";
}

TEST(MissingOnednn, SaysHowToGetIt) {
  EXPECT_EQ(refusal("onednn", {}),
            "engine onednn needs oneDNN, which this build has not: install libdnnl-dev and "
            "configure again, or use cpu");
  for (const std::string engine : {"cpu", "onednn"}) {
    EXPECT_EQ(refusal(engine, {.precision = Precision::kBf16}),
              "precision bf16 needs oneDNN, which this build has not: install libdnnl-dev and "
              "configure again, or use f32");
  }
}

TEST(MissingOnednn, HasNoKernelsToCompareWith) {
  EXPECT_TRUE(bare_kernels(*test::small_graph(), 2, 1).empty());
}

}  // namespace
}  // namespace arcadecam::nn
