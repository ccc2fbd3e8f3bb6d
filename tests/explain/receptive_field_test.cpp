#include "explain/receptive_field.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/session.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

TEST(ReceptiveFields, OfTheNatureNetworkLieWhereItsKernelsReach) {
  const auto graph = test::golden_graph("atari_dqn");
  const auto layers = graph->spatial_layers();
  // Kernels 8, 4, 3 and strides 4, 2, 1: fields of 8, 20 and 36 pixels, the first at the corner.
  const double first[]{3.5, 9.5, 17.5}, step[]{4, 8, 8};
  for (std::size_t l = 0; l < 3; ++l) {
    const Placement fields = receptive_fields(*graph, layers[l]);
    EXPECT_EQ(fields.rows.first, first[l]);
    EXPECT_EQ(fields.rows.step, step[l]);
    EXPECT_EQ(fields.columns.first, first[l]);
    EXPECT_EQ(fields.columns.step, step[l]);
  }
}

TEST(ReceptiveFields, BeginOutsideThePictureWithPadding) {
  // 3×3, stride 2, padding 1 on 11×11: position 0 looks at pixels −1 … 1.
  const auto graph = test::small_graph();
  const Placement fields = receptive_fields(*graph, graph->find("conv1").value());
  EXPECT_EQ(fields.rows.first, 0);
  EXPECT_EQ(fields.rows.step, 2);
  EXPECT_EQ(receptive_fields(*graph, graph->find("relu2").value()).rows.step, 2);
}

TEST(ReceptiveFields, HaveNoPlaceBehindTheHead) {
  const auto graph = test::small_graph();
  EXPECT_THROW((void)receptive_fields(*graph, graph->find("value").value()), Error);
}

// What the middles claim: the gradient of one position is zero outside its field.
TEST(ReceptiveFields, HoldAllThatAPositionDependsOn) {
  const auto graph = test::golden_graph("atari_dqn");
  const int node = graph->spatial_layers()[2];
  const Placement fields = receptive_fields(*graph, node);
  const auto engine = nn::make_engine("reference", graph);
  Tensor observation(Shape{1, 4, 84, 84});
  for (std::int64_t i = 0; i < observation.size(); ++i)
    observation.data()[i] = static_cast<float>(i % 251);
  nn::Tape tape;
  const nn::Watch watch{{node}, {}};
  engine->forward(TensorView(observation.view()), watch, tape);
  const float before = tape.activation(node)[0][0].data()[2 * 7 + 5];
  const double row = fields.rows.first + 2 * fields.rows.step,
               column = fields.columns.first + 5 * fields.columns.step;
  const auto changed = [&](double y, double x) {
    Tensor other = observation;
    for (std::int64_t c = 0; c < 4; ++c)
      other.data()[(c * 84 + static_cast<std::int64_t>(y)) * 84 + static_cast<std::int64_t>(x)] =
          10000;
    engine->forward(TensorView(other.view()), watch, tape);
    return tape.activation(node)[0][0].data()[2 * 7 + 5] != before;
  };
  EXPECT_TRUE(changed(row - 17.5, column - 17.5));
  EXPECT_TRUE(changed(row + 17.5, column + 17.5));
  EXPECT_FALSE(changed(row - 18.5, column));
  EXPECT_FALSE(changed(row, column + 18.5));
}

// A CAM of one position shows it where it looks: on the map, and on the signed map.
TEST(Place, AlignedPutsAPositionInTheMiddleOfItsField) {
  const auto graph = test::golden_graph("atari_dqn");
  const auto engine = nn::make_engine("cpu", graph);
  const ByteTensor states = test::random_observations(*graph, 1);
  for (const std::string method : {"gradcam", "hirescam", "finercam", "fullgrad++:layers=2",
                                   "mean-activation:layers=2", "hirescam:layers=2"}) {
    Session session(*engine, parse_methods(fmt::format("{0},{0}:place=aligned", method)));
    session.forward(states.view());
    session.explain(std::vector{Target::action(0)});
    const Tensor &stretched = session.result(0, 0).map, &aligned = session.result(1, 0).map;
    // The middle of field 3 is at 41.5 in both; that of field 1 at 25.5, stretched over all
    // at 17.5.
    for (const std::int64_t y : {41, 42}) {
      const auto at = [&](const Tensor& map, std::int64_t x) {
        return (map.data()[y * 84 + x] + map.data()[y * 84 + x + 1]) / 2;
      };
      EXPECT_NEAR(at(aligned, 25), at(stretched, 17), 0.02) << method;
      EXPECT_NEAR(at(aligned, 57), at(stretched, 65), 0.02) << method;
    }
    const Tensor& evidence = session.result(1, 0).signed_map;
    if (evidence.shape() != aligned.shape()) continue;
    // The map is the positive part of the signed map, read between the same positions.
    for (std::int64_t i = 0; i < aligned.size(); ++i) {
      if (aligned.data()[i] == 0) {
        EXPECT_LE(evidence.data()[i], 0) << method;
      }
    }
  }
}

}  // namespace
}  // namespace arcadecam::explain
