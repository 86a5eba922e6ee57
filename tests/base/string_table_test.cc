// The table of a model's strings, and tensors that bring strings of their own.
#include "base/string_table.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

TEST(StringTable, NumbersEachTextOnce) {
  StringTable table;
  EXPECT_EQ(table.intern(""), 0);
  const int32_t cat = table.intern("cat");
  EXPECT_NE(table.intern("dog"), cat);
  EXPECT_EQ(table.intern("cat"), cat);
  EXPECT_EQ(table.text(cat), "cat");
  EXPECT_EQ(table.text(-1), "");
  EXPECT_EQ(table.text(INT32_MAX), "");
}

TEST(StringTable, AdoptsTensors) {
  StringTable table;
  const int32_t b = table.intern("b");
  const auto stored = Constant::of_strings(Shape{2, 2}, {"a", "b", "", "a"});
  ASSERT_TRUE(stored.is_ok());
  const auto adopted = table.adopt(*stored);
  ASSERT_TRUE(adopted.is_ok());
  EXPECT_EQ((*adopted)->shape(), (Shape{2, 2}));
  EXPECT_EQ((*adopted)->bytes(), 16u);
  const auto* numbers = (*adopted)->view().as<int32_t>();
  EXPECT_EQ(table.text(numbers[0]), "a");
  EXPECT_EQ(numbers[1], b);
  EXPECT_EQ(numbers[2], 0);
  EXPECT_EQ(numbers[3], numbers[0]);
  EXPECT_EQ(*table.adopt(*adopted), *adopted) << "numbers stay as they are";
}

TEST(StringTable, AdoptsALongTensorOnce) {
  StringTable table;
  const auto stored = Constant::of_strings(Shape{1000}, std::vector<std::string>(1000, "text"));
  ASSERT_TRUE(stored.is_ok());
  EXPECT_EQ(*table.adopt(*stored), *table.adopt(*stored));
}

}  // namespace
}  // namespace gossamer
