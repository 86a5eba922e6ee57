// See thread_pool.h. The gate holds, from its lowest bits: how many threads have joined the loop (7
// bits), whether it is open (1 bit), and the loop's number (24 bits). Whoever changes the loop does
// so while nobody has joined a closed gate; whoever joins sees it through the gate's acquisition.
//
// Sleeping follows one rule on both sides. A sleeper announces itself, then looks once more; a
// waker changes what is looked at, then asks who sleeps. Both are sequentially consistent, so that
// one of them sees the other.
#include "base/thread_pool.h"

#include <cstdlib>
#include <utility>

#include "base/sleep.h"

namespace gossamer {
namespace {

constexpr uint32_t kJoinedMask = 0x7f;
constexpr uint32_t kOpen = 0x80;
constexpr uint32_t kNumberShift = 8;
static_assert(kMostThreads <= static_cast<int>(kJoinedMask));

uint32_t number_of(uint32_t gate) {
  return gate >> kNumberShift;
}

}  // namespace

int ThreadPool::threads() const {
  return std::min(present(), static_cast<int>(limit_.load()));
}

Status ThreadPool::run(const Loop& loop, const Body& body) {
  give_up_if_lost();
  const bool alone = loop.threads < 2 || loop.items < 2 || threads() < 2;
  if (alone || busy_.exchange(true, std::memory_order_acquire)) {
    return run_alone(loop, body);
  }
  deal_out(loop, body);
  const uint32_t number = (number_of(gate_.load(std::memory_order_relaxed)) + 1) & 0xffffff;
  gate_.store((number == 0 ? 1 : number) << kNumberShift | kOpen);
  if (sleepers_.load() > 0) wake();
  take_chunks(0);
  close_and_wait();
  give_up_if_lost();
  Status result;
  if (failed_.load(std::memory_order_relaxed)) {
    result = std::move(error_);
  } else if (is_stopped(loop.stop)) {
    result = stopped();
  }
  busy_.store(false, std::memory_order_release);
  return result;
}

void ThreadPool::deal_out(const Loop& loop, const Body& body) {
  loop_ = loop;
  loop_.threads = std::min(loop.threads, static_cast<int>(limit_.load()));
  loop_.grain = std::min(loop.grain, loop.items);
  body_ = body;
  failed_.store(false, std::memory_order_relaxed);
  for (int64_t i = 0; i < loop_.threads; ++i) {
    Part& part = parts_[static_cast<size_t>(i)];
    part.next.store(loop_.items * i / loop_.threads, std::memory_order_relaxed);
    part.end = loop_.items * (i + 1) / loop_.threads;
  }
}

void ThreadPool::take_chunks(int worker) {
  for (int i = 0; i < loop_.threads; ++i) {
    Part& part = parts_[static_cast<size_t>((worker + i) % loop_.threads)];
    while (part.next.load(std::memory_order_relaxed) < part.end) {
      if (failed_.load(std::memory_order_relaxed) || is_stopped(loop_.stop)) return;
      const int64_t begin = part.next.fetch_add(loop_.grain, std::memory_order_relaxed);
      if (begin >= part.end) break;
      Status done = body_(begin, std::min(begin + loop_.grain, part.end), worker);
      if (done.is_ok()) continue;
      if (!failed_.exchange(true, std::memory_order_relaxed)) error_ = std::move(done);
      return;
    }
  }
}

void ThreadPool::close_and_wait() {
  uint32_t gate = gate_.fetch_and(~kOpen, std::memory_order_acq_rel) & ~kOpen;
  for (int looks = 0; (gate & kJoinedMask) != 0 && !lost_.load(); ++looks) {
    if (looks < kLooks) {
      relax();
    } else {
      caller_sleeps_.store(true);
      gate = gate_.load();
      // After the gate: lose() changes it only when that can be seen.
      if ((gate & kJoinedMask) != 0 && !lost_.load()) sleep_while(gate_, gate);
    }
    gate = gate_.load(std::memory_order_acquire);
  }
  caller_sleeps_.store(false, std::memory_order_relaxed);
}

void ThreadPool::work(int worker) {
  uint32_t last = 0;  // no loop has this number
  present_.fetch_add(1, std::memory_order_acq_rel);
  while ((last = next_loop(last, worker)) != 0) {
    if (worker < loop_.threads) take_chunks(worker);
    const uint32_t gate = gate_.fetch_sub(1) - 1;
    if ((gate & (kJoinedMask | kOpen)) == 0 && caller_sleeps_.load()) wake_all(gate_);
  }
  present_.fetch_sub(1, std::memory_order_acq_rel);
}

uint32_t ThreadPool::next_loop(uint32_t last, int worker) {
  for (int looks = 0;; ++looks) {
    const uint32_t limit = limit_.load();
    if (static_cast<uint32_t>(worker) >= limit && !ended_.load()) {
      sleep_while(limit_, limit);
      continue;
    }
    uint32_t gate = gate_.load();
    while ((gate & kOpen) != 0 && number_of(gate) != last) {
      if (gate_.compare_exchange_weak(gate, gate + 1)) return number_of(gate);
    }
    if (ended_.load()) return 0;
    if (runs_.load(std::memory_order_relaxed) > 0 && looks < kLooks) {
      relax();
      continue;
    }
    const uint32_t bell = bell_.load();
    sleepers_.fetch_add(1);
    gate = gate_.load();
    const bool opened = (gate & kOpen) != 0 && number_of(gate) != last;
    if (!opened && !ended_.load()) sleep_while(bell_, bell);
    sleepers_.fetch_sub(1);
    looks = 0;
  }
}

void ThreadPool::limit(int threads) {
  const auto limit = static_cast<uint32_t>(threads);
  if (limit_.exchange(limit) != limit) wake_all(limit_);
}

void ThreadPool::lose() {
  // Once, so that nobody goes to sleep on what the gate was: a second change would take the first
  // back.
  if (!lost_.exchange(true)) gate_.fetch_xor(1u << 31);
  wake_all(gate_);
}

// The items of the thread are not done, and nobody knows what it has written.
void ThreadPool::give_up_if_lost() const {
  if (lost_.load()) std::abort();
}

void ThreadPool::wake() {
  bell_.fetch_add(1);
  wake_all(bell_);
}

void ThreadPool::begin_run() {
  runs_.fetch_add(1);
  if (sleepers_.load() > 0) wake();
}

void ThreadPool::end_run() {
  runs_.fetch_sub(1);
}

void ThreadPool::end() {
  ended_.store(true);
  limit_.store(kMostThreads + 1);  // not what anybody sleeps on
  wake_all(limit_);
  wake();
}

}  // namespace gossamer
