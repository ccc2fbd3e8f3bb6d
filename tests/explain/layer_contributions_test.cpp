// Our own method against a plain computation from the tape.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "explain/receptive_field.h"
#include "explain/reference_picture.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

class LayerContributions : public testing::Test {
 protected:
  Attribution explain(const std::string& method, const Target& target) {
    Session session(*engine_, parse_methods(method));
    session.forward(states_.view());
    session.explain(std::vector{target});
    maps_.clear();
    if (method.find("layers=") == std::string::npos && method.starts_with("layer-")) {
      for (const int node : graph_->spatial_layers()) maps_.push_back(map_of(session.tape(), node));
    }
    return session.result(0, 0);
  }

  /// Σ_c g·A of one layer at every pixel, by the definition of a bilinear reading between the
  /// middles of the receptive fields, relative to the mean size.
  std::vector<double> map_of(const nn::Tape& tape, int node) const {
    return map_of(tape.activation(node)[0], tape.gradient(node)[0], node);
  }
  std::vector<double> map_of(TensorView a, TensorView g, int node) const {
    const std::int64_t side = a.shape()[1];
    const Placement fields = receptive_fields(*graph_, node);
    const auto at = [&](std::int64_t y, std::int64_t x) {
      double sum = 0;
      for (std::int64_t c = 0; c < a.shape()[0]; ++c) {
        const std::int64_t i = (c * side + y) * side + x;
        sum += static_cast<double>(a.data()[i]) * g.data()[i];
      }
      return sum;
    };
    const auto place = [&](std::int64_t pixel, const SampleAxis& samples) {
      return std::clamp((static_cast<double>(pixel) - samples.first) / samples.step, 0.0,
                        static_cast<double>(side - 1));
    };
    std::vector<double> map;
    double mass = 0;
    for (std::int64_t y = 0; y < 11; ++y) {
      for (std::int64_t x = 0; x < 11; ++x) {
        const double v = place(y, fields.rows), u = place(x, fields.columns);
        const auto j = static_cast<std::int64_t>(v), i = static_cast<std::int64_t>(u);
        const std::int64_t below = std::min(j + 1, side - 1), right = std::min(i + 1, side - 1);
        const double fy = v - static_cast<double>(j), fx = u - static_cast<double>(i);
        map.push_back((1 - fy) * ((1 - fx) * at(j, i) + fx * at(j, right)) +
                      fy * ((1 - fx) * at(below, i) + fx * at(below, right)));
        mass += std::abs(map.back());
      }
    }
    for (double& value : map) value *= 121 / mass;
    return map;
  }

  [[nodiscard]] int node(const std::string& name) const {
    for (int i = 0; i < graph_->size(); ++i) {
      if (graph_->node(i).name == name) return i;
    }
    throw bad_usage("no node '{}'", name);
  }

  std::shared_ptr<const nn::Graph> graph_ = test::small_graph();
  std::unique_ptr<nn::Engine> engine_ = nn::make_engine("reference", graph_);
  ByteTensor states_ = test::random_observations(*graph_, 1);
  std::vector<std::vector<double>> maps_;
};

TEST_F(LayerContributions, AreTheMeanOfTheLayersSignedMaps) {
  const Attribution result = explain("layer-contributions", Target::action(1));
  ASSERT_EQ(maps_.size(), 3U);
  for (std::size_t i = 0; i < 121; ++i) {
    EXPECT_NEAR(result.raw.data()[i], (maps_[0][i] + maps_[1][i] + maps_[2][i]) / 3, 1e-4);
    EXPECT_NEAR(result.map.data()[i], std::max(result.raw.data()[i], 0.0F) / result.highest, 1e-5);
  }
}

TEST_F(LayerContributions, OrTheLeastWhereAllAgree) {
  const Attribution result = explain("layer-contributions:join=least", Target::action(1));
  int agreed = 0;
  for (std::size_t i = 0; i < 121; ++i) {
    double least = INFINITY;
    int positive = 0;
    for (const auto& map : maps_) {
      least = std::min(least, std::abs(map[i]));
      positive += map[i] > 0 ? 1 : 0;
    }
    const double expected = positive == 3 ? least : positive == 0 ? -least : 0.0;
    agreed += expected != 0 ? 1 : 0;
    EXPECT_NEAR(result.raw.data()[i], expected, 1e-4);
  }
  EXPECT_GT(agreed, 10);
  EXPECT_LT(agreed, 121);
}

