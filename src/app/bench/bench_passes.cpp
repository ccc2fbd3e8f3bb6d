#include <algorithm>

#include "app/bench/bench.h"
#include "arcadecam/explain/session.h"
#include "nn/bare_kernels.h"

namespace arcadecam::app {
namespace {

/// Batches of the given states, one after the other, until each state was in one: a single state
/// that is computed again and again would be easier than states that follow one another.
std::vector<ByteTensor> batches_of(const ByteTensor& states, std::int64_t count) {
  std::vector<ByteTensor> batches;
  for (std::int64_t first = 0; first < states.shape()[0]; first += count) {
    ByteTensor& batch = batches.emplace_back(states.shape().inner().batch_of(count));
    for (std::int64_t n = 0; n < count; ++n)
      std::ranges::copy(states[(first + n) % states.shape()[0]].values(), batch[n].data());
  }
  return batches;
}

/// Batches that take turns.
class Turns {
 public:
  explicit Turns(const std::vector<ByteTensor>& batches) : batches_(batches) {}
  ByteTensorView next() { return batches_[at_++ % batches_.size()].view(); }

 private:
  const std::vector<ByteTensor>& batches_;
  std::size_t at_ = 0;
};

/// The nodes whose activation and gradient a method of all layers needs.
nn::Watch all_layers(const nn::Graph& graph) {
  const auto layers = graph.spatial_layers();
  return {{layers.begin(), layers.end()}, {layers.begin(), layers.end()}};
}

/// Everything that is timed in turns for one batch size and number of threads.
class Group {
 public:
  Group(const agent::Agent& agent, const ByteTensor& states, const BenchPlan& plan,
        std::int64_t batch, int threads)
      : agent_(agent),
        plan_(plan),
        batch_(batch),
        threads_(threads),
        batches_(batches_of(states, batch)),
        engine_(nn::make_engine(plan.engine, agent.graph, {threads, plan.precision})),
        kernels_(nn::bare_kernels(*agent.graph, batch, threads)) {
    add_passes();
    for (const explain::MethodSpec& method : plan.methods) add_method(method);
  }

  std::vector<BenchRow> run(double seconds) {
    const auto timings =
        take_turns(workloads_, seconds / static_cast<double>(workloads_.size()), plan_.rounds);
    std::vector<BenchRow> rows;
    for (std::size_t i = 0; i < workloads_.size(); ++i) {
      BenchRow& row = rows.emplace_back();
      row.section = i < passes_ ? "passes" : "methods";
      row.what = workloads_[i].name;
      row.batch = batch_;
      row.threads = threads_;
      row.seconds = timings[i];
      for (double& value : row.seconds.rounds) value /= static_cast<double>(batch_);
      // The kernels, where there are some, come in front of what they are compared with.
      if (!kernels_.empty() && (i == 1 || i == 3)) {
        row.against = workloads_[i - 1].name;
        row.ratio = ratio(timings[i], timings[i - 1]);
      }
    }
    return rows;
  }

 private:
  void add(const std::string& name, std::function<void()> work) {
    workloads_.push_back({name, [this, work = std::move(work)](std::int64_t calls) {
                            return timed(calls, threads_, work);
                          }});
  }

  void add_passes() {
    const nn::Watch watch = all_layers(*agent_.graph);
    gradient_.resize(Shape{batch_, agent_.graph->actions()});
    for (std::int64_t n = 0; n < batch_; ++n) gradient_[n].data()[0] = 1.0F;
    if (!kernels_.empty()) {
      add("bare kernels, forward", [this] {
        for (const nn::BareKernel& kernel : kernels_) kernel.forward();
      });
    }
    add("forward",
        [this, turns = Turns(batches_)]() mutable { engine_->forward(turns.next(), {}, tape_); });
    if (!kernels_.empty()) {
      add("bare kernels, forward + backward", [this] {
        for (const nn::BareKernel& kernel : kernels_) kernel.forward();
        for (const nn::BareKernel& kernel : kernels_)
          if (!kernel.first) kernel.backward();
      });
    }
    add("forward + backward", [this, watch, turns = Turns(batches_)]() mutable {
      engine_->forward(turns.next(), watch, tape_).backward(gradient_.view(), tape_);
    });
    passes_ = workloads_.size();
  }

  void add_method(const explain::MethodSpec& method) {
    const auto session = std::make_shared<explain::Session>(*engine_, std::array{method});
    const std::vector<explain::Target> targets(static_cast<std::size_t>(batch_),
                                               explain::Target::greedy());
    add(method.text(), [session, targets, turns = Turns(batches_)]() mutable {
      session->forward(turns.next());
      session->explain(targets);
      session->release();
    });
  }

  const agent::Agent& agent_;
  const BenchPlan& plan_;
  std::int64_t batch_;
  int threads_;
  std::vector<ByteTensor> batches_;
  std::unique_ptr<nn::Engine> engine_;
  std::vector<nn::BareKernel> kernels_;
  nn::Tape tape_;
  Tensor gradient_;
  std::vector<Workload> workloads_;
  std::size_t passes_ = 0;  ///< the first of them
};

}  // namespace

std::vector<BenchRow> bench_passes(const agent::Agent& agent, const ByteTensor& states,
                                   const BenchPlan& plan, double seconds) {
  std::vector<BenchRow> rows;
  const double share = seconds / static_cast<double>(plan.batches.size() * plan.threads.size());
  for (const int threads : plan.threads) {
    for (const std::int64_t batch : plan.batches) {
      Group group(agent, states, plan, batch, threads);
      const auto more = group.run(share);
      rows.insert(rows.end(), more.begin(), more.end());
    }
  }
  return rows;
}

}  // namespace arcadecam::app
