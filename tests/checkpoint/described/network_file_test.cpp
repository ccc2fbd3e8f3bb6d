// --network: described networks compute what their conventions' do; wrong descriptions are refused
// by one line that says where.
#include "checkpoint/described/network_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "arcadecam/core/files.h"
#include "arcadecam/nn/engine.h"
#include "checkpoint/formats/archives.h"
#include "support/golden.h"
#include "support/networks.h"

namespace arcadecam::checkpoint {
namespace {

using test::error_of;

// tests/golden/agents/nature.pt, the head of the policy.
const std::string kNature = R"({
  "name": "Nature network",
  "protocol": {"base": "cleanrl", "frame_skip": 3, "grey": "opencv"},
  "input": {"channels": 4, "height": 84, "width": 84, "divide_by": 255},
  "layers": [
    {"type": "conv", "weights": "agent.net.first", "stride": 4},
    {"type": "relu"},
    {"type": "conv", "weights": "agent.net.second", "stride": 2},
    {"type": "relu"},
    {"type": "conv", "weights": "agent.net.third"},
    {"type": "relu"},
    {"type": "flatten"},
    {"type": "linear", "weights": "agent.net.hidden"},
    {"type": "relu"},
    {"type": "linear", "weights": "agent.net.policy"}
  ],
  "ignore": ["agent.net.value."]
})";

// tests/golden/agents/rainbow.pth: noisy dueling C51 by its mean weights.
const std::string kRainbow = R"({
  "input": {"channels": 4},
  "layers": [
    {"type": "conv", "weights": "convs.0", "stride": 4}, {"type": "relu"},
    {"type": "conv", "weights": "convs.2", "stride": 2}, {"type": "relu"},
    {"type": "conv", "weights": "convs.4"}, {"type": "relu"},
    {"type": "flatten", "name": "flat"},
    {"type": "linear", "weight": "fc_h_v.weight_mu", "bias": "fc_h_v.bias_mu"},
    {"type": "relu", "name": "v"},
    {"type": "linear", "input": "flat", "weight": "fc_h_a.weight_mu", "bias": "fc_h_a.bias_mu"},
    {"type": "relu", "name": "a"},
    {"type": "dueling_linear", "input": ["v", "a"],
     "value": {"weight": "fc_z_v.weight_mu", "bias": "fc_z_v.bias_mu"},
     "advantage": {"weight": "fc_z_a.weight_mu", "bias": "fc_z_a.bias_mu"}},
    {"type": "c51", "atoms": 7, "v_min": -10, "v_max": 10}
  ],
  "ignore": ["fc_"]
})";

// tests/golden/agents/sb3_qrdqn.zip.
const std::string kQuantiles = R"({
  "input": {"channels": 4},
  "layers": [
    {"type": "conv", "weights": "quantile_net.features_extractor.cnn.0", "stride": 4},
    {"type": "relu"},
    {"type": "conv", "weights": "quantile_net.features_extractor.cnn.2", "stride": 2},
    {"type": "relu"},
    {"type": "conv", "weights": "quantile_net.features_extractor.cnn.4"},
    {"type": "relu"},
    {"type": "flatten"},
    {"type": "linear", "weights": "quantile_net.features_extractor.linear.0"},
    {"type": "relu"},
    {"type": "quantile_head", "weights": "quantile_net.quantile_net.0", "quantiles": 5,
     "quantile_outermost": true}
  ],
  "ignore": ["quantile_net_target."]
})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

Tensor outputs_for(const nn::Graph& graph, const ByteTensor& states) {
  const auto engine = nn::make_engine("reference", std::make_shared<const nn::Graph>(graph));
  nn::Tape tape;
  engine->forward(states.view(), {}, tape);
  return Tensor(tape.output().shape(), tape.output().values());
}

Checkpoint load_described(const std::string& agent, const std::string& json,
                          LoadOptions options = {}) {
  const test::TemporaryFolder folder;
  options.network = folder.path() / "net.json";
  std::ofstream(*options.network) << json;
  return load(test::golden_dir() / "agents" / agent, options);
}

