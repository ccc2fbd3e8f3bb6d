// Every map against the reference implementation it claims to equal.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "arcadecam/explain/session.h"
#include "explain/path_gradients.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

using test::GoldenArrays;

class Golden : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  void SetUp() override {
    network_ = std::get<1>(GetParam());
    graph_ = test::golden_graph(network_);
    engine_ = nn::make_engine(std::get<0>(GetParam()), graph_);
    golden_ = std::make_unique<GoldenArrays>("explain/" + network_ + ".npz");
    states_ = golden_->get<std::uint8_t>("states");
    targets_ = golden_->get<std::int64_t>("targets");
  }

  /// max(1e-4, 10 × what the reference itself changes by with another convolution kernel).
  [[nodiscard]] double tolerance(const std::string& array) const {
    const auto& noise =
        test::manifest()["explain"]["explain/" + network_ + ".npz"]["float32_noise"];
    return std::max(1e-4, 10 * noise.value(array, 0.0));
  }

  /// Explains the first count_ states for target column `t`.
  std::unique_ptr<Session> explain(const std::string& method, int t) {
    auto session = std::make_unique<Session>(*engine_, parse_methods(method));
    session->forward(ByteTensorView(states_.data(), states_.shape().inner().batch_of(count_)));
    std::vector<Target> targets;
    for (std::int64_t s = 0; s < count_; ++s)
      targets.push_back(Target::action(static_cast<int>(targets_.data()[s * 2 + t])));
    session->explain(targets);
    return session;
  }

  /// Compares map (or raw) with <reference>.grid, .stats and .full.
  void expect_maps(const std::string& method, const std::string& reference, bool raw, int first,
                   int step) {
    const auto grid = golden_->get<float>(reference + ".grid");
    const auto stats = golden_->get<float>(reference + ".stats");
    const double accepted = tolerance(reference + ".map");
    const std::int64_t cells = grid.shape()[-1];
    for (int t = 0; t < 2; ++t) {
      const auto session = explain(method, t);
      for (std::int64_t s = 0; s < count_; ++s) {
        const Attribution& result = session->result(0, s);
        const Tensor& map = raw ? result.raw : result.map;
        ASSERT_EQ(map.shape(), (Shape{84, 84}));
        const TensorView expected = grid[s][t];
        // Un-normalised sums are compared relative to their size.
        const float* expected_stats = stats[s][t].data();
        const double scale =
            raw ? std::max(1.0, std::abs(static_cast<double>(expected_stats[1]))) : 1.0;
        for (std::int64_t i = 0; i < cells * cells; ++i) {
          const std::int64_t row = first + step * (i / cells), column = first + step * (i % cells);
          ASSERT_NEAR(map.data()[row * 84 + column], expected.data()[i], accepted * scale)
              << reference << " state " << s << " target " << t << " at " << row << "," << column;
        }
        const auto values = map.values();
        const auto [low, high] = std::ranges::minmax(values);
        double mean = 0, square = 0;
        for (const float value : values) mean += value / 7056.0;
        for (const float value : values) square += (value - mean) * (value - mean) / 7056.0;
        EXPECT_NEAR(low, expected_stats[0], accepted * scale);
        EXPECT_NEAR(high, expected_stats[1], accepted * scale);
        EXPECT_NEAR(mean, expected_stats[2], accepted * scale);
        EXPECT_NEAR(std::sqrt(square), expected_stats[3], accepted * scale);
      }
      expect_full(reference, *session, raw, t, accepted);
    }
  }

  void expect_full(const std::string& reference, const Session& session, bool raw, int t,
                   double accepted) {
    const auto& entry = test::manifest()["explain"]["explain/" + network_ + ".npz"]["full_index"];
    if (!entry.contains(reference)) return;
    const auto full = golden_->get<float>(reference + ".full");
    for (std::size_t k = 0; k < entry[reference].size(); ++k) {
      const auto pair = entry[reference][k].get<std::vector<int>>();
      if (pair[1] != t || pair[0] >= count_) continue;
      const Attribution& result = session.result(0, pair[0]);
      const Tensor& map = raw ? result.raw : result.map;
      const TensorView expected = full[static_cast<std::int64_t>(k)];
      const double scale = raw ? std::max(1.0F, *std::ranges::max_element(expected.values())) : 1.0;
      for (std::int64_t i = 0; i < 84 * 84; ++i) {
        ASSERT_NEAR(map.data()[i], expected.data()[i], accepted * scale)
            << reference << " pixel " << i;
      }
    }
  }

  /// Compares the layer-resolution map and the channel weights of a one-layer method.
  void expect_raw(const std::string& method, const std::string& reference) {
    const auto raw = golden_->get<float>(reference + ".raw");
    const auto weights = golden_->get<float>(reference + ".weights");
    for (int t = 0; t < 2; ++t) {
      const auto session = explain(method, t);
      for (std::int64_t s = 0; s < count_; ++s) {
        const Attribution& result = session->result(0, s);
        EXPECT_LT(test::relative_difference(result.raw.values(), raw[s][t].values()), 1e-3)
            << reference;
        EXPECT_LT(test::relative_difference(result.channel_weights, weights[s][t].values()), 1e-3)
            << reference;
      }
    }
  }

  /// Compares the per-frame values of a method that reaches the input.
  void expect_planes(const std::string& method, const std::string& reference,
                     const GoldenArrays& golden, double noise = 0) {
    const auto grid = golden.get<float>(reference + ".grid");
    for (int t = 0; t < 2; ++t) {
      const auto session = explain(method, t);
      for (std::int64_t s = 0; s < count_; ++s) {
        const Tensor& planes = session->result(0, s).planes;
        ASSERT_EQ(planes.shape(), (Shape{4, 84, 84}));
        const TensorView expected = grid[s][t];
        double largest = 0;
        for (const float value : planes.values())
          largest = std::max(largest, std::abs(static_cast<double>(value)));
        const double accepted = std::max(1e-4 * largest, 10 * noise);
        for (std::int64_t c = 0; c < 4; ++c) {
          for (std::int64_t i = 0; i < 36; ++i) {
            const std::int64_t row = 6 + 14 * (i / 6), column = 6 + 14 * (i % 6);
            ASSERT_NEAR(planes[c].data()[row * 84 + column], expected[c].data()[i], accepted)
                << reference << " state " << s << " target " << t << " frame " << c;
          }
        }
      }
    }
  }

  /// Compares the layer-resolution map alone. Relative to its size, with what the reference's own
  /// kernels differ by.
  void expect_layer_numbers(const std::string& method, const std::string& reference) {
    const auto raw = golden_->get<float>(reference + ".raw");
    const auto& noise =
        test::manifest()["explain"]["explain/" + network_ + ".npz"]["float32_noise"];
    for (int t = 0; t < 2; ++t) {
      const auto session = explain(method, t);
      for (std::int64_t s = 0; s < count_; ++s) {
        const auto values = session->result(0, s).raw.values(), expected = raw[s][t].values();
        ASSERT_EQ(values.size(), expected.size());
        double largest = 0;
        for (const float value : expected)
          largest = std::max(largest, static_cast<double>(std::abs(value)));
        const double accepted = std::max(1e-4 * largest, 10 * noise.value(reference + ".raw", 0.0));
        for (std::size_t i = 0; i < values.size(); ++i)
          ASSERT_NEAR(values[i], expected[i], accepted) << reference << " state " << s;
      }
    }
  }

  /// Compares every plane's numbers, or their sizes.
  void expect_planes(const std::string& method, const std::string& reference, bool sizes) {
    const auto grid = golden_->get<float>(reference + ".grid");
    for (int t = 0; t < 2; ++t) {
      const auto session = explain(method, t);
      for (std::int64_t s = 0; s < count_; ++s) {
        const Tensor& planes = session->result(0, s).planes;
        std::vector<float> found;
        for (std::int64_t c = 0; c < 4; ++c) {
          for (std::int64_t i = 0; i < 36; ++i) {
            const float value = planes[c].data()[(6 + 14 * (i / 6)) * 84 + 6 + 14 * (i % 6)];
            found.push_back(sizes ? std::abs(value) : value);
          }
        }
        EXPECT_LT(test::relative_difference(found, grid[s][t].values()), 1e-4)
            << reference << " state " << s;
      }
    }
  }

  std::int64_t count_ = 8;  ///< states
  std::string network_;
  std::shared_ptr<const nn::Graph> graph_;
  std::unique_ptr<nn::Engine> engine_;
  std::unique_ptr<GoldenArrays> golden_;
  ByteTensor states_;
  BasicTensor<std::int64_t> targets_;
};

