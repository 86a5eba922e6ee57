// Loops shared among threads: every item once, errors, stopping, loops within loops, callers that
// meet, and threads that cannot start. ThreadSanitizer runs these as well (npm test -- --only
// tsan).
#include "base/thread_pool.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "base/native_threads.h"

namespace gossamer {
namespace {

constexpr int kCounts[] = {1, 2, 3, 4, 8};

bool start_thread(pthread_t* thread, void* (*function)(void*), void* argument) {
  return pthread_create(thread, nullptr, function, argument) == 0;
}
bool start_none(pthread_t* /*thread*/, void* (* /*function*/)(void*), void* /*argument*/) {
  return false;
}
int started = 0;
bool start_two(pthread_t* thread, void* (*function)(void*), void* argument) {
  return started++ < 2 && start_thread(thread, function, argument);
}

Status failure(int64_t item) {
  return Status(Code::kNumeric, Stage::kRun, "an item failed").got(std::to_string(item));
}

// How often each item was done. The increments are not atomic: no two threads may meet there.
std::vector<int> count_items(Workers& workers, const Loop& loop) {
  std::vector<int> counts(static_cast<size_t>(loop.items));
  const Status done = workers.parallel_for(loop, [&](int64_t begin, int64_t end, int worker) {
    EXPECT_LT(begin, end);
    EXPECT_LE(end - begin, loop.grain);
    EXPECT_LT(worker, loop.threads);
    for (int64_t i = begin; i < end; ++i) ++counts[static_cast<size_t>(i)];
    return Status::ok();
  });
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  return counts;
}

// Whether a condition comes true within a time that suffices on a busy machine.
bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

TEST(ThreadPool, LeavesOutThoseBeyondItsLimit) {
  ThreadPool pool;
  std::vector<std::thread> threads;
  for (const int worker : {1, 2}) threads.emplace_back([&pool, worker] { pool.work(worker); });
  ASSERT_TRUE(eventually([&] { return pool.threads() == 3; }));
  for (const int limit : {1, 2, 3}) {
    pool.limit(limit);
    std::atomic<int> count[3] = {};
    const auto run = [&] {
      const Loop loop{.items = 50, .grain = 1, .threads = 3};
      const Status done = pool.parallel_for(loop, [&](int64_t, int64_t, int worker) {
        ++count[worker];
        return Status::ok();
      });
      EXPECT_TRUE(done.is_ok());
      return count[limit - 1] > 0;
    };
    EXPECT_TRUE(eventually(run)) << limit;
    for (int i = 0; i < 100; ++i) run();
    for (int worker = limit; worker < 3; ++worker) EXPECT_EQ(count[worker], 0) << limit;
  }
  pool.end();
  for (std::thread& thread : threads) thread.join();
}

// Runs a loop in which a thread fails, and does not leave, while the caller already waits for it.
void run_with_lost_thread() {
  ThreadPool pool;
  std::thread thread([&pool] { pool.work(1); });
  eventually([&] { return pool.threads() == 2; });
  std::atomic<bool> came{false};
  const Status done =
      pool.parallel_for({.items = 2, .threads = 2}, [&](int64_t, int64_t, int worker) {
        if (worker == 0) {
          eventually([&] { return came.load(); });
          return Status::ok();
        }
        came = true;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));  // by then the caller sleeps
        pool.lose();
        pool.lose();  // as if another had failed at the same time
        for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
      });
  static_cast<void>(done);
  std::_Exit(0);  // alive
}

TEST(ThreadPoolDeathTest, EndsTheProgramRatherThanWaitForALostThread) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(run_with_lost_thread(), "");
}

TEST(ThreadPool, DoesEveryItemOnce) {
  for (const int threads : kCounts) {
    const auto workers = start_threads(threads, start_thread);
    EXPECT_EQ(workers->threads(), threads);
    for (const int64_t items : {0, 1, 2, 3, 7, 8, 100, 1001}) {
      for (const int64_t grain : {1, 3, 64, 5000}) {
        for (const int share : {1, 2, threads, 2 * threads}) {
          const Loop loop{.items = items, .grain = grain, .threads = share};
          const std::vector<int> once(static_cast<size_t>(items), 1);
          EXPECT_EQ(count_items(*workers, loop), once)
              << items << " items by " << grain << " on " << share << " of " << threads;
        }
      }
    }
  }
}

// A loop may end before a thread has noticed it, and the next begin at once.
TEST(ThreadPool, RunsManyLoopsOneAfterTheOther) {
  for (const int threads : kCounts) {
    const auto workers = start_threads(threads, start_thread);
    std::vector<int64_t> values(64);
    for (int loop = 0; loop < 3000; ++loop) {
      const RunScope scope(loop % 3 == 0 ? workers.get() : nullptr);
      ASSERT_TRUE(workers
                      ->parallel_for({.items = 64, .grain = 1 + loop % 5, .threads = threads},
                                     [&](int64_t begin, int64_t end, int) {
                                       for (int64_t i = begin; i < end; ++i) {
                                         values[static_cast<size_t>(i)] += i;
                                       }
                                       return Status::ok();
                                     })
                      .is_ok());
    }
    for (int64_t i = 0; i < 64; ++i) EXPECT_EQ(values[static_cast<size_t>(i)], 3000 * i);
  }
}

