// Whether this program has threads at all. A module without is optimised as a whole when it is
// linked, and then nothing is left in it of what stands behind this question.
#ifndef GOSSAMER_BASE_THREADS_EXIST_H_
#define GOSSAMER_BASE_THREADS_EXIST_H_

namespace gossamer {

// Defined beside find_workers() (base/workers.h).
bool threads_exist();

// How many of `threads` there can be.
inline int possible_threads(int threads) {
  return threads_exist() ? threads : 1;
}

}  // namespace gossamer

#endif  // GOSSAMER_BASE_THREADS_EXIST_H_
