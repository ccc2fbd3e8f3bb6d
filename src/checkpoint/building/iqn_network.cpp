#include "checkpoint/building/iqn_network.h"

#include <fmt/format.h>

#include "arcadecam/core/error.h"

namespace arcadecam::checkpoint {
namespace {

HeadStream stream_of(TensorTaker& taker, const IqnNames& names, std::int64_t flat) {
  const HeadStream stream = mean_stream(taker, names.hidden, names.head, flat);
  if (names.value_hidden.empty()) return stream;
  const HeadStream value = mean_stream(taker, names.value_hidden, names.value_head, flat);
  if (value.head.weight->shape()[0] != 1) {
    throw bad_input("'{}' has {} outputs; expected 1", names.value_head,
                    value.head.weight->shape()[0]);
  }
  return side_by_side(value, stream, names.head);
}

}  // namespace

BuiltNetwork build_iqn(TensorTaker& taker, const IqnNames& names, float divisor) {
  const bool noisy = taker.has(names.hidden + ".weight_mu");
  NetworkBuilder nodes(taker);
  const std::string& body = names.convolutions;
  const std::int64_t flat = nodes.nature({body + "0", body + "2", body + "4"}, divisor);
  const nn::Linear embedding = mean_layer(taker, names.embedding, TensorTaker::kAny);
  if (embedding.weight->shape()[0] != flat) {
    throw bad_input("'{}' has {} outputs; expected {}, one for each feature", names.embedding,
                    embedding.weight->shape()[0], flat);
  }
  const HeadStream stream = stream_of(taker, names, flat);
  const std::int64_t count =
      quantile_midpoints(flat, stream.hidden.weight->shape()[0], stream.head.weight->shape()[0]);
  add_stream(nodes, {names.hidden, next_module(names.hidden), names.head},
             mean_over_midpoints(midpoint_embeddings(embedding, count), stream));
  return {nodes.finish(),
          {fmt::format("{}{}implicit quantile network, the mean of {} quantiles at their midpoints",
                       noisy ? "noisy " : "", names.value_hidden.empty() ? "" : "dueling ", count),
           "IQN"}};
}

}  // namespace arcadecam::checkpoint
