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
#include "nn/workspaces.h"

namespace arcadecam::nn {
namespace {

/// What an engine and its passes share. The passes may outlive the engine.
class Device {
 public:
  Device(std::shared_ptr<const Graph> graph, const EngineOptions& options)
      : graph_(std::move(graph)), threads_(options.threads), context_(options) {}

  [[nodiscard]] const Graph& graph() const { return *graph_; }
  [[nodiscard]] onednn::Context& context() { return context_; }

  /// oneDNN's threads are OpenMP's, whose number is a setting of the calling thread; its exceptions
  /// become ours.
  template <typename F>
  void run(F&& work) const {
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

 private:
  std::shared_ptr<const Graph> graph_;
  int threads_;
  onednn::Context context_;
};

class OnednnWorkspace final : public Pass::Workspace {
 public:
  OnednnWorkspace(std::shared_ptr<Device> device, std::int64_t batch)
      : device_(std::move(device)),
        batch_(batch),
        plan_(device_->context(), device_->graph(), batch) {}

  onednn::Plan& plan() { return plan_; }

  void backward(const OutputGradient& gradient, Tape& tape) override {
    check_output_gradient(device_->graph(), batch_, gradient);
    device_->run([&] { plan_.backward(gradient, tape); });
  }

  void backward(const OutputGradient& gradient, const RulePass& pass, Tape& tape) override {
    check_output_gradient(device_->graph(), batch_, gradient);
    check_rules(device_->graph(), pass, plan_.watched().rules);
    device_->run([&] { plan_.backward(gradient, pass, tape); });
  }

 private:
  std::shared_ptr<Device> device_;
  std::int64_t batch_;
  onednn::Plan plan_;
};

class OnednnEngine final : public Engine {
 public:
  OnednnEngine(std::shared_ptr<const Graph> graph, const EngineOptions& options)
      : device_(std::make_shared<Device>(std::move(graph), options)) {
    if (options.threads < 1)
      throw bad_usage("an engine needs at least one thread, found {}", options.threads);
    if (options.precision == Precision::kBf16 &&
        (window_kernels() == nullptr || window_kernels()->run_bf16 == nullptr)) {
      throw bad_usage(
          "precision bf16: this processor has no AVX-512 BF16 instructions; use f32, which is "
          "faster here");
    }
  }

  [[nodiscard]] const Graph& graph() const noexcept override { return device_->graph(); }

  Pass forward(const Observations& observations, const Watch& watch, Tape& tape) override {
    check_observations(graph(), observations);
    check_watch(graph(), watch);
    return run(batch_size(observations), tape,
               [&](onednn::Plan& plan) { plan.forward(observations, watch, tape); });
  }

  Pass forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) override {
    const std::vector<int> nodes = nodes_to_compute(graph(), given, watch);
    return run(given.front().values.shape()[0], tape,
               [&](onednn::Plan& plan) { plan.forward_from(given, nodes, watch, tape); });
  }

 private:
  template <typename Forward>
  Pass run(std::int64_t batch, Tape& tape, Forward&& forward) {
    std::shared_ptr<OnednnWorkspace> workspace;
    device_->run([&] {
      workspace = workspaces_[batch].free(
          [&] { return std::make_shared<OnednnWorkspace>(device_, batch); });
      forward(workspace->plan());
    });
    return {std::move(workspace), tape};
  }

  std::shared_ptr<Device> device_;
  std::map<std::int64_t, Workspaces<OnednnWorkspace>> workspaces_;  ///< by batch
};

}  // namespace

extern constinit const EngineKind onednn_entry{
    "onednn", kOnednnTitle,
    [](std::shared_ptr<const Graph> graph,
       const EngineOptions& options) -> std::unique_ptr<Engine> {
      return std::make_unique<OnednnEngine>(std::move(graph), options);
    }};

}  // namespace arcadecam::nn