// One loop each time, which does not end before all threads have come: whoever slept was woken.
TEST(ThreadPool, WakesThreadsThatSleep) {
  const auto workers = start_threads(4, start_thread);
  for (int pause = 0; pause < 20; ++pause) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::atomic<int> came{0};
    std::array<std::atomic<bool>, 4> here{};
    const Status done =
        workers->parallel_for({.items = 40, .threads = 4}, [&](int64_t, int64_t, int worker) {
          if (!here[static_cast<size_t>(worker)].exchange(true)) ++came;
          EXPECT_TRUE(eventually([&] { return came == 4; }));
          return Status::ok();
        });
    EXPECT_TRUE(done.is_ok());
  }
}

// Each worker's number is held by one thread at a time: scratch memory depends on it.
TEST(ThreadPool, NumbersItsWorkers) {
  const auto workers = start_threads(8, start_thread);
  std::atomic<int> inside[8] = {};
  const Status done =
      workers->parallel_for({.items = 5000, .threads = 8}, [&](int64_t, int64_t, int worker) {
        EXPECT_EQ(inside[worker].fetch_add(1), 0);
        inside[worker].fetch_sub(1);
        return Status::ok();
      });
  EXPECT_TRUE(done.is_ok());
}

TEST(ThreadPool, EndsWithTheFirstError) {
  for (const int threads : kCounts) {
    const auto workers = start_threads(threads, start_thread);
    std::atomic<int64_t> done{0};
    const Status status = workers->parallel_for({.items = 1'000'000, .threads = threads},
                                                [&](int64_t begin, int64_t, int) -> Status {
                                                  if (begin % 1000 == 17) return failure(begin);
                                                  ++done;
                                                  return Status::ok();
                                                });
    EXPECT_EQ(status.code(), Code::kNumeric);
    EXPECT_LT(done, 900'000);
    // And the pool works on.
    EXPECT_EQ(count_items(*workers, {.items = 50, .threads = threads}), std::vector<int>(50, 1));
  }
}

TEST(ThreadPool, StopsBetweenItems) {
  for (const int threads : kCounts) {
    const auto workers = start_threads(threads, start_thread);
    StopFlag stop{0};
    std::atomic<int64_t> done{0};
    const Loop loop{.items = 1'000'000, .threads = threads, .stop = &stop};
    const auto body = [&](int64_t, int64_t, int) {
      if (++done == 100) stop = 1;
      return Status::ok();
    };
    EXPECT_EQ(workers->parallel_for(loop, body).code(), Code::kCancelled);
    EXPECT_LT(done, 200);
    const int64_t before = done;
    EXPECT_EQ(workers->parallel_for(loop, body).code(), Code::kCancelled);
    EXPECT_EQ(done, before);
    stop = 0;
    done = 1000;
    EXPECT_TRUE(
        workers->parallel_for({.items = 10, .threads = threads, .stop = &stop}, body).is_ok());
    EXPECT_EQ(done, 1010);
  }
}

TEST(ThreadPool, RunsALoopWithinALoopAlone) {
  const auto workers = start_threads(4, start_thread);
  std::vector<int> counts(30 * 20);
  const Status done =
      workers->parallel_for({.items = 30, .threads = 4}, [&](int64_t outer, int64_t, int) {
        const auto thread = std::this_thread::get_id();
        return workers->parallel_for({.items = 20, .grain = 3, .threads = 4},
                                     [&, thread](int64_t begin, int64_t end, int) {
                                       EXPECT_EQ(std::this_thread::get_id(), thread);
                                       for (int64_t i = begin; i < end; ++i)
                                         ++counts[static_cast<size_t>(outer * 20 + i)];
                                       return Status::ok();
                                     });
      });
  EXPECT_TRUE(done.is_ok());
  EXPECT_EQ(counts, std::vector<int>(counts.size(), 1));
}

TEST(ThreadPool, ServesCallersThatMeet) {
  const auto workers = start_threads(3, start_thread);
  std::vector<std::thread> callers;
  callers.reserve(4);
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&workers] {
      for (int loop = 0; loop < 200; ++loop) {
        EXPECT_EQ(count_items(*workers, {.items = 40, .grain = 2, .threads = 3}),
                  std::vector<int>(40, 1));
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST(ThreadPool, MakesDoWithTheThreadsThatStart) {
  const auto none = start_threads(4, start_none);
  EXPECT_EQ(none->threads(), 1);
  EXPECT_EQ(count_items(*none, {.items = 100, .threads = 4}), std::vector<int>(100, 1));
  started = 0;
  const auto some = start_threads(8, start_two);
  EXPECT_EQ(some->threads(), 3);
  EXPECT_EQ(count_items(*some, {.items = 100, .threads = 8}), std::vector<int>(100, 1));
}

TEST(ThreadPool, IsSharedAndEndsWithItsLastOwner) {
  EXPECT_EQ(find_workers(1), nullptr);
  auto one = find_workers(3);
  auto other = find_workers(3);
  EXPECT_EQ(one, other);
  EXPECT_NE(one, find_workers(2));
  const std::weak_ptr<Workers> seen = one;
  one.reset();
  EXPECT_FALSE(seen.expired());
  other.reset();
  EXPECT_TRUE(seen.expired());
  EXPECT_EQ(find_workers(3)->threads(), 3);
}

}  // namespace
}  // namespace gossamer