/// On one engine: that they agree is shown elsewhere, and the reference engine is slow.
class GoldenOnce : public Golden {};

/// Methods that run the network again and again: two states must do.
class GoldenProbing : public Golden {
 protected:
  void SetUp() override {
    Golden::SetUp();
    count_ = 2;
  }
  [[nodiscard]] double noise(const std::string& array) const {
    return test::manifest()["explain"]["explain/" + network_ + ".npz"]["float32_noise"].value(array,
                                                                                              0.0);
  }
};

TEST_P(Golden, GradCamEqualsPytorchGradCam) {
  expect_maps("gradcam", "pgc.GradCAM.conv", false, 6, 14);
  expect_maps("gradcam:at=post", "pgc.GradCAM.relu", false, 6, 14);
  expect_raw("gradcam", "pgc.GradCAM.conv");
  expect_raw("gradcam:at=post", "pgc.GradCAM.relu");
}

TEST_P(Golden, GradCamPlusPlusEqualsPytorchGradCam) {
  expect_maps("gradcam++", "pgc.GradCAMPlusPlus.conv", false, 6, 14);
  expect_maps("gradcam++:at=post", "pgc.GradCAMPlusPlus.relu", false, 6, 14);
  expect_raw("gradcam++", "pgc.GradCAMPlusPlus.conv");
  expect_raw("gradcam++:at=post", "pgc.GradCAMPlusPlus.relu");
}