class Described : public testing::TestWithParam<std::pair<const char*, const std::string*>> {};

TEST_P(Described, ComputesWhatItsConventionDoes) {
  const auto& [file, json] = GetParam();
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  const Tensor known = outputs_for(load(test::golden_dir() / "agents" / file).graph, states);
  const Tensor described = outputs_for(load_described(file, *json).graph, states);
  ASSERT_EQ(described.shape(), known.shape());
  EXPECT_LT(test::relative_difference(described.values(), known.values()), 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Files, Described,
                         testing::Values(std::pair{"nature.pt", &kNature},
                                         std::pair{"rainbow.pth", &kRainbow},
                                         std::pair{"sb3_qrdqn.zip", &kQuantiles}));

TEST(NetworkFile, SaysWhatTheCheckpointIs) {
  const Checkpoint checkpoint = load_described("nature.pt", kNature);
  EXPECT_EQ(checkpoint.convention, "described");
  EXPECT_EQ(checkpoint.network, "Nature network");
  EXPECT_EQ(checkpoint.protocol, "cleanrl");
  ASSERT_EQ(checkpoint.protocol_settings.size(), 2U);
  EXPECT_EQ(checkpoint.protocol_settings[0].name, "frame_skip");
  EXPECT_EQ(std::get<double>(checkpoint.protocol_settings[0].value), 3);
  EXPECT_NE(checkpoint.protocol_settings[0].where.find("net.json: line 3 (/protocol/frame_skip)"),
            std::string::npos);
  EXPECT_EQ(checkpoint.graph.node(2).name, "agent.net.first");
  EXPECT_EQ(load_described("sb3_qrdqn.zip", kQuantiles).algorithm, "QR-DQN");
  EXPECT_EQ(load_described("rainbow.pth", kRainbow).algorithm, "C51");
}

TEST(NetworkFile, OptionsOverrideIt) {
  LoadOptions options;
  options.protocol = "classic";
  options.divide_by = 1.0F;
  const Checkpoint checkpoint = load_described("nature.pt", kNature, options);
  EXPECT_EQ(checkpoint.protocol, "classic");
  EXPECT_TRUE(checkpoint.protocol_settings.empty());
  EXPECT_FALSE(checkpoint.graph.find("scale"));
  options.as = "nature";
  EXPECT_NE(error_of([&] { load_described("nature.pt", kNature, options); }).find("--as"),
            std::string::npos);
  EXPECT_NE(error_of([&] { load_described("actor.onnx", kNature); }).find("its network itself"),
            std::string::npos);
}

// The critic that nature.pt holds beside the policy.
TEST(NetworkFile, DescribesCritics) {
  const std::string policy = R"({"type": "linear", "weights": "agent.net.policy"})";
  const auto with = [&](const std::string& critic) {
    std::string json = replaced(kNature, "{\"type\": \"relu\"},\n    " + policy,
                                R"({"type": "relu", "name": "features"}, )" + critic +
                                    R"(, {"type": "linear", "weights": "agent.net.policy", )"
                                    R"("input": "features"})");
    return replaced(json, "\"agent.net.value.\"", "");
  };
  const std::string critic = R"({"type": "linear", "weights": "agent.net.value", "head": "value"})";
  const nn::Graph described = load_described("nature.pt", with(critic)).graph;
  const nn::Graph known = load(test::golden_dir() / "agents" / "nature.pt").graph;
  ASSERT_TRUE(described.value() && known.value());
  EXPECT_EQ(described.node(*described.value()).name, "agent.net.value");
  const auto states = test::GoldenArrays("checkpoints/known_input.npz").get<std::uint8_t>("x");
  const auto value_of = [&](const nn::Graph& graph) {
    const auto engine = nn::make_engine("reference", std::make_shared<const nn::Graph>(graph));
    nn::Tape tape;
    engine->forward(states.view(), {{*graph.value()}, {}}, tape);
    const auto values = tape.activation(*graph.value()).values();
    return std::vector<float>(values.begin(), values.end());
  };
  EXPECT_LT(test::relative_difference(value_of(described), value_of(known)), 1e-6);
  const auto message = [&](const std::string& json) {
    return error_of([&] { load_described("nature.pt", json); });
  };
  EXPECT_NE(message(with(replaced(critic, "\"head\": \"value\"", "\"head\": \"q\"")))
                .find("head): expected \"value\" or \"policy\", found \"q\""),
            std::string::npos);
  EXPECT_NE(message(replaced(with(critic), "\"input\": \"features\"",
                             "\"input\": \"features\", \"head\": \"value\""))
                .find("expected a layer of one value"),
            std::string::npos);
}

// Other sizes, strides and paddings, each kind of layer, two branches.
TEST(NetworkFile, DescribesOtherNetworks) {
  StateDict state;
  const auto give = [&](const std::string& name, const Shape& shape) {
    nn::Weights weights = test::random_weights(shape, state.tensors.size() + 1);
    if (name.ends_with("running_var")) {
      auto ones = std::make_shared<Tensor>(shape);
      for (float& value : ones->values()) value = 1;
      weights = std::move(ones);
    }
    state.tensors.push_back({name, std::move(weights)});
  };
  give("c.weight", {5, 12, 3, 2});
  for (const char* part : {"n.weight", "n.bias", "n.running_mean", "n.running_var"})
    give(part, {5});
  give("d.weight", {5, 5, 3, 3});
  give("l.weight", {10, 3, 3});
  give("l.bias", {10, 3, 3});
  give("v.weight", {1, 90});
  give("a.weight", {3, 90});
  give("a.bias", {3});
  const std::string json = R"({"input": {"channels": 12, "height": 20, "width": 15}, "layers": [
    {"type": "conv", "weights": "c", "stride": 2, "padding": 1},
    {"type": "batch_norm", "weights": "n", "epsilon": 0.001},
    {"type": "leaky_relu", "alpha": 0.2, "name": "x"},
    {"type": "conv", "weights": "d", "padding": [0, 2]}, {"type": "gelu"},
    {"type": "add", "input": ["x", "gelu.5"]}, {"type": "silu", "name": "s"},
    {"type": "max_pool", "kernel": 3, "padding": [1, 0], "stride": 3, "name": "m"},
    {"type": "mean_pool", "kernel": 3, "padding": [1, 0], "stride": 3, "input": "s", "name": "p"},
    {"type": "concat", "input": ["m", "p"]},
    {"type": "layer_norm", "weights": "l"}, {"type": "flatten", "name": "f"},
    {"type": "linear", "weights": "v"},
    {"type": "linear", "weights": "a", "input": "f"},
    {"type": "dueling", "input": ["v", "a"]}]})";
  const nn::Graph graph =
      build_network(parse_network(test::view_of(json), "net.json"), state, {}).graph;
  EXPECT_EQ(graph.shape(0), (Shape{12, 20, 15}));
  EXPECT_EQ(graph.shape(*graph.find("c")), (Shape{5, 10, 8}));
  EXPECT_EQ(graph.shape(*graph.find("d")), (Shape{5, 10, 8}));
  EXPECT_EQ(graph.shape(*graph.find("m")), (Shape{5, 3, 3}));
  EXPECT_EQ(graph.actions(), 3);
}

