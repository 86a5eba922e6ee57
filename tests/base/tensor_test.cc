// Shapes: counting elements without overflow.
#include "gossamer/tensor.h"

#include <gtest/gtest.h>

#include "base/aligned_buffer.h"
#include "base/constant.h"

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

}  // namespace
}  // namespace gossamer
