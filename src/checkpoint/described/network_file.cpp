#include "checkpoint/described/network_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "arcadecam/core/digest.h"
#include "arcadecam/core/files.h"
#include "checkpoint/described/described_layers.h"
#include "checkpoint/folder_names.h"
#include "core/json_fields.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 20;
constexpr int kMostDescribedChannels = 12, kLargestSide = 512;

struct Pixels {
  Shape shape;
  float divisor;
};

Pixels pixels_of(JsonFields& network) {
  JsonFields input(network.at("input", "the planes that the network takes"));
  const int channels = input.integer("channels", 1, kMostDescribedChannels);
  const int height = input.integer("height", 1, kLargestSide, 84);
  const int width = input.integer("width", 1, kLargestSide, 84);
  const float divisor = input.real("divide_by", 1e-3, 1e6, 255);
  input.finish();
  return {{channels, height, width}, divisor};
}

std::string protocol_name(const JsonValue& value) {
  const std::vector<std::string> known = protocol_names();
  const std::string& name = text_of(value);
  if (std::ranges::find(known, name) == known.end())
    throw wrong(value, fmt::format("one of {}", fmt::join(known, ", ")));
  return name;
}

// A name, or an object of a name ("base") and of what differs from it.
void read_protocol(const JsonValue& value, NetworkFile& network) {
  const auto* members = std::get_if<JsonValue::Members>(&value.value);
  if (members == nullptr) {
    network.protocol = protocol_name(value);
    return;
  }
  JsonFields fields(value);
  network.protocol = protocol_name(fields.at("base", "the name of a protocol"));
  for (const auto& [key, setting] : *members) {
    if (key == "base") continue;
    ProtocolSetting& added = network.settings.emplace_back();
    added.name = printable(key);
    added.where = fmt::format("{}: {}", network.file, place_of(setting));
    if (const auto* boolean = std::get_if<bool>(&setting.value)) {
      added.value = *boolean;
    } else if (const auto* number = std::get_if<double>(&setting.value)) {
      added.value = *number;
    } else {
      added.value = text_of(setting);
    }
  }
}

void read_description(NetworkFile& network) {
  JsonFields fields(network.json);
  network.name = fields.text_if("name");
  if (network.name) network.name = printable(*network.name);
  network.game = fields.text_if("game");
  if (const JsonValue* algorithm = fields.find("algorithm")) {
    network.algorithm = parse_algorithm(text_of(*algorithm));
    if (!network.algorithm) throw wrong(*algorithm, "DQN, MDQN or C51");
  }
  if (const JsonValue* protocol = fields.find("protocol")) read_protocol(*protocol, network);
  pixels_of(fields);
  fields.texts("ignore");
  const JsonValue& layers = fields.at("layers", "the list of the layers");
  if (items_of(layers).empty()) throw wrong(layers, "at least one layer", "none");
  fields.finish();
}

// Names the description's file in front of what is said of it.
template <typename Work>
auto of_file(const std::string& file, const Work& work) {
  try {
    return work();
  } catch (const Error& error) {
    throw bad_input("{}: {}", file, error.what());
  }
}

}  // namespace

NetworkFile parse_network(ByteView bytes, const std::string& file) {
  NetworkFile network{printable(file, 1000), sha256(bytes), {}};
  of_file(network.file, [&] {
    network.json = parse_json_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    read_description(network);
  });
  return network;
}

NetworkFile read_network(const std::filesystem::path& file) {
  return parse_network(read_file(file, kLargestFile), file.string());
}

BuiltNetwork build_network(const NetworkFile& network, const StateDict& state,
                           std::optional<float> divisor) {
  return of_file(network.file, [&] {
    JsonFields fields(network.json);
    TensorTaker taker(state);
    const Pixels pixels = pixels_of(fields);
    DescribedLayers layers(taker, pixels.shape, divisor.value_or(pixels.divisor));
    const JsonValue::Items& list = items_of(fields.at("layers", "the list of the layers"));
    for (const JsonValue& layer : list) layers.add(layer);
    for (const std::string& prefix : fields.texts("ignore")) taker.ignore(prefix);
    BuiltNetwork built{
        layers.finish(),
        {network.name.value_or(fmt::format("described network of {} layers", list.size()))}};
    if (layers.has_quantiles()) built.description.algorithm = "QR-DQN";
    return built;
  });
}

}  // namespace arcadecam::checkpoint
