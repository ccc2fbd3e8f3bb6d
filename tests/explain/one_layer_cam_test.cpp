// Several layers joined, against a plain computation from the single layers' numbers.
#include "explain/one_layer_cam.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class JoinedLayers : public testing::Test {
 protected:
  Attribution explain(const std::string& method) {
    session_.emplace(*engine_, parse_methods(method));
    session_->forward(states_.view());
    session_->explain(std::vector{Target::action(1)});
    return session_->result(0, 0);
  }
  std::vector<double> resized(const Tensor& raw, bool rectified) const {
    Tensor from = raw, to(Shape{11, 11});
    if (rectified) {
      for (float& value : from.values()) value = std::max(value, 0.0F);
    }
    BilinearResize({6, 6}, {11, 11}, Alignment::kHalfPixel).add(from.data(), 1, to.data());
    return {to.values().begin(), to.values().end()};
  }
  static double mass(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += std::abs(value);
    return sum;
  }

  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1);
  std::optional<Session> session_;
};

TEST_F(JoinedLayers, AreUnitMassMapsAveragedWeightedOrMultiplied) {
  for (const std::string cam : {"hirescam", "gradcam", "layercam"}) {
    std::vector<std::vector<double>> maps, raws;
    std::vector<double> contributions;
    for (int layer = 0; layer < 3; ++layer) {
      const Attribution one = explain(cam + ":layer=" + std::to_string(layer));
      maps.push_back(resized(one.raw, true));
      raws.push_back(resized(one.raw, false));
      const int node = graph_->spatial_layers()[static_cast<std::size_t>(layer)];
      const TensorView a = session_->tape().activation(node), g = session_->tape().gradient(node);
      double sum = 0;
      for (std::int64_t i = 0; i < a.size(); ++i)
        sum += std::abs(static_cast<double>(a.data()[i]) * g.data()[i]);
      contributions.push_back(sum);
    }
    for (const std::string aggregate : {"mass", "weighted", "product"}) {
      const Attribution joined = explain(cam + ":layers=all:aggregate=" + aggregate);
      ASSERT_EQ(joined.layers.size(), 3U);
      std::vector<double> expected(121, aggregate == "product" ? 1.0 : 0.0), signed_sum(121);
      double total = 0;
      for (std::size_t l = 0; l < 3; ++l) {
        const double weight = aggregate == "weighted" ? contributions[l] : 1.0;
        EXPECT_NEAR(joined.layers[l].weight, weight, 1e-5 * weight);
        total += weight;
        for (std::size_t i = 0; i < 121; ++i) {
          const double value = maps[l][i] / mass(maps[l]);
          if (aggregate == "product") {
            expected[i] *= std::cbrt(value);
          } else {
            expected[i] += weight * value;
          }
          signed_sum[i] += weight * raws[l][i] / mass(raws[l]);
        }
      }
      if (aggregate != "product") {
        for (std::size_t i = 0; i < 121; ++i)
          EXPECT_NEAR(joined.raw.data()[i], signed_sum[i] / total, 1e-6);
      }
      const auto [low, high] = std::ranges::minmax(expected);
      for (std::size_t i = 0; i < 121; ++i)
        EXPECT_NEAR(joined.map.data()[i], (expected[i] - low) / (high - low), 1e-3)
            << cam << aggregate;
    }
  }
}

TEST_F(JoinedLayers, AreChosenLikeThoseOfFullGradPlusPlus) {
  EXPECT_EQ(explain("gradcam:layers=2/0").layers.front().layer, "conv1");
  const Attribution post = explain("hirescam:layers=all:at=post");
  ASSERT_EQ(post.layers.size(), 2U) << "conv1 and bn1 have one activation function";
  EXPECT_EQ(post.layers.front().layer, "relu1");
  EXPECT_EQ(explain("eigencam:layers=all:aggregate=weighted").layers.size(), 3U)
      << "by its activation, which needs no gradient";
  for (const char* wrong : {"gradcam:layers=all:layer=1", "gradcam:layers=0/0", "gradcam:layers=9",
                            "gradcam:layers=all:aggregate=sum"}) {
    EXPECT_THROW((void)explain(wrong), Error) << wrong;
  }
}

TEST_F(JoinedLayers, ALayerThatShowsNothingIsLeftOut) {
  const Attribution all = explain("layercam:layers=all");
  session_.emplace(*engine_, parse_methods("layercam:layers=all"));
  session_->forward(ByteTensor(states_.shape()).view());
  session_->explain(std::vector{Target::parse("linear:0/0/0")});
  EXPECT_TRUE(session_->result(0, 0).says_nothing());
  EXPECT_EQ(session_->result(0, 0).layers.front().weight, 0);
  EXPECT_FALSE(all.says_nothing());
}

}  // namespace
}  // namespace arcadecam::explain
