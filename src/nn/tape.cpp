#include "arcadecam/nn/tape.h"

#include <algorithm>

namespace arcadecam::nn {
namespace {

void add_missing(std::vector<int>& to, const std::vector<int>& from) {
  for (const int node : from) {
    if (std::find(to.begin(), to.end(), node) == to.end()) to.push_back(node);
  }
}

}  // namespace

void Watch::merge(const Watch& other) {
  add_missing(activations, other.activations);
  add_missing(gradients, other.gradients);
  rules = rules || other.rules;
}

Tensor& Tape::begin_forward(std::int64_t batch, const Shape& output) {
  batch_ = batch;
  ++forward_passes_;
  pass_ = {};
  // What an earlier pass left belongs to other states.
  for (Slot& slot : activations_) slot.pass = -1;
  for (Slot& slot : gradients_) slot.pass = -1;
  output_.resize(output.batch_of(batch));
  return output_;
}

void Tape::begin_backward() {
  ++backward_passes_;
  for (Slot& slot : gradients_) slot.pass = -1;
}

const Tape::Slot* Tape::find(const std::vector<Slot>& slots, int node) const noexcept {
  for (const Slot& slot : slots) {
    if (slot.node == node && slot.pass == source().forward_passes_) return &slot;
  }
  return nullptr;
}

TensorView Tape::get(const std::vector<Slot>& slots, int node, const char* what) const {
  const Slot* slot = find(slots, node);
  if (slot == nullptr) {
    throw bad_input("the {} of network node {} was not kept by the last pass: watch it", what,
                    node);
  }
  return slot->values.view();
}

Tensor& Tape::put(std::vector<Slot>& slots, int node, const Shape& sample) {
  auto at =
      std::find_if(slots.begin(), slots.end(), [&](const Slot& slot) { return slot.node == node; });
  if (at == slots.end()) at = slots.insert(slots.end(), Slot{node, -1, {}});
  at->pass = source().forward_passes_;
  at->values.resize(sample.batch_of(batch()));
  return at->values;
}

}  // namespace arcadecam::nn
