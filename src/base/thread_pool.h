// The loop that threads share. Each thread begins with a part of the items of its own, so that the
// same thread finds in its cache what it wrote in the step before; one that is done takes from the
// parts of others. A part is handed out in chunks, by an atomic counter.
//
// A thread joins a loop while the loop is open, and the caller closes it once every chunk has been
// handed out, then waits for those that joined. A thread that the system does not let run is thus
// never waited for. Idle threads look out for work for a while, as long as a run is under way, and
// then sleep.
//
// Who starts threads is not said here: each calls work(), natively from pthread_create
// (base/native_threads.cc).
#ifndef GOSSAMER_BASE_THREAD_POOL_H_
#define GOSSAMER_BASE_THREAD_POOL_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "base/workers.h"
#include "gossamer/status.h"

namespace gossamer {

class ThreadPool final : public Workers {
 public:
  ThreadPool() = default;
  // Requires that every thread has left work().
  ~ThreadPool() override = default;
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const override;
  // Those in work(), and the caller's.
  int present() const { return present_.load(std::memory_order_acquire); }
  void begin_run() override;
  void end_run() override;

  // At most so many threads take part in each loop from now on, the caller included; the others
  // sleep.
  void limit(int threads);

  // Says that a thread has failed within work(): the next loop, or the one under way, ends the
  // program, instead of waiting for it.
  void lose();

  // What a thread does from its start until end(). Requires 1 <= worker < kMostThreads, and one
  // thread for each.
  void work(int worker);
  // Lets every thread leave work(). Nothing may run afterwards.
  void end();

 private:
  // Items of one thread that nobody has taken yet; alone in its cache line.
  struct alignas(64) Part {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };

  Status run(const Loop& loop, const Body& body) override;
  void deal_out(const Loop& loop, const Body& body);
  void take_chunks(int worker);
  void close_and_wait();
  // The number of the loop that opened after loop number `last`, and which this worker has joined;
  // 0 at the end.
  uint32_t next_loop(uint32_t last, int worker);
  void give_up_if_lost() const;
  void wake();

  // Whether a loop is open, how many have joined it, and its number: see thread_pool.cc.
  alignas(64) std::atomic<uint32_t> gate_{0};
  std::atomic<bool> caller_sleeps_{false};

  // Changes when those that sleep should look around.
  alignas(64) std::atomic<uint32_t> bell_{0};
  std::atomic<int> sleepers_{0};
  std::atomic<int> runs_{0};  // under way
  std::atomic<bool> ended_{false};
  std::atomic<int> present_{1};
  std::atomic<uint32_t> limit_{kMostThreads};
  std::atomic<bool> busy_{false};  // somebody runs a loop

  // The loop. Written while it is closed and everybody has left.
  alignas(64) Loop loop_;
  Body body_;
  std::array<Part, kMostThreads> parts_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> lost_{false};
  Status error_;  // of whoever set failed_
};

}  // namespace gossamer

#endif  // GOSSAMER_BASE_THREAD_POOL_H_
