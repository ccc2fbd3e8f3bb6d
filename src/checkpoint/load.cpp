#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <new>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/digest.h"
#include "arcadecam/core/files.h"
#include "checkpoint/building/network_builder.h"
#include "checkpoint/described/network_file.h"
#include "checkpoint/folder_names.h"
#include "checkpoint/formats/container.h"
#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/read_state.h"
#include "checkpoint/load_bytes.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr std::string_view kTensorFlowIndex = ".index", kTensorFlowData = ".data-00000-of-00001";

const Convention& named_convention(const std::string& name) {
  std::vector<std::string_view> ids;
  for (const Convention* convention : conventions()) {
    if (convention->id == name) return *convention;
    ids.push_back(convention->id);
  }
  throw bad_usage("there is no convention '{}'; expected {}", printable(name),
                  fmt::join(ids, ", "));
}

struct Origin {
  std::optional<std::string> algorithm, protocol, game;
  std::optional<std::int64_t> training_seed, step;
};

// In any case of its letters; throws a usage error for what is none.
std::string find_protocol_name(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::vector<std::string> names = protocol_names();
  if (std::ranges::find(names, name) == names.end())
    throw bad_usage("'{}' is no protocol; expected {}", printable(name), fmt::join(names, ", "));
  return name;
}

// The options as they are meant; throws a usage error for a word that is none.
Origin from_options(const LoadOptions& options) {
  Origin origin;
  if (options.algorithm) {
    origin.algorithm = parse_algorithm(*options.algorithm);
    if (!origin.algorithm) {
      throw bad_usage("'{}' is no algorithm; expected DQN, MDQN or C51", *options.algorithm);
    }
  }
  if (options.protocol) {
    origin.protocol = find_protocol_name(*options.protocol);
  }
  origin.game = options.game;
  if (options.as) named_convention(*options.as);
  if (options.divide_by && !(*options.divide_by > 0 && *options.divide_by < 1e6F))
    throw bad_usage("the pixels cannot be divided by {}; expected for example 255 or 1",
                    *options.divide_by);
  if (options.as && options.network)
    throw bad_usage("--as and --network both say what the network is: give one of them");
  return origin;
}

template <typename T>
void fill(std::optional<T>& gap, const std::optional<T>& value) {
  if (!gap) gap = value;
}

// Options first, then the network's description, the folder names and what the file says beside its
// weights.
Origin find_origin(const LoadOptions& options, const std::optional<NetworkFile>& network,
                   const std::filesystem::path& file, const ReadState& state) {
  Origin origin = from_options(options);
  if (network) {
    fill(origin.algorithm, network->algorithm);
    fill(origin.protocol, network->protocol);
    fill(origin.game, network->game);
  }
  if (const auto names = read_folder_names(std::filesystem::absolute(file).lexically_normal())) {
    fill(origin.algorithm, std::optional(names->algorithm));
    fill(origin.protocol, std::optional(names->protocol));
    fill(origin.game, std::optional(names->game));
    fill(origin.training_seed, std::optional(names->training_seed));
    fill(origin.step, std::optional(names->step));
  }
  if (state.algorithm) fill(origin.algorithm, parse_algorithm(*state.algorithm));
  fill(origin.game, state.game);
  fill(origin.step, state.step);
  return origin;
}

// What recognises the tensors, of the ordinary conventions or of the last resorts.
std::vector<std::pair<const Convention*, std::string>> recognising(const StateDict& state,
                                                                   const Hints& hints,
                                                                   bool last_resort) {
  std::vector<std::pair<const Convention*, std::string>> found;
  for (const Convention* convention : conventions()) {
    if (convention->last_resort != last_resort) continue;
    if (std::string why = convention->recognises(state, hints); !why.empty())
      found.emplace_back(convention, std::move(why));
  }
  return found;
}

const Convention& find_convention(const StateDict& state, const Hints& hints,
                                  const LoadOptions& options, Checkpoint& checkpoint) {
  if (options.as) {
    checkpoint.evidence.push_back(fmt::format("Convention {}: as --as says.", *options.as));
    return named_convention(*options.as);
  }
  auto found = recognising(state, hints, false);
  if (found.empty()) found = recognising(state, hints, true);
  if (found.size() > 1) {
    std::vector<std::string> fitting;
    for (const auto& [convention, why] : found)
      fitting.push_back(fmt::format("{} ({})", convention->id, why));
    throw bad_input("its tensors fit several conventions: {}; say which one it is with --as NAME",
                    fmt::join(fitting, "; "));
  }
  if (found.size() == 1) {
    checkpoint.evidence.push_back(
        fmt::format("Convention {}: {}.", found[0].first->id, found[0].second));
    return *found[0].first;
  }
  std::vector<std::string_view> known;
  for (const Convention* convention : conventions()) known.push_back(convention->id);
  throw bad_input(
      "its tensors ('{}' and {} more) are those of no known network (there are {}); --as NAME says "
      "what one of them lacks, --network describes any other",
      state.tensors.front().name, state.tensors.size() - 1, fmt::join(known, ", "));
}

