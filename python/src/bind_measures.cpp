// Measures that need no game, on states that the caller gives.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/method.h"
#include "arrays.h"
#include "bindings.h"
#include "interrupt.h"
#include "measure/measure.h"
#include "measuring.h"
#include "network.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace arcadecam::python {
namespace {

nb::dict measure_entry(const measure::Measure& measure) {
  nb::list statistics, params;
  for (const measure::Statistic& one : measure.statistics())
    statistics.append(
        nb::make_tuple(text(one.id), text(one.title), text(words(one.direction)), text(one.unit)));
  for (const explain::Param& param : measure::params_of(measure))
    params.append(nb::make_tuple(text(param.key), text(param.default_value), text(param.help)));
  nb::dict entry;
  entry["name"] = text(measure.id);
  entry["title"] = text(measure.title);
  entry["citation"] = text(measure.citation);
  entry["statistics"] = statistics;
  entry["params"] = params;
  return entry;
}

/// (name, kind, boxes of each plane as left, top, width, height) of each object of each state.
std::vector<std::vector<explain::Object>> objects_of(const nb::list& states) {
  std::vector<std::vector<explain::Object>> all;
  for (const nb::handle state : states) {
    std::vector<explain::Object>& objects = all.emplace_back();
    for (const nb::handle object : nb::cast<nb::list>(state)) {
      const auto parts = nb::cast<nb::tuple>(object);
      explain::Object& one = objects.emplace_back();
      one.name = nb::cast<std::string>(parts[0]);
      one.kind = nb::cast<std::string>(parts[1]);
      for (const nb::handle box : nb::cast<nb::list>(parts[2])) {
        const auto sides = nb::cast<std::vector<int>>(box);
        one.boxes.push_back({sides.at(0), sides.at(1), sides.at(2), sides.at(3)});
      }
    }
  }
  return all;
}

std::vector<measure::State> states_to_measure(const AnyArray& array, const std::vector<int>& chosen,
                                              const std::optional<Floats>& memory,
                                              std::vector<std::vector<explain::Object>> objects) {
  const nn::Observations observations = observations_of(array);
  const auto* bytes = std::get_if<ByteTensorView>(&observations.values);
  if (bytes == nullptr) throw bad_input("observations: measures take uint8 values, 0…255");
  const std::int64_t count = bytes->shape()[0];
  std::vector<measure::State> states(static_cast<std::size_t>(count));
  for (std::int64_t n = 0; n < count; ++n) {
    const auto at = static_cast<std::size_t>(n);
    measure::State& state = states[at];
    state.index = state.step = state.rank = n;
    state.observation = ByteTensor(bytes->shape().inner(), (*bytes)[n].values());
    state.action = chosen[at];
    if (memory) {
      const float* row = memory->data() + n * static_cast<std::int64_t>(memory->shape(1));
      state.memory.assign(row, row + memory->shape(1));
    }
    if (!objects.empty()) state.objects = std::move(objects[at]);
  }
  return states;
}

/// Columns state, method, measure, statistic, value, at, object.
nb::tuple measure_network(Network& network, const AnyArray& array, const std::string& methods,
                          const std::string& measures, const std::string& target,
                          const std::vector<int>& chosen, const std::optional<Floats>& memory,
                          const nb::list& objects, std::uint64_t seed) {
  std::vector<std::vector<explain::Object>> known = objects_of(objects);
  Measuring measuring;
  std::vector<Measured> measured;
  {
    const nb::gil_scoped_release released;
    measuring.methods = explain::parse_methods(methods);
    measuring.measures = measure::parse_measures(measures);
    measuring.question = {explain::Target::parse(target), network.engine(), seed};
    measuring.states = states_to_measure(array, chosen, memory, std::move(known));
    for (const measure::State& state : measuring.states) {
      if (state.action < 0 || state.action >= network.graph().actions())
        throw bad_usage("chosen: the network has actions 0 to {}, found {}",
                        network.graph().actions() - 1, state.action);
    }
    Interrupt interrupt;
    measured = measure_states(
        {network.shared_graph(), network.protocol().pixels.planes(), network.checkpoint().sha256},
        measuring, [&interrupt] { interrupt(); });
  }
  nb::list state, method, measure, statistic, value, at, object;
  for (const Measured& one : measured) {
    state.append(one.state);
    method.append(text(measuring.methods[one.method].text()));
    measure.append(text(measuring.measures[one.measure].spec.text()));
    statistic.append(text(one.finding.statistic));
    value.append(one.finding.value);
    at.append(one.finding.at);
    object.append(text(one.finding.object));
  }
  return nb::make_tuple(state, method, measure, statistic, value, at, object);
}

}  // namespace

void bind_measures(nb::module_& module) {
  module.def("measures", [] {
    nb::list list;
    for (const measure::Measure* measure : measure::measures())
      list.append(measure_entry(*measure));
    return list;
  });
  module.def("measure", &measure_network, "network"_a, "states"_a, "methods"_a, "measures"_a,
             "target"_a, "chosen"_a, "memory"_a.none(), "objects"_a, "seed"_a);
}

}  // namespace arcadecam::python
