#include "measuring.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace arcadecam::python {
namespace {

/// States explained in one batch: maps are kept until all of them are measured.
constexpr std::size_t kBatch = 16;

}  // namespace

std::vector<Measured> measure_states(const measure::Network& network, const Measuring& measuring,
                                     const std::function<void()>& pause) {
  measure::Context context(network, measuring.question);
  std::vector<std::unique_ptr<measure::Scorer>> scorers;
  for (const measure::BoundMeasure& measure : measuring.measures) scorers.push_back(measure.make());
  std::vector<Measured> measured;
  std::vector<measure::Finding> found;
  const auto keep = [&](std::int64_t state, std::size_t method, std::size_t m,
                        std::vector<measure::Finding>& findings) {
    for (measure::Finding& finding : findings) {
      if (std::isfinite(finding.value)) measured.push_back({state, method, m, std::move(finding)});
    }
  };
  for (std::size_t method = 0; method < measuring.methods.size(); ++method) {
    context.use(measuring.methods[method]);
    std::vector<std::vector<std::int64_t>> remembered(scorers.size());
    for (std::size_t first = 0; first < measuring.states.size(); first += kBatch) {
      std::vector<const measure::State*> batch;
      for (std::size_t i = first; i < std::min(first + kBatch, measuring.states.size()); ++i)
        batch.push_back(&measuring.states[i]);
      context.explain_states(batch, [&](const measure::Subject& subject) {
        for (std::size_t m = 0; m < scorers.size(); ++m) {
          pause();
          if (!measuring.measures[m].takes(subject.state)) continue;
          context.begin(measuring.measures[m].spec.text());
          if (measuring.measures[m].measure->needs.all_states) {
            scorers[m]->remember(subject);
            remembered[m].push_back(subject.state.index);
            continue;
          }
          found.clear();
          scorers[m]->score(context, subject, found);
          keep(subject.state.index, method, m, found);
        }
      });
    }
    for (std::size_t m = 0; m < scorers.size(); ++m) {
      pause();
      auto compared = scorers[m]->compare_all();
      for (std::size_t i = 0; i < compared.size(); ++i)
        keep(remembered[m].at(i), method, m, compared[i]);
    }
  }
  return measured;
}

}  // namespace arcadecam::python
