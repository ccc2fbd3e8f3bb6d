#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace arcadecam::app {

/// Something to time. Many are timed together, taking turns, so that a machine whose speed drifts
/// favours none of them.
struct Workload {
  std::string name;
  /// Does the work `calls` times, returns how many seconds that took by the clock that suits it.
  std::function<double(std::int64_t calls)> run;
};

/// Seconds a call: one figure a round.
struct Timing {
  std::vector<double> rounds;

  [[nodiscard]] double median() const;
  [[nodiscard]] double smallest() const;
  [[nodiscard]] double largest() const;
};

/// The round-by-round ratio of two workloads that were timed together.
Timing ratio(const Timing& numerator, const Timing& denominator);

/// Times `calls` calls of `work`. On one thread that is the CPU time of the process, which other
/// programs do not lengthen; on several it is the wall clock.
double timed(std::int64_t calls, int threads, const std::function<void()>& work);

/// Times the workloads in `rounds` turns of about `seconds` (a workload, all its rounds together).
/// Each is called at least once a round, after one call that is not counted.
std::vector<Timing> take_turns(const std::vector<Workload>& workloads, double seconds, int rounds);

}  // namespace arcadecam::app
