#include "core/worker_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace {

TEST(WorkerThread, DoesAllJobsInTheirOrder) {
  std::vector<int> done;
  WorkerThread worker(2);
  for (int i = 0; i < 100; ++i) worker.add([&done, i] { done.push_back(i); });
  worker.finish();
  ASSERT_EQ(done.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[static_cast<std::size_t>(i)], i);
}

TEST(WorkerThread, LetsOnlySoManyWait) {
  std::promise<void> gate;
  const std::shared_future<void> open = gate.get_future().share();
  std::atomic<int> added = 0;
  WorkerThread worker(2);
  std::thread adder([&] {
    for (int i = 0; i < 6; ++i) {
      worker.add([open] { open.wait(); });
      ++added;
    }
  });
  // One runs and two wait: the fourth does not come in.
  while (added < 3) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(added, 3);
  gate.set_value();
  adder.join();
  worker.finish();
  EXPECT_EQ(added, 6);
}

TEST(WorkerThread, ThrowsWhatAJobThrewAndDoesNoMore) {
  bool after = false;
  WorkerThread worker(4);
  worker.add([] { throw bad_input("a job failed"); });
  try {
    while (true) worker.add([&after] { after = true; });
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a job failed");
  }
  EXPECT_THROW(worker.finish(), Error);
  EXPECT_FALSE(after);
}

TEST(WorkerThread, DropsWhatWaitsWhenItIsDestroyed) {
  std::promise<void> gate;
  std::atomic<int> done = 0;
  std::thread opener;
  {
    WorkerThread worker(3);
    std::promise<void> begun;
    worker.add([&] {
      begun.set_value();
      gate.get_future().wait();
      ++done;
    });
    begun.get_future().wait();
    for (int i = 0; i < 3; ++i) worker.add([&done] { ++done; });
    opener = std::thread([&gate] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      gate.set_value();
    });
  }
  opener.join();
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace arcadecam