// The same network as PyTorch lays it out, and with channels last as TensorFlow and JAX do.
TEST(NetworkFile, DescribesNetworksWithChannelsLast) {
  constexpr std::int64_t kIn = 2, kOut = 3, kSide = 3, kArea = 4, kActions = 4;
  const nn::Weights kernel = test::random_weights({kOut, kIn, kSide, kSide}, 1),
                    matrix = test::random_weights({kActions, kOut * kArea}, 2);
  auto hwio = std::make_shared<Tensor>(Shape{kSide, kSide, kIn, kOut});
  for (std::int64_t o = 0; o < kOut; ++o) {
    for (std::int64_t i = 0; i < kIn; ++i) {
      for (std::int64_t at = 0; at < kSide * kSide; ++at)
        hwio->data()[(at * kIn + i) * kOut + o] =
            kernel->data()[(o * kIn + i) * kSide * kSide + at];
    }
  }
  auto io = std::make_shared<Tensor>(Shape{kOut * kArea, kActions});
  for (std::int64_t a = 0; a < kActions; ++a) {
    for (std::int64_t c = 0; c < kOut; ++c) {
      for (std::int64_t at = 0; at < kArea; ++at)
        io->data()[(at * kOut + c) * kActions + a] =
            matrix->data()[a * kOut * kArea + c * kArea + at];
    }
  }
  const auto outputs = [&](const std::string& conv, const std::string& linear,
                           const StateDict& state) {
    const std::string json = R"({"input": {"channels": 2, "height": 4, "width": 4}, "layers": [
      {"type": "conv", "weights": "c")" +
                             conv + R"(}, {"type": "relu"}, {"type": "flatten"},
      {"type": "linear", "weights": "l")" +
                             linear + "}]}";
    const nn::Graph graph =
        build_network(parse_network(test::view_of(json), "net.json"), state, {}).graph;
    return outputs_for(graph, test::random_observations(graph, 2));
  };
  StateDict first, last;
  first.tensors = {{"c.weight", kernel}, {"l.weight", matrix}};
  last.tensors = {{"c.weight", hwio}, {"l.weight", io}};
  const Tensor expected = outputs("", "", first);
  const Tensor same = outputs(R"(, "layout": "hwio")", R"(, "layout": "io", "order": "hwc")", last);
  EXPECT_TRUE(std::ranges::equal(expected.values(), same.values()));
  EXPECT_NE(error_of([&] {
              outputs(R"(, "layout": "hwoi")", "", first);
            }).find("line 2 (/layers/0/layout): expected \"oihw\" or \"hwio\", found \"hwoi\""),
            std::string::npos);
  first.tensors.push_back({"m.weight", test::random_weights({kActions, kActions}, 3)});
  EXPECT_NE(error_of([&] {
              outputs("", R"(}, {"type": "linear", "weights": "m", "order": "hwc")", first);
            }).find("(/layers/4/order): expected a layer that takes a flattened C×H×W"),
            std::string::npos);
}

