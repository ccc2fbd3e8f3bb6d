#include "evaluate/attention.h"

#include <algorithm>
#include <cmath>

#include "evaluate/evaluation.h"
#include "evaluate/game_context.h"
#include "measure/localisation.h"

namespace arcadecam::evaluate {
namespace {

/// What a variation touches on a state's picture.
measure::Mask touched(const game::Variation& variation, const measure::State& state,
                      const Shape& plane) {
  measure::Mask mask(static_cast<std::size_t>(plane.count()), false);
  for (const explain::Object& object : state.objects) {
    if (!touches(variation, object.name, object.kind)) continue;
    measure::add_boxes(object, measure::Planes::kAll, kAttentionRadius, plane, mask);
  }
  return mask;
}

void add_state(const measure::Subject& subject, const game::Variation& variation,
               Attention& attention) {
  const measure::Mask mask = touched(variation, subject.state, subject.attribution.map.shape());
  const std::int64_t inside = measure::area(mask);
  const double mass = measure::mass_inside(subject.map(), mask);
  if (inside == 0 || std::isnan(mass)) return;
  attention.mass += mass;
  attention.size += static_cast<double>(inside) / static_cast<double>(mask.size());
  ++attention.states;
}

void take_mean(Attention& attention) {
  // 0 ÷ 0 where there are no states.
  attention.mass /= static_cast<double>(attention.states);
  attention.size /= static_cast<double>(attention.states);
}

}  // namespace

std::vector<std::vector<Attention>> attention(
    const agent::Agent& agent, const SampledStates& sampled,
    std::span<const explain::MethodSpec> methods,
    std::span<const game::Variation* const> variations, const measure::Question& question,
    const std::function<bool(std::int64_t, std::int64_t, const std::string&)>& progress) {
  const std::vector<measure::State>& states = sampled.states;
  std::vector<std::vector<Attention>> all(methods.size(),
                                          std::vector<Attention>(variations.size()));
  GameContext context(agent, question, sampled.snapshots);
  const std::int64_t total = std::ssize(methods) * std::ssize(states);
  std::int64_t done = 0;
  bool goes_on = true;
  for (std::size_t method = 0; method < methods.size() && goes_on; ++method) {
    context.use(methods[method]);
    for (std::size_t first = 0; first < states.size() && goes_on;) {
      std::vector<const measure::State*> part;
      for (std::size_t i = first; i < states.size() && part.size() < kStatesOfPart &&
                                  states[i].episode == states[first].episode;
           ++i)
        part.push_back(&states[i]);
      context.explain_states(part, [&](const measure::Subject& subject) {
        for (std::size_t v = 0; v < variations.size(); ++v)
          add_state(subject, *variations[v], all[method][v]);
      });
      first += part.size();
      done += std::ssize(part);
      goes_on = !progress || progress(done, total, methods[method].text());
    }
  }
  for (auto& of_method : all) std::ranges::for_each(of_method, take_mean);
  return all;
}

}  // namespace arcadecam::evaluate
