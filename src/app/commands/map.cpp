#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <set>
#include <string_view>
#include <type_traits>
#include <variant>

#include "app/checkpoint_actions.h"
#include "app/command.h"
#include "app/map_warnings.h"
#include "app/options/agent_options.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/options/question_options.h"
#include "app/options/tried_output.h"
#include "app/progress.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "arcadecam/core/npz_writer.h"
#include "arcadecam/explain/session.h"
#include "episode/target_words.h"
#include "nn/randomize_weights.h"
#include "profile/described_protocol.h"
#include "profile/embedded.h"

namespace arcadecam::app {
namespace {

struct MapOptions {
  std::string checkpoint, states, method = "fullgrad++", target = "greedy", out, values, planes,
                                  signed_maps, engine = "cpu", precision = "f32";
  OutputFolder dump;
  CheckpointOptions load;
  std::optional<std::uint64_t> randomize_weights;
  std::int64_t batch = 8;
  int threads = 1;
  bool raw = false, verbose = false;
};

/// States as the network takes them: bytes, or numbers from 0 to 255.
using States = std::variant<ByteTensor, Tensor>;

/// Throws Error for what is no number; warns where pixels were divided already.
void check_floats(const std::string& file, const Tensor& states) {
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(states.values(), is_finite))
    throw bad_input(
        "{}: holds values that are not finite (NaN or infinite); expected pixels from 0 to 255",
        file);
  const auto [low, high] = std::ranges::minmax(states.values());
  if (low >= 0 && high > 0 && high <= 1) {
    fmt::print(
        stderr,
        "warning: {}: all values lie between 0 and 1; states are pixels from 0 to 255, which "
        "the network divides itself\n",
        file);
  }
}

/// Whether these would be states of that input if their planes came first, not last.
bool are_channels_last(const Shape& states, const Shape& input) {
  return states.rank() == 4 && input.rank() == 3 && states[1] == input[1] &&
         states[2] == input[2] && states[3] == input[0];
}

States read_states(const std::string& file, const nn::Graph& graph) {
  const NpyArray array = read_npy(file);
  const Shape& shape = shape_of(array);
  const std::string_view dtype = dtype_of(array);
  const bool floats = dtype.starts_with("float");
  const auto* bytes = std::get_if<ByteTensor>(&array);
  if ((bytes == nullptr && !floats) || shape.rank() != graph.shape(0).rank() + 1 ||
      shape.inner() != graph.shape(0) || shape[0] == 0) {
    throw bad_input(
        "{}: expected states of shape N×{} with N of at least 1, uint8 or float (0 to 255), found "
        "{} of shape {}{}",
        file, to_string(graph.shape(0)), dtype, to_string(shape),
        are_channels_last(shape, graph.shape(0))
            ? ": the planes come last; numpy.transpose(states, (0, 3, 1, 2)) puts them first"
            : "");
  }
  if (bytes != nullptr) return *bytes;
  Tensor states(shape);
  std::visit(
      [&](const auto& all) {
        std::ranges::transform(all.values(), states.data(),
                               [](auto value) { return static_cast<float>(value); });
      },
      array);
  check_floats(file, states);
  return states;
}

/// `count` states from `first` on, borrowed.
nn::Observations part_of(const States& states, std::int64_t first, std::int64_t count) {
  return std::visit(
      [&](const auto& all) {
        using T = std::remove_cvref_t<decltype(*all.data())>;
        return nn::Observations(
            BasicTensorView<const T>(all[first].data(), all.shape().inner().batch_of(count)));
      },
      states);
}

nn::Watch everything(const nn::Graph& graph) {
  nn::Watch watch;
  for (int node = 0; node < graph.size(); ++node) {
    watch.activations.push_back(node);
    watch.gradients.push_back(node);
  }
  return watch;
}

/// Throws Error for the name of another kind of file, which would hold an array all the same.
void check_kind(std::string_view option, const std::string& file, bool npz_too) {
  constexpr std::array kOthers{".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg",
                               ".pdf", ".mp4", ".csv",  ".json", ".txt"};
  const std::string kind = std::filesystem::path(file).extension().string();
  if (std::ranges::find(kOthers, kind) == kOthers.end() && (npz_too || kind != ".npz")) return;
  throw bad_usage("{} {}: `map` writes arrays: expected a name that ends in .npy{}, found '{}'{}",
                  option, file, npz_too ? " or .npz" : "", kind,
                  npz_too ? "; `arcadecam figure` and `compare` draw pictures" : "");
}

void check_kinds(const MapOptions& options) {
  check_kind("--out", options.out, true);
  check_kind("--planes", options.planes, true);
  check_kind("--signed", options.signed_maps, true);
  check_kind("--values", options.values, false);
}

/// Whether every file can be written, before the work begins. Folders that are missing are made.
void check_outputs(const MapOptions& options) {
  std::set<std::filesystem::path> files;
  for (const std::string& name :
       {options.out, options.planes, options.signed_maps, options.values}) {
    if (name.empty()) continue;
    const std::filesystem::path file = std::filesystem::absolute(name).lexically_normal();
    if (!files.insert(file).second)
      throw bad_usage("{}: two arrays cannot be written to one file", name);
    try_output(name);
  }
}

OutputFiles dumped_files(const nn::Graph& graph) {
  OutputFiles files;
  for (const nn::Node& node : graph.nodes()) {
    files.push_back(node.name + ".activation.npy");
    files.push_back(node.name + ".gradient.npy");
  }
  return files;
}

/// Copies a batch into rows first… of an array for all states.
void gather(TensorView batch, std::int64_t first, std::int64_t total, Tensor& all) {
  if (all.empty()) all.resize(batch.shape().inner().batch_of(total));
  std::ranges::copy(batch.values(), all[first].data());
}

/// One state's part of an array for all states that only some methods give.
void keep(const Tensor& one, const char* what, std::int64_t index, std::int64_t total,
          Tensor& all) {
  if (one.empty()) throw bad_usage("the method's numbers have no {} of their own", what);
  if (all.empty()) all.resize(one.shape().batch_of(total));
  std::ranges::copy(one.values(), all[index].data());
}

/// What one method says of all states.
struct MethodArrays {
  Tensor maps, planes, signed_maps;

