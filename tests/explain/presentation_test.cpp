#include "explain/presentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class Presented : public testing::Test {
 protected:
  void explain(const std::string& methods, const char* target, bool black = false) {
    session_.emplace(*engine_, parse_methods(methods));
    session_->forward(black ? black_.view() : states_.view());
    session_->explain(std::vector{Target::parse(target)});
  }
  /// The warnings of the `method`-th.
  [[nodiscard]] std::set<Warning> warnings(std::size_t method = 0) const {
    const auto& list = session_->result(method, 0).warnings;
    return {list.begin(), list.end()};
  }

  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1), black_{states_.shape()};
  std::optional<Session> session_;
};

TEST_F(Presented, SignedMapsAreRawAtThePicturesSize) {
  explain("gradcam,saliency,hirescam:layers=all,layercam,saliency:sigma=1", "action:0");
  const Attribution& cam = session_->result(0, 0);
  Tensor expected(Shape{11, 11});
  BilinearResize({6, 6}, {11, 11}, Alignment::kHalfPixel).add(cam.raw.data(), 1, expected.data());
  EXPECT_TRUE(std::ranges::equal(cam.signed_map.values(), expected.values()));
  for (std::size_t m : {1U, 2U}) {
    EXPECT_TRUE(std::ranges::equal(session_->result(m, 0).signed_map.values(),
                                   session_->result(m, 0).raw.values()));
  }
  EXPECT_TRUE(session_->result(3, 0).signed_map.empty()) << "LayerCAM promises no sign";
  Tensor smooth = session_->result(1, 0).raw;
  gaussian_smooth(smooth.view(), 1);
  EXPECT_TRUE(std::ranges::equal(session_->result(4, 0).signed_map.values(), smooth.values()));
}

TEST_F(Presented, MapsThatSayNothingSayWhy) {
  explain("hirescam,saliency,guided-backprop,fullgrad", "linear:0/0/0");
  for (std::size_t m = 0; m < 4; ++m) {
    EXPECT_TRUE(warnings(m).contains(Warning::kZeroGradient)) << m;
    EXPECT_TRUE(session_->result(m, 0).says_nothing());
  }
  explain("frame-difference,sobel", "greedy", true);
  EXPECT_EQ(warnings(0), std::set{Warning::kConstant});
  EXPECT_EQ(warnings(1), std::set{Warning::kConstant});
  explain("input-x-gradient", "greedy", true);
  EXPECT_EQ(warnings(), std::set{Warning::kConstant}) << "black times anything";
  explain("hirescam,saliency", "greedy");
  EXPECT_TRUE(warnings(0).empty());
  EXPECT_TRUE(warnings(1).empty());
}

TEST_F(Presented, EvidenceAgainstThatIsCutOffIsNamed) {
  // The value is minus the activation: all of HiResCAM speaks against it.
  using namespace nn;
  const auto weights = [](Shape shape, float value) {
    auto tensor = std::make_shared<Tensor>(shape);
    std::ranges::fill(tensor->values(), value);
    return Weights(tensor);
  };
  graph_ = std::make_shared<const Graph>(
      std::vector<Node>{{"input", Input{{1, 4, 4}}, {}},
                        {"conv", Conv2d{weights({1, 1, 1, 1}, 1), nullptr, 1, 0}, {0}},
                        {"flatten", Flatten{}, {1}},
                        {"q", Linear{weights({1, 16}, -1), nullptr}, {2}}});
  engine_ = make_engine("reference", graph_);
  states_ = test::random_observations(*graph_, 1);
  explain("hirescam,hirescam:layers=all", "greedy");
  EXPECT_EQ(warnings(0), std::set{Warning::kNothingPositive});
  EXPECT_LT(session_->result(0, 0).signed_map.data()[0], 0) << "which the signed map still shows";
}

TEST_F(Presented, PremisesThatDoNotHoldAreNamed) {
  explain("gradcam++,fullgrad++,gradcam", "greedy");
  EXPECT_TRUE(warnings(0).contains(Warning::kPremise));
  EXPECT_TRUE(warnings(1).contains(Warning::kPremise));
  EXPECT_FALSE(warnings(2).contains(Warning::kPremise));
  explain("fullgrad", "greedy");
  EXPECT_TRUE(warnings().contains(Warning::kIncomplete)) << "the network has a softmax in it";
}

TEST_F(Presented, SaturatedProbabilitiesAreNamed) {
  explain("gradcam", "probability");
  EXPECT_FALSE(warnings().contains(Warning::kSaturated));
  // One value far above the others.
  auto bias = std::make_shared<Tensor>(Shape{3});
  bias->data()[1] = 30;
  using namespace nn;
  graph_ = std::make_shared<const Graph>(std::vector<Node>{
      {"input", Input{{1, 4, 4}}, {}},
      {"conv", Conv2d{test::random_weights({2, 1, 3, 3}, 1, 1e-3), nullptr, 1, 0}, {0}},
      {"relu", Relu{}, {1}},
      {"flatten", Flatten{}, {2}},
      {"q", Linear{test::random_weights({3, 8}, 2, 1e-3), bias}, {3}}});
  engine_ = make_engine("reference", graph_);
  states_ = test::random_observations(*graph_, 1);
  explain("gradcam,sobel", "probability");
  EXPECT_TRUE(warnings().contains(Warning::kSaturated));
  EXPECT_FALSE(warnings(1).contains(Warning::kSaturated)) << "a baseline has no gradient to lose";
  explain("gradcam", "greedy");
  EXPECT_FALSE(warnings().contains(Warning::kSaturated));
  for (int warning = 0; warning < kWarnings; ++warning)
    EXPECT_FALSE(meaning(static_cast<Warning>(warning)).empty());
  EXPECT_TRUE(is_note(Warning::kBiasesTake) && !is_note(Warning::kNotConserved));
}

}  // namespace
}  // namespace arcadecam::explain