TEST(NetworkFile, TheExampleOfTheDocumentationIsOne) {
  const auto bytes = read_file(test::source_dir() / "docs" / "checkpoints.md");
  std::string json(bytes.begin(), bytes.end());
  json.erase(0, json.find("```json\n") + 8);
  json.erase(json.find("```"));
  StateDict state;
  const auto give = [&](const std::string& name, const Shape& shape) {
    state.tensors.push_back({name, test::random_weights(shape, 1)});
  };
  give("body.0.weight", {8, 4, 8, 8});
  for (const char* part : {"weight", "bias", "running_mean"})
    give(std::string("body.1.") + part, {8});
  state.tensors.push_back({"body.1.running_var", std::make_shared<Tensor>(Shape{8})});
  give("value_hidden.weight", {16, 800});
  give("value.weight", {1, 16});
  give("advantage_hidden.weight", {16, 800});
  give("advantage.weight", {6, 16});
  give("target.body.0.weight", {1});
  const NetworkFile network = parse_network(test::view_of(json), "net.json");
  EXPECT_EQ(build_network(network, state, {}).graph.actions(), 6);
  EXPECT_EQ(network.game, "pong");
  EXPECT_EQ(network.settings.size(), 2U);
}

struct Wrong {
  std::string from, to, message;
};

