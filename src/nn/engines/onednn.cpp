// oneDNN's convolutions in blocked layouts, our own sparse fully connected layers: the default.
#include <omp.h>

#include <map>
#include <utility>

#include "arcadecam/core/denormals.h"
#include "arcadecam/core/error.h"
#include "nn/checks.h"
#include "nn/kernels/window_kernels.h"
#include "nn/onednn/plan.h"
#include "nn/onednn_module.h"

namespace arcadecam::nn {
namespace {

class OnednnEngine final : public Engine {
 public:
  OnednnEngine(std::shared_ptr<const Graph> graph, const EngineOptions& options)
      : graph_(std::move(graph)), threads_(options.threads), context_(options) {
    context_.state.resize(static_cast<std::size_t>(graph_->state_size()));
    if (threads_ < 1) throw bad_usage("an engine needs at least one thread, found {}", threads_);
    if (options.precision == Precision::kBf16 &&
        (window_kernels() == nullptr || window_kernels()->run_bf16 == nullptr)) {
      throw bad_usage(
          "precision bf16: this processor has no AVX-512 BF16 instructions; use f32, which is "
          "faster here");
    }
  }

  [[nodiscard]] const Graph& graph() const noexcept override { return *graph_; }

  void set_state(std::span<const float> state) override {
    check_state(*graph_, state);
    context_.state.assign(state.begin(), state.end());
  }

  void forward(const Observations& observations, const Watch& watch, Tape& tape) override {
    check_observations(*graph_, observations);
    check_watch(*graph_, watch);
    run([&] { plan_for(batch_size(observations)).forward(observations, watch, tape); });
  }

  void forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) override {
    const std::vector<int> nodes = nodes_to_compute(*graph_, given, watch);
    run([&] { plan_for(given.front().values.shape()[0]).forward_from(given, nodes, watch, tape); });
  }

  void backward(const OutputGradient& gradient, Tape& tape) override {
    check_output_gradient(*graph_, batch_, gradient);
    run([&] { current_->backward(gradient, tape); });
  }

  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) override {
    check_output_gradient(*graph_, batch_, gradient);
    check_rules(*graph_, pass, current_->watched().rules);
    run([&] { current_->backward(gradient, pass, tape); });
  }

 private:
  onednn::Plan& plan_for(std::int64_t batch) {
    auto& plan = plans_[batch];
    if (!plan) plan = std::make_unique<onednn::Plan>(context_, *graph_, batch);
    current_ = plan.get();
    batch_ = batch;
    return *plan;
  }

  /// oneDNN's threads are OpenMP's, whose number is a setting of the calling thread; its exceptions
  /// become ours.
  template <typename F>
  void run(F&& work) {
    if (omp_get_max_threads() != threads_) omp_set_num_threads(threads_);
    const FlushDenormals flush;
    if (threads_ > 1) {
      // Every thread has a setting of its own; OpenMP's run nothing but oneDNN's and our passes.
#pragma omp parallel
      FlushDenormals::for_good();
    }
    try {
      work();
    } catch (const dnnl::error& error) {
      throw bad_input("oneDNN refused the network: {}", error.what());
    }
  }

  std::shared_ptr<const Graph> graph_;
  int threads_;
  onednn::Context context_;
  std::map<std::int64_t, std::unique_ptr<onednn::Plan>> plans_;
  onednn::Plan* current_ = nullptr;
  std::int64_t batch_ = 0;
};

}  // namespace

extern constinit const EngineKind onednn_entry{
    "onednn", kOnednnTitle,
    [](std::shared_ptr<const Graph> graph,
       const EngineOptions& options) -> std::unique_ptr<Engine> {
      return std::make_unique<OnednnEngine>(std::move(graph), options);
    }};

}  // namespace arcadecam::nn
