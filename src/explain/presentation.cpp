#include "explain/presentation.h"

#include <algorithm>

#include "explain/completeness.h"
#include "explain/layers.h"
#include "explain/plane_kernels.h"

namespace arcadecam::explain {
namespace {

bool all_zero(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return value == 0; });
}

/// Whether everything that the method reads of this sample's backward passes is zero.
bool no_gradient(const Query& query, const Explainer& explainer) {
  for (const int node : explainer.watch().gradients) {
    if (!all_zero(query.tape.gradient(node)[query.sample].values())) return false;
  }
  for (std::size_t k = 0; k < query.ruled.size(); ++k) {
    for (const int node : explainer.rules()[k].watched) {
      // What enters is no evidence.
      if (node == query.graph.output() || node == target_node(query.graph)) continue;
      if (!all_zero(query.ruled[k]->gradient(node)[query.sample].values())) return false;
    }
  }
  return !explainer.watch().gradients.empty() || !query.ruled.empty();
}

}  // namespace

bool is_note(Warning warning) {
  return warning == Warning::kPremise || warning == Warning::kBiasesTake;
}

bool is_of_residual(Warning warning) {
  return warning == Warning::kIncomplete || warning == Warning::kBiasesTake ||
         warning == Warning::kNotConserved;
}

std::string_view meaning(Warning warning) {
  switch (warning) {
    case Warning::kZeroGradient:
      return "zero, since nothing that the method reads depends on the target: they say nothing";
    case Warning::kNothingPositive:
      return "zero, since all evidence speaks against the target and is cut off: they say nothing";
    case Warning::kConstant:
      return "the same everywhere: they say nothing";
    case Warning::kSaturated:
      return "of a softmax probability of nearly 0 or 1, whose gradient vanishes: numerical noise "
             "may show";
    case Warning::kPremise:
      return "by a closed form that holds for an exponential of the output, which this is not";
    case Warning::kIncomplete:
      return "not complete: the terms do not sum to the explained value; what bends on the way "
             "breaks that (a softmax, a product, a normalisation), and so do too few steps";
    case Warning::kBiasesTake:
      return "of relevance that does not all reach the picture: biases take their share "
             "(bias=ignore leaves them out)";
    case Warning::kNotConserved:
      return "of relevance that does not all reach the picture: what arrives where no input "
             "contributes (a black region) is lost, and a softmax hands on another sum than it "
             "takes";
  }
  return "";
}

Presentation::Presentation(const Method& method, const nn::Graph& graph, double sigma)
    : method_(method), plane_(plane_of(graph.shape(0))), sigma_(sigma) {}

void Presentation::finish(const Query& query, const Explainer& explainer, Attribution& result) {
  if (method_.promise.is_signed) show_signed(explainer, result);
  gaussian_smooth(result.map.view(), sigma_);
  const Spread spread = plane_kernels().spread(result.map.data(), result.map.size());
  result.lowest = spread.low;
  result.highest = spread.high;
  minmax(result.map.values());
  warn(query, explainer, result);
}

void Presentation::show_signed(const Explainer& explainer, Attribution& result) {
  result.signed_map.resize(plane_);
  if (result.raw.shape() == plane_) {
    std::ranges::copy(result.raw.values(), result.signed_map.data());
  } else {
    if (!resize_ || resize_->from() != result.raw.shape()) {
      const std::optional<Placement>& place = explainer.raw_place();
      resize_ = place ? BilinearResize(result.raw.shape(), plane_, *place)
                      : BilinearResize(result.raw.shape(), plane_, Alignment::kHalfPixel);
    }
    std::ranges::fill(result.signed_map.values(), 0.0F);
    resize_->add(result.raw.data(), 1.0F, result.signed_map.data());
  }
  gaussian_smooth(result.signed_map.view(), sigma_);
}

void Presentation::warn(const Query& query, const Explainer& explainer, Attribution& result) const {
  const bool uses_decision = method_.promise.uses_decision;
  if (result.says_nothing()) {
    const auto [low, high] = std::ranges::minmax(result.raw.values());
    if (uses_decision && no_gradient(query, explainer)) {
      result.warnings.push_back(Warning::kZeroGradient);
    } else if (low == high) {
      result.warnings.push_back(Warning::kConstant);
    } else {
      result.warnings.push_back(Warning::kNothingPositive);
    }
  }
  if (uses_decision && query.target.saturated(query.outputs()))
    result.warnings.push_back(Warning::kSaturated);
  if (method_.promise.assumes_exponential) result.warnings.push_back(Warning::kPremise);
  if (method_.promise.complete && result.completeness &&
      result.completeness->relative_residual() > kCompleteEnough)
    result.warnings.push_back(Warning::kIncomplete);
}

}  // namespace arcadecam::explain