TEST(NetworkFile, WrongOnesAreRefusedWithTheLine) {
  const std::vector<Wrong> cases{
      {"\"stride\": 4", "\"stride\": 0",
       "net.json: line 6 (/layers/0/stride): expected a whole number from 1 to 1024, found 0"},
      {"\"stride\": 4", "\"strides\": 4",
       "line 6 (/layers/0/strides): expected one of the members"},
      {"\"stride\": 4", "\"stride\": 4, \"stride\": 4", "line 6: the key 'stride' stands twice"},
      {"\"relu\"", "\"relo\"", "line 7 (/layers/1/type): expected one of add, batch_norm"},
      {"net.second", "net.zweite",
       "line 8 (/layers/2): the tensor 'agent.net.zweite.weight' is missing"},
      {"net.second", "net.first", "line 8 (/layers/2): expected a name that no layer has"},
      {"{\"type\": \"flatten\"},", "", "line 13 (/layers/6): expected one flat input"},
      {"\"channels\": 4", "\"channels\": 3",
       "line 6 (/layers/0): the tensor 'agent.net.first.weight' has shape 4×4×8×8"},
      {"\"channels\": 4", "\"channels\": 13", "line 4 (/input/channels): expected a whole number"},
      {"\"channels\": 4", "\"channels\": \"4\"", "found \"4\""},
      {"\"divide_by\": 255", "\"divide_by\": 1e999", "line 4: "},
      {"\"cleanrl\"", "\"cleanrI\"", "line 3 (/protocol/base): expected one of modern"},
      {"\"ignore\": [\"agent.net.value.\"]", "\"ignore\": []",
       "tensors that this network does not"},
      {"{\"type\": \"relu\"},", "{\"type\": \"add\", \"input\": [\"input\", \"?\"]},",
       "line 7 (/layers/1/input/1): expected \"input\" or the name of an earlier layer"},
      {"{\"type\": \"relu\"},", "{\"type\": \"relu\", \"name\": \"../x\"},",
       "line 7 (/layers/1/name): expected a name of letters"},
      {"\"relu\"},", "\"relu\"}", "line 8: syntax error"},
  };
  for (const Wrong& wrong : cases) {
    const std::string message =
        error_of([&] { load_described("nature.pt", replaced(kNature, wrong.from, wrong.to)); });
    EXPECT_NE(message.find(wrong.message), std::string::npos) << message << "\n" << wrong.message;
    EXPECT_NE(message.find("net.json"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(NetworkFile, HostileOnesAreRefused) {
  const auto message = [](const std::string& json) {
    return error_of([&] { build_network(parse_network(test::view_of(json), "n"), {}, {}); });
  };
  EXPECT_NE(message(std::string(100'000, '[')).find("nested more than 8"), std::string::npos);
  EXPECT_NE(message(std::string(2 << 20, ' ')).find("at most 1048576"), std::string::npos);
  EXPECT_NE(message(""), "");
  EXPECT_NE(message("{\"a\0\": 1}"), "");
  EXPECT_NE(message("\xff\xfe"), "");
  EXPECT_NE(message("[]").find("expected an object"), std::string::npos);
  // Doubling layers end before their sizes overflow.
  std::string doubling = R"({"input": {"channels": 12}, "layers": [{"type": "relu", "name": "0"})";
  for (int i = 1; i < 100; ++i) {
    const std::string before = std::to_string(i - 1);
    doubling += R"(,{"type": "concat", "name": ")" + std::to_string(i) + R"(", "input": [")" +
                before + "\", \"" + before + "\"]}";
  }
  EXPECT_NE(message(doubling + "]}").find("values a layer"), std::string::npos);
  std::string many = R"({"input": {"channels": 1, "height": 1, "width": 1}, "layers": [)";
  for (int i = 0; i < 1001; ++i) many += R"({"type": "relu"},)";
  EXPECT_NE(message(many + R"({"type": "flatten"}]})").find("at most 1000 layers"),
            std::string::npos);
  for (std::size_t cut = 0; cut < kNature.size(); cut += 7)
    EXPECT_NE(message(kNature.substr(0, cut)), "") << cut;
}

TEST(NetworkFile, SaysWhetherTheLastLayerIsAPolicy) {
  const std::string last = R"({"type": "linear", "weights": "agent.net.policy"})";
  EXPECT_EQ(load_described("nature.pt", kNature).graph.output_kind(), nn::OutputKind::kValues);
  const std::string policy = replaced(
      kNature, last, R"({"type": "linear", "weights": "agent.net.policy", "head": "policy"})");
  EXPECT_EQ(load_described("nature.pt", policy).graph.output_kind(), nn::OutputKind::kLogits);
}

}  // namespace
}  // namespace arcadecam::checkpoint
