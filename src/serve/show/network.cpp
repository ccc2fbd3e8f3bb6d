#include "serve/show/network.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "arcadecam/core/error.h"
#include "episode/explained_objects.h"
#include "episode/target_words.h"

namespace arcadecam::serve {
namespace {

bool has_own_target(const explain::MethodSpec& spec) {
  return std::ranges::any_of(spec.values, [](const auto& one) { return one.first == "target"; });
}

/// A tile's method with the tile's question as its own.
explain::MethodSpec spec_of(const Tile& tile, const agent::Agent& agent) {
  auto specs = explain::parse_methods(tile.method);
  if (specs.size() != 1) throw bad_usage("a tile has one method, found '{}'", tile.method);
  explain::MethodSpec& spec = specs.front();
  episode::number_actions(spec, agent::action_names(agent));
  const explain::Method& method = explain::find_method(spec.id);
  if (method.asks_objects) (void)game::object_table(agent.game, agent.protocol);
  if (tile.target == "chosen" || has_own_target(spec) || !method.promise.uses_decision) return spec;
  std::string target = episode::with_action_numbers(tile.target, agent::action_names(agent));
  explain::Target::parse(target).check(*agent.graph);
  std::ranges::replace(target, ':', '/');
  spec.values.emplace_back("target", std::move(target));
  return spec;
}

/// Four sums side by side, which a processor adds at once.
double mass_of(std::span<const float> values) {
  std::array<double, 4> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += static_cast<double>(values[i + k]);
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]);
  return sums[0] + sums[1] + sums[2] + sums[3];
}

/// How much of a map lies on each object of the newest frame.
std::vector<ObjectShare> shares_of(const Tensor& map,
                                   std::span<const game::ObservedObject> objects) {
  const auto height = static_cast<int>(map.shape()[0]), width = static_cast<int>(map.shape()[1]);
  const double total = mass_of(map.values());
  std::vector<ObjectShare> shares;
  for (const game::ObservedObject& object : objects) {
    const PixelBox box = intersection(object.planes.back(), {0, 0, width, height});
    if (box.empty()) continue;
    double inside = 0;
    for (int row = box.top; row < box.top + box.height; ++row) {
      for (int column = box.left; column < box.left + box.width; ++column)
        inside += static_cast<double>(map.data()[row * width + column]);
    }
    shares.push_back({object.name, object.kind, total > 0 ? inside / total : 0});
  }
  return shares;
}

double entropy_of(std::span<const float> values, nn::OutputKind kind) {
  double entropy = 0;
  for (const double p : agent::action_probabilities(values, kind)) {
    if (p > 0) entropy -= p * std::log(p);
  }
  return entropy;
}

}  // namespace

std::vector<explain::MethodSpec> specs_of(std::span<const Tile> tiles, const agent::Agent& agent) {
  std::vector<explain::MethodSpec> specs;
  for (const Tile& tile : tiles) specs.push_back(spec_of(tile, agent));
  return specs;
}

double margin_of(std::span<const float> values, int action) {
  if (values.size() < 2) return 0;
  float other = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (static_cast<int>(i) != action) other = std::max(other, values[i]);
  }
  return static_cast<double>(values[static_cast<std::size_t>(action)] - other);
}

Questions::Questions(const agent::Agent& agent, nn::Engine& engine, const nn::Watch& watch,
                     std::span<const Tile> tiles)
    : tiles_(tiles.begin(), tiles.end()), session_(engine, specs_of(tiles, agent)) {
  for (const Tile& tile : tiles) {
    targets_.push_back(explain::Target::parse(
        episode::with_action_numbers(tile.target, agent::action_names(agent))));
  }
  if (session_.asks_removals())
    throw bad_usage("without=game: the viewer does not draw it in its maps; take the object away");
  session_.watch_also(watch);
  session_.set_frame_planes(agent.protocol.pixels.planes());
}

