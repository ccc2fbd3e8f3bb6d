#include "arcadecam/explain/probe.h"

#include <algorithm>
#include <array>

#include "arcadecam/core/error.h"
#include "arcadecam/explain/method.h"
#include "arcadecam/explain/target.h"
#include "core/batches.h"

namespace arcadecam::explain {

namespace {

/// What a pass is given whose samples have their own activation of `node`: the nodes of cut_at(),
/// and those that are to be kept and do not follow from it (a critic beside the policy's layers).
std::vector<int> given_nodes(const nn::Graph& graph, int node, const nn::Watch& watch) {
  std::vector<int> nodes = nn::cut_at(graph, node);
  for (const int kept : watch.activations) {
    const bool follows = graph.ancestors_of(std::array{kept})[static_cast<std::size_t>(node)];
    if (!follows && std::ranges::find(nodes, kept) == nodes.end()) nodes.push_back(kept);
  }
  return nodes;
}

/// The pixels of a box, in all planes.
void copy_box(TensorView from, const PixelBox& box, MutableTensorView to) {
  const std::int64_t height = from.shape()[1], width = from.shape()[2];
  for (std::int64_t c = 0; c < from.shape()[0]; ++c) {
    for (std::int64_t y = box.top; y < box.top + box.height; ++y) {
      const std::int64_t first = (c * height + y) * width + box.left;
      std::copy_n(from.data() + first, box.width, to.data() + first);
    }
  }
}

}  // namespace

Probe::Probe(nn::Engine& engine, std::int64_t batch)
    : engine_(engine), batch_(batch), gradient_(engine.graph()) {
  if (batch < 1) throw bad_usage("a probe's batch of {}: expected 1 or more", batch);
}

void Probe::run(const Query& query, const ProbePlan& plan, const Fill& fill, const Take& take) {
  const FillAll fill_all = [&](std::int64_t first, std::int64_t count, float*) {
    for (std::int64_t n = 0; n < count; ++n) fill(first + n, values_[n].values());
  };
  run(query, plan, fill_all, take);
}

void Probe::run(const Query& query, const ProbePlan& asked, const FillAll& fill, const Take& take) {
  const auto fill_batch = [&](std::int64_t first, std::int64_t count) {
    values_.resize(query.graph.shape(asked.node).batch_of(count));
    fill(first, count, values_.data());
    return nn::Observations(values_.view(), remembered(query, count));
  };
  run_batches(query, asked, fill_batch, take);
}

void Probe::run(const Query& query, const ProbePlan& asked, TensorView reference,
                const Patch& patch, const Take& take) {
  const Shape& shape = query.graph.shape(0);
  boxes_.clear();
  patched_.resize(shape.batch_of(std::min(asked.count, batch_)));
  for (std::int64_t n = 0; n < patched_.shape()[0]; ++n)
    std::ranges::copy(reference.values(), patched_[n].data());
  const auto fill = [&](std::int64_t first, std::int64_t count) {
    for (std::int64_t n = 0; n < std::ssize(boxes_); ++n)
      copy_box(reference, boxes_[static_cast<std::size_t>(n)], patched_[n]);
    boxes_.resize(static_cast<std::size_t>(count));
    for (std::int64_t n = 0; n < count; ++n)
      boxes_[static_cast<std::size_t>(n)] = patch(first + n, patched_[n].values());
    nn::Observations inputs(TensorView(patched_.data(), shape.batch_of(count)),
                            remembered(query, count));
    inputs.reference = reference;
    inputs.boxes = boxes_;
    return inputs;
  };
  run_batches(query, asked, fill, take);
}

void Probe::run_batches(const Query& query, const ProbePlan& asked,
                        const std::function<nn::Observations(std::int64_t, std::int64_t)>& fill,
                        const Take& take) {
  if (!nested_) nested_ = std::make_unique<Probe>(engine_, batch_);
  ProbePlan plan = asked;
  plan.watch.merge(query.target.watch(query.graph));
  plan.watch.rules = plan.watch.rules || !plan.rules.empty();
  while (ruled_.size() < plan.rules.size()) ruled_.emplace_back(&tape_);
  std::vector<const nn::Tape*> ruled(plan.rules.size());
  for (std::size_t i = 0; i < ruled.size(); ++i) ruled[i] = &ruled_[i];
  for (std::int64_t first = 0; first < plan.count;) {
    const std::int64_t count = next_batch(plan.count - first, batch_);
    const nn::Observations inputs = fill(first, count);
    // The pass ends here: a probe of a probe may run in its memory.
    backward(query, plan, forward(query, plan, inputs));
    for (std::int64_t n = 0; n < count; ++n) {
      take(first + n, {query.graph, tape_, inputs, n, query.action, query.target, *nested_, ruled,
                       query.objects, query.frame_planes});
    }
    first += count;
    if (progress_) progress_(first, plan.count);
  }
}

TensorView Probe::remembered(const Query& query, std::int64_t count) {
  const TensorView memory = query.observations.memory;
  if (memory.size() == 0) return {};
  memory_.resize(memory.shape().inner().batch_of(count));
  for (std::int64_t n = 0; n < count; ++n)
    std::ranges::copy(memory[query.sample].values(), memory_[n].data());
  return memory_.view();
}

nn::Pass Probe::forward(const Query& query, const ProbePlan& plan, const nn::Observations& inputs) {
  const std::int64_t count = nn::batch_size(inputs);
  passes_.forward += count;
  if (plan.node == 0) return engine_.forward(inputs, plan.watch, tape_);
  const std::vector<int> cut = given_nodes(query.graph, plan.node, plan.watch);
  beside_.resize(cut.size());
  std::vector<nn::Given> given;
  for (std::size_t i = 0; i < cut.size(); ++i) {
    if (cut[i] == plan.node) {
      given.push_back({plan.node, values_.view(), plan.channels_last});
      continue;
    }
    beside_[i].resize(query.graph.shape(cut[i]).batch_of(count));
    const TensorView unchanged = query.tape.activation(cut[i])[query.sample];
    for (std::int64_t n = 0; n < count; ++n)
      std::ranges::copy(unchanged.values(), beside_[i][n].data());
    given.push_back({cut[i], beside_[i].view()});
  }
  return engine_.forward_from(given, plan.watch, tape_);
}

void Probe::backward(const Query& query, const ProbePlan& plan, nn::Pass pass) {
  if (plan.watch.gradients.empty() && plan.rules.empty()) return;
  const std::vector<Target> targets(static_cast<std::size_t>(tape_.batch()), query.target);
  const nn::OutputGradient gradient =
      plan.gradient.empty() ? gradient_.of(tape_, targets) : entering(query, plan);
  if (!plan.watch.gradients.empty()) {
    pass.backward(gradient, tape_);
    passes_.backward += tape_.batch();
  }
  for (std::size_t i = 0; i < plan.rules.size(); ++i) {
    pass.backward(gradient, plan.rules[i], ruled_[i]);
    passes_.backward += tape_.batch();
  }
}

nn::OutputGradient Probe::entering(const Query& query, const ProbePlan& plan) {
  entering_.resize(query.graph.shape(plan.entry).batch_of(tape_.batch()));
  for (std::int64_t n = 0; n < tape_.batch(); ++n)
    std::ranges::copy(plan.gradient, entering_[n].data());
  if (plan.entry == query.graph.output()) return {entering_.view()};
  zeros_.resize(tape_.output().shape());
  std::ranges::fill(zeros_.values(), 0.0F);
  return {zeros_.view(), plan.entry, entering_.view()};
}

std::vector<double> Probe::values(const Query& query, const ProbePlan& plan, const Fill& fill) {
  std::vector<double> result(static_cast<std::size_t>(plan.count));
  run(query, plan, fill, [&](std::int64_t index, const Query& probed) {
    result[static_cast<std::size_t>(index)] = probed.value();
  });
  return result;
}

Random Probe::random(const Query& query, std::uint64_t seed) {
  std::uint64_t hash = seed;
  std::visit(
      [&](const auto& batch) {
        for (const auto value : batch[query.sample].values()) {
          hash = hash * 0x100000001B3ULL + static_cast<std::uint64_t>(static_cast<std::int64_t>(
                                               static_cast<double>(value) * 256.0));
        }
      },
      query.observations.values);
  return Random(derive_seed(seed, hash, Stream::kMethod));
}

PassCount Probe::passes() const {
  PassCount total = passes_;
  if (nested_) {
    total.forward += nested_->passes().forward;
    total.backward += nested_->passes().backward;
  }
  return total;
}

}  // namespace arcadecam::explain
