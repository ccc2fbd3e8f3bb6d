#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <new>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/digest.h"
#include "arcadecam/core/files.h"
#include "checkpoint/building/activation_names.h"
#include "checkpoint/described/network_file.h"
#include "checkpoint/folder_names.h"
#include "checkpoint/formats/container.h"
#include "checkpoint/formats/file_formats.h"
#include "checkpoint/formats/read_state.h"
#include "checkpoint/library_folders.h"
#include "checkpoint/load_bytes.h"
#include "checkpoint/reading.h"
#include "checkpoint/recognition.h"
#include "core/nearest.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

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
    throw bad_usage("'{}' is no protocol; {}", printable(name), nearest_or_all(name, names));
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
  if (options.activation) activation_named(*options.activation);
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
          checkpoint.graph.value()
              ? "The algorithm: the networks of PPO, A2C and other actor-critics look alike."
              : "The algorithm: DQN and M-DQN networks look alike (give --algo to say which).");
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

// Where nothing else says how it was trained: the way its source usually does, or the network's
// input tells.
void take_preset(const Description& description, Checkpoint& checkpoint) {
  if (checkpoint.protocol || description.preset.empty()) return;
  checkpoint.protocol = description.preset;
  std::string changed;
  for (const auto& [name, value] : description.settings) {
    checkpoint.protocol_settings.push_back(
        {std::string(name), std::string(value), checkpoint.convention});
    changed += fmt::format("{}{} {}", changed.empty() ? "" : ", ", name, value);
  }
  if (changed.empty()) {
    checkpoint.evidence.push_back(fmt::format(
        "Protocol {}: what {} trains under by default; the file does not say (give --protocol).",
        description.preset, checkpoint.convention));
  } else {
    checkpoint.evidence.push_back(fmt::format(
        "Protocol {} with {}: the shape of what it observes says so (give --protocol otherwise).",
        description.preset, changed));
  }
}

// What the user says is no part of the network.
void leave_out(const std::vector<std::string>& prefixes, StateDict& state, Checkpoint& checkpoint) {
  for (const std::string& prefix : prefixes) {
    const std::size_t count = std::erase_if(
        state.tensors, [&](const auto& tensor) { return tensor.name.starts_with(prefix); });
    if (count == 0 || prefix.empty()) {
      throw bad_usage("--ignore '{}': expected what the name of some tensor begins with",
                      printable(prefix));
    }
    checkpoint.evidence.push_back(
        fmt::format("Left out: {} tensors whose names begin with '{}', as --ignore says.", count,
                    printable(prefix)));
  }
  if (state.tensors.empty()) throw bad_usage("--ignore leaves no tensor of it");
}

// Three planes are three grey frames, or red, green and blue of one.
void settle_colours(const LoadOptions& options, Checkpoint& checkpoint) {
  std::vector<ProtocolSetting>& settings = checkpoint.protocol_settings;
  const auto says_grey = [](const ProtocolSetting& setting) { return setting.name == "grey"; };
  if (options.grey) {
    std::erase_if(settings, says_grey);
    settings.push_back({"grey", *options.grey, "--grey"});
    return;
  }
  const Shape& planes = checkpoint.graph.shape(0);
  if (planes.rank() != 3 || planes[0] % 3 != 0 || std::ranges::any_of(settings, says_grey)) return;
  checkpoint.unknown.push_back(fmt::format(
      "Whether its {0} planes are {0} grey frames or the red, green and blue of {1}: grey frames "
      "are assumed (give --grey rgb if they are colours).",
      planes[0], planes[0] / 3));
}

void take_recognised(Reading reading, Checkpoint& checkpoint) {
  Description& description = reading.network.description;
  checkpoint.convention = reading.convention;
  checkpoint.evidence.insert(
      reading.evidence_first ? checkpoint.evidence.begin() : checkpoint.evidence.end(),
      reading.evidence.begin(), reading.evidence.end());
  checkpoint.graph = std::move(reading.network.graph);
  checkpoint.network = std::move(description.network);
  checkpoint.unknown = std::move(description.unknown);
  if (description.algorithm) checkpoint.algorithm = std::move(description.algorithm);
  take_preset(description, checkpoint);
}