ShownNetwork::ShownNetwork(const agent::Agent& agent, const NetworkOptions& options)
    : agent_(agent),
      options_(options),
      engine_(nn::make_engine(options.engine, agent.graph, {options.threads, options.precision})),
      value_(explain::Target::parse("value")),
      advantage_(explain::Target::parse("advantage")),
      distributions_(*agent.graph),
      watch_(value_.watch(*agent.graph)) {
  watch_.merge(distributions_.watch());
  nn::watch_memory(*agent.graph, watch_);
  silent_ = questions({});
}

std::unique_ptr<Questions> ShownNetwork::questions(std::span<const Tile> tiles) {
  return std::make_unique<Questions>(agent_, *engine_, watch_, tiles);
}

Estimate ShownNetwork::estimate(Questions& questions, const Seen& seen, Tensor* remembered) {
  // The session borrows its observations until the explanation.
  observation_ = ByteTensor(seen.observation.shape().batch_of(1), seen.observation.values());
  nn::Observations observations(ByteTensorView(observation_.view()));
  if (remembers()) {
    memory_ = Tensor(seen.memory.shape(), seen.memory.values());
    observations.memory = memory_.view();
  }
  explain::Session& session = questions.session();
  const auto values = session.forward(observations)[0].values();
  Estimate result;
  result.values.assign(values.begin(), values.end());
  result.chosen = explain::argmax(values);
  result.margin = margin_of(values, result.chosen);
  result.entropy = entropy_of(values, agent_.graph->output_kind());
  const explain::Outputs outputs{*agent_.graph, session.tape(), 0};
  result.value = value_.value_of(outputs);
  if (agent_.graph->output_kind() == nn::OutputKind::kValues)
    result.advantage = advantage_.of_choice(result.chosen).value_of(outputs);
  distributions_.read(session.tape(), 1);
  const TensorView distribution = distributions_.of(0);
  if (distribution.size() > 0)
    result.distribution = Tensor(distribution.shape(), distribution.values());
  if (remembered != nullptr && remembers())
    nn::next_memory(*agent_.graph, session.tape(), *remembered);
  return result;
}

std::vector<Explanation> ShownNetwork::explain(Questions& questions, const Seen& seen,
                                               const Estimate& estimate, int action) {
  explain::Session& session = questions.session();
  std::vector<Explanation> result;
  if (session.method_count() == 0) return result;
  const explain::Target target = explain::Target::chosen().of_choice(action);
  if (session.asks_objects()) session.set_objects({episode::explained_objects(seen.objects)});
  const std::array<int, 1> chosen{action};
  session.explain(std::span(&target, 1), chosen);
  const auto names = agent::action_names(agent_);
  for (std::size_t i = 0; i < session.method_count(); ++i) {
    const explain::Attribution& attribution = session.result(i, 0);
    const explain::Target about = questions.target(i).of_choice(action);
    Explanation& one = result.emplace_back();
    one.method = questions.tiles()[i].method;
    one.target = questions.tiles()[i].target;
    one.explains = about.describe(*agent_.graph, names);
    one.action = about.resolve(estimate.values);
    one.map = attribution.map;
    one.signed_map = attribution.signed_map;
    one.is_signed = !one.signed_map.empty();
    one.low = attribution.lowest;
    one.high = attribution.highest;
    for (const explain::Warning warning : attribution.warnings)
      one.warnings.emplace_back(explain::meaning(warning));
    one.layers = attribution.layers;
    one.shares = shares_of(one.map, seen.objects);
  }
  return result;
}

agent::Decision ShownNetwork::decide(std::span<const float> values, Random& random) const {
  return options_.policy.decide(values, random, agent_.graph->output_kind());
}

void ShownNetwork::play_known(Course& course, int action) {
  Tensor next;
  if (remembers()) (void)estimate(no_questions(), seen_in(course), &next);
  // Whatever the values are, a decision draws as many numbers.
  const std::vector<float> any(static_cast<std::size_t>(agent_.graph->actions()));
  (void)decide(any, course.beside().random);
  (void)course.play(action);
  if (remembers()) course.remember(std::move(next));
}

}  // namespace arcadecam::serve
