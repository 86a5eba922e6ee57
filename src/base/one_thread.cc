// base/workers.h for builds without threads: there are none to find.
#include "base/threads_exist.h"
#include "base/workers.h"

namespace gossamer {

bool threads_exist() {
  return false;
}

int default_threads() {
  return 1;
}

std::shared_ptr<Workers> find_workers(int /*threads*/) {
  return nullptr;
}

}  // namespace gossamer
