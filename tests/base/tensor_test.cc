// Shapes: counting elements without overflow.
#include "gossamer/tensor.h"

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/constant.h"
#include "base/packed_4bit.h"

namespace gossamer {
namespace {

TEST(Shape, CountsElements) {
  EXPECT_EQ(Shape({2, 3, 4}).elements(), 24);
  EXPECT_EQ(Shape().elements(), 1);
  EXPECT_EQ(Shape({2, 0, 4}).checked_elements(), 0);
  EXPECT_EQ(Shape({2, 3}).to_string(), "[2, 3]");
}

TEST(Shape, RefusesNegativeAndOverflowingExtents) {
  EXPECT_FALSE(Shape({2, -1}).checked_elements().has_value());
  EXPECT_FALSE(Shape({int64_t{1} << 32, int64_t{1} << 32}).checked_elements().has_value());
  // An extent of zero does not hide the overflow of the others.
  EXPECT_FALSE(Shape({0, int64_t{1} << 32, int64_t{1} << 32}).checked_elements().has_value());
}

TEST(DataType, IsNamedByItsNumber) {
  EXPECT_EQ(data_type_name(data_type_of(16)), "bfloat16");
  EXPECT_EQ(data_type_name(data_type_of(17)), "float8e4m3fn");
  EXPECT_EQ(data_type_name(data_type_of(23)), "float4e2m1");
  EXPECT_EQ(data_type_of(-1), DataType::kUndefined);
  EXPECT_EQ(data_type_of(99), DataType::kUndefined);
  EXPECT_EQ(data_type_of(int64_t{1} << 40 | 1), DataType::kUndefined);
  EXPECT_EQ(data_type_size(DataType::kBfloat16), 2u);
  EXPECT_EQ(data_type_size(DataType::kInt4), 1u);
  EXPECT_EQ(data_type_size(data_type_of(17)), 0u);
}

TEST(AlignedBuffer, IsAlignedAndMovable) {
  auto buffer = AlignedBuffer::allocate(100);
  ASSERT_TRUE(buffer.is_ok());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer->data()) % AlignedBuffer::kAlignment, 0u);
  const std::byte* data = buffer->data();
  const AlignedBuffer moved = std::move(*buffer);
  EXPECT_EQ(moved.data(), data);
  EXPECT_EQ(moved.size(), 100u);
}

TEST(AlignedBuffer, ReportsWhatCannotBeAllocated) {
  const auto buffer = AlignedBuffer::allocate(SIZE_MAX - 10);
  ASSERT_FALSE(buffer.is_ok());
  EXPECT_EQ(buffer.status().code(), Code::kOom);
}

TEST(Constant, ReadsFromItsSource) {
  const std::string bytes = "....abcd";
  const auto source = ModelSource::from_memory(std::as_bytes(std::span(bytes)));
  const auto constant = Constant::in_source(DataType::kUint8, Shape{4}, source.get(), 4);
  EXPECT_FALSE(constant->is_resident());
  const auto resident = Constant::make_resident(constant);
  ASSERT_TRUE(resident.is_ok());
  EXPECT_EQ((*resident)->view().as<uint8_t>()[3], 'd');
}

TEST(Constant, SpreadsElementsOf4BitsOverABytePerElement) {
  const std::string bytes = "\x21\xf8\x07";  // the first of a pair lies in the low half
  const auto source = ModelSource::from_memory(std::as_bytes(std::span(bytes)));
  const auto read = [&](DataType type) {
    const auto constant = Constant::in_source(type, Shape{5}, source.get(), 0);
    EXPECT_EQ(constant->bytes(), 5u);
    std::vector<int8_t> values(5);
    EXPECT_TRUE(constant->read(std::as_writable_bytes(std::span(values))).is_ok());
    return values;
  };
  EXPECT_EQ(read(DataType::kInt4), (std::vector<int8_t>{1, 2, -8, -1, 7}));
  EXPECT_EQ(read(DataType::kUint4), (std::vector<int8_t>{1, 2, 8, 15, 7}));
}

TEST(Packed4Bit, ComesBackAfterPacking) {
  for (size_t count = 0; count < 20; ++count) {
    std::vector<std::byte> values(count);
    for (size_t i = 0; i < count; ++i) values[i] = static_cast<std::byte>(i % 16);
    const std::string packed = pack_4bit(values);
    EXPECT_EQ(packed.size(), file_bytes(DataType::kUint4, static_cast<int64_t>(count)));
    std::vector<std::byte> back(count);
    unpack_4bit(DataType::kUint4, reinterpret_cast<const std::byte*>(packed.data()), back);
    EXPECT_EQ(back, values);
  }
}

}  // namespace
}  // namespace gossamer
