// What "decided at once" means in tests: any file is loaded or refused within two seconds of a
// processor. Sanitizers and the tests' own wasm builds take several times as long as the program.
#ifndef GOSSAMER_TESTS_SUPPORT_LOAD_TIME_H_
#define GOSSAMER_TESTS_SUPPORT_LOAD_TIME_H_

#include <ctime>

#if defined(__has_feature)
#define GOSSAMER_HAS_FEATURE(x) __has_feature(x)
#else
#define GOSSAMER_HAS_FEATURE(x) 0
#endif

namespace gossamer::testing {

#if defined(__wasm__) || defined(__SANITIZE_ADDRESS__) || GOSSAMER_HAS_FEATURE(address_sanitizer)
inline constexpr double kLoadSeconds = 20;
#else
inline constexpr double kLoadSeconds = 2;
#endif

// Time of the processor since it was made.
class ProcessorTime {
 public:
  double seconds() const { return static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC; }

 private:
  std::clock_t begin_ = std::clock();
};

}  // namespace gossamer::testing

#endif  // GOSSAMER_TESTS_SUPPORT_LOAD_TIME_H_
