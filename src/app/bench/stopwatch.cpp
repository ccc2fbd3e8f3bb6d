#include "app/bench/stopwatch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

namespace arcadecam::app {
namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double Timing::median() const {
  std::vector<double> sorted = rounds;
  std::ranges::sort(sorted);
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

double Timing::smallest() const {
  return std::ranges::min(rounds);
}
double Timing::largest() const {
  return std::ranges::max(rounds);
}

Timing ratio(const Timing& numerator, const Timing& denominator) {
  Timing result;
  for (std::size_t i = 0; i < numerator.rounds.size(); ++i)
    result.rounds.push_back(numerator.rounds[i] / denominator.rounds[i]);
  return result;
}

double timed(std::int64_t calls, int threads, const std::function<void()>& work) {
  const clockid_t clock = threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
  const double start = seconds_of(clock);
  for (std::int64_t i = 0; i < calls; ++i) work();
  return seconds_of(clock) - start;
}

std::vector<Timing> take_turns(const std::vector<Workload>& workloads, double seconds, int rounds) {
  std::vector<Timing> result(workloads.size());
  std::vector<std::int64_t> calls;
  for (const Workload& workload : workloads) {
    workload.run(1);  // makes primitives, fills caches
    const double once = std::max(workload.run(1), 1e-9);
    const double wanted = seconds / rounds / once;
    calls.push_back(std::max<std::int64_t>(1, std::llround(wanted)));
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < workloads.size(); ++i) {
      result[i].rounds.push_back(workloads[i].run(calls[i]) / static_cast<double>(calls[i]));
    }
  }
  return result;
}

}  // namespace arcadecam::app
