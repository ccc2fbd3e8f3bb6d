// FEM, KPCA-CAM, Seg-Eigen-CAM, RefineCAM and SESS against pytorch-grad-cam.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

using test::GoldenArrays;

class NewerCams : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    network_ = GetParam();
    graph_ = test::golden_graph(network_);
    engine_ = nn::make_engine("cpu", graph_);
    const GoldenArrays first("explain/" + network_ + ".npz");
    states_ = first.get<std::uint8_t>("states");
    targets_ = first.get<std::int64_t>("targets");
    golden_ = std::make_unique<GoldenArrays>("explain/" + network_ + "_cams.npz");
    std::ifstream file(test::golden_dir() / "manifest_cams.json");
    const auto manifest = nlohmann::json::parse(file);
    noise_ = manifest["explain"]["explain/" + network_ + "_cams.npz"]["float32_noise"];
  }

  [[nodiscard]] double noise(const std::string& array) const { return noise_.value(array, 0.0); }

  std::unique_ptr<Session> explain(const std::string& method, int t, std::int64_t count) {
    auto session = std::make_unique<Session>(*engine_, parse_methods(method));
    session->forward(ByteTensorView(states_.data(), states_.shape().inner().batch_of(count)));
    std::vector<Target> targets;
    for (std::int64_t s = 0; s < count; ++s)
      targets.push_back(Target::action(static_cast<int>(targets_.data()[s * 2 + t])));
    session->explain(targets);
    return session;
  }

  /// The map at every 14th pixel and its statistics, and where there are any the layer's numbers:
  /// where `either_sign`, with either sign.
  void expect_equal(const std::string& method, const std::string& reference,
                    bool either_sign = false, double least_accepted = 1e-4) {
    const auto grid = golden_->get<float>(reference + ".grid");
    const auto stats = golden_->get<float>(reference + ".stats");
    const std::int64_t count = grid.shape()[0];
    const double accepted = std::max(least_accepted, 10 * noise(reference + ".map"));
    for (int t = 0; t < 2; ++t) {
      const auto session = explain(method, t, count);
      for (std::int64_t s = 0; s < count; ++s) {
        const std::string where = method + " of " + network_ + ", state " + std::to_string(s);
        const Attribution& result = session->result(0, s);
        if (golden_->has(reference + ".raw")) {
          const bool turned = expect_raw(result, reference, s, t, either_sign, where);
          if (turned) continue;  // the map is of the other sign
        }
        const TensorView expected = grid[s][t];
        for (std::int64_t i = 0; i < 36; ++i) {
          ASSERT_NEAR(result.map.data()[(6 + 14 * (i / 6)) * 84 + 6 + 14 * (i % 6)],
                      expected.data()[i], accepted)
              << where << " at " << i;
        }
        const auto [low, high] = std::ranges::minmax(result.map.values());
        double mean = 0;
        for (const float value : result.map.values()) mean += value / 7056.0;
        EXPECT_NEAR(low, stats[s][t].data()[0], accepted) << where;
        EXPECT_NEAR(high, stats[s][t].data()[1], accepted) << where;
        EXPECT_NEAR(mean, stats[s][t].data()[2], accepted) << where;
      }
    }
  }

  /// Whether the reference's numbers have the other sign.
  bool expect_raw(const Attribution& result, const std::string& reference, std::int64_t s, int t,
                  bool either_sign, const std::string& where) {
    const auto raw = golden_->get<float>(reference + ".raw");
    const auto values = result.raw.values(), expected = raw[s][t].values();
    double same = 0, other = 0, largest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      same = std::max(same, static_cast<double>(std::abs(values[i] - expected[i])));
      other = std::max(other, static_cast<double>(std::abs(values[i] + expected[i])));
      largest = std::max(largest, static_cast<double>(std::abs(expected[i])));
    }
    const double difference = either_sign ? std::min(same, other) : same;
    EXPECT_LE(difference, std::max(1e-3 * largest, 10 * noise(reference + ".raw"))) << where;
    return either_sign && other < same;
  }

  std::string network_;
  std::shared_ptr<const nn::Graph> graph_;
  std::unique_ptr<nn::Engine> engine_;
  std::unique_ptr<GoldenArrays> golden_;
  nlohmann::json noise_;
  ByteTensor states_;
  BasicTensor<std::int64_t> targets_;
};

TEST_P(NewerCams, FemEqualsPytorchGradCam) {
  // What the layer's ReLU would cut off is cut off already, unless a normalisation lies between.
  if (network_ != "convbn") expect_equal("fem", "pgc.FEM.relu");
  for (const auto& [at, layer] : {std::pair{":rectify=off", ".conv"}, {":at=post", ".relu"}}) {
    expect_equal(std::string("fem") + at, std::string("pgc.FEM") + layer);
    expect_equal(std::string("fem:k=1") + at, std::string("pgc.FEM.k1") + layer);
  }
}

