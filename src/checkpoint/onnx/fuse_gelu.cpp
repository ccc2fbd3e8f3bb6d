#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

#include "checkpoint/onnx/onnx_passes.h"

namespace arcadecam::checkpoint::onnx {
namespace {

bool is_about(double value, double expected) {
  return std::abs(value - expected) < 1e-5 * expected;
}

// A value as a factor times what another node puts out.
struct Scaled {
  double factor;
  int of;
};

// Through one Scale, where there is one.
Scaled unscaled(const Draft& draft, int at) {
  const auto* times = draft.as<nn::Scale>(at);
  return times == nullptr ? Scaled{1, at} : Scaled{times->factor, draft.input(at)};
}

// Of 1 + erf(x/√2): which node is x.
std::optional<int> gated(const Draft& draft, int at) {
  const auto* plus = draft.as<AddConstant>(at);
  if (plus == nullptr || plus->numbers->size() != 1 || plus->numbers->values()[0] != 1)
    return std::nullopt;
  const int erf = draft.input(at);
  if (!draft.is<Erf>(erf)) return std::nullopt;
  const Scaled inside = unscaled(draft, draft.input(erf));
  if (!is_about(inside.factor, std::numbers::sqrt2 / 2)) return std::nullopt;
  return inside.of;
}

// Whether `at` is `factor` times node `x`, which may itself be a Scale.
bool is_scaled(const Draft& draft, int at, double factor, int x) {
  if (at == x) return is_about(1, factor);
  const Scaled value = unscaled(draft, at);
  return value.of == x && is_about(value.factor, factor);
}

// What node `at` is the GELU of, when it is `factor`·2·x·½(1 + erf(x/√2)).
std::optional<int> gelu_of(const Draft& draft, int at, double factor) {
  if (!draft.is<Product>(at) && !draft.is<nn::Gate>(at)) return std::nullopt;
  const int a = draft.input(at, 0), b = draft.input(at, 1);
  for (const auto& [value, gate] : {std::pair(a, b), std::pair(b, a)}) {
    const Scaled scaled_gate = unscaled(draft, gate);
    for (const Scaled& side : {Scaled{1, gate}, scaled_gate}) {
      const auto x = gated(draft, side.of);
      if (x && is_scaled(draft, value, 0.5 / (factor * side.factor), *x)) return x;
    }
  }
  return std::nullopt;
}

}  // namespace

void fuse_gelu(Draft& draft) {
  for (int at = 0; at < draft.size(); ++at) {
    auto x = gelu_of(draft, at, 1);
    if (const auto* times = draft.as<nn::Scale>(at); times != nullptr && times->factor > 0)
      x = gelu_of(draft, draft.input(at), times->factor);
    if (x) draft.replace(at, nn::Activation{nn::Activation::Kind::kGelu}, {*x});
  }
}

}  // namespace arcadecam::checkpoint::onnx
