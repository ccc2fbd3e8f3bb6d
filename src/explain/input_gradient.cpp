#include "explain/input_gradient.h"

#include <algorithm>
#include <utility>

#include "explain/input_attribution.h"
#include "explain/layers.h"

namespace arcadecam::explain {
namespace {

class InputGradient final : public Explainer {
 public:
  InputGradient(const nn::Graph& graph, nn::RuleMap rules) : input_(graph.shape(0)) {
    plane_of(input_);
    rules_.push_back({std::move(rules), {0}});
  }

  void explain(const Query& query, Attribution& result) override {
    result.planes.resize(input_);
    std::ranges::copy(query.ruled.front()->gradient(0)[query.sample].values(),
                      result.planes.data());
    sum_planes(result);
    result.layers.clear();
  }

 private:
  Shape input_;
};

}  // namespace

std::unique_ptr<Explainer> make_input_gradient(const nn::Graph& graph, nn::RuleMap rules) {
  return std::make_unique<InputGradient>(graph, std::move(rules));
}

}  // namespace arcadecam::explain