bool has_expected_value(const nn::Graph& graph) {
  for (const nn::Node& node : graph.nodes()) {
    if (std::holds_alternative<nn::ExpectedValue>(node.op)) return true;
  }
  return false;
}

// The network settles whether it is C51; a contradiction by the user is an error, by a name a
// remark.
void settle_algorithm(const LoadOptions& options, Checkpoint& checkpoint) {
  const bool distributional = checkpoint.algorithm == "C51" || checkpoint.algorithm == "Rainbow";
  if (!has_expected_value(checkpoint.graph)) {
    if (!checkpoint.algorithm) {
      checkpoint.unknown.emplace_back(
          "The algorithm: DQN and M-DQN networks look alike (give --algo to say which).");
    }
    return;
  }
  if (checkpoint.algorithm && !distributional) {
    if (options.algorithm) {
      throw bad_input("the network has a C51 head, but --algo says {}", *checkpoint.algorithm);
    }
    checkpoint.unknown.push_back(
        fmt::format("The algorithm: a name says {}, but the network has a C51 head; C51 is taken.",
                    *checkpoint.algorithm));
  }
  if (!distributional) checkpoint.algorithm = "C51";
}

void check_actions(const nn::Graph& graph, const std::optional<std::string>& game) {
  if (!game || graph.actions() <= kMostActions) return;
  throw bad_input("the network has {} outputs, but {} has at most {} actions{}", graph.actions(),
                  printable(*game), kMostActions,
                  graph.actions() % 51 == 0 ? " (a C51 network? then give --algo C51)" : "");
}

void note_unknown(Checkpoint& checkpoint) {
  if (!checkpoint.protocol) {
    checkpoint.unknown.emplace_back(
        "The protocol it was trained under: modern, classic or another (give --protocol).");
  }
  if (!checkpoint.game) checkpoint.unknown.emplace_back("The game it plays (give --game).");
  if (!checkpoint.step) checkpoint.unknown.emplace_back("The training step.");
  if (!checkpoint.training_seed) checkpoint.unknown.emplace_back("The training seed.");
}

// Where nothing else says how it was trained: the way its source usually does.
void take_preset(const Convention& convention, std::string_view own, Checkpoint& checkpoint) {
  const std::string_view preset = own.empty() ? convention.preset : own;
  if (checkpoint.protocol || preset.empty()) return;
  checkpoint.protocol = preset;
  checkpoint.evidence.push_back(fmt::format(
      "Protocol {}: what {} trains under by default; the file does not say (give --protocol).",
      preset, convention.id));
}

// A file that holds the network itself.
void take_graph(nn::Graph graph, const LoadOptions& options, Checkpoint& checkpoint) {
  checkpoint.convention = "onnx";
  checkpoint.network = fmt::format("ONNX graph of {} operations", graph.size() - 1);
  checkpoint.evidence.emplace_back("Convention onnx: the file holds the network's operations.");
  const bool scales = std::ranges::any_of(graph.consumers(0), [&](int node) {
    return std::holds_alternative<nn::Scale>(graph.node(node).op);
  });
  if (!scales && !options.divide_by) {
    checkpoint.unknown.emplace_back(
        "Whether the pixels were divided by 255 before the model: not, as nothing in it does (give "
        "--divide-by 255 if they were).");
  }
  checkpoint.graph = divided(graph, options.divide_by.value_or(1.0F));
}

// A network that the user described. The protocol that --protocol names stays as it is.
void take_description(const NetworkFile& network, const ReadState& read, const LoadOptions& options,
                      Checkpoint& checkpoint) {
  Description description;
  checkpoint.graph = build_network(network, read.state, options.divide_by, description);
  checkpoint.convention = "described";
  checkpoint.evidence.push_back(fmt::format("The network: as {} describes it.", network.file));
  checkpoint.network = std::move(description.network);
  if (description.algorithm) checkpoint.algorithm = std::move(description.algorithm);
  checkpoint.network_sha256 = network.sha256;
  if (!options.protocol) checkpoint.protocol_settings = network.settings;
}

