#include "arcadecam/nn/graph.h"

#include <gtest/gtest.h>

#include "arcadecam/core/error.h"
#include "support/networks.h"

namespace arcadecam::nn {
namespace {

using test::random_weights;

std::string error_of(std::vector<Node> nodes) {
  try {
    const Graph graph(std::move(nodes));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Graph, InfersShapesAndFindsLayers) {
  const auto graph = test::small_graph();
  EXPECT_EQ(graph->shape(graph->find("conv1").value()), (Shape{5, 6, 6}));
  EXPECT_EQ(graph->shape(graph->find("flatten").value()), (Shape{180}));
  EXPECT_EQ(graph->actions(), 3);
  EXPECT_EQ(std::vector<int>(graph->spatial_layers().begin(), graph->spatial_layers().end()),
            (std::vector<int>{2, 3, 5}));
  EXPECT_EQ(graph->consumers(graph->find("flatten").value()).size(), 2U);
  EXPECT_FALSE(graph->find("nothing").has_value());
  // conv1 90+5, bn1 4·5, conv2 225, value 180+1, advantage 12·180, support 4
  EXPECT_EQ(graph->parameter_count(), 95 + 20 + 225 + 181 + 2160 + 4);
}

TEST(Graph, ErrorsNameTheNodeWhatWasExpectedAndWhatWasFound) {
  const Node input{"input", Input{{4, 84, 84}}, {}};
  const auto conv = [&](Shape weight, Shape bias, int stride) {
    return error_of(
        {input,
         {"conv", Conv2d{random_weights(weight, 1), random_weights(bias, 2), stride, 0}, {0}},
         {"flatten", Flatten{}, {1}}});
  };
  EXPECT_EQ(conv({8, 4, 8, 8}, {8}, 4), "");
  const std::string channels = conv({8, 3, 8, 8}, {8}, 4);
  for (const char* part : {"'conv'", "Conv2d", "4 input channels", "8×3×8×8"}) {
    EXPECT_NE(channels.find(part), std::string::npos) << channels;
  }
  EXPECT_NE(conv({8, 4, 8, 8}, {9}, 4).find("bias of length 8"), std::string::npos);
  EXPECT_NE(conv({8, 4, 8, 8}, {8}, 0).find("stride"), std::string::npos);
  EXPECT_NE(conv({8, 4, 85, 8}, {8}, 4).find("kernel"), std::string::npos);
  EXPECT_NE(
      error_of({input, {"fc", Linear{random_weights({6, 100}, 1), nullptr}, {0}}}).find("'fc'"),
      std::string::npos);
}

TEST(Graph, SaysWhatItsOutputIs) {
  const auto head = [](bool is_policy, bool softmax) {
    std::vector<Node> nodes{{"input", Input{{3}}, {}},
                            {"head", Linear{random_weights({2, 3}, 1), nullptr}, {0}}};
    nodes.back().is_policy = is_policy;
    if (softmax) nodes.push_back({"softmax", Softmax{}, {1}});
    return Graph(std::move(nodes)).output_kind();
  };
  EXPECT_EQ(head(false, false), OutputKind::kValues);
  EXPECT_EQ(head(true, false), OutputKind::kLogits);
  EXPECT_EQ(head(false, true), OutputKind::kProbabilities);
  EXPECT_EQ(test::actor_critic_graph(true)->output_kind(), OutputKind::kLogits);
  EXPECT_EQ(test::small_graph()->output_kind(), OutputKind::kValues);
  EXPECT_EQ(output_words(OutputKind::kLogits), "a policy's logits");
}

TEST(Graph, HasOneCriticAtMost) {
  const Node input{"input", Input{{3}}, {}},
      logits{"logits", Linear{random_weights({2, 3}, 1), nullptr}, {0}};
  const auto critic = [](std::string name, std::int64_t outputs) {
    return Node{std::move(name), Linear{random_weights({outputs, 3}, 2), nullptr}, {0}, true};
  };
  EXPECT_EQ(error_of({input, critic("v", 1), logits}), "");
  EXPECT_EQ(Graph({input, critic("v", 1), logits}).value(), 1);
  EXPECT_NE(error_of({input, critic("v", 2), logits}).find("'v'"), std::string::npos);
  EXPECT_NE(error_of({input, critic("v", 1), critic("w", 1), logits}).find("'w'"),
            std::string::npos);
  EXPECT_NE(error_of({input, critic("v", 1)}), "") << "as the output";
  const auto separate = test::actor_critic_graph(false);
  EXPECT_EQ(separate->spatial_layers().size(), 2U);
  const Graph critics = separate->with_layers_of(*separate->value());
  ASSERT_EQ(critics.spatial_layers().size(), 2U);
  EXPECT_EQ(critics.node(critics.spatial_layers()[0]).name, "critic.conv");
}

TEST(Graph, RefusesMalformedLists) {
  const Node input{"input", Input{{3}}, {}};
  EXPECT_NE(error_of({}), "");
  EXPECT_NE(error_of({{"relu", Relu{}, {}}}), "") << "no Input";
  EXPECT_NE(error_of({input, {"relu", Relu{}, {1}}}), "") << "refers to itself";
  EXPECT_NE(error_of({input, {"input", Relu{}, {0}}}), "") << "a name twice";
  EXPECT_NE(error_of({input, {"a", Relu{}, {0}}, {"b", Relu{}, {0}}}), "") << "a dead end";
  EXPECT_NE(error_of({input, {"add", Add{}, {0}}}), "") << "one input of two";
  EXPECT_NE(error_of({input, {"q", ExpectedValue{random_weights({2}, 1)}, {0}}}), "")
      << "3 logits, 2 atoms";
}

}  // namespace
}  // namespace arcadecam::nn
