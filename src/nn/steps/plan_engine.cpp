#include "nn/steps/plan_engine.h"

#include <omp.h>

#include <map>
#include <utility>

#include "arcadecam/core/denormals.h"
#include "arcadecam/core/error.h"
#include "nn/checks.h"
#include "nn/steps/plan.h"
#include "nn/workspaces.h"

namespace arcadecam::nn::steps {
namespace {

/// What an engine and its passes share. The passes may outlive the engine.
class Device {
 public:
  Device(std::shared_ptr<const Graph> graph, const EngineOptions& options,
         std::unique_ptr<Library> library)
      : graph_(std::move(graph)),
        threads_(options.threads),
        context_(options, std::move(library)) {}

  [[nodiscard]] const Graph& graph() const { return *graph_; }
  [[nodiscard]] PlanContext& context() { return context_; }

  /// The threads of our loops and of libraries are OpenMP's, whose number is a setting of the
  /// calling thread.
  template <typename F>
  void run(F&& work) const {
    if (omp_get_max_threads() != threads_) omp_set_num_threads(threads_);
    const FlushDenormals flush;
    if (threads_ > 1) {
      // Every thread has a setting of its own; OpenMP's run nothing but passes.
#pragma omp parallel
      FlushDenormals::for_good();
    }
    if (const Library* library = context_.library()) {
      library->run(work);
    } else {
      work();
    }
  }

 private:
  std::shared_ptr<const Graph> graph_;
  int threads_;
  PlanContext context_;
};

class PlanWorkspace final : public Pass::Workspace {
 public:
  PlanWorkspace(std::shared_ptr<Device> device, std::int64_t batch)
      : device_(std::move(device)),
        batch_(batch),
        plan_(device_->context(), device_->graph(), batch) {}

  Plan& plan() { return plan_; }

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
  Plan plan_;
};

class PlanEngine final : public Engine {
 public:
  PlanEngine(std::shared_ptr<const Graph> graph, const EngineOptions& options,
             std::unique_ptr<Library> library)
      : device_(std::make_shared<Device>(std::move(graph), options, std::move(library))) {
    if (options.threads < 1)
      throw bad_usage("an engine needs at least one thread, found {}", options.threads);
  }

  [[nodiscard]] const Graph& graph() const noexcept override { return device_->graph(); }

  Pass forward(const Observations& observations, const Watch& watch, Tape& tape) override {
    check_observations(graph(), observations);
    check_watch(graph(), watch);
    return run(batch_size(observations), tape,
               [&](Plan& plan) { plan.forward(observations, watch, tape); });
  }

  Pass forward_from(std::span<const Given> given, const Watch& watch, Tape& tape) override {
    const std::vector<int> nodes = nodes_to_compute(graph(), given, watch);
    return run(given.front().values.shape()[0], tape,
               [&](Plan& plan) { plan.forward_from(given, nodes, watch, tape); });
  }

 private:
  template <typename Forward>
  Pass run(std::int64_t batch, Tape& tape, Forward&& forward) {
    std::shared_ptr<PlanWorkspace> workspace;
    device_->run([&] {
      workspace =
          workspaces_[batch].free([&] { return std::make_shared<PlanWorkspace>(device_, batch); });
      forward(workspace->plan());
    });
    return {std::move(workspace), tape};
  }

  std::shared_ptr<Device> device_;
  std::map<std::int64_t, Workspaces<PlanWorkspace>> workspaces_;  ///< by batch
};

}  // namespace

std::unique_ptr<Engine> make_plan_engine(std::shared_ptr<const Graph> graph,
                                         const EngineOptions& options,
                                         std::unique_ptr<Library> library) {
  return std::make_unique<PlanEngine>(std::move(graph), options, std::move(library));
}

}  // namespace arcadecam::nn::steps
