// Networks: from a file or from bytes in memory, and what they compute.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <string>
#include <utility>
#include <vector>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "arrays.h"
#include "atari/protocol_fields.h"
#include "bindings.h"
#include "checkpoint/load_bytes.h"
#include "interrupt.h"
#include "network.h"
#include "profile/embedded.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace arcadecam::python {
namespace {

/// The keyword of a load() call that is a text, where it is given.
std::optional<std::string> text_of(const nb::dict& options, const char* key) {
  if (!options.contains(key) || options[key].is_none()) return std::nullopt;
  return nb::cast<std::string>(options[key]);
}

checkpoint::LoadOptions load_options(const nb::dict& options) {
  checkpoint::LoadOptions load;
  load.algorithm = text_of(options, "algorithm");
  load.protocol = text_of(options, "protocol");
  load.game = text_of(options, "game");
  load.as = text_of(options, "like");
  load.activation = text_of(options, "activation");
  load.grey = text_of(options, "grey");
  load.entry = text_of(options, "entry");
  if (options.contains("divide_by") && !options["divide_by"].is_none())
    load.divide_by = nb::cast<float>(options["divide_by"]);
  if (options.contains("ignore"))
    load.ignore = nb::cast<std::vector<std::string>>(options["ignore"]);
  return load;
}

Running running_of(const nb::dict& options) {
  Running running;
  running.engine = nb::cast<std::string>(options["engine"]);
  running.precision = nb::cast<std::string>(options["precision"]);
  running.threads = nb::cast<int>(options["threads"]);
  if (!options["randomize_weights"].is_none())
    running.randomize_weights = nb::cast<std::uint64_t>(options["randomize_weights"]);
  return running;
}

constexpr const char* kDescription = "network={…}";

/// `name`: an embedded agent's of `agents`, or a file. `network`: a description's text, or nothing.
std::unique_ptr<Network> load(const std::string& name, const std::optional<std::string>& network,
                              const std::string& agents, const nb::dict& options) {
  const checkpoint::LoadOptions load = load_options(options);
  const Running running = running_of(options);
  const nb::gil_scoped_release released;
  if (!network)
    return std::make_unique<Network>(profile::load_checkpoint(name, load, agents), running);
  const std::filesystem::path file = name;
  checkpoint::FolderBeside beside(file, load.max_bytes);
  const Bytes bytes = read_file(file, load.max_bytes);
  return std::make_unique<Network>(
      checkpoint::load_bytes(bytes, file, load, beside, *network, kDescription), running);
}

/// `name` stands for a file of those bytes.
std::unique_ptr<Network> load_bytes(const nb::bytes& content, const std::string& name,
                                    const std::optional<std::string>& network,
                                    const nb::dict& options) {
  const checkpoint::LoadOptions load = load_options(options);
  const Running running = running_of(options);
  const ByteView bytes(static_cast<const std::uint8_t*>(content.data()), content.size());
  const nb::gil_scoped_release released;
  checkpoint::NothingBeside nothing;
  return std::make_unique<Network>(
      network ? checkpoint::load_bytes(bytes, name, load, nothing, *network, kDescription)
              : checkpoint::load_bytes(bytes, name, load),
      running);
}

nn::Observations states_of(const AnyArray& states, const std::optional<Floats>& memory) {
  nn::Observations observations = observations_of(states);
  if (memory) observations.memory = TensorView(memory->data(), shape_of(*memory));
  return observations;
}

nb::object array_or_none(Tensor tensor) {
  return tensor.empty() ? nb::none() : array_of(std::move(tensor));
}

nb::tuple run(Network& network, const AnyArray& states, const std::optional<Floats>& memory,
              std::int64_t batch) {
  Outputs outputs;
  {
    const nb::gil_scoped_release released;
    Interrupt interrupt;
    outputs = network.run(states_of(states, memory), batch, [&interrupt] { interrupt(); });
  }
  return nb::make_tuple(array_or_none(std::move(outputs.values)),
                        array_or_none(std::move(outputs.memory)));
}

/// The outputs and the results, a list of the methods' for each target.
nb::tuple explain(Network& network, const AnyArray& states, const Question& question,
                  const std::vector<int>& chosen, const std::optional<Floats>& memory,
                  std::int64_t batch) {
  Explained explained;
  {
    const nb::gil_scoped_release released;
    Interrupt interrupt;
    explained = network.explain(states_of(states, memory), {question, chosen, batch},
                                [&interrupt] { interrupt(); });
  }
  nb::list results;
  for (std::vector<MethodResult>& of : explained.of) {
    nb::list row;
    for (MethodResult& result : of) row.append(nb::cast(std::move(result)));
    results.append(row);
  }
  return nb::make_tuple(nb::cast(std::move(explained.outputs)), results);
}

nb::tuple shape_tuple(const Shape& shape) {
  nb::list extents;
  for (const std::int64_t extent : shape) extents.append(extent);
  return nb::tuple(extents);
}

/// Name, operation, shape, and whether methods may choose it, of every node.
nb::list layers(const Network& network) {
  const nn::Graph& graph = network.graph();
  nb::list list;
  for (int node = 0; node < graph.size(); ++node) {
    const auto spatial = graph.spatial_layers();
    list.append(nb::make_tuple(graph.node(node).name, std::string(nn::op_name(graph.node(node).op)),
                               shape_tuple(graph.shape(node)),
                               std::ranges::find(spatial, node) != spatial.end()));
  }
  return list;
}

/// The protocol's fields by the names that files give them.
nb::dict protocol(const Network& network) {
  nb::dict fields;
  atari::Protocol protocol = network.protocol();
  fields["name"] = protocol.name;
  for (const atari::ProtocolField& field : atari::protocol_fields()) {
    const std::string name(field.name);
    using Field = atari::ProtocolField;
    if (const auto* flag = std::get_if<Field::Switch>(&field.kind)) {
      fields[name.c_str()] = flag->in(protocol);
    } else if (const auto* whole = std::get_if<Field::Whole>(&field.kind)) {
      fields[name.c_str()] = whole->in(protocol);
    } else if (const auto* share = std::get_if<Field::Share>(&field.kind)) {
      fields[name.c_str()] = share->in(protocol);
    } else {
      fields[name.c_str()] = std::string(std::get<Field::Word>(field.kind).of(protocol));
    }
  }
  return fields;
}

std::string describe(const Network& network, const std::string& target) {
  const explain::Target asked = explain::Target::parse(target);
  asked.check(network.graph());
  return asked.describe(network.graph());
}

nb::dict facts(const Network& network) {
  const checkpoint::Checkpoint& checkpoint = network.checkpoint();
  const nn::Graph& graph = network.graph();
  nb::dict facts;
  facts["file"] = checkpoint.file.string();
  facts["sha256"] = checkpoint.sha256;
  facts["container"] = checkpoint.container;
  facts["convention"] = checkpoint.convention;
  facts["network"] = checkpoint.network;
  facts["algorithm"] = checkpoint.algorithm;
  facts["game"] = checkpoint.game;
  facts["protocol_known"] = checkpoint.protocol.has_value();
  facts["step"] = checkpoint.step;
  facts["training_seed"] = checkpoint.training_seed;
  facts["evidence"] = checkpoint.evidence;
  facts["unknown"] = checkpoint.unknown;
  facts["actions"] = graph.actions();
  facts["output"] = std::string(nn::output_name(graph.output_kind()));
  facts["has_critic"] = graph.value().has_value();
  facts["input_shape"] = shape_tuple(graph.shape(0));
  facts["input_scale"] = network.input_scale();
  facts["memory_size"] = graph.state_size();
  facts["parameters"] = graph.parameter_count();
  return facts;
}

}  // namespace

void bind_network(nb::module_& module) {
  nb::class_<Question>(module, "Question");
  nb::class_<Network>(module, "Network")
      .def("facts", &facts)
      .def("layers", &layers)
      .def("protocol", &protocol)
      .def("describe", &describe, "target"_a)
      .def("run", &run, "states"_a, "memory"_a.none(), "batch"_a)
      .def(
          "question",
          [](const Network& network, const std::string& methods,
             const std::vector<std::string>& targets) {
            return network.question(methods, targets);
          },
          "methods"_a, "targets"_a)
      .def("explain", &explain, "states"_a, "question"_a, "chosen"_a, "memory"_a.none(), "batch"_a);
  module.def("load", &load, "name"_a, "network"_a.none(), "agents"_a, "options"_a);
  module.def("load_bytes", &load_bytes, "content"_a, "name"_a, "network"_a.none(), "options"_a);
  module.def(
      "agents",
      [](const std::string& folder) {
        nb::list cards;
        for (const profile::Card& card : profile::embedded_agents(folder))
          cards.append(nb::make_tuple(card.name, card.title, card.score, card.remarks));
        return cards;
      },
      "folder"_a);
}

}  // namespace arcadecam::python
