#include "checkpoint/building/iqn_network.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {
namespace {

Stream stream_of(StateTaker& taker, const IqnNames& names, std::int64_t flat) {
  const Stream stream = mean_stream(taker, names.hidden, names.head, flat);
  if (names.value_hidden.empty()) return stream;
  const Stream value = mean_stream(taker, names.value_hidden, names.value_head, flat);
  if (value.head.weight->shape()[0] != 1) {
    throw bad_input("'{}' has {} outputs; expected 1", names.value_head,
                    value.head.weight->shape()[0]);
  }
  return side_by_side(value, stream);
}

}  // namespace

nn::Graph build_iqn(StateTaker& taker, const IqnNames& names, float divisor) {
  NodeList nodes(taker);
  const std::string& body = names.convolutions;
  const std::int64_t flat = nodes.nature({body + "0", body + "2", body + "4"}, divisor);
  const nn::Linear embedding = mean_layer(taker, names.embedding, StateTaker::kAny);
  if (embedding.weight->shape()[0] != flat) {
    throw bad_input("'{}' has {} outputs; expected {}, one for each feature", names.embedding,
                    embedding.weight->shape()[0], flat);
  }
  const Stream stream = stream_of(taker, names, flat);
  const std::int64_t count =
      quantile_midpoints(flat, stream.hidden.weight->shape()[0], stream.head.weight->shape()[0]);
  const Stream mean = mean_over_midpoints(midpoint_embeddings(embedding, count), stream);
  nodes.linear(names.hidden, mean.hidden);
  nodes.add(next_module(names.hidden), nn::Relu{});
  nodes.linear(names.head, mean.head);
  return nodes.finish();
}

std::string title_of_iqn(const StateDict& state, const IqnNames& names) {
  const bool noisy = state.find(names.hidden + ".weight_mu") != nullptr;
  const std::string_view mean = noisy ? "_mu" : "";
  const Shape hidden = state.find(fmt::format("{}.weight{}", names.hidden, mean))->shape();
  const std::int64_t actions = state.find(fmt::format("{}.bias{}", names.head, mean))->size();
  std::int64_t width = hidden[0];
  if (!names.value_hidden.empty())
    width += state.find(fmt::format("{}.bias{}", names.value_hidden, mean))->size();
  return fmt::format("{}{}implicit quantile network, the mean of {} quantiles at their midpoints",
                     noisy ? "noisy " : "", names.value_hidden.empty() ? "" : "dueling ",
                     quantile_midpoints(hidden[1], width, actions));
}

}  // namespace arcadecam::checkpoint