// What the files' digests do not say of how the tensors became a network.
std::string read_with(const LoadOptions& options) {
  std::string text;
  const auto add = [&](std::string_view option, const auto& value) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " ", option, value);
  };
  if (options.algorithm) add("--algo", *options.algorithm);
  if (options.as) add("--as", *options.as);
  if (options.divide_by) add("--divide-by", *options.divide_by);
  if (options.activation) add("--activation", *options.activation);
  if (options.entry) add("--entry", *options.entry);
  std::vector<std::string> ignored = options.ignore;
  std::ranges::sort(ignored);
  for (const std::string& prefix : ignored) add("--ignore", prefix);
  return text;
}

// A checkpoint in several files: the digest of one after the other, those beside it by their names.
std::string digest_of(ByteView bytes, const FilesBeside& beside) {
  if (beside.files().empty()) return sha256(bytes);
  Bytes all(bytes.begin(), bytes.end());
  for (const auto& [name, more] : beside.files()) all.insert(all.end(), more.begin(), more.end());
  return sha256(all);
}

Checkpoint read_checkpoint(ByteView bytes, const std::filesystem::path& file,
                           const LoadOptions& options, const std::optional<NetworkFile>& network,
                           FilesBeside& beside) {
  OpenedFile opened = open_container(bytes, file.filename().string(),
                                     {InflateLimits{options.max_bytes}, options.entry}, beside);
  ReadState& read = opened.read;
  const Origin origin = find_origin(options, network, file, read);
  Checkpoint checkpoint{.file = file,
                        .sha256 = digest_of(bytes, beside),
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
                        .graph = nn::Graph({{"input", nn::Input{{1}}, {}}}),
                        .read_with = read_with(options)};
  const Hints hints{
      origin.algorithm, std::move(read.facts), std::move(read.source), options.divide_by,
      options.activation ? std::optional(activation_named(*options.activation)) : std::nullopt};
  if (opened.graph) {
    take_recognised(read_own(*opened.graph, opened.own, options, std::move(read.remarks)),
                    checkpoint);
  } else {
    if (!read.found_at.empty()) {
      checkpoint.evidence.push_back(
          fmt::format("Weights: {}, {}.", read.found_at,
                      options.entry ? "as --entry says" : "as no usual entry holds them"));
    }
    leave_out(options.ignore, read.state, checkpoint);
    take_recognised(network ? read_described(*network, read.state, options)
                            : read_recognised(read.state, hints, options),
                    checkpoint);
  }
  if (network) {
    checkpoint.network_sha256 = network->sha256;
    if (!options.protocol) checkpoint.protocol_settings = network->settings;
  }
  check_actions(checkpoint.graph, origin.game);
  settle_algorithm(options, checkpoint);
  settle_colours(options, checkpoint);
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

namespace {

Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                      FilesBeside& beside, const std::optional<NetworkFile>& network) {
  try {
    return read_checkpoint(bytes, file, options, network, beside);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", printable(file.string(), 1000), error.what()));
  } catch (const std::bad_alloc&) {
    throw bad_input("{}: not enough memory to read it", printable(file.string(), 1000));
  }
}

}  // namespace

Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options,
                      FilesBeside& beside) {
  from_options(options);  // a wrong option is reported before the file is looked at
  std::optional<NetworkFile> network;
  if (options.network) network = read_network(*options.network);
  return load_bytes(bytes, file, options, beside, network);
}

Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file, LoadOptions options,
                      FilesBeside& beside, std::string_view description,
                      const std::string& description_name) {
  options.network = description_name;
  from_options(options);
  const auto* text = reinterpret_cast<const std::uint8_t*>(description.data());
  return load_bytes(bytes, file, options, beside,
                    parse_network({text, description.size()}, description_name));
}

Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file,
                      const LoadOptions& options) {
  NothingBeside nothing;
  return load_bytes(bytes, file, options, nothing);
}

Checkpoint load(const std::filesystem::path& file, const LoadOptions& options) {
  from_options(options);
  refuse_by_place(file);
  const Bytes bytes = read_file(file, options.max_bytes);
  FolderBeside beside(file, options.max_bytes);
  return load_bytes(bytes, file, options, beside);
}

}  // namespace arcadecam::checkpoint