// Of a checkpoint in two files: of one after the other.
std::string digest_of(ByteView bytes, ByteView data) {
  if (data.empty()) return sha256(bytes);
  Bytes both(bytes.begin(), bytes.end());
  both.insert(both.end(), data.begin(), data.end());
  return sha256(both);
}

Checkpoint read(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                const std::optional<NetworkFile>& network, ByteView data) {
  OpenedFile opened = open_container(bytes, InflateLimits{options.max_bytes}, data);
  ReadState& read = opened.read;
  const Origin origin = find_origin(options, network, file, read);
  Checkpoint checkpoint{.file = file,
                        .sha256 = digest_of(bytes, data),
                        .container = std::move(opened.container),
                        .convention = {},
                        .network = {},
                        .algorithm = origin.algorithm,
                        .protocol = origin.protocol,
                        .game = origin.game,
                        .step = origin.step,
                        .training_seed = origin.training_seed,
                        .tensors = std::move(read.stored),
                        .other_entries = std::move(read.other_entries),
                        .evidence = {},
                        .unknown = {},
                        .graph = nn::Graph({{"input", nn::Input{{1}}, {}}})};
  const Hints hints{origin.algorithm, std::move(read.facts), std::move(read.source),
                    options.divide_by};
  if (opened.graph) {
    if (network)
      throw bad_usage("the file holds its network itself; --network describes others' networks");
    take_graph(std::move(*opened.graph), options, checkpoint);
    checkpoint.unknown.insert(checkpoint.unknown.end(), read.remarks.begin(), read.remarks.end());
    check_actions(checkpoint.graph, origin.game);
    settle_algorithm(options, checkpoint);
    note_unknown(checkpoint);
    return checkpoint;
  }
  if (network) {
    take_description(*network, read, options, checkpoint);
    check_actions(checkpoint.graph, origin.game);
    settle_algorithm(options, checkpoint);
    note_unknown(checkpoint);
    return checkpoint;
  }
  const Convention& convention = find_convention(read.state, hints, options, checkpoint);
  checkpoint.convention = convention.id;
  checkpoint.graph = convention.build(read.state, hints);
  check_actions(checkpoint.graph, origin.game);
  Description description = convention.describe(read.state, hints);
  checkpoint.network = std::move(description.network);
  checkpoint.unknown = std::move(description.unknown);
  if (description.algorithm) checkpoint.algorithm = std::move(description.algorithm);
  settle_algorithm(options, checkpoint);
  take_preset(convention, description.preset, checkpoint);
  note_unknown(checkpoint);
  return checkpoint;
}

}  // namespace

std::vector<std::string> protocol_names() {
  // No convention can tell these from their likes.
  std::vector<std::string> names{"modern",
                                 "classic",
                                 "cleanrl-gymnasium1",
                                 "gymnasium",
                                 "gymnasium-sticky",
                                 "ale-vector",
                                 "ale-vector-sticky",
                                 "ale-vector-episodic",
                                 "ale-vector-episodic-sticky",
                                 "envpool",
                                 "envpool-default"};
  for (const Convention* convention : conventions()) {
    const std::string_view preset = convention->preset;
    if (!preset.empty() && std::ranges::find(names, preset) == names.end())
      names.emplace_back(preset);
  }
  return names;
}

Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                      ByteView data) {
  from_options(options);  // a wrong option is reported before the file is looked at
  std::optional<NetworkFile> network;
  if (options.network) network = read_network(*options.network);
  try {
    return read(bytes, file, options, network, data);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", printable(file.string(), 1000), error.what()));
  } catch (const std::bad_alloc&) {
    throw bad_input("{}: not enough memory to read it", printable(file.string(), 1000));
  }
}

Checkpoint load(const std::filesystem::path& file, const LoadOptions& options) {
  from_options(options);
  if (file.extension().string().starts_with(kTensorFlowData.substr(0, 6))) {
    throw bad_input("{}: the data of a TensorFlow checkpoint: give its index, which ends in {}",
                    printable(file.string(), 1000), kTensorFlowIndex);
  }
  const Bytes bytes = read_file(file, options.max_bytes);
  if (!is_tensorflow_index(bytes)) return load_bytes(bytes, file, options);
  if (file.extension() != kTensorFlowIndex) {
    throw bad_input("{}: the index of a TensorFlow checkpoint, whose name should end in {}",
                    printable(file.string(), 1000), kTensorFlowIndex);
  }
  std::filesystem::path beside = file;
  beside.replace_extension(kTensorFlowData);
  const Bytes data = read_file(beside, options.max_bytes);
  return load_bytes(bytes, file, options, data);
}

}  // namespace arcadecam::checkpoint
