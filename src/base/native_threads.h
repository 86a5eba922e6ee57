// How the pool's threads are started natively; find_workers() in base/workers.h is what others
// call.
#ifndef GOSSAMER_BASE_NATIVE_THREADS_H_
#define GOSSAMER_BASE_NATIVE_THREADS_H_

#include <pthread.h>

#include <memory>

#include "base/workers.h"

namespace gossamer {

// Starts function(argument) on a thread of its own; false when it cannot.
using StartThread = bool (*)(pthread_t* thread, void* (*function)(void*), void* argument);

// A pool of `threads` threads, the caller's included, or of fewer where `start` fails. They end
// with the last owner, which must not be one of them. Requires 1 <= threads <= kMostThreads.
std::shared_ptr<Workers> start_threads(int threads, StartThread start);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_NATIVE_THREADS_H_