TEST_P(GoldenOnce, OtherCamsEqualPytorchGradCam) {
  struct Case {
    const char *method, *reference;
  };
  for (const auto& [method, reference] :
       {Case{"xgradcam", "XGradCAM"}, Case{"hirescam", "HiResCAM"}, Case{"layercam", "LayerCAM"},
        Case{"gradcam-elementwise", "GradCAMElementWise"}}) {
    for (const auto& [at, layer] : {Case{":at=pre", ".conv"}, Case{":at=post", ".relu"}}) {
      const std::string array = std::string("pgc.") + reference + layer;
      expect_maps(std::string(method) + at, array, false, 6, 14);
      expect_layer_numbers(std::string(method) + at, array);
    }
  }
}

TEST_P(GoldenOnce, EigenCamsEqualPytorchGradCamUpToTheSign) {
  for (const std::string layer : {".conv", ".relu"}) {
    const std::string at = layer == ".conv" ? ":at=pre" : ":at=post";
    for (const std::string method : {"Cam", "GradCam"}) {
      const std::string reference =
          "pgc.Eigen" + std::string(method == "Cam" ? "CAM" : "GradCAM") + layer;
      const std::string name = (method == "Cam" ? "eigencam" : "eigengradcam") + at;
      const auto raw = golden_->get<float>(reference + ".raw");
      const auto grid = golden_->get<float>(reference + ".grid");
      const auto negative = golden_->get<float>(reference + ".neg_grid");
      for (int t = 0; t < 2; ++t) {
        const auto session = explain(name, t);
        for (std::int64_t s = 0; s < 8; ++s) {
          const Attribution& result = session->result(0, s);
          std::vector<float> turned(result.raw.values().begin(), result.raw.values().end());
          for (float& value : turned) value = -value;
          const double same = test::relative_difference(result.raw.values(), raw[s][t].values());
          const double other = test::relative_difference(turned, raw[s][t].values());
          EXPECT_LT(std::min(same, other), 1e-3) << reference << " state " << s;
          const TensorView expected = same < other ? grid[s][t] : negative[s][t];
          const double accepted =
              std::max(tolerance(reference + ".map"), tolerance(reference + ".map_neg"));
          for (std::int64_t i = 0; i < 36; ++i) {
            ASSERT_NEAR(result.map.data()[(6 + 14 * (i / 6)) * 84 + 6 + 14 * (i % 6)],
                        expected.data()[i], accepted)
                << reference << " state " << s;
          }
          const auto [low, high] = std::ranges::minmax(result.raw.values());
          EXPECT_GE(high, -low) << "the largest size is positive";
        }
      }
    }
  }
}

TEST_P(GoldenOnce, FinerCamEqualsPytorchGradCam) {
  golden_ = std::make_unique<GoldenArrays>("explain/" + network_ + "_more.npz");
  for (const auto& [at, layer] : {std::pair{":at=pre", ".conv"}, std::pair{":at=post", ".relu"}}) {
    const std::string method = std::string("finercam") + at;
    const std::string reference = std::string("pgc.FinerCAM") + layer;
    expect_maps(method, reference, false, 6, 14);
    expect_raw(method, reference);
  }
}

TEST_P(GoldenOnce, InputGradientsEqualCaptum) {
  expect_planes("saliency", "captum.Saliency", true);
  expect_planes("input-x-gradient", "captum.InputXGradient", false);
}

TEST_P(GoldenOnce, SimpleFullGradEqualsIdiap) {
  expect_maps("simple-fullgrad", "idiap.SimpleFullGrad", true, 3, 7);
}

