// d3rlpy (Seno & Imai 2022), discrete algorithms on PixelEncoder: one value an action, or the mean
// of quantiles. The config says whether pixels are divided by 255.

#include <fmt/format.h>

#include "arcadecam/core/error.h"
#include "checkpoint/network_parts.h"
#include "checkpoint/weight_algebra.h"

namespace arcadecam::checkpoint {
namespace {

const std::string kEncoder = "0._encoder._cnn_layers.";

std::string recognises(const StateDict& state, const Hints& /*hints*/) {
  return has_prefix(state, kEncoder) ? "names start with '0._encoder._cnn_layers.'" : "";
}

bool is(const Hints& hints, std::string_view name, std::string_view value) {
  const auto found = hints.facts.text(name);
  return found && *found == value;
}

void check_config(const StateDict& state, const Hints& hints) {
  if (has_prefix(state, "1._encoder.")) {
    throw bad_input("several critics (n_critics above 1), whose values would have to be averaged");
  }
  const auto kind = hints.facts.text("q_func");
  if (kind && *kind != "mean" && *kind != "qr")
    throw bad_input("its q_func is '{}'; expected mean or qr", *kind);
  const auto activation = hints.facts.text("activation");
  if (activation && *activation != "relu")
    throw bad_input("its activation is '{}'; expected relu", *activation);
}

std::int64_t quantiles_of(const Hints& hints) {
  const auto said = hints.facts.number("n_quantiles");
  const bool fits = is(hints, "q_func", "qr") && said && *said >= 1 && *said <= 1e6;
  return fits ? static_cast<std::int64_t>(*said) : 1;
}

nn::Graph build(const StateDict& state, const Hints& hints) {
  check_config(state, hints);
  StateTaker taker(state);
  NodeList nodes(taker);
  const float usual = is(hints, "observation_scaler", "pixel") ? 255.0F : 1.0F;
  const std::int64_t flat =
      nodes.nature({kEncoder + "0", kEncoder + "2", kEncoder + "4"}, divisor_of(hints, usual));
  const std::int64_t hidden = nodes.linear("0._encoder._last_layers.0", flat);
  nodes.add("0._encoder._last_layers.1", nn::Relu{});
  nodes.linear("0._fc", hidden);
  const std::int64_t quantiles = quantiles_of(hints);
  nodes.replace_last([&](const nn::Linear& head, const std::string& name) {
    if (head.weight->shape()[0] % quantiles != 0) {
      throw bad_input("the tensor '{}.weight' has {} outputs; expected a multiple of {} quantiles",
                      name, head.weight->shape()[0], quantiles);
    }
    return quantiles == 1 ? head : mean_of_quantiles(head, quantiles, /*quantile_outermost=*/false);
  });
  return nodes.finish();
}

Description describe(const StateDict& /*state*/, const Hints& hints) {
  const std::int64_t quantiles = quantiles_of(hints);
  const bool scaled = is(hints, "observation_scaler", "pixel");
  Description description{
      fmt::format("PixelEncoder, {}, pixels {}",
                  quantiles == 1 ? "one value an action"
                                 : fmt::format("the mean of {} quantiles", quantiles),
                  scaled ? "divided by 255" : "as they are"),
      quantiles == 1 ? "DQN" : "QR-DQN"};
  if (!hints.facts.text("observation_scaler") && !hints.divisor) {
    description.unknown.emplace_back(
        "Whether the network divides the pixels by 255: not without a config (give --divide-by "
        "255 if it does).");
  }
  return description;
}

}  // namespace

extern constinit const Convention d3rlpy_entry{
    "d3rlpy", "d3rlpy's discrete algorithms: DQN, QR-DQN", "d3rlpy", recognises, build, describe};

}  // namespace arcadecam::checkpoint
