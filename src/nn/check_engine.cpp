#include "nn/check_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "arcadecam/core/error.h"

namespace arcadecam::nn {
namespace {

/// Largest difference of values, relative to the largest value: float32 against double on a deep
/// network.
constexpr double kOfValues = 1e-3;
/// Root mean square of the differences of gradients, relative to that of the gradients: where a
/// unit's input is zero but for rounding, one engine may pass a gradient on and the other not.
constexpr double kOfGradients = 2e-2;

constexpr const char *kOutput = "output", *kActivation = "activation";

class CheckEngine final : public Engine {
 public:
  CheckEngine(std::unique_ptr<Engine> used, std::unique_ptr<Engine> compared)
      : used_(std::move(used)), compared_(std::move(compared)) {}

  [[nodiscard]] const Graph& graph() const noexcept override { return used_->graph(); }

  void set_state(std::span<const float> state) override {
    used_->set_state(state);
    compared_->set_state(state);
  }

  void forward(const Observations& observations, const Watch& watch, Tape& tape) override {
    used_->forward(observations, watch, tape);
    compared_->forward(observations, watch, tape_);
    compare_forward(watch, tape);
  }

  void forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) override {
    used_->forward_from(given, watch, tape);
    compared_->forward_from(given, watch, tape_);
    compare_forward(watch, tape);
  }

  void backward(const OutputGradient& gradient, Tape& tape) override {
    used_->backward(gradient, tape);
    compared_->backward(gradient, tape_);
    for (const int node : watched_)
      compare("gradient", node, tape.gradient(node), tape_.gradient(node));
  }

  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) override {
    used_->backward(gradient, pass, tape);
    Tape ruled(&tape_);
    compared_->backward(gradient, pass, ruled);
    for (const int node : pass.watched)
      compare("relevance", node, tape.gradient(node), ruled.gradient(node));
  }

 private:
  void compare_forward(const Watch& watch, const Tape& tape) {
    watched_ = watch.gradients;
    compare(kOutput, graph().output(), tape.output(), tape_.output());
    for (const int node : watch.activations)
      compare(kActivation, node, tape.activation(node), tape_.activation(node));
  }

  void compare(const char* what, int node, TensorView a, TensorView b) const {
    double largest = 0, difference = 0, squares = 0, difference_squares = 0;
    for (std::int64_t i = 0; i < a.size(); ++i) {
      const double x = a.data()[i], y = b.data()[i];
      if (x == y || (std::isnan(x) && std::isnan(y))) {
        if (std::isfinite(y)) largest = std::max(largest, std::abs(y)), squares += y * y;
        continue;
      }
      if (!std::isfinite(x) || !std::isfinite(y)) return fail(what, node, HUGE_VAL, std::abs(y));
      largest = std::max(largest, std::abs(y));
      difference = std::max(difference, std::abs(x - y));
      squares += y * y;
      difference_squares += (x - y) * (x - y);
    }
    const bool values = what == kOutput || what == kActivation;
    if (values ? difference > kOfValues * largest
               : std::sqrt(difference_squares) > kOfGradients * std::sqrt(squares)) {
      fail(what, node, difference, largest);
    }
  }

  void fail(const char* what, int node, double difference, double largest) const {
    throw bad_input(
        "the engines differ at network node '{}': {} by up to {:.3g}, where the largest value is "
        "{:.3g}",
        graph().node(node).name, what, difference, largest);
  }

  std::unique_ptr<Engine> used_, compared_;
  Tape tape_;
  std::vector<int> watched_;
};

}  // namespace

std::unique_ptr<Engine> make_check_engine(std::unique_ptr<Engine> used,
                                          std::unique_ptr<Engine> compared) {
  return std::make_unique<CheckEngine>(std::move(used), std::move(compared));
}

}  // namespace arcadecam::nn