TEST_P(Golden, FullGradChannelScaledEqualsPytorchGradCam) {
  expect_maps("fullgrad:variant=channel-scaled", "seed.FullGrad", false, 3, 7);
  const auto presum = golden_->get<float>("seed.FullGrad.presum_stats");
  const auto session = explain("fullgrad:variant=channel-scaled", 0);
  for (std::int64_t s = 0; s < 8; ++s) {
    const auto values = session->result(0, s).raw.values();
    EXPECT_NEAR(*std::ranges::max_element(values), presum[s][0].data()[1],
                1e-4 * presum[s][0].data()[1]);
  }
}

TEST_P(Golden, FullGradPaperEqualsIdiap) {
  expect_maps("fullgrad", "idiap.FullGrad", true, 3, 7);
}

TEST_P(Golden, FullGradPlusPlusEqualsItsReference) {
  expect_maps("fullgrad++", "seed.FullGradpp", false, 3, 7);
  const auto weights = golden_->get<float>("fullgradpp.layer_weights");
  const auto session = explain("fullgrad++", 0);
  for (std::int64_t s = 0; s < 8; ++s) {
    const auto& layers = session->result(0, s).layers;
    ASSERT_EQ(std::ssize(layers), weights.shape()[1]);
    for (std::size_t k = 0; k < layers.size(); ++k) {
      EXPECT_NEAR(layers[k].weight, weights[s].data()[k], 1e-4 * weights[s].data()[k])
          << layers[k].layer;
    }
  }
}

TEST_P(Golden, FullGradTermsEqualIdiapAndSumToTheOutput) {
  const auto input = golden_->get<float>("fullgrad.input_term");
  const auto bias = golden_->get<float>("fullgrad.bias_terms");
  const auto& order =
      test::manifest()["explain"]["explain/" + network_ + ".npz"]["fullgrad_bias_layers"];
  const bool distributional = network_ == "atari_c51";
  for (int t = 0; t < 2; ++t) {
    const auto session = explain("fullgrad", t);
    for (std::int64_t s = 0; s < 8; ++s) {
      const Completeness& terms = session->result(0, s).completeness.value();
      EXPECT_NEAR(terms.input_term, input.data()[s * 2 + t],
                  1e-4 * std::max(1.0, std::abs(terms.input_term)));
      ASSERT_EQ(terms.other_terms.size(), order.size());
      for (std::size_t k = 0; k < order.size(); ++k) {
        const auto& [layer, term] = terms.other_terms[k];
        const auto at = std::find(order.begin(), order.end(), layer) - order.begin();
        EXPECT_NEAR(term, bias[s][t].data()[at], 1e-4 * std::max(1.0, std::abs(term))) << layer;
      }
      if (distributional) {
        // A softmax is not piecewise linear: the terms do not sum to the output, and that must
        // show.
        EXPECT_LT(std::abs(terms.output - terms.sum()), 0.01);
      } else {
        EXPECT_LT(terms.relative_residual(), 1e-5) << "state " << s << " target " << t;
        // In double the sum is exact even where large terms nearly cancel (there PyTorch's float32
        // pass itself is off by 6e-5 of the output).
        if (std::get<0>(GetParam()) == "reference") {
          EXPECT_LT(std::abs(terms.output - terms.sum()), 1e-5 * std::abs(terms.output));
        }
      }
    }
  }
}

TEST_P(Golden, GuidedBackpropagationAndDeconvolutionEqualCaptum) {
  expect_planes("guided-backprop", "captum.GuidedBackprop", *golden_);
  expect_planes("deconvolution", "captum.Deconvolution", *golden_);
}

TEST_P(Golden, GuidedGradCamEqualsCaptum) {
  const GoldenArrays more("explain/" + network_ + "_more.npz");
  expect_planes("guided-gradcam", "captum.GuidedGradCam.bilinear", more);
  expect_planes("guided-gradcam:resize=nearest", "captum.GuidedGradCam.nearest", more);
}

TEST_P(Golden, DeepLiftEqualsCaptumAndSumsToTheDifference) {
  const GoldenArrays more("explain/" + network_ + "_more.npz");
  // At C51's softmax Captum subtracts a mean over everything in its call, which does not conserve.
  if (network_ != "atari_c51") expect_planes("deeplift", "captum.DeepLift.black", more);
  const auto session = explain("deeplift", 0);
  for (std::int64_t s = 0; s < 8; ++s) {
    const Completeness& terms = session->result(0, s).completeness.value();
    double size = 0;
    for (const float value : session->result(0, s).planes.values()) size += std::abs(value);
    EXPECT_NEAR(terms.sum(), terms.output, 1e-5 * size) << "state " << s;
  }
}

