// The contract between the plan and the code that computes. A Kernel is one operator made ready for
// fixed shapes: parameters checked, weights packed, algorithm chosen. It states its work as
// independent items (tiles, rows, blocks of channels), and the executor calls run() on ranges of
// them: one after the other, or shared among threads. Small items also suit V8, whose baseline
// compiler cannot leave a loop half-way for the optimised code.
#ifndef GOSSAMER_KERNELS_KERNEL_H_
#define GOSSAMER_KERNELS_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "gossamer/status.h"

namespace gossamer {

// Where a kernel finds its tensors. Pointers are aligned to at least 16 bytes; an absent optional
// input is null. Inputs that the kernel absorbed when it was made are null, too.
struct KernelArgs {
  std::span<const void* const> inputs;
  std::span<void* const> outputs;
  std::byte* scratch = nullptr;  // scratch_bytes(), 64-byte aligned, for the calling thread alone
};

// Immutable after construction; run() may be called from several threads on disjoint ranges.
class Kernel {
 public:
  virtual ~Kernel() = default;

  // Type, family, tile and instruction level: "f32_gemm_6x8__relaxed". Lives as long as the
  // program.
  virtual std::string_view name() const = 0;
  virtual int64_t items() const { return 1; }
  virtual size_t scratch_bytes() const { return 0; }
  virtual uint64_t weight_bytes() const { return 0; }
  virtual uint64_t multiply_adds() const { return 0; }
  // What all items take together, in the time of one multiply-add of a matrix product, when the
  // tensors and weights are so many bytes. It decides how many threads share them.
  virtual double cost(double bytes) const { return static_cast<double>(multiply_adds()) + bytes; }
  // True when output 0 may share the memory of input `index`: every element is read before, or by
  // the same item in the same place as, the element that overwrites it.
  virtual bool can_overwrite_input(int /*index*/) const { return false; }

  // Computes items [begin, end). Allocates nothing. Requires 0 <= begin <= end <= items().
  // Errors: NUMERIC and INDEX, for kernels whose data can be invalid.
  virtual Status run(const KernelArgs& args, int64_t begin, int64_t end) const = 0;
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_KERNEL_H_
