// Our own method against a plain computation from the tape.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "explain/receptive_field.h"
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
    const TensorView a = tape.activation(node)[0], g = tape.gradient(node)[0];
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

TEST_F(LayerContributions, RefuseWhatTheyDoNotKnow) {
  for (const char* wrong : {"layer-contributions:join=sum", "layer-contributions:place=left",
                            "layer-contributions:layers=7"})
    EXPECT_THROW((void)explain(wrong, Target::action(0)), Error) << wrong;
}

}  // namespace
}  // namespace arcadecam::explain
