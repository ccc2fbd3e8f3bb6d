#include <fmt/format.h>
#include <fmt/ranges.h>

#include <new>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/digest.h"
#include "arcadecam/core/files.h"
#include "checkpoint/container.h"
#include "checkpoint/folder_names.h"
#include "checkpoint/load_bytes.h"
#include "checkpoint/state_dict.h"
#include "checkpoint/text.h"

namespace arcadecam::checkpoint {
namespace {

constexpr int kMostActions = 18;  // the joystick's positions with and without the button

struct Origin {
  std::optional<std::string> algorithm, protocol, game;
  std::optional<std::int64_t> training_seed, step;
};

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
    origin.protocol = parse_protocol(*options.protocol);
    if (!origin.protocol) {
      throw bad_usage("'{}' is no protocol; expected modern or classic", *options.protocol);
    }
  }
  origin.game = options.game;
  return origin;
}

template <typename T>
void fill(std::optional<T>& gap, const std::optional<T>& value) {
  if (!gap) gap = value;
}

// Options first, then the folder names, then what the file says beside its weights.
Origin find_origin(const LoadOptions& options, const std::filesystem::path& file,
                   const ReadState& state) {
  Origin origin = from_options(options);
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

const Convention& find_convention(const StateDict& state) {
  for (const Convention* convention : conventions()) {
    if (convention->recognises(state)) return *convention;
  }
  std::vector<std::string> known;
  for (const Convention* convention : conventions()) known.emplace_back(convention->title);
  const std::string& first = state.tensors.front().name;
  throw bad_input("its tensors ('{}' and {} more) are those of no known network{}; known: {}",
                  first, state.tensors.size() - 1,
                  first.starts_with("network.") ? " (CleanRL's are not supported yet)" : "",
                  fmt::join(known, "; "));
}

bool has_expected_value(const nn::Graph& graph) {
  for (const nn::Node& node : graph.nodes()) {
    if (std::holds_alternative<nn::ExpectedValue>(node.op)) return true;
  }
  return false;
}

// The network settles whether it is C51; a contradiction by the user is an error, by a name a
// remark.
void settle_algorithm(const nn::Graph& graph, const LoadOptions& options, Checkpoint& checkpoint) {
  if (!has_expected_value(graph)) {
    if (!checkpoint.algorithm) {
      checkpoint.unknown.emplace_back(
          "The algorithm: DQN and M-DQN networks look alike (give --algo to say which).");
    }
    return;
  }
  if (checkpoint.algorithm && *checkpoint.algorithm != "C51") {
    if (options.algorithm) {
      throw bad_input("the network has a C51 head, but --algo says {}", *checkpoint.algorithm);
    }
    checkpoint.unknown.push_back(
        fmt::format("The algorithm: a name says {}, but the network has a C51 head; C51 is taken.",
                    *checkpoint.algorithm));
  }
  checkpoint.algorithm = "C51";
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
        "The protocol it was trained under: modern or classic (give --protocol).");
  }
  if (!checkpoint.game) checkpoint.unknown.emplace_back("The game it plays (give --game).");
  if (!checkpoint.step) checkpoint.unknown.emplace_back("The training step.");
  if (!checkpoint.training_seed) checkpoint.unknown.emplace_back("The training seed.");
}

Checkpoint read(ByteView bytes, const std::filesystem::path& file, const LoadOptions& options) {
  OpenedFile opened = open_container(bytes, InflateLimits{options.max_bytes});
  ReadState read = read_state(opened.torch, opened.unpacked_size);
  const Origin origin = find_origin(options, file, read);
  const Convention& convention = find_convention(read.state);
  const Hints hints{origin.algorithm};
  nn::Graph graph = convention.build(read.state, hints);
  check_actions(graph, origin.game);
  Checkpoint checkpoint{.file = file,
                        .sha256 = sha256(bytes),
                        .container = std::move(opened.container),
                        .convention = std::string(convention.id),
                        .network = convention.describe(read.state, hints),
                        .algorithm = origin.algorithm,
                        .protocol = origin.protocol,
                        .game = origin.game,
                        .step = origin.step,
                        .training_seed = origin.training_seed,
                        .tensors = std::move(read.stored),
                        .other_entries = std::move(read.other_entries),
                        .unknown = {},
                        .graph = std::move(graph)};
  settle_algorithm(checkpoint.graph, options, checkpoint);
  note_unknown(checkpoint);
  return checkpoint;
}

}  // namespace

Checkpoint load_bytes(ByteView bytes, const std::filesystem::path& file,
                      const LoadOptions& options) {
  from_options(options);  // a wrong option is reported before the file is looked at
  try {
    return read(bytes, file, options);
  } catch (const Error& error) {
    throw Error(error.kind(), fmt::format("{}: {}", printable(file.string(), 1000), error.what()));
  } catch (const std::bad_alloc&) {
    throw bad_input("{}: not enough memory to read it", printable(file.string(), 1000));
  }
}

Checkpoint load(const std::filesystem::path& file, const LoadOptions& options) {
  from_options(options);
  const Bytes bytes = read_file(file, options.max_bytes);
  return load_bytes(bytes, file, options);
}

}  // namespace arcadecam::checkpoint
