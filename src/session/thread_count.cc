// See thread_count.h.
#include "session/thread_count.h"

#include "base/text.h"
#include "base/threads_exist.h"
#include "base/workers.h"

namespace gossamer {

Result<ThreadCount> count_threads(int asked) {
  if (!threads_exist()) return ThreadCount{asked, false};
  if (asked < 0 || asked > kMostThreads) {
    return Status(Code::kArgument, Stage::kApi, "so many threads cannot be used")
        .got(concat(asked))
        .expected(concat("1 to ", kMostThreads, ", or 0 for one for each core"));
  }
  return asked == 0 ? ThreadCount{default_threads(), true} : ThreadCount{asked, false};
}

ThreadInfo explain_threads(const ThreadCount& threads, int at_work) {
  const int asked = threads.asked;
  if (!threads_exist()) {
    return {1, asked == 1 ? "more were not asked for" : "this build has no threads"};
  }
  if (threads.by_default && at_work == asked) return {at_work, "one for each core, up to 8"};
  if (at_work == asked) return {at_work, at_work > 1 ? "asked for" : "more were not asked for"};
  return {at_work, concat("no more than these of ", asked, " could be started")};
}

}  // namespace gossamer