TEST_P(NewerCams, KpcaCamEqualsPytorchGradCamWithEveryKernel) {
  for (const auto& [at, layer] : {std::pair{":at=pre", ".conv"}, {":at=post", ".relu"}}) {
    for (const std::string kernel : {"sigmoid", "rbf", "poly", "linear"}) {
      const std::string gamma = kernel == "rbf" ? ":gamma=0.02" : "";
      expect_equal("kpcacam:kernel=" + kernel + gamma + at, "pgc.KPCA_CAM." + kernel + layer, true);
    }
  }
}

TEST_P(NewerCams, SegEigenCamEqualsPytorchGradCam) {
  for (const auto& [at, layer] : {std::pair{":at=pre", ".conv"}, {":at=post", ".relu"}})
    expect_equal(std::string("segeigencam") + at, std::string("pgc.SegEigenCAM") + layer, true);
}

TEST_P(NewerCams, TheLinearKernelIsEigenCam) {
  const auto kernel = explain("kpcacam:kernel=linear", 0, 8), eigen = explain("eigencam", 0, 8);
  for (std::int64_t s = 0; s < 8; ++s) {
    EXPECT_LT(test::relative_difference(kernel->result(0, s).raw.values(),
                                        eigen->result(0, s).raw.values()),
              1e-4);
  }
}

TEST_P(NewerCams, RefineCamEqualsPytorchGradCam) {
  expect_equal("refinecam", "pgc.RefineCAM.GradCAMPlusPlus");
  expect_equal("refinecam:base=layercam", "pgc.RefineCAM.LayerCAM");
}

TEST_P(NewerCams, SessEqualsPytorchGradCam) {
  // By rounding, a window may fall on the other side of theta at a single pixel: its mean jumps, in
  // the reference too when it computes its convolutions otherwise, and the blur spreads that.
  constexpr double kJump = 1e-3;
  expect_equal("sess", "pgc.SESS.default", false, kJump);
  expect_equal("sess:pool=max:sizes=3:blur=off", "pgc.SESS.max");
  expect_equal("sess:sizes=5:filter=0.5:theta=0.2:base=layercam", "pgc.SESS.filter");
  expect_equal("sess:sizes=4:growth=0.5:scores=value", "pgc.SESS.value", false, kJump);
}

INSTANTIATE_TEST_SUITE_P(Networks, NewerCams,
                         testing::Values("atari_dqn", "atari_c51", "convbn", "dueling",
                                         "trained_pong"));

TEST(RefineCam, OfOneLayerIsItsBaseAndOfMoreTheProduct) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  const auto states = test::random_observations(*graph, 1);
  Session session(*engine,
                  parse_methods("layercam:layer=0,layercam:layer=2,refinecam:base=layercam:"
                                "layers=0,refinecam:base=layercam:layers=0/2"));
  session.forward(states.view());
  session.explain(std::vector{Target::action(1)});
  const auto first = session.result(0, 0).map.values(), second = session.result(1, 0).map.values(),
             one = session.result(2, 0).raw.values(), both = session.result(3, 0).raw.values();
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_NEAR(one[i], first[i], 1e-6);
    EXPECT_NEAR(both[i], first[i] * second[i], 1e-6);
  }
  ASSERT_EQ(session.result(3, 0).layers.size(), 2U);
  EXPECT_EQ(session.result(3, 0).layers[1].layer, "conv2");
}

TEST(Sess, OfThePictureAloneIsItsBase) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  const auto states = test::random_observations(*graph, 1);
  Session session(*engine, parse_methods("gradcam,sess:sizes=1:blur=off:theta=0,sess:sizes=3"));
  session.forward(states.view());
  session.explain(std::vector{Target::action(1)});
  EXPECT_LT(test::relative_difference(session.result(1, 0).raw.values(),
                                      session.result(0, 0).map.values()),
            1e-5);
  EXPECT_EQ(session.result(1, 0).probes, (PassCount{1, 1}));
  // 11×11 pixels; enlarged to 14×14 and 17×17, each with four windows.
  EXPECT_EQ(session.result(2, 0).probes, (PassCount{9, 9}));
}

TEST(NewerCamParameters, AreChecked) {
  const auto graph = test::small_graph();
  const auto engine = nn::make_engine("reference", graph);
  for (const char* wrong :
       {"fem:k=-1", "fem:k=101", "fem:rectify=yes", "kpcacam:kernel=gauss", "kpcacam:gamma=-1",
        "segeigencam:k=1", "refinecam:base=lrp", "refinecam:layers=0/0", "sess:base=scorecam",
        "sess:sizes=0", "sess:growth=3", "sess:pool=sum", "sess:filter=1", "sess:theta=-1",
        "sess:blur=yes", "sess:layer=9"}) {
    try {
      (void)Session(*engine, parse_methods(wrong));
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

}  // namespace
}  // namespace arcadecam::explain
