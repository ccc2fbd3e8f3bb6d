#include "checkpoint/building/activation_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "arcadecam/checkpoint/checkpoint.h"
#include "arcadecam/core/error.h"
#include "core/text.h"

namespace arcadecam::checkpoint {
namespace {

using ActivationKind = nn::Activation::Kind;

// With PyTorch's default settings.
const std::array<std::pair<std::string_view, nn::Op>, 8>& table() {
  static const std::array<std::pair<std::string_view, nn::Op>, 8> names{
      {{"relu", nn::Relu{}},
       {"tanh", nn::Activation{ActivationKind::kTanh}},
       {"sigmoid", nn::Activation{ActivationKind::kSigmoid}},
       {"leaky_relu", nn::Activation{ActivationKind::kLeakyRelu, 0.01F}},
       {"elu", nn::Activation{ActivationKind::kElu}},
       {"gelu", nn::Activation{ActivationKind::kGelu}},
       {"silu", nn::Activation{ActivationKind::kSilu}},
       {"softplus", nn::Activation{ActivationKind::kSoftplus}}}};
  return names;
}

}  // namespace

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const auto& [name, op] : table()) names.emplace_back(name);
  return names;
}

nn::Op activation_named(std::string_view name) {
  for (const auto& [known, op] : table()) {
    if (known == name) return op;
  }
  throw bad_usage("'{}' is no activation function; expected one of {}", printable(name),
                  fmt::join(activation_names(), ", "));
}

}  // namespace arcadecam::checkpoint
