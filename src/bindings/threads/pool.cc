// The pool of a web module with threads. The engine (web/lib/engine.js) starts a worker for each
// thread; it instantiates the module on the same memory, and calls gossamer_pool_thread with a
// stack of its own. Nothing else of Emscripten's support for threads is needed, and none is linked:
// one thread, the engine's, allocates, grows the memory and uses JavaScript, and the others run
// kernels, which do neither.
#include <emscripten/emscripten.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

#include "base/thread_pool.h"
#include "base/threads_exist.h"

namespace gossamer {
namespace {

// As large as the engine's (cmake/web.cmake), and aligned as the ABI wants it.
constexpr int kStackBytes = 256 * 1024;
struct alignas(16) Stack {
  std::byte bytes[kStackBytes];
};

// Never ended: the workers are.
ThreadPool& pool() {
  static ThreadPool instance;
  return instance;
}

}  // namespace

bool threads_exist() {
  return true;
}

int default_threads() {
  return pool().threads();
}

// The threads come by themselves: as many as have come share the work.
std::shared_ptr<Workers> find_workers(int threads) {
  if (threads < 2) return nullptr;
  return {std::shared_ptr<Workers>(), &pool()};
}

}  // namespace gossamer

extern "C" {

// The upper end of a stack for a thread, or null when out of memory.
EMSCRIPTEN_KEEPALIVE void* gossamer_pool_stack() {
  gossamer::pool();  // made before any thread comes
  auto* stack = new (std::nothrow) gossamer::Stack;
  return stack == nullptr ? nullptr : stack + 1;
}

// How many threads have come, the engine's included.
EMSCRIPTEN_KEEPALIVE int gossamer_pool_threads() {
  return gossamer::pool().present();
}

// At most so many share the work of each step from now on.
EMSCRIPTEN_KEEPALIVE void gossamer_pool_limit(int threads) {
  gossamer::pool().limit(std::clamp(threads, 1, gossamer::kMostThreads));
}

// What a thread does: see the assembly below. A negative worker is what is left of one that has
// trapped.
void gossamer_pool_work(int worker) {
  if (worker < 0) {
    gossamer::pool().lose();
  } else {
    gossamer::pool().work(worker);
  }
}

}  // extern "C"

// gossamer_pool_thread(stack, worker): moves this instance's stack pointer, which C++ cannot, and
// goes to work. Worker 0, the engine's, goes back at once.
asm(R"(
  .globaltype __stack_pointer, i32
  .functype gossamer_pool_work (i32) -> ()
  .section .text.gossamer_pool_thread,"",@
  .globl gossamer_pool_thread
  .export_name gossamer_pool_thread, gossamer_pool_thread
  .type gossamer_pool_thread,@function
gossamer_pool_thread:
  .functype gossamer_pool_thread (i32, i32) -> ()
  block
  local.get 1
  i32.eqz
  br_if 0
  local.get 0
  global.set __stack_pointer
  local.get 1
  call gossamer_pool_work
  end_block
  end_function
)");
