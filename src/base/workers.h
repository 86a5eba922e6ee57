// Threads that share the items of a loop. What computes knows this interface alone: the pool behind
// it (base/thread_pool.h) is there natively and in the web modules with threads, and costs the
// others nothing, because find_workers() has another definition there.
#ifndef GOSSAMER_BASE_WORKERS_H_
#define GOSSAMER_BASE_WORKERS_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>

#include "gossamer/status.h"

namespace gossamer {

// Not 0: runs under way end with the error CANCELLED before their next item.
using StopFlag = std::atomic<uint32_t>;

// How a loop is shared.
struct Loop {
  int64_t items = 0;
  int64_t grain = 1;  // items that a thread takes at a time
  int threads = 1;    // at most so many take part, the caller included
  const StopFlag* stop = nullptr;
};

inline bool is_stopped(const StopFlag* stop) {
  return stop != nullptr && stop->load(std::memory_order_relaxed) != 0;
}
// The error CANCELLED.
Status stopped();

class Workers {
 public:
  virtual ~Workers() = default;

  // How many threads may share a loop now, the caller's included.
  virtual int threads() const = 0;

  // Calls body(begin, end, worker) -> Status for ranges that make up [0, loop.items), on several
  // threads at once; `worker` < loop.threads tells these apart. The first error ends the loop and
  // is returned. Allocates nothing, and no body may: web modules have one allocator and no lock
  // around it. While another thread runs a loop, or from within a body, all
  // items run on the calling thread, as worker 0. Requires loop.grain >= 1.
  template <typename F>
  Status parallel_for(const Loop& loop, const F& body) {
    return run(loop, {&body, [](const void* context, int64_t begin, int64_t end, int worker) {
                        return (*static_cast<const F*>(context))(begin, end, worker);
                      }});
  }

  // From begin_run() to end_run() loops follow each other so closely that idle threads look out for
  // the next one without going to sleep, for a while.
  virtual void begin_run() = 0;
  virtual void end_run() = 0;

 protected:
  struct Body {
    const void* context = nullptr;
    Status (*function)(const void* context, int64_t begin, int64_t end, int worker) = nullptr;
    Status operator()(int64_t begin, int64_t end, int worker) const {
      return function(context, begin, end, worker);
    }
  };
  virtual Status run(const Loop& loop, const Body& body) = 0;
  // All of it on the calling thread.
  static Status run_alone(const Loop& loop, const Body& body);
};

// Keeps idle threads of `workers`, which may be null, awake for as long as it lives.
class RunScope {
 public:
  explicit RunScope(Workers* workers) : workers_(workers) {
    if (workers_ != nullptr) workers_->begin_run();
  }
  ~RunScope() {
    if (workers_ != nullptr) workers_->end_run();
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;

 private:
  Workers* workers_;
};

inline constexpr int kMostThreads = 64;

// How many threads to use where the caller leaves it open: one for each core, up to 8.
int default_threads();

// `threads` threads, or fewer where so many cannot be started; they end with their last owner. All
// that ask for the same number share them. Null for one thread, and in a build without threads.
// Requires 1 <= threads <= kMostThreads.
std::shared_ptr<Workers> find_workers(int threads);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_WORKERS_H_
