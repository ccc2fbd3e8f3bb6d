#include "arcadecam/explain/bind.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "arcadecam/core/error.h"
#include "support/networks.h"

namespace arcadecam::explain {
namespace {

BoundMethod bound(const std::string& text, const nn::Graph& graph,
                  const Target& about = Target::chosen()) {
  return bind(parse_methods(text).front(), graph, about);
}

TEST(Bind, ReadsOwnAndCommonParameters) {
  const auto graph = test::small_graph();
  const BoundMethod made = bound("gradcam:layer=bn1:sigma=2:target=margin/0/1", *graph);
  EXPECT_EQ(made.method->id, "gradcam");
  EXPECT_EQ(made.sigma, 2);
  EXPECT_EQ(made.target.value().text(), "margin:0/1");
  EXPECT_EQ(made.spec.text(), "gradcam:layer=bn1:sigma=2:target=margin/0/1");
  EXPECT_EQ(graph->node(made.explainer->watch().gradients.at(0)).name, "bn1");
  EXPECT_FALSE(made.explainer->probes());
  EXPECT_TRUE(bound("gradcam:noise=0.1", *graph).explainer->probes());
  EXPECT_FALSE(bound("gradcam", *graph).target.has_value());
}

TEST(Bind, RefusesWhatNoRunCouldDo) {
  const auto graph = test::small_graph();
  for (const char* wrong :
       {"nosuch", "gradcam:depth=1", "gradcam:layer=9", "gradcam:noise=99", "gradcam:noise=x",
        "gradcam:samples=0", "gradcam:statistic=median", "gradcam:shifts=17", "gradcam:sigma=-1",
        "gradcam:sigma=1e9", "gradcam:seed=a", "gradcam:target=best", "gradcam:target=action/9",
        "sobel:target=margin", "sobel:noise=-1"}) {
    try {
      (void)bound(wrong, *graph);
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), Error::Kind::kBadUsage) << error.what();
    }
  }
}

TEST(Bind, LayersAreTheCriticsWhereItsValueIsAsked) {
  const auto graph = test::actor_critic_graph(false);
  const auto layer = [&](const BoundMethod& made) {
    return graph->node(made.explainer->watch().gradients.at(0)).name;
  };
  EXPECT_EQ(layer(bound("gradcam", *graph)), "policy.conv2");
  EXPECT_EQ(layer(bound("gradcam", *graph, Target::parse("value"))), "critic.conv2");
  EXPECT_EQ(layer(bound("gradcam:target=value:layer=critic.conv", *graph)), "critic.conv");
  EXPECT_THROW((void)bound("gradcam:layer=critic.conv", *graph), Error);
  EXPECT_EQ(layer(bound("gradcam:target=chosen", *graph, Target::parse("value"))), "policy.conv2");
}

TEST(Bind, EveryParameterOfAMethodIsKnownOnce) {
  for (const Method* method : methods()) {
    const std::vector<Param> params = params_of(*method);
    for (const Param& param : params)
      EXPECT_EQ(std::ranges::count(params, param.key, &Param::key), 1) << method->id << param.key;
    for (const Param& common : common_params())
      EXPECT_EQ(std::ranges::count(params, common.key, &Param::key), 1) << method->id;
  }
}

}  // namespace
}  // namespace arcadecam::explain
