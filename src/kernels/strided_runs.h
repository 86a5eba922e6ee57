// The loop over broadcast operands. Once the axes are merged, every case is an innermost run in
// which each operand advances or stands still, inside a walk over the outer positions: same shapes
// have one run, a scalar or a vector per channel a run each time it is repeated. An item is a group
// of runs, or a part of a long one.
#ifndef GOSSAMER_KERNELS_STRIDED_RUNS_H_
#define GOSSAMER_KERNELS_STRIDED_RUNS_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "kernels/sizes.h"
#include "kernels/strided_axes.h"

namespace gossamer {

template <size_t kOperands>
class StridedRuns {
 public:
  using Offsets = std::array<int64_t, kOperands>;

  // Requires axes over a dense output.
  explicit StridedRuns(const StridedAxes<kOperands>& axes) : axes_(axes) {
    outer_rank_ = std::max(0, axes_.rank() - 1);
    steps_.fill(1);  // one element: each operand advances by it
    if (axes_.rank() > 0) {
      length_ = axes_.extent(outer_rank_);
      for (size_t n = 0; n < kOperands; ++n) steps_[n] = axes_.stride(outer_rank_, n);
    }
    runs_ = axes_.count_before(outer_rank_);
    runs_per_item_ = units_per_item(runs_, length_, kBlock);
    parts_ = runs_per_item_ == 1 ? std::max<int64_t>(1, ceil_div(length_, kBlock)) : 1;
  }

  bool is_flat() const { return axes_.rank() <= 1; }
  int64_t items() const {
    return axes_.elements() == 0 ? 0 : ceil_div(runs_, runs_per_item_) * parts_;
  }
  int64_t elements() const { return axes_.elements(); }
  // Along a run, in elements.
  int64_t step(size_t operand) const { return steps_[operand]; }
  // True when some element of the operand is read more than once.
  bool repeats(size_t operand) const {
    for (int axis = 0; axis < axes_.rank(); ++axis) {
      if (axes_.stride(axis, operand) == 0) return true;
    }
    return false;
  }

  // f(offsets, at, count) for each run of items [begin, end): where its elements begin in the
  // operands and in the output, and how many there are.
  template <typename F>
  void for_each(int64_t begin, int64_t end, F&& f) const {
    const int64_t part_length = parts_ == 1 ? length_ : kBlock;
    for (int64_t item = begin; item < end; ++item) {
      const int64_t first = item / parts_ * runs_per_item_;
      const int64_t last = std::min(first + runs_per_item_, runs_);
      const int64_t from = item % parts_ * part_length;
      const int64_t count = std::min(part_length, length_ - from);
      typename StridedAxes<kOperands>::Walk walk(axes_, outer_rank_, first);
      for (int64_t run = first; run < last; ++run, walk.next()) {
        Offsets offsets;
        for (size_t n = 0; n < kOperands; ++n) offsets[n] = walk.offset(n) + from * steps_[n];
        f(offsets, run * length_ + from, count);
      }
    }
  }

 private:
  static constexpr int64_t kBlock = 4096;  // elements per item, about

  StridedAxes<kOperands> axes_;
  int outer_rank_;      // axes before the innermost
  int64_t length_ = 1;  // of the innermost run
  Offsets steps_;       // along it
  int64_t runs_;
  int64_t runs_per_item_;
  int64_t parts_;  // items per run, when runs_per_item_ is 1
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_STRIDED_RUNS_H_
