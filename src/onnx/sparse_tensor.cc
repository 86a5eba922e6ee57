// Sparse tensors: the values that are not zero and the index of each. See tensor_decoder.h.
//
// The dense form may be larger than the file by any factor, so it is not made here: a Constant
// refers to a source that writes zeros and values wherever it is read, as a weight in a file is
// read when a kernel packs it.
#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "onnx/tensor_decoder.h"

namespace gossamer::onnx_model {
namespace {

Status sparse_error(std::string_view message) {
  return Status(Code::kInitializer, Stage::kDecode, message);
}

// The dense tensor's bytes.
class SparseSource final : public ModelSource {
 public:
  // `places`: the index of each value in the dense tensor, ascending.
  SparseSource(std::shared_ptr<const Constant> values, std::vector<int64_t> places, uint64_t size)
      : values_(std::move(values)), places_(std::move(places)), size_(size) {}
  uint64_t size() const override { return size_; }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    std::ranges::fill(target, std::byte{0});
    const uint64_t size = data_type_size(values_->type());
    const auto* bytes = values_->view().as<std::byte>();
    const auto first = std::ranges::lower_bound(places_, static_cast<int64_t>(offset / size));
    for (auto place = first; place != places_.end(); ++place) {
      const uint64_t begin = static_cast<uint64_t>(*place) * size;
      if (begin >= offset + target.size()) break;
      // Of a value that the range cuts, the part inside.
      const uint64_t from = std::max(begin, offset);
      const uint64_t to = std::min(begin + size, offset + target.size());
      const auto value = static_cast<uint64_t>(place - places_.begin());
      std::memcpy(target.data() + (from - offset), bytes + value * size + (from - begin),
                  static_cast<size_t>(to - from));
    }
    return Status::ok();
  }

 private:
  std::shared_ptr<const Constant> values_;
  std::vector<int64_t> places_;
  uint64_t size_;
};

struct Parts {
  InitializerDef values;
  InitializerDef indices;
  TensorFields dense;  // only the extents
};

Status read_parts(WireReader& reader, uint64_t end, TensorBudget& budget, Parts& parts) {
  Fields fields(reader, Message::kSparseTensor, end);
  while (fields.next()) {
    reader.seek(fields->begin);
    if (fields->number == 1) {
      GOSSAMER_ASSIGN(parts.values, decode_tensor(reader, fields->end, budget));
    } else if (fields->number == 2) {
      GOSSAMER_ASSIGN(parts.indices, decode_tensor(reader, fields->end, budget));
    } else if (!read_dims(reader, *fields, parts.dense.dims)) {
      return reader.malformed();
    }
  }
  return fields.finish();
}

// The place of each value in the dense tensor. Indices are places already, or have a row each.
Result<std::vector<int64_t>> places_of(const Constant& indices, int64_t count, const Shape& dense) {
  const bool linear = indices.shape() == Shape{count};
  if (indices.type() != DataType::kInt64 ||
      (!linear && !(indices.shape() == Shape{count, dense.rank()}))) {
    return sparse_error("the indices of a sparse tensor do not fit its values")
        .got(concat(data_type_name(indices.type()), " ", indices.shape().to_string()))
        .expected(concat("int64 [", count, "] or [", count, ", ", dense.rank(), "]"));
  }
  const auto* index = indices.view().as<int64_t>();
  const int64_t elements = dense.elements();
  std::vector<int64_t> places;
  places.reserve(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    int64_t place = linear ? index[i] : 0;
    bool inside = place >= 0 && place < elements;
    for (int axis = 0; !linear && axis < dense.rank(); ++axis) {
      const int64_t at = index[i * dense.rank() + axis];
      inside = inside && at >= 0 && at < dense[axis];
      place = inside ? place * dense[axis] + at : 0;
    }
    if (!inside || (i > 0 && place <= places.back())) {
      return sparse_error("the indices of a sparse tensor must ascend, inside its shape")
          .got(concat("index ", i))
          .expected(dense.to_string());
    }
    places.push_back(place);
  }
  return places;
}

// A few bytes can ask for any number of zeros, which take time wherever they are read. Of weights
// that were pruned more is left than a hundredth.
Status check_density(int64_t elements, int64_t values, TensorBudget& budget) {
  constexpr int64_t kEach = 100;
  if (elements / kEach <= values) return Status::ok();
  budget.sparse_elements -= std::min(elements, budget.sparse_elements + 1);
  if (budget.sparse_elements >= 0) return Status::ok();
  const int64_t most = TensorBudget().sparse_elements;
  return Status(Code::kLimit, Stage::kDecode, "sparse tensors have too many elements")
      .got(concat(elements, " of which ", values, " are given"))
      .expected(
          concat("at most ", most, " together, where fewer than one in ", kEach, " is given"));
}

Result<std::shared_ptr<const Constant>> to_constant(Parts& parts, TensorBudget& budget) {
  if (parts.values.constant == nullptr || parts.indices.constant == nullptr) {
    return sparse_error("a sparse tensor lacks its values or its indices");
  }
  GOSSAMER_ASSIGN(auto values, Constant::make_resident(parts.values.constant));
  GOSSAMER_ASSIGN(const auto indices, Constant::make_resident(parts.indices.constant));
  if (values->shape().rank() != 1) {
    return sparse_error("the values of a sparse tensor are no list")
        .got(values->shape().to_string());
  }
  if (is_4bit(values->type()) || values->type() == DataType::kString) {
    return Status(Code::kUnsupported, Stage::kDecode,
                  "sparse tensors of this type are not supported")
        .got(data_type_name(values->type()));
  }
  parts.dense.data_type = static_cast<int64_t>(values->type());
  GOSSAMER_ASSIGN(const TensorHeader dense, tensor_header(parts.dense));
  if (dense.bytes > budget.dense) {
    return Status(Code::kBudget, Stage::kDecode, "a sparse tensor needs more memory than allowed")
        .got(concat(dense.bytes, " bytes"))
        .expected(concat("at most ", budget.dense, " bytes"));
  }
  budget.dense -= dense.bytes;
  GOSSAMER_TRY(check_density(dense.shape.elements(), values->shape()[0], budget));
  GOSSAMER_ASSIGN(auto places, places_of(*indices, values->shape()[0], dense.shape));
  return Constant::in_source(
      dense.type, dense.shape,
      std::make_shared<SparseSource>(std::move(values), std::move(places), dense.bytes));
}

}  // namespace

Result<InitializerDef> decode_sparse_tensor(WireReader& reader, uint64_t end,
                                            TensorBudget& budget) {
  Parts parts;
  GOSSAMER_TRY(read_parts(reader, end, budget, parts));
  auto constant = to_constant(parts, budget);
  if (!constant.is_ok()) return std::move(constant).status().tensor(parts.values.name);
  return InitializerDef{std::move(parts.values.name), std::move(constant).value()};
}

}  // namespace gossamer::onnx_model
