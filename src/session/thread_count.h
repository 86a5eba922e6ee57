// How many threads a session computes on: what was asked for, checked, and what came of it. A build
// without threads takes any number, and says that it has one.
#ifndef GOSSAMER_SESSION_THREAD_COUNT_H_
#define GOSSAMER_SESSION_THREAD_COUNT_H_

#include "gossamer/session.h"
#include "gossamer/status.h"

namespace gossamer {

struct ThreadCount {
  int asked = 1;
  bool by_default = false;  // the caller left it open
};

// Takes SessionOptions::threads. Errors: ARGUMENT.
Result<ThreadCount> count_threads(int asked);

// What to say of it when `at_work` threads have started.
ThreadInfo explain_threads(const ThreadCount& threads, int at_work);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_THREAD_COUNT_H_
