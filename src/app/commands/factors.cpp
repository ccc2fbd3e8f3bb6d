#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <numeric>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/options/agent_options.h"
#include "app/options/figure_options.h"
#include "app/options/numbers.h"
#include "app/options/output_folder.h"
#include "app/recorded_run.h"
#include "arcadecam/core/error.h"
#include "arcadecam/core/npz_writer.h"
#include "core/counted.h"
#include "episode/moments_sink.h"
#include "explain/factorization.h"
#include "explain/layers.h"
#include "explain/receptive_field.h"
#include "render/factors_grid.h"

namespace arcadecam::app {
namespace {

struct FactorsOptions {
  PlayOptions play;
  FigureOptions figure;
  OutputFolder out;
  std::string trace, layer, place = "aligned", theme = "light", ground = "grey";
  std::int64_t states = 6, factors = 4;
};

/// The layer behind its activation function, where one follows.
int rectified_layer(const nn::Graph& graph, const std::string& layer) {
  const int node = explain::find_layer(graph, layer);
  try {
    return explain::activation_after(graph, node);
  } catch (const Error&) {
    return node;  // the factorisation cuts off what is below zero
  }
}

/// What the layer is in every moment, N×C×h×w.
Tensor activations_of(const agent::Agent& agent, const episode::RunOptions& run,
                      const std::deque<episode::Moment>& moments, int node) {
  const auto engine = nn::make_engine(run.engine, agent.graph, {run.threads, run.precision});
  Tensor all(agent.graph->shape(node).batch_of(std::ssize(moments)));
  nn::Tape tape;
  for (std::int64_t n = 0; n < std::ssize(moments); ++n) {
    const ByteTensorView seen = moments[static_cast<std::size_t>(n)].step.observation;
    (void)engine->forward(ByteTensorView(seen.data(), seen.shape().batch_of(1)), {{node}, {}},
                          tape);
    std::ranges::copy(tape.activation(node).values(), all[n].data());
  }
  return all;
}

/// The strongest channels of a factor, at most three.
std::vector<std::int64_t> strongest(TensorView channels) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(channels.size()));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [&](std::int64_t c) { return channels.data()[c]; });
  order.resize(std::min<std::size_t>(order.size(), 3));
  return order;
}

/// The factors of the first `shown` states as they are drawn.
render::ShownFactors shown_factors(const explain::Factors& factors, explain::ShownLayer& layer,
                                   std::int64_t shown) {
  const std::int64_t count = factors.maps.shape()[1];
  const Shape plane = layer.resize.to();
  render::ShownFactors result;
  result.layer = layer.name;
  result.shares = factors.shares;
  result.maps.resize({shown, count, plane[0], plane[1]});
  std::ranges::fill(result.maps.values(), 0.0F);
  for (std::int64_t k = 0; k < count; ++k) {
    result.channels.push_back(strongest(factors.channels[k]));
    for (std::int64_t n = 0; n < shown; ++n) {
      layer.resize.add(factors.maps[n][k].data(), 1.0F,
                       result.maps.data() + (n * count + k) * plane.count());
    }
  }
  return result;
}

void write_factors(const std::filesystem::path& file, const explain::Factors& factors,
                   const render::ShownFactors& shown, const std::deque<episode::Moment>& moments) {
  const auto count = std::ssize(moments);
  Tensor shares({std::ssize(factors.shares)});
  std::ranges::transform(factors.shares, shares.data(),
                         [](double share) { return static_cast<float>(share); });
  ByteTensor states(moments.front().step.observation.shape().batch_of(count));
  BasicTensor<std::int64_t> episodes({count}), steps({count});
  for (std::int64_t n = 0; n < count; ++n) {
    const episode::Step& step = moments[static_cast<std::size_t>(n)].step;
    std::ranges::copy(step.observation.values(), states[n].data());
    episodes.data()[n] = step.episode;
    steps.data()[n] = step.index;
  }
  NpzWriter writer(file);
  writer.add<std::uint8_t>("states", states.view());
  writer.add<std::int64_t>("episodes", episodes.view());
  writer.add<std::int64_t>("steps", steps.view());
  writer.add<float>("maps", shown.maps.view());
  writer.add<float>("raw", factors.maps.view());
  writer.add<float>("channels", factors.channels.view());
  writer.add<float>("shares", shares.view());
  writer.commit();
}