  void take(const explain::Attribution& result, const MapOptions& options, std::int64_t index,
            std::int64_t total) {
    const Tensor& map = options.raw ? result.raw : result.map;
    if (maps.empty()) maps.resize(map.shape().batch_of(total));
    std::ranges::copy(map.values(), maps[index].data());
    if (!options.planes.empty()) keep(result.planes, "frames", index, total, planes);
    if (!options.signed_maps.empty()) keep(result.signed_map, "signs", index, total, signed_maps);
  }
};

bool is_npz(const std::string& file) {
  return std::filesystem::path(file).extension() == ".npz";
}

/// Throws Error where several methods' arrays do not find room in one file.
void check_methods(const MapOptions& options, const std::vector<explain::MethodSpec>& methods) {
  std::set<std::string> names;
  for (const explain::MethodSpec& method : methods) {
    if (!names.insert(method.text()).second)
      throw bad_usage("method '{}' is named twice", method.text());
  }
  if (methods.size() == 1) return;
  for (const std::string& file : {options.out, options.planes, options.signed_maps}) {
    if (file.empty() || is_npz(file)) continue;
    throw bad_usage(
        "{}: the arrays of {} methods need a file NAME.npz, where each has its method's name", file,
        methods.size());
  }
}

/// One array of every method: as .npy of one method alone, or by the methods' names as .npz.
void write_arrays(const std::string& file, const std::vector<explain::MethodSpec>& methods,
                  const std::vector<MethodArrays>& arrays, Tensor MethodArrays::*which) {
  if (file.empty()) return;
  if (!is_npz(file)) return write_npy<float>(file, (arrays.front().*which).view());
  NpzWriter writer(file);
  for (std::size_t m = 0; m < methods.size(); ++m)
    writer.add(methods[m].text(), (arrays[m].*which).view());
  writer.commit();
}

void map(const MapOptions& options) {
  const checkpoint::Checkpoint loaded =
      profile::load_checkpoint(options.checkpoint, options.load.get());
  const auto graph = std::make_shared<const nn::Graph>(
      options.randomize_weights ? nn::randomize_weights(loaded.graph, *options.randomize_weights)
                                : loaded.graph);
  const States states = read_states(options.states, *graph);
  const std::vector<std::string_view> actions = action_names(loaded);
  auto methods = explain::parse_methods(options.method);
  for (explain::MethodSpec& method : methods) episode::number_actions(method, actions);
  refuse_methods_of_objects(methods);
  check_kinds(options);
  check_methods(options, methods);
  const explain::Target target =
      explain::Target::parse(episode::with_action_numbers(options.target, actions));
  const auto engine = nn::make_engine(options.engine, graph,
                                      {options.threads, nn::parse_precision(options.precision)});
  target.check(*graph);
  explain::Session session(*engine, methods, target);
  const int frame_planes = profile::protocol_of(loaded).pixels.planes();
  if (graph->shape(0)[0] % frame_planes == 0) session.set_frame_planes(frame_planes);
  check_outputs(options);
  const nn::Watch all = everything(*graph);
  if (options.dump.given()) options.dump.prepare("map", dumped_files(*graph));
  if (options.dump.given()) session.watch_also(all);

  const std::int64_t total = std::visit([](const auto& array) { return array.shape()[0]; }, states);
  Tensor values;
  std::vector<MethodArrays> arrays(methods.size());
  std::vector<Tensor> activations(static_cast<std::size_t>(graph->size())), gradients = activations;
  MapWarnings warnings(methods);
  {
    Progress progress("explained", total);
    session.on_probe(progress.probes(methods));
    for (std::int64_t first = 0; first < total; first += options.batch) {
      const std::int64_t count = std::min(options.batch, total - first);
      session.forward(part_of(states, first, count));
      session.explain(std::vector<explain::Target>(static_cast<std::size_t>(count), target));
      gather(session.tape().output(), first, total, values);
      for (std::size_t m = 0; m < methods.size(); ++m) {
        for (std::int64_t n = 0; n < count; ++n) {
          arrays[m].take(session.result(m, n), options, first + n, total);
          warnings.add(m, session.result(m, n));
        }
      }
      if (options.dump.given()) {
        for (const int node : all.activations) {
          const auto at = static_cast<std::size_t>(node);
          gather(session.tape().activation(node), first, total, activations[at]);
          gather(session.tape().gradient(node), first, total, gradients[at]);
        }
      }
      progress.advance(first + count);
    }
  }

  write_arrays(options.out, methods, arrays, &MethodArrays::maps);
  write_arrays(options.planes, methods, arrays, &MethodArrays::planes);
  write_arrays(options.signed_maps, methods, arrays, &MethodArrays::signed_maps);
  if (!options.values.empty()) write_npy<float>(options.values, values.view());
  if (options.dump.given()) {
    for (int node = 0; node < graph->size(); ++node) {
      const auto at = static_cast<std::size_t>(node);
      const std::filesystem::path stem = options.dump.path() / graph->node(node).name;
      write_npy<float>(stem.string() + ".activation.npy", activations[at].view());
      write_npy<float>(stem.string() + ".gradient.npy", gradients[at].view());
    }
  }
  warnings.print(options.verbose);
}

void define_map(Arguments& command) {
  auto options = std::make_shared<MapOptions>();
  command.add_option("CKPT", options->checkpoint, kAgentHelp)->required();
  command
      .add_option("--states", options->states,
                  ".npy file, N×4×84×84, uint8 or float from 0 to 255, oldest plane first")
      ->required()
      ->type_name("S.npy");
  command
      .add_option("--method,--methods", options->method,
                  "NAME[:key=value]…, several separated by commas (`arcadecam methods`)")
      ->type_name("M")
      ->capture_default_str();
  command.add_option("--target", options->target, kTargetHelp)
      ->type_name("T")
      ->capture_default_str();
  command
      .add_option(
          "--out", options->out,
          "float32 N×84×84, values 0…1; NAME.npz for several methods, each an array by its name")
      ->required()
      ->type_name("maps.npy");
  command.add_flag(
      "--raw", options->raw,
      "the method's own numbers instead: at layer size for one-layer methods (before ReLU and "
      "scaling), else the un-normalised aggregate at 84×84");
  command
      .add_option("--planes", options->planes,
                  "also write what every value of every stacked frame contributes, with sign, "
                  "float32 N×4×84×84: for methods that reach the input")
      ->type_name("planes.npy");
  command
      .add_option("--signed", options->signed_maps,
                  "also write the maps with their sign, not scaled, float32 N×84×84: methods that "
                  "promise one")
      ->type_name("signed.npy");
  command
      .add_option("--values", options->values, "also write the action values, float32 N×actions")
      ->type_name("q.npy");
  options->dump.define(command,
                       "also write every node's activation and gradient as NODE.activation.npy and "
                       "NODE.gradient.npy",
                       "--dump-tape");
  command.add_option("--batch", options->batch, "states in one pass")
      ->transform(whole(1, 4096))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--randomize-weights", options->randomize_weights,
                  "control: draw all weights at random from this seed")
      ->transform(seed_number())
      ->type_name("SEED");
  define_precision(command, options->precision);
  command
      .add_option("--engine", options->engine,
                  "cpu, onednn, reference, or compared (cpu, compared with reference)")
      ->type_name("NAME")
      ->capture_default_str();
  command.add_option("--threads", options->threads, "threads inside one pass")
      ->transform(whole(1, 1024))
      ->type_name("N")
      ->capture_default_str();
  define_verbose(command, options->verbose);
  options->load.define(command);
  command.callback([options] { map(*options); });
}

}  // namespace

extern constinit const Command map_entry{
    "map", "Explain given observations: an array of states in, an array of maps out", define_map};

}  // namespace arcadecam::app
