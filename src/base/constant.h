// A tensor whose elements are stored in the model or were computed while loading. Weights stay in
// the model's source until a kernel packs them: a Constant then only knows where they lie, so that
// a large model is never in memory twice.
#ifndef GOSSAMER_BASE_CONSTANT_H_
#define GOSSAMER_BASE_CONSTANT_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "gossamer/model_source.h"
#include "gossamer/status.h"
#include "gossamer/tensor.h"

namespace gossamer {

// Immutable once made; shared between graphs and plans as std::shared_ptr<const Constant>.
class Constant {
 public:
  // Elements at `offset` of `source`, little-endian and dense, those of 4 bits two to a byte.
  // Requires that the range was checked
  // against the source and the shape. `source` is borrowed and must outlive the Constant's use.
  static std::shared_ptr<const Constant> in_source(DataType type, const Shape& shape,
                                                   const ModelSource* source, uint64_t offset);
  // The same for a source of its own, which makes elements up as they are read.
  static std::shared_ptr<const Constant> in_source(DataType type, const Shape& shape,
                                                   std::shared_ptr<const ModelSource> source);
  // Takes over elements in memory. Requires data.size() == bytes of the shape.
  static std::shared_ptr<const Constant> resident(DataType type, const Shape& shape,
                                                  AlignedBuffer data);
  // The same numbers in float32, converted whenever they are read, so that weights stay where they
  // are. Requires widens_to_float32(type) and that checked_bytes has room for the result.
  static std::shared_ptr<const Constant> as_float32(std::shared_ptr<const Constant> constant);
  // Copies elements. Errors: OOM.
  static Result<std::shared_ptr<const Constant>> copy_of(const TensorView& view);
  // Strings as they are stored, before a table numbers them: element i is i, the place of its text.
  // Requires a text for each element of the shape. Errors: OOM.
  static Result<std::shared_ptr<const Constant>> of_strings(const Shape& shape,
                                                            std::vector<std::string> texts);

  DataType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  size_t bytes() const { return bytes_; }
  // As many of them as are stored or in memory: none of a tensor that is sparse in the model.
  size_t stored_bytes() const {
    if (original_ != nullptr) return original_->stored_bytes();
    return owned_source_ == nullptr ? bytes_ : 0;
  }
  bool is_resident() const { return source_ == nullptr && original_ == nullptr; }
  // Not empty for of_strings() alone.
  const std::vector<std::string>& texts() const { return texts_; }

  // The elements. Requires is_resident().
  TensorView view() const { return {type_, shape_, data_.data()}; }
  // Copies the elements, wherever they are. Requires target.size() == bytes(). Errors: IO.
  Status read(std::span<std::byte> target) const;
  // A resident equal: this constant itself has nothing to read, others are read. Errors: IO, OOM.
  static Result<std::shared_ptr<const Constant>> make_resident(
      const std::shared_ptr<const Constant>& constant);

  Constant(DataType type, const Shape& shape, size_t bytes)
      : type_(type), shape_(shape), bytes_(bytes) {}

 private:
  Status read_converted(std::span<std::byte> target) const;

  DataType type_;
  Shape shape_;
  size_t bytes_;
  AlignedBuffer data_;
  std::vector<std::string> texts_;
  std::shared_ptr<const ModelSource> owned_source_;
  const ModelSource* source_ = nullptr;
  uint64_t offset_ = 0;
  std::shared_ptr<const Constant> original_;  // of as_float32; itself not converted
};

}  // namespace gossamer

#endif  // GOSSAMER_BASE_CONSTANT_H_
