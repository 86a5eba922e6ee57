// Shapes and element types. See gossamer/tensor.h.
#include "gossamer/tensor.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace gossamer {
namespace {

struct TypeRow {
  std::string_view name;
  size_t size;
};
constexpr TypeRow kTypes[] = {{"undefined", 0},      {"float32", 4},    {"uint8", 1},
                              {"int8", 1},           {"uint16", 2},     {"int16", 2},
                              {"int32", 4},          {"int64", 8},      {"string", 4},
                              {"bool", 1},           {"float16", 2},    {"float64", 8},
                              {"uint32", 4},         {"uint64", 8},     {"complex64", 0},
                              {"complex128", 0},     {"bfloat16", 2},   {"float8e4m3fn", 0},
                              {"float8e4m3fnuz", 0}, {"float8e5m2", 0}, {"float8e5m2fnuz", 0},
                              {"uint4", 1},          {"int4", 1},       {"float4e2m1", 0},
                              {"float8e8m0", 0},     {"uint2", 0},      {"int2", 0}};
static_assert(kTypes[static_cast<size_t>(DataType::kInt4)].name == "int4");

const TypeRow& row_of(DataType type) {
  const auto number = static_cast<size_t>(type);
  return kTypes[number < std::size(kTypes) ? number : 0];
}

}  // namespace

DataType data_type_of(int64_t number) {
  const bool known = number >= 0 && number < static_cast<int64_t>(std::size(kTypes));
  return known ? static_cast<DataType>(number) : DataType::kUndefined;
}
std::string_view data_type_name(DataType type) {
  return row_of(type).name;
}
size_t data_type_size(DataType type) {
  return row_of(type).size;
}

Shape::Shape(std::initializer_list<int64_t> dims)
    : Shape(std::span<const int64_t>(dims.begin(), dims.size())) {}

Shape::Shape(std::span<const int64_t> dims) : rank_(static_cast<int>(dims.size())) {
  assert(dims.size() <= kMaxRank);
  std::copy(dims.begin(), dims.end(), dims_.begin());
}

void Shape::push_back(int64_t dim) {
  assert(rank_ < kMaxRank);
  dims_[static_cast<size_t>(rank_++)] = dim;
}

int64_t Shape::elements() const {
  int64_t product = 1;
  for (int64_t dim : dims()) product *= dim;
  return product;
}

std::optional<int64_t> Shape::checked_elements() const {
  int64_t product = 1;
  bool zero = false;
  for (int64_t dim : dims()) {
    if (dim < 0) return std::nullopt;
    // A zero extent does not excuse the others: [0, 2^62, 2^62] overflows when anything is strided
    // over it, so the product is taken over the extents that are not zero.
    if (dim == 0) {
      zero = true;
    } else if (__builtin_mul_overflow(product, dim, &product)) {
      return std::nullopt;
    }
  }
  return zero ? 0 : product;
}

std::string Shape::to_string() const {
  std::string out = "[";
  for (int axis = 0; axis < rank_; ++axis) {
    if (axis > 0) out += ", ";
    append(out, (*this)[axis]);
  }
  return out + "]";
}

uint64_t file_bytes(DataType type, int64_t elements) {
  const auto count = static_cast<uint64_t>(elements);
  return is_4bit(type) ? count / 2 + count % 2 : count * data_type_size(type);
}

std::optional<size_t> checked_bytes(DataType type, const Shape& shape) {
  const auto elements = shape.checked_elements();
  int64_t bytes = 0;
  if (!elements.has_value() ||
      __builtin_mul_overflow(*elements, static_cast<int64_t>(data_type_size(type)), &bytes) ||
      bytes > int64_t{PTRDIFF_MAX}) {
    return std::nullopt;
  }
  return static_cast<size_t>(bytes);
}

bool operator==(const Shape& a, const Shape& b) {
  return std::ranges::equal(a.dims(), b.dims());
}

}  // namespace gossamer
