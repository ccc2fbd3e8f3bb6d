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
  for (std::size_t method = 0; method < measuring.methods.size(); ++method) {
    context.use(measuring.methods[method]);
    for (std::size_t first = 0; first < measuring.states.size(); first += kBatch) {
      std::vector<const measure::State*> batch;
      for (std::size_t i = first; i < std::min(first + kBatch, measuring.states.size()); ++i)
        batch.push_back(&measuring.states[i]);
      context.explain_states(batch, [&](const measure::Subject& subject) {
        for (std::size_t m = 0; m < scorers.size(); ++m) {
          pause();
          if (!measuring.measures[m].takes(subject.state)) continue;
          found.clear();
          context.begin(measuring.measures[m].spec.text());
          scorers[m]->score(context, subject, found);
          for (measure::Finding& finding : found) {
            if (std::isfinite(finding.value))
              measured.push_back({subject.state.index, method, m, std::move(finding)});
          }
        }
      });
    }
  }
  return measured;
}

}  // namespace arcadecam::python
