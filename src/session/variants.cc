// See variants.h.
#include "session/variants.h"

#include <algorithm>
#include <utility>

namespace gossamer {
namespace {

constexpr size_t kMost = 4;

uint64_t bytes_of(const MemoryInfo& memory) {
  return memory.weight_bytes + memory.arena_bytes;
}

}  // namespace

bool Variants::choose(std::string_view key) {
  const auto known = std::ranges::find(all_, key, &Variant::key);
  if (known == all_.end()) return false;
  std::rotate(known, known + 1, all_.end());
  return true;
}

Status Variants::add(PreparedPlan prepared, std::string key) {
  uint64_t used = bytes_of(prepared.plan->memory);
  for (const Variant& variant : all_) used += bytes_of(variant.execution.plan().memory);
  while (!all_.empty() && (all_.size() >= kMost || used > settings_.max_memory_bytes)) {
    used -= bytes_of(all_.front().execution.plan().memory);
    all_.erase(all_.begin());
  }
  GOSSAMER_ASSIGN(Execution execution,
                  Execution::make(std::move(prepared.plan), settings_.profile, settings_.workers));
  all_.push_back({std::move(key), std::move(execution), std::move(prepared.outputs),
                  std::move(prepared.class_names)});
  return Status::ok();
}

}  // namespace gossamer
