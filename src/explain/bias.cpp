#include "explain/bias.h"

#include <cmath>

namespace arcadecam::explain {
namespace {

std::vector<float> values_of(const nn::Weights& weights) {
  if (!weights) return {};
  return {weights->values().begin(), weights->values().end()};
}

}  // namespace

std::vector<float> bias_of(const nn::Op& op) {
  if (const auto* conv = std::get_if<nn::Conv2d>(&op)) return values_of(conv->bias);
  if (const auto* linear = std::get_if<nn::Linear>(&op)) return values_of(linear->bias);
  std::vector<float> bias;
  if (const auto* norm = std::get_if<nn::BatchNorm2d>(&op)) {
    bias = values_of(norm->beta);
    for (std::size_t c = 0; c < bias.size(); ++c) {
      const double deviation = std::sqrt(double{norm->variance->data()[c]} + norm->epsilon);
      bias[c] = static_cast<float>(norm->beta->data()[c] -
                                   norm->mean->data()[c] * norm->gamma->data()[c] / deviation);
    }
  }
  return bias;
}

}  // namespace arcadecam::explain
