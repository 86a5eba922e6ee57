// A layer made ready to be measured: its tensors, filled with pseudo-random numbers, and every
// algorithm that the kernels offer for its extents. Whether the one that select.cc takes is the
// fastest is what the measurement is for.
#ifndef GOSSAMER_BENCH_KERNELS_SUBJECT_H_
#define GOSSAMER_BENCH_KERNELS_SUBJECT_H_

#include <memory>
#include <vector>

#include "base/aligned_buffer.h"
#include "bench/kernels/layer.h"
#include "kernels/kernel.h"

namespace gossamer::bench {

// The tensors of one layer, channels last, weights as ONNX stores them. Which there are depends on
// the family: a pooling has no second operand, a product of computed matrices no bias.
struct Tensors {
  AlignedBuffer x;       // or the matrix a
  AlignedBuffer second;  // weights, or the matrix b
  AlignedBuffer bias;
  AlignedBuffer y;
  int64_t y_count = 0;
};

class Subject {
 public:
  // Makes every kernel that there is for the layer, computes once with each and compares the result
  // with the definition of the layer. Errors: OOM, NUMERIC when a result is wrong.
  static Result<Subject> make(const Layer& layer);

  // The first is the one that a plan takes.
  const std::vector<std::unique_ptr<Kernel>>& kernels() const { return kernels_; }
  // Computes the layer once. Requires one of kernels().
  void run(const Kernel& kernel);

 private:
  explicit Subject(const Layer& layer) : layer_(layer) {}
  Status add(std::unique_ptr<Kernel> kernel);

  Layer layer_;
  Tensors tensors_;
  AlignedBuffer scratch_;
  std::vector<std::unique_ptr<Kernel>> kernels_;
};

}  // namespace gossamer::bench

#endif  // GOSSAMER_BENCH_KERNELS_SUBJECT_H_