void factors(const FactorsOptions& options) {
  const std::filesystem::path out = options.out.path();
  agent::Agent agent = options.play.load(options.trace);
  episode::RunOptions run = options.play.run_options();
  const int node = rectified_layer(*agent.graph, options.layer);
  const std::array<explain::Param, 1> place{explain::place_param("aligned")};
  explain::ShownLayer layer = explain::shown_layer(
      *agent.graph, node,
      explain::Params({"factors", {{"place", options.place}}}, place, "command"));
  render::Look look;
  look.theme = render::theme(options.theme);
  look.ground = render::ground(options.ground);

  OutputFiles files{"trace.jsonl.gz"};
  options.figure.add_files("factors", files);
  options.figure.add_arrays(files);
  const Interrupt interrupt;
  const episode::Trace trace = recorded_run(
      agent, run, options.trace, out / "trace.jsonl.gz", interrupt,
      [&](const episode::Trace*) { options.out.prepare("factors", files, options.trace); });
  const std::string only_trace = only_trace_words("factors", out / "trace.jsonl.gz");
  if (interrupt.requested()) interrupt.stop(only_trace);

  run.methods.clear();
  run.replay = &trace;
  episode::MomentsSink moments;
  explain_steps(agent, run, episode::spread_steps(trace, options.states, run.max_steps),
                std::array<episode::Sink*, 1>{&moments}, interrupt);
  if (interrupt.requested() || moments.moments().empty()) interrupt.stop(only_trace);
  const auto count = std::ssize(moments.moments());
  const explain::Factors found = explain::factorize(
      activations_of(agent, run, moments.moments(), node).view(), {.count = options.factors});
  const render::ShownFactors shown = shown_factors(found, layer, count);
  render::Grid grid = render::factors_grid(moments.info(), moments.moments(), shown, look);
  grid.remarks.push_back(
      fmt::format("Together the factors leave {:.0f} % of the activation's size unexplained (root "
                  "of the sum of "
                  "squares). One factor has one colour and one scale in all states.",
                  100 * found.residual));
  options.figure.write(out / "factors", render::draw_grid(grid), moments.info(), look);
  if (options.figure.arrays) write_factors(out / "arrays.npz", found, shown, moments.moments());
  for (const render::GridBar& bar : grid.bars) fmt::print("{}\n", bar.meaning);
  fmt::print("{} of layer {}, {} → {}\n", counted(options.factors, "factor"), layer.name,
             counted(count, "state"), out.string());
}

void define_factors(Arguments& command) {
  auto options = std::make_shared<FactorsOptions>();
  options->play.policy = "greedy";
  options->play.define(command);
  exclude_played_options(
      command, *command
                    .add_option("--trace", options->trace,
                                "take the states of this recorded run instead of a new one")
                    ->type_name("FILE"));
  command
      .add_option(
          "--states", options->states,
          "how many states, spread evenly over the run's time; they are factorised together")
      ->transform(whole(1, 64))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--factors", options->factors, "how many factors, each with a colour of its own")
      ->transform(whole(1, static_cast<std::int64_t>(render::most_factors())))
      ->type_name("K")
      ->capture_default_str();
  command
      .add_option(
          "--layer", options->layer,
          "index among convolution and normalisation layers from 0, or a node's name; it is "
          "read behind its activation function; default: the last convolution")
      ->type_name("LAYER");
  command
      .add_option("--place", options->place,
                  "where the layer's positions are shown: aligned (each in the middle of its "
                  "receptive field) or stretched (the layer covers the whole picture)")
      ->check(one_of({"aligned", "stretched"}))
      ->type_name("PLACE")
      ->capture_default_str();
  command.add_option("--theme", options->theme, "dark (screens) or light (print)")
      ->check(one_of({"dark", "light"}))
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option("--ground", options->ground,
                  "what the factors lie on: grey (the game without its colours, dimmed) or color")
      ->check(one_of({"grey", "color"}))
      ->type_name("NAME")
      ->capture_default_str();
  options->out.define(command, "folder for factors.png and the run's trace, trace.jsonl.gz");
  options->out.option()->required();
  options->figure.define(command);
  command.callback([options] { factors(*options); });
}

}  // namespace

extern constinit const Command factors_entry{
    "factors",
    "Show what a layer's channels do together: factors of its activation, each in its own colour",
    define_factors};

}  // namespace arcadecam::app