TEST_F(LayerContributions, ChangeTheirSignWithTheQuestion) {
  for (const std::string join : {"mean", "least"}) {
    const std::string method = "layer-contributions:join=" + join;
    const Attribution one = explain(method, Target::parse("linear:1/-1/0")),
                      other = explain(method, Target::parse("linear:-1/1/0"));
    for (std::size_t i = 0; i < 121; ++i)
      EXPECT_NEAR(one.raw.data()[i], -other.raw.data()[i], 1e-5);
  }
}

TEST_F(LayerContributions, StretchedOnOneLayerAreHiResCam) {
  const Attribution one = explain("hirescam:layer=1", Target::action(0)),
                    same =
                        explain("layer-contributions:layers=1:place=stretched", Target::action(0));
  const double scale = *std::ranges::max_element(same.signed_map.values()) /
                       *std::ranges::max_element(one.signed_map.values());
  for (std::size_t i = 0; i < 121; ++i)
    EXPECT_NEAR(same.signed_map.data()[i], scale * one.signed_map.data()[i], 1e-4);
}

TEST_F(LayerContributions, AreComparedWithEachReference) {
  for (const std::string at : {"pre", "post"}) {
    Session session(*engine_, parse_methods("layer-contributions:layers=0:reference="
                                            "zero/median/stack:radius=2:at=" +
                                            at));
    nn::Watch both;
    for (const char* name : {"conv1", "relu1"}) both.activations.push_back(node(name));
    both.gradients = both.activations;
    session.watch_also(both);
    session.forward(states_.view());
    session.explain(std::vector{Target::action(2)});
    const int layer = node(at == "pre" ? "conv1" : "relu1");
    Tensor observation(graph_->shape(0));
    std::ranges::copy(states_.values(), observation.data());
    std::vector<double> expected(121, 0.0);
    for (const Reference reference : {Reference::kZero, Reference::kMedian, Reference::kStack}) {
      Tensor difference(graph_->shape(layer), session.tape().activation(layer)[0].values());
      if (reference != Reference::kZero) {
        const Tensor picture = reference_picture(reference, observation, 2, 1);
        nn::Tape tape;
        const Tensor batch(graph_->shape(0).batch_of(1), picture.values());
        (void)engine_->forward(nn::Observations(batch.view()), {both.activations, {}}, tape);
        for (std::int64_t i = 0; i < difference.size(); ++i)
          difference.data()[i] -= tape.activation(layer)[0].data()[i];
      }
      const std::vector<double> map =
          map_of(std::as_const(difference).view(), session.tape().gradient(layer)[0], layer);
      for (std::size_t i = 0; i < 121; ++i) expected[i] += map[i] / 3;
    }
    const Attribution& result = session.result(0, 0);
    for (std::size_t i = 0; i < 121; ++i)
      EXPECT_NEAR(result.raw.data()[i], expected[i], 1e-3) << at;
    EXPECT_EQ(result.probes, (PassCount{2, 0}));
    ASSERT_EQ(result.layers.size(), 1U);
    EXPECT_EQ(result.layers[0].layer, at == "pre" ? "conv1" : "relu1");
    EXPECT_NEAR(result.layers[0].weight, 1, 1e-9);
  }
}

TEST_F(LayerContributions, NeedNoPassOfTheirOwnForZero) {
  EXPECT_EQ(explain("layer-contributions", Target::action(1)).probes, PassCount{});
}

TEST_F(LayerContributions, SayNothingWhereNothingStandsOut) {
  std::ranges::fill(states_.values(), std::uint8_t{77});
  for (const std::string reference : {"median", "stack", "median/stack"}) {
    const Attribution result =
        explain("layer-contributions:layers=0/1/2:reference=" + reference, Target::action(1));
    EXPECT_TRUE(result.says_nothing()) << reference;
    for (const LayerWeight& layer : result.layers) EXPECT_EQ(layer.weight, 0) << reference;
  }
}

