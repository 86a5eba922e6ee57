// Indices that are read from a tensor while the network runs: the gathers and scatters share the
// check of each one, and the rule for tuples of them.
#ifndef GOSSAMER_OPS_INDICES_H_
#define GOSSAMER_OPS_INDICES_H_

#include "ops/broadcast.h"
#include "ops/checks.h"

namespace gossamer {

// Element i of `indices`, counted from the end when negative. Errors: INDEX.
Result<int64_t> index_at(const TensorView& indices, int64_t i, int64_t extent);

// Input 1 holds indices along `axis` for elements of input 0: int32 or int64, of the same rank, and
// no longer than the data along the other axes. Errors: UNSUPPORTED, SHAPE.
Status require_element_indices(const OpContext& context, int axis);

// Tuples of indices into the axes of data from `batch` on; a tuple is a row of the indices' last
// axis. Gives the first element of the block that tuple number i names.
class IndexTuples {
 public:
  // The axes that a tuple names are there, and the first `batch` extents are the same. Errors:
  // SHAPE, ATTRIBUTE (batch_dims), UNSUPPORTED.
  static Status check(const OpContext& context, int64_t batch);

  IndexTuples(const TensorView& indices, const Shape& data, int batch);
  int64_t count() const { return count_; }
  int64_t block() const { return block_; }  // elements
  Result<int64_t> first_element(int64_t i) const;

 private:
  TensorView indices_;
  Shape data_;
  Strides strides_;
  int batch_;
  int64_t length_;          // of a tuple
  int64_t count_ = 1;       // of tuples
  int64_t per_batch_ = 1;   // tuples with the same place along the batch axes
  int64_t batch_size_ = 1;  // elements of data with the same
  int64_t block_ = 1;
};

}  // namespace gossamer

#endif  // GOSSAMER_OPS_INDICES_H_
