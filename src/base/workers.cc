// See workers.h.
#include "base/workers.h"

namespace gossamer {

Status stopped() {
  return Status(Code::kCancelled, Stage::kRun, "the caller asked to stop");
}

Status Workers::run_alone(const Loop& loop, const Body& body) {
  for (int64_t begin = 0; begin < loop.items;) {
    if (is_stopped(loop.stop)) return stopped();
    const int64_t count = std::min(loop.grain, loop.items - begin);
    GOSSAMER_TRY(body(begin, begin + count, 0));
    begin += count;
  }
  return Status::ok();
}

}  // namespace gossamer
