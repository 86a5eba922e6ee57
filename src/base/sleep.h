// How a thread waits for a number in memory to change: by looking, then by sleeping. WebAssembly
// has instructions for the second; elsewhere std::atomic has it.
#ifndef GOSSAMER_BASE_SLEEP_H_
#define GOSSAMER_BASE_SLEEP_H_

#include <atomic>
#include <cstdint>

namespace gossamer {

// Returns at once when `word` is not `value`, otherwise when woken; perhaps earlier.
inline void sleep_while(const std::atomic<uint32_t>& word, uint32_t value) {
#if defined(__wasm__)
  auto* address = const_cast<int*>(reinterpret_cast<const int*>(&word));
  __builtin_wasm_memory_atomic_wait32(address, static_cast<int>(value), -1);
#else
  word.wait(value, std::memory_order_seq_cst);
#endif
}

// Wakes all that sleep on `word`, whose value was changed before.
inline void wake_all(std::atomic<uint32_t>& word) {
#if defined(__wasm__)
  __builtin_wasm_memory_atomic_notify(reinterpret_cast<int*>(&word), UINT32_MAX);
#else
  word.notify_all();
#endif
}

// About how often a thread looks before it sleeps: a tenth of a millisecond.
#if defined(__wasm__)
inline constexpr int kLooks = 60'000;
#else
inline constexpr int kLooks = 2'500;
#endif

// Tells the processor that this thread is only looking.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace gossamer

#endif  // GOSSAMER_BASE_SLEEP_H_