TEST_P(GoldenProbing, IntegratedGradientsEqualCaptum) {
  const std::string name = "captum.IntegratedGradients";
  expect_planes("integrated-gradients", name, *golden_, noise(name + ".map"));
  expect_planes("integrated-gradients:rule=riemann-trapezoid", name + ".riemann_trapezoid",
                *golden_, noise(name + ".riemann_trapezoid.map"));
}

TEST_P(GoldenProbing, OcclusionEqualsCaptum) {
  expect_planes("occlusion", "captum.Occlusion.w4x8x8_s4x4x4", *golden_,
                noise("captum.Occlusion.w4x8x8_s4x4x4.map"));
  expect_planes("occlusion:window=15:stride=10:frames=each", "captum.Occlusion.w1x15x15_s1x10x10",
                *golden_, noise("captum.Occlusion.w1x15x15_s1x10x10.map"));
}

TEST_P(GoldenProbing, ScoreCamEqualsPytorchGradCam) {
  for (const std::string hook : {"conv", "relu"}) {
    const std::string method = hook == "conv" ? "scorecam" : "scorecam:at=post";
    expect_maps(method, "pgc.ScoreCAM." + hook, false, 6, 14);
    expect_raw(method, "pgc.ScoreCAM." + hook);
  }
}

TEST_P(GoldenProbing, AblationCamEqualsPytorchGradCam) {
  for (const std::string hook : {"conv", "relu"}) {
    const std::string method = hook == "conv" ? "ablationcam" : "ablationcam:at=post";
    expect_maps(method, "pgc.AblationCAM." + hook, false, 6, 14);
    expect_layer_numbers(method, "pgc.AblationCAM." + hook);
  }
}

TEST_P(GoldenProbing, ShapleyCamEqualsPytorchGradCam) {
  golden_ = std::make_unique<GoldenArrays>("explain/" + network_ + "_more.npz");
  for (const std::string hook : {"conv", "relu"}) {
    const std::string method = hook == "conv" ? "shapleycam" : "shapleycam:at=post";
    expect_maps(method, "pgc.ShapleyCAM." + hook, false, 6, 14);
    expect_raw(method, "pgc.ShapleyCAM." + hook);
  }
}

TEST_P(GoldenProbing, GradientShapEqualsCaptumWhereItDrewTheSame) {
  const GoldenArrays more("explain/" + network_ + "_more.npz");
  const std::string name = "captum.GradientShap";
  const auto grid = more.get<float>(name + ".grid"), alphas = more.get<float>(name + ".alphas");
  const auto drawn = more.get<std::int64_t>(name + ".baselines");
  Tensor baselines(graph_->shape(0).batch_of(4));
  for (std::int64_t b = 1; b < 4; ++b)
    std::ranges::copy(states_[2 * b - 1].values(), baselines[b].data());
  nn::Tape tape;
  engine_->forward(states_.view(), {}, tape);
  Probe probe(*engine_);
  Tensor planes;
  for (std::int64_t s = 0; s < count_; ++s) {
    for (std::int64_t t = 0; t < 2; ++t) {
      const auto action = static_cast<int>(targets_.data()[s * 2 + t]);
      const Target target = Target::action(action);
      std::vector<PathPoint> points;
      for (std::int64_t k = 0; k < 8; ++k)
        points.push_back({alphas[s][t].data()[k], 1.0 / 8, drawn[s][t].data()[k]});
      path_gradients({*graph_, tape, states_.view(), s, action, target, probe}, baselines.view(),
                     points, planes);
      std::vector<float> found;
      for (std::int64_t i = 0; i < 4 * 36; ++i)
        found.push_back(planes[i / 36].data()[(6 + 14 * (i % 36 / 6)) * 84 + 6 + 14 * (i % 6)]);
      EXPECT_LT(test::relative_difference(found, grid[s][t].values()), 1e-3) << s << " " << t;
    }
  }
}

std::string case_name(const testing::TestParamInfo<std::tuple<std::string, std::string>>& test) {
  return std::get<1>(test.param);
}

INSTANTIATE_TEST_SUITE_P(Onednn, Golden,
                         testing::Combine(testing::Values("cpu"),
                                          testing::ValuesIn(test::golden_networks())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Onednn, GoldenProbing,
                         testing::Combine(testing::Values("cpu"),
                                          testing::ValuesIn(test::golden_networks())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Onednn, GoldenOnce,
                         testing::Combine(testing::Values("cpu"),
                                          testing::ValuesIn(test::golden_networks())),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Reference, Golden,
                         testing::Combine(testing::Values("reference"),
                                          testing::Values("atari_c51", "convbn", "dueling")),
                         case_name);

}  // namespace
}  // namespace arcadecam::explain
