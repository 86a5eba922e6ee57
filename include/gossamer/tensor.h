// Element types, shapes and views of tensors, as they cross the library's boundary.
//
// A view points at memory somebody else owns (the session's arena, or the caller's buffer) and is
// valid only as long as that memory is. Data is dense, row-major in the order of the shape's
// dimensions, little-endian, and aligned to its element size.
#ifndef GOSSAMER_TENSOR_H_
#define GOSSAMER_TENSOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gossamer {

// Numbered as onnx.TensorProto.DataType. The numbers between and beyond these (complex numbers,
// floats of 8 and 4 bits) are types that nothing here computes with; they have a name and no size.
//
// In memory an element of 4 bits takes a byte that holds its value, sign-extended for kInt4. Only
// files pack two into one.
enum class DataType : uint8_t {
  kUndefined = 0,
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kUint16 = 4,
  kInt16 = 5,
  kInt32 = 6,
  kInt64 = 7,
  kString = 8,
  kBool = 9,
  kFloat16 = 10,
  kFloat64 = 11,
  kUint32 = 12,
  kUint64 = 13,
  kBfloat16 = 16,
  kUint4 = 21,
  kInt4 = 22,
};

// The type of this number; kUndefined when ONNX has none.
DataType data_type_of(int64_t number);
std::string_view data_type_name(DataType type);  // "float32", "int64", "float8e4m3fn", ...
// Bytes per element in memory; 0 for types whose elements cannot be held. A string is held as the
// number of its text, an int32 (see Session::text).
size_t data_type_size(DataType type);
constexpr bool is_4bit(DataType type) {
  return type == DataType::kUint4 || type == DataType::kInt4;
}

// The extents of a tensor, outermost first; all are >= 0. Stored inline, so that shapes can be
// handled while a network runs without allocating. Rank 0 is a scalar with one element.
class Shape {
 public:
  static constexpr int kMaxRank = 8;

  Shape() = default;
  // Requires at most kMaxRank dimensions.
  Shape(std::initializer_list<int64_t> dims);
  explicit Shape(std::span<const int64_t> dims);

  int rank() const { return rank_; }
  int64_t operator[](int axis) const { return dims_[static_cast<size_t>(axis)]; }
  int64_t& operator[](int axis) { return dims_[static_cast<size_t>(axis)]; }
  std::span<const int64_t> dims() const { return {dims_.data(), static_cast<size_t>(rank_)}; }
  const int64_t* begin() const { return dims_.data(); }
  const int64_t* end() const { return dims_.data() + rank_; }
  // Requires rank() < kMaxRank.
  void push_back(int64_t dim);

  // Product of the extents. Requires that it fits (see checked_elements); shapes inside a graph
  // were checked when they were made.
  int64_t elements() const;
  // The same, or nothing when an extent is negative or the product overflows int64.
  std::optional<int64_t> checked_elements() const;

  std::string to_string() const;  // "[1, 3, 224, 224]"
  friend bool operator==(const Shape& a, const Shape& b);

 private:
  std::array<int64_t, kMaxRank> dims_{};
  int rank_ = 0;
};

// Bytes that these elements take in a file, where those of 4 bits lie two to a byte.
uint64_t file_bytes(DataType type, int64_t elements);
// Bytes of a dense tensor in memory, or nothing when an extent is negative or the tensor cannot be
// addressed.
std::optional<size_t> checked_bytes(DataType type, const Shape& shape);

// Read-only elements.
struct TensorView {
  DataType type = DataType::kUndefined;
  Shape shape;
  const void* data = nullptr;

  int64_t elements() const { return shape.elements(); }
  size_t bytes() const { return static_cast<size_t>(elements()) * data_type_size(type); }
  // Requires that T is the C++ type of `type`.
  template <typename T>
  const T* as() const {
    return static_cast<const T*>(data);
  }
};

// Writable elements.
struct MutableTensorView {
  DataType type = DataType::kUndefined;
  Shape shape;
  void* data = nullptr;

  int64_t elements() const { return shape.elements(); }
  size_t bytes() const { return static_cast<size_t>(elements()) * data_type_size(type); }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
  operator TensorView() const {  // NOLINT(google-explicit-constructor)
    return {type, shape, data};
  }
};

// Name, type and shape of a model's input or output.
struct TensorInfo {
  std::string name;
  DataType type = DataType::kUndefined;
  Shape shape;  // with every dimension known
  // The model gives a map from class to score for each row, ZipMap's; this is the tensor of the
  // scores, whose classes are the session's labels.
  bool is_map = false;
};

}  // namespace gossamer

#endif  // GOSSAMER_TENSOR_H_
