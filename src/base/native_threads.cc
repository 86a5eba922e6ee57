// The threads of the operating system, for base/workers.h. POSIX's functions report a thread that
// cannot start, where std::thread would throw.
#include <pthread.h>

#include <array>
#include <mutex>
#include <thread>
#include <vector>

#include "base/native_threads.h"
#include "base/thread_pool.h"
#include "base/threads_exist.h"

namespace gossamer {
namespace {

// A thread's argument.
struct Seat {
  ThreadPool* pool = nullptr;
  int worker = 0;
};

void* work(void* argument) {
  const Seat seat = *static_cast<const Seat*>(argument);
  seat.pool->work(seat.worker);
  return nullptr;
}

bool start_thread(pthread_t* thread, void* (*function)(void*), void* argument) {
  return pthread_create(thread, nullptr, function, argument) == 0;
}

// A pool and its threads. The caller's is not among them.
class NativeThreads {
 public:
  NativeThreads(int threads, StartThread start) : seats_(static_cast<size_t>(threads)) {
    for (int worker = 1; worker < threads; ++worker) {
      Seat& seat = seats_[static_cast<size_t>(worker)];
      seat = {&pool_, worker};
      pthread_t thread;
      if (!start(&thread, work, &seat)) break;
      threads_.push_back(thread);
    }
    // So that what is said of their number is true from now on.
    while (pool_.present() <= std::ssize(threads_)) std::this_thread::yield();
  }
  ~NativeThreads() {
    pool_.end();
    for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
  }
  NativeThreads(const NativeThreads&) = delete;
  NativeThreads& operator=(const NativeThreads&) = delete;

  ThreadPool& pool() { return pool_; }

 private:
  ThreadPool pool_;
  std::vector<Seat> seats_;
  std::vector<pthread_t> threads_;
};

}  // namespace

std::shared_ptr<Workers> start_threads(int threads, StartThread start) {
  auto native = std::make_shared<NativeThreads>(threads, start);
  Workers* pool = &native->pool();
  return {std::move(native), pool};
}

bool threads_exist() {
  return true;
}

int default_threads() {
  constexpr unsigned kMost = 8;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, kMost));
}

std::shared_ptr<Workers> find_workers(int threads) {
  if (threads < 2) return nullptr;
  static std::mutex mutex;
  static std::array<std::weak_ptr<Workers>, kMostThreads + 1> pools;  // by their number of threads
  const std::scoped_lock lock(mutex);
  auto& known = pools[static_cast<size_t>(threads)];
  std::shared_ptr<Workers> workers = known.lock();
  if (workers == nullptr) {
    workers = start_threads(threads, start_thread);
    known = workers;
  }
  return workers;
}

}  // namespace gossamer
