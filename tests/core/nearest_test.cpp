#include "core/nearest.h"

#include <gtest/gtest.h>

#include <array>

namespace arcadecam {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::array<std::string_view, 6> kKnown{"fullgrad",  "fullgrad++", "gradcam",
                                                 "gradcam++", "xgradcam",   "sobel"};

TEST(Nearest, NamesAreFoundByTheirLetters) {
  EXPECT_EQ(nearest_names("gradcan", kKnown), (Names{"gradcam", "gradcam++", "xgradcam"}));
  EXPECT_EQ(nearest_names("Grad-CAM", kKnown), (Names{"gradcam", "gradcam++", "xgradcam"}));
  EXPECT_EQ(nearest_names("Grad-CAM++", kKnown).front(), "gradcam++") << "by its punctuation";
  EXPECT_EQ(nearest_names("sobl", kKnown), Names{"sobel"});
  EXPECT_EQ(nearest_names("fullgr", kKnown), (Names{"fullgrad", "fullgrad++"})) << "a part";
  EXPECT_EQ(nearest_names("sbole", kKnown).front(), "sobel") << "two swapped letters";
  EXPECT_EQ(nearest_names("x", {}), Names{});
  EXPECT_FALSE(nearest_names("", kKnown).empty());
}

TEST(Nearest, WhatIsLikeNothingGetsTheWholeList) {
  EXPECT_EQ(nearest_or_all("sobl", kKnown), "the nearest is sobel");
  EXPECT_EQ(nearest_or_all("sboel", kKnown), "the nearest is sobel");
  EXPECT_EQ(nearest_or_all("full grad", kKnown), "the nearest are fullgrad, fullgrad++");
  EXPECT_EQ(nearest_or_all("lime", kKnown),
            "known are fullgrad, fullgrad++, gradcam, gradcam++, xgradcam, sobel");
  EXPECT_EQ(nearest_or_all("lime", std::vector<std::string>{"shap"}), "known are shap");
  EXPECT_EQ(nearest_or_all("x", std::vector<std::string>{}), "known are ");
  // However long a word is.
  EXPECT_EQ(nearest_or_all(std::string(1 << 20, 'x'), std::vector<std::string>{"shap"}),
            "known are shap");
}

}  // namespace
}  // namespace arcadecam
