// Guided backpropagation: only positive gradients pass a ReLU, and only where it was active.
#include "explain/input_gradient.h"

namespace arcadecam::explain {

extern constinit const Method guided_backprop_entry{
    "guided-backprop",
    "guided backpropagation: input gradient, ReLUs pass only what is positive",
    "Springenberg et al. 2015, arXiv:1412.6806",
    []() -> std::span<const Param> { return {}; },
    {.is_signed = true, .scale_invariant = true},
    [](const nn::Graph& graph, const Params&) {
      return make_input_gradient(graph, {nn::rule::Guided{}, {}});
    }};

}  // namespace arcadecam::explain
