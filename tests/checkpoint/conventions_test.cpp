#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "arcadecam/core/error.h"
#include "checkpoint/convention.h"
#include "checkpoint/formats/archives.h"
#include "support/golden.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;

void add(StateDict& state, const std::string& name, const Shape& shape) {
  state.tensors.push_back({name, std::make_shared<const Tensor>(shape)});
}

void add_layer(StateDict& state, const std::string& name, const Shape& shape) {
  add(state, name + ".weight", shape);
  add(state, name + ".bias", {shape[0]});
}

StateDict atari_net(std::int64_t outputs) {
  StateDict state;
  add_layer(state, "_AtariNet__features.0", {3, 4, 8, 8});
  add_layer(state, "_AtariNet__features.2", {5, 3, 4, 4});
  add_layer(state, "_AtariNet__features.4", {2, 5, 3, 3});
  add_layer(state, "_AtariNet__head.0", {7, 2 * 7 * 7});
  add_layer(state, "_AtariNet__head.2", {outputs, 7});
  return state;
}

const Convention& convention(std::string_view id) {
  for (const Convention* entry : conventions()) {
    if (entry->id == id) return *entry;
  }
  throw bad_input("no convention {}", id);
}

nn::Graph built(const StateDict& state, const Hints& hints = {}) {
  return convention("atari-agents").recognise(state, hints).build().graph;
}

TEST(Conventions, EachIsDescribedAndNamedOnce) {
  const StateDict state;
  const Hints hints;
  std::set<std::string_view> ids;
  for (const Convention* entry : conventions()) {
    EXPECT_TRUE(ids.insert(entry->id).second) << entry->id;
    EXPECT_FALSE(entry->title.empty());
    const FoundNetwork found = entry->recognise(state, hints);
    EXPECT_EQ(found.evidence, "") << entry->id;
    // --as may say so of any file.
    EXPECT_NE(error_of([&] { found.build(); }), "") << entry->id;
  }
}

TEST(AtariAgents, WidthsAreReadFromTheTensors) {
  const StateDict state = atari_net(18);
  const nn::Graph graph = built(state);
  EXPECT_EQ(graph.actions(), 18);
  EXPECT_EQ(graph.shape(*graph.find("_AtariNet__features.0")), (Shape{3, 20, 20}));
  EXPECT_EQ(graph.shape(*graph.find("_AtariNet__features.2")), (Shape{5, 9, 9}));
  EXPECT_EQ(graph.shape(*graph.find("_AtariNet__features.4")), (Shape{2, 7, 7}));
  EXPECT_EQ(std::get<nn::Scale>(graph.node(1).op).factor, 1.0F / 255.0F);
}

TEST(AtariAgents, C51WithoutASupportTakesTheUsualOne) {
  const StateDict state = atari_net(4 * 51);
  EXPECT_EQ(built(state).actions(), 204);
  const nn::Graph graph = built(state, Hints{"C51"});
  EXPECT_EQ(graph.actions(), 4);
  const auto& support = *std::get<nn::ExpectedValue>(graph.node(graph.output()).op).support;
  // Bit for bit what torch.linspace(-10, 10, 51) put into the files that hold it.
  const auto golden = convert<float>(
      read_npy(test::golden_dir() / "checkpoints/known_c51/_AtariNet__support.npy"), "support");
  EXPECT_TRUE(std::ranges::equal(support.values(), golden.values()));
}

TEST(AtariAgents, ASupportInTheFileCounts) {
  StateDict state = atari_net(6);
  add(state, "_AtariNet__support", {3});
  EXPECT_EQ(built(state).actions(), 2);
}

TEST(AtariAgents, EveryMissingSuperfluousOrMisshapenTensorIsNamed) {
  const StateDict whole = atari_net(6);
  for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
    const std::string name = whole.tensors[i].name;
    StateDict missing = whole;
    missing.tensors.erase(missing.tensors.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_NE(error_of([&] { built(missing); }).find("'" + name + "' is missing"),
              std::string::npos);
    StateDict misshapen = whole;
    misshapen.tensors[i].tensor = std::make_shared<const Tensor>(Shape{1, 2, 3});
    EXPECT_NE(error_of([&] { built(misshapen); }).find("'" + name + "' has shape 1×2×3; expected "),
              std::string::npos);
  }
  StateDict superfluous = whole;
  add(superfluous, "_AtariNet__features.6.weight", {1});
  EXPECT_NE(error_of([&] {
              built(superfluous);
            }).find("does not have: '_AtariNet__features.6.weight' (1)"),
            std::string::npos);
}

}  // namespace
}  // namespace arcadecam::checkpoint
