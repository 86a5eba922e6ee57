// See indices.h.
#include "ops/indices.h"

#include <algorithm>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {

Result<int64_t> index_at(const TensorView& indices, int64_t i, int64_t extent) {
  const int64_t index = int_at(indices, i);
  if (index >= -extent && index < extent) return index < 0 ? index + extent : index;
  return Status(Code::kIndex, Stage::kRun, "index lies outside the tensor")
      .got(concat(index))
      .expected(concat(-extent, " to ", extent - 1));
}

Status require_element_indices(const OpContext& context, int axis) {
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt32, DataType::kInt64}));
  const Shape& data = context.shape(0);
  const Shape& indices = context.shape(1);
  bool fits = indices.rank() == data.rank();
  for (int k = 0; fits && k < data.rank(); ++k) fits = k == axis || indices[k] <= data[k];
  if (fits) return Status::ok();
  return shape_error("the indices reach beyond the data")
      .got(concat(indices.to_string(), " into ", data.to_string(), ", axis ", axis));
}

Status IndexTuples::check(const OpContext& context, int64_t batch) {
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt64}));
  const Shape& data = context.shape(0);
  const Shape& indices = context.shape(1);
  if (batch < 0 || batch >= std::min(data.rank(), indices.rank())) {
    if (batch != 0) {
      return attribute_error("batch_dims", "more axes than there are").got(concat(batch));
    }
    return shape_error("tuples of indices need axes").got(indices.to_string());
  }
  const int64_t length = indices[indices.rank() - 1];
  if (length < 1 || length > data.rank() - batch) {
    return shape_error("a tuple of indices does not match the axes of the data")
        .got(concat(length, " for ", data.to_string()))
        .expected(concat("1 to ", data.rank() - batch));
  }
  for (int k = 0; k < static_cast<int>(batch); ++k) {
    if (data[k] == indices[k]) continue;
    return shape_error("the first axes of data and indices differ")
        .got(concat(data.to_string(), " and ", indices.to_string()));
  }
  return Status::ok();
}

IndexTuples::IndexTuples(const TensorView& indices, const Shape& data, int batch)
    : indices_(indices),
      data_(data),
      strides_(dense_strides(data)),
      batch_(batch),
      length_(indices.shape[indices.shape.rank() - 1]) {
  for (int k = 0; k < indices.shape.rank() - 1; ++k) {
    count_ *= indices.shape[k];
    if (k >= batch) per_batch_ *= indices.shape[k];
  }
  for (int k = batch; k < data.rank(); ++k) batch_size_ *= data[k];
  for (int k = batch + static_cast<int>(length_); k < data.rank(); ++k) block_ *= data[k];
}

Result<int64_t> IndexTuples::first_element(int64_t i) const {
  int64_t element = i / per_batch_ * batch_size_;
  for (int64_t k = 0; k < length_; ++k) {
    const int axis = batch_ + static_cast<int>(k);
    GOSSAMER_ASSIGN(const int64_t index, index_at(indices_, i * length_ + k, data_[axis]));
    element += index * strides_[static_cast<size_t>(axis)];
  }
  return element;
}

}  // namespace gossamer
