// The deconvolutional network's gradient: positive gradients pass a ReLU, active or not.
#include "explain/input_gradient.h"

namespace arcadecam::explain {

extern constinit const Method deconvolution_entry{
    "deconvolution",
    "deconvolution: input gradient, ReLUs pass what is positive whether active or not",
    "Zeiler & Fergus 2014, arXiv:1311.2901",
    []() -> std::span<const Param> { return {}; },
    {.is_signed = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params&) {
      return make_input_gradient(graph, {nn::rule::Deconvolution{}, {}});
    }};

}  // namespace arcadecam::explain
