// See constant.h.
#include "base/constant.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "base/convert.h"
#include "base/packed_4bit.h"

namespace gossamer {
namespace {

constexpr size_t kPieceBytes = 8192;  // read at once of what is to be converted

size_t bytes_of(DataType type, const Shape& shape) {
  return static_cast<size_t>(shape.elements()) * data_type_size(type);
}

}  // namespace

std::shared_ptr<const Constant> Constant::in_source(DataType type, const Shape& shape,
                                                    const ModelSource* source, uint64_t offset) {
  auto constant = std::make_shared<Constant>(type, shape, bytes_of(type, shape));
  constant->source_ = source;
  constant->offset_ = offset;
  return constant;
}

std::shared_ptr<const Constant> Constant::in_source(DataType type, const Shape& shape,
                                                    std::shared_ptr<const ModelSource> source) {
  auto constant = std::make_shared<Constant>(type, shape, bytes_of(type, shape));
  constant->source_ = source.get();
  constant->owned_source_ = std::move(source);
  return constant;
}

std::shared_ptr<const Constant> Constant::resident(DataType type, const Shape& shape,
                                                   AlignedBuffer data) {
  auto constant = std::make_shared<Constant>(type, shape, bytes_of(type, shape));
  constant->data_ = std::move(data);
  return constant;
}

std::shared_ptr<const Constant> Constant::as_float32(std::shared_ptr<const Constant> constant) {
  const Shape& shape = constant->shape();
  auto converted =
      std::make_shared<Constant>(DataType::kFloat32, shape, bytes_of(DataType::kFloat32, shape));
  converted->original_ = std::move(constant);
  return converted;
}

Result<std::shared_ptr<const Constant>> Constant::copy_of(const TensorView& view) {
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(view.bytes()));
  if (view.bytes() > 0) std::memcpy(data.data(), view.data, view.bytes());
  return resident(view.type, view.shape, std::move(data));
}

Result<std::shared_ptr<const Constant>> Constant::of_strings(const Shape& shape,
                                                             std::vector<std::string> texts) {
  const size_t bytes = bytes_of(DataType::kString, shape);
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(bytes));
  std::iota(reinterpret_cast<int32_t*>(data.data()),
            reinterpret_cast<int32_t*>(data.data()) + texts.size(), 0);
  auto constant = std::make_shared<Constant>(DataType::kString, shape, bytes);
  constant->data_ = std::move(data);
  constant->texts_ = std::move(texts);
  return std::shared_ptr<const Constant>(std::move(constant));
}

Status Constant::read_converted(std::span<std::byte> target) const {
  const Constant& original = *original_;
  auto* y = reinterpret_cast<float*>(target.data());
  const auto count = static_cast<size_t>(shape_.elements());
  if (original.is_resident()) {
    to_float32(original.type(), original.view().data, y, count);
    return Status::ok();
  }
  alignas(double) std::array<std::byte, kPieceBytes> piece;
  const size_t size = data_type_size(original.type());
  const size_t step = kPieceBytes / size;
  for (size_t done = 0; done < count; done += step) {
    const size_t now = std::min(step, count - done);
    GOSSAMER_TRY(
        original.source_->read(original.offset_ + done * size, std::span(piece).first(now * size)));
    to_float32(original.type(), piece.data(), y + done, now);
  }
  return Status::ok();
}

Status Constant::read(std::span<std::byte> target) const {
  if (original_ != nullptr) return read_converted(target);
  if (source_ != nullptr) {
    const auto stored = static_cast<size_t>(file_bytes(type_, shape_.elements()));
    // What is packed is read to the end of the target, from where it spreads over all of it.
    const std::span<std::byte> end = target.last(stored);
    GOSSAMER_TRY(source_->read(offset_, end));
    if (is_4bit(type_)) unpack_4bit(type_, end.data(), target);
    return Status::ok();
  }
  if (!target.empty()) std::memcpy(target.data(), data_.data(), target.size());
  return Status::ok();
}

Result<std::shared_ptr<const Constant>> Constant::make_resident(
    const std::shared_ptr<const Constant>& constant) {
  if (constant->is_resident()) return constant;
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(constant->bytes()));
  GOSSAMER_TRY(constant->read({data.data(), data.size()}));
  return resident(constant->type(), constant->shape(), std::move(data));
}

}  // namespace gossamer
