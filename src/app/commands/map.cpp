#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "app/checkpoint_actions.h"
#include "app/command.h"
#include "app/map_warnings.h"
#include "app/options/agent_options.h"
#include "app/options/method_list.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/options/question_options.h"
#include "app/options/target_words.h"
#include "app/options/tried_output.h"
#include "app/progress.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arcadecam/core/npy.h"
#include "arcadecam/explain/session.h"
#include "nn/randomize_weights.h"
#include "profile/described_protocol.h"
#include "profile/embedded.h"

namespace arcadecam::app {
namespace {

struct Options {
  std::string checkpoint, states, method = "fullgrad++", target = "greedy", out, values, planes,
                                  signed_maps, engine = "onednn", precision = "f32";
  OutputFolder dump;
  CheckpointOptions load;
  std::optional<std::uint64_t> randomize_weights;
  std::int64_t batch = 32;
  int threads = 1;
  bool raw = false, verbose = false;
};

ByteTensor read_states(const std::string& file, const nn::Graph& graph) {
  const NpyArray array = read_npy(file);
  const auto* states = std::get_if<ByteTensor>(&array);
  if (states == nullptr || shape_of(array).rank() != graph.shape(0).rank() + 1 ||
      shape_of(array).inner() != graph.shape(0) || shape_of(array)[0] == 0) {
    throw bad_input(
        "{}: expected uint8 states of shape N×{} with N of at least 1, found {} of shape {}", file,
        to_string(graph.shape(0)), dtype_of(array), to_string(shape_of(array)));
  }
  return *states;
}

nn::Watch everything(const nn::Graph& graph) {
  nn::Watch watch;
  for (int node = 0; node < graph.size(); ++node) {
    watch.activations.push_back(node);
    watch.gradients.push_back(node);
  }
  return watch;
}

/// Whether every file can be written, before the work begins. Folders that are missing are made.
void check_outputs(const Options& options) {
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

void map(const Options& options) {
  const checkpoint::Checkpoint loaded =
      profile::load_checkpoint(options.checkpoint, options.load.get());
  const auto graph = std::make_shared<const nn::Graph>(
      options.randomize_weights ? nn::randomize_weights(loaded.graph, *options.randomize_weights)
                                : loaded.graph);
  const ByteTensor states = read_states(options.states, *graph);
  const std::vector<std::string_view> actions = action_names(loaded);
  auto methods = explain::parse_methods(options.method);
  for (explain::MethodSpec& method : methods) number_actions(method, actions);
  refuse_methods_of_objects(methods);
  if (methods.size() != 1)
    throw bad_usage("--method: map takes one method, found {}", methods.size());
  const explain::Target target =
      explain::Target::parse(with_action_numbers(options.target, actions));
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

  const std::int64_t total = states.shape()[0];
  Tensor maps, values, planes, signed_maps;
  std::vector<Tensor> activations(static_cast<std::size_t>(graph->size())), gradients = activations;
  MapWarnings warnings(methods);
  {
    Progress progress("explained", total);
    session.on_probe(progress.probes(methods));
    for (std::int64_t first = 0; first < total; first += options.batch) {
      const std::int64_t count = std::min(options.batch, total - first);
      session.forward(ByteTensorView(states[first].data(), states.shape().inner().batch_of(count)));
      session.explain(std::vector<explain::Target>(static_cast<std::size_t>(count), target));
      gather(session.tape().output(), first, total, values);
      for (std::int64_t n = 0; n < count; ++n) {
        const explain::Attribution& result = session.result(0, n);
        const Tensor& map = options.raw ? result.raw : result.map;
        if (maps.empty()) maps.resize(map.shape().batch_of(total));
        std::ranges::copy(map.values(), maps[first + n].data());
        warnings.add(0, result);
        if (!options.planes.empty()) keep(result.planes, "frames", first + n, total, planes);
        if (!options.signed_maps.empty())
          keep(result.signed_map, "signs", first + n, total, signed_maps);
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

  write_npy<float>(options.out, maps.view());
  if (!options.planes.empty()) write_npy<float>(options.planes, planes.view());
  if (!options.signed_maps.empty()) write_npy<float>(options.signed_maps, signed_maps.view());
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

void define(Arguments& command) {
  auto options = std::make_shared<Options>();
  command.add_option("CKPT", options->checkpoint, kAgentHelp)->required();
  command.add_option("--states", options->states, ".npy file, uint8 N×4×84×84, oldest plane first")
      ->required()
      ->type_name("S.npy");
  command
      .add_option("--method,--methods", options->method, "NAME[:key=value]… (`arcadecam methods`)")
      ->type_name("M")
      ->capture_default_str();
  command.add_option("--target", options->target, kTargetHelp)
      ->type_name("T")
      ->capture_default_str();
  command.add_option("--out", options->out, "float32 N×84×84, values 0…1")
      ->required()
      ->type_name("maps.npy");
  command.add_flag(
      "--raw", options->raw,
      "the method's own numbers instead: at layer size for one-layer methods (before ReLU and "
      "scaling), else the un-normalised aggregate at 84×84");
  command
      .add_option("--planes", options->planes,
                  "also write what every value of every stacked frame contributes, with sign, "
                  "float32 N×4×84×84: methods that reach the input")
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
                  "control: draw all weights anew from this seed")
      ->transform(seed_number())
      ->type_name("SEED");
  define_precision(command, options->precision);
  command.add_option("--engine", options->engine, "onednn, reference, or check (both, compared)")
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
    "map", "Explain given observations: an array of states in, an array of maps out", define};

}  // namespace arcadecam::app