/// One convolution of one weight, so that its output is the picture, and perhaps layer
/// normalisation.
class OnePicture : public testing::Test {
 protected:
  static constexpr std::size_t kPixels = 36;

  std::shared_ptr<const nn::Graph> graph(bool normalised) const {
    std::vector<nn::Node> nodes{
        {"input", nn::Input{{1, 6, 6}}, {}},
        {"conv",
         nn::Conv2d{std::make_shared<const Tensor>(Shape{1, 1, 1, 1}, one_), nullptr, 1, 0},
         {0}}};
    if (normalised) {
      const auto ones = std::make_shared<Tensor>(Shape{1, 6, 6});
      std::ranges::fill(ones->values(), 1.0F);
      nodes.push_back(
          {"norm", nn::LayerNorm{ones, std::make_shared<const Tensor>(Shape{1, 6, 6})}, {1}});
    }
    const auto last = [&] { return static_cast<int>(nodes.size()) - 1; };
    nodes.push_back({"relu", nn::Relu{}, {last()}});
    nodes.push_back({"flatten", nn::Flatten{}, {last()}});
    nodes.push_back({"q", nn::Linear{weights_, nullptr}, {last()}});
    return std::make_shared<const nn::Graph>(std::move(nodes));
  }

  Attribution explain(const std::shared_ptr<const nn::Graph>& graph,
                      const std::string& parameters) {
    const auto engine = nn::make_engine("reference", graph);
    Session session(*engine, parse_methods("layer-contributions:" + parameters));
    session.forward(states_.view());
    session.explain(std::vector{Target::action(1)});
    return session.result(0, 0);
  }

  std::array<float, 1> one_{1};
  nn::Weights weights_ = test::random_weights({2, kPixels}, 5);
  ByteTensor states_ = test::random_observations(*graph(false), 1);
};

TEST_F(OnePicture, OfALinearNetworkIsTheWeightTimesWhatStandsOut) {
  Tensor picture(Shape{1, 6, 6});
  std::ranges::copy(states_.values(), picture.data());
  const Tensor median = reference_picture(Reference::kMedian, picture, 1, 1);
  std::array<double, kPixels> expected{};
  double mass = 0;
  for (std::size_t i = 0; i < kPixels; ++i) {
    expected[i] = static_cast<double>(weights_->data()[kPixels + i]) *
                  (static_cast<double>(picture.data()[i]) - median.data()[i]);
    mass += std::abs(expected[i]);
  }
  const Attribution result = explain(graph(false), "reference=median:radius=1");
  for (std::size_t i = 0; i < kPixels; ++i)
    EXPECT_NEAR(result.raw.data()[i], expected[i] * kPixels / mass, 1e-4);
}

TEST_F(OnePicture, BeforeLayerNormalisationSumsToNothingAgainstZero) {
  // A brighter picture is the same behind the normalisation: along the way to black nothing
  // changes.
  const auto sum = [&](const std::string& parameters) {
    const Attribution result = explain(graph(true), parameters);
    return std::accumulate(result.raw.values().begin(), result.raw.values().end(), 0.0) / kPixels;
  };
  EXPECT_NEAR(sum("reference=zero"), 0, 1e-4);
  EXPECT_GT(std::abs(sum("reference=median:radius=1")), 0.01);
  EXPECT_GT(std::abs(sum("reference=zero:at=post")), 0.01);
}

TEST_F(LayerContributions, RefuseWhatTheyDoNotKnow) {
  for (const char* wrong :
       {"layer-contributions:join=sum", "layer-contributions:place=left",
        "layer-contributions:layers=7", "layer-contributions:at=after",
        "layer-contributions:reference=white", "layer-contributions:reference=stack/stack",
        "layer-contributions:reference=", "layer-contributions:radius=0"})
    EXPECT_THROW((void)explain(wrong, Target::action(0)), Error) << wrong;
}

}  // namespace
}  // namespace arcadecam::explain
