// base/workers.h for builds without threads: there are none to find.
#include "base/workers.h"

namespace gossamer {

int default_threads() {
  return 1;
}

std::shared_ptr<Workers> find_workers(int /*threads*/) {
  return nullptr;
}

}  // namespace gossamer
