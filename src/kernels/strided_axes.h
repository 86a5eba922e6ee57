// The loops over tensors that are broadcast or permuted, reduced to the fewest: axes of one element
// are dropped, and neighbours that are one run for every operand become one axis. Same shapes thus
// end as a single axis, and a vector per channel as two, whatever rank the model wrote.
//
// The output is dense and visited in row-major order; operands have a stride, in elements, along
// each of its axes (0 where they are repeated).
#ifndef GOSSAMER_KERNELS_STRIDED_AXES_H_
#define GOSSAMER_KERNELS_STRIDED_AXES_H_

#include <array>
#include <cstdint>

namespace gossamer {

template <size_t kOperands>
class StridedAxes {
 public:
  static constexpr int kMaxRank = 8;
  using Offsets = std::array<int64_t, kOperands>;

  // Appends the next inner axis. At most kMaxRank calls.
  void add(int64_t extent, const Offsets& strides) {
    elements_ *= extent;
    if (extent == 1) return;
    if (rank_ > 0) {
      Axis& outer = axes_[static_cast<size_t>(rank_ - 1)];
      bool one_run = true;
      for (size_t i = 0; i < kOperands; ++i) {
        one_run = one_run && outer.strides[i] == extent * strides[i];
      }
      if (one_run) {
        outer.extent *= extent;
        outer.strides = strides;
        return;
      }
    }
    axes_[static_cast<size_t>(rank_++)] = {extent, strides};
  }

  int rank() const { return rank_; }
  int64_t elements() const { return elements_; }
  int64_t extent(int axis) const { return axes_[static_cast<size_t>(axis)].extent; }
  int64_t stride(int axis, size_t operand) const {
    return axes_[static_cast<size_t>(axis)].strides[operand];
  }
  // Positions of the axes before `axis`.
  int64_t count_before(int axis) const {
    int64_t count = 1;
    for (int i = 0; i < axis; ++i) count *= extent(i);
    return count;
  }

  // Visits the positions of the axes before `axis` in order, from any of them on.
  class Walk {
   public:
    Walk(const StridedAxes& axes, int axis, int64_t position) : axes_(axes), rank_(axis) {
      for (int i = rank_ - 1; i >= 0; --i) {
        const auto k = static_cast<size_t>(i);
        index_[k] = position % axes_.extent(i);
        position /= axes_.extent(i);
        for (size_t n = 0; n < kOperands; ++n) offsets_[n] += index_[k] * axes_.stride(i, n);
      }
    }
    int64_t offset(size_t operand) const { return offsets_[operand]; }
    void next() {
      for (int i = rank_ - 1; i >= 0; --i) {
        const auto k = static_cast<size_t>(i);
        for (size_t n = 0; n < kOperands; ++n) offsets_[n] += axes_.stride(i, n);
        if (++index_[k] < axes_.extent(i)) return;
        for (size_t n = 0; n < kOperands; ++n) offsets_[n] -= axes_.stride(i, n) * index_[k];
        index_[k] = 0;
      }
    }

   private:
    const StridedAxes& axes_;
    int rank_;
    std::array<int64_t, kMaxRank> index_{};
    Offsets offsets_{};
  };

 private:
  struct Axis {
    int64_t extent = 1;
    Offsets strides{};
  };
  std::array<Axis, kMaxRank> axes_{};
  int rank_ = 0;
  int64_t elements_ = 1;
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_STRIDED_AXES_H_
