// Which input a picture goes to, and how its elements make one up.
#include "session/pictures.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

TEST(PictureInput, IsFoundByItsShape) {
  const std::vector<TensorInfo> inputs = {{"size", DataType::kInt64, {2}},
                                          {"table", DataType::kFloat32, {1, 64}},
                                          {"image", DataType::kFloat32, {1, 3, 8, 8}}};
  EXPECT_EQ(find_picture(inputs, {}), 2);
  const int given[] = {2};
  EXPECT_EQ(find_picture(inputs, given), 1);
  const auto missing = choose_picture(inputs, {});
  ASSERT_FALSE(missing.is_ok());
  EXPECT_NE(missing.status().to_string().find("'size', expected int64 [2]"), std::string::npos)
      << missing.status().to_string();
  const int others[] = {0, 1};
  EXPECT_EQ(choose_picture(inputs, others).value(), 2);
  EXPECT_EQ(choose_picture(std::span(inputs).first(1), {}).status().code(), Code::kArgument);
}

TEST(PictureInput, GrayNeedsNoChannelAndNoRows) {
  const auto form = [](const Shape& shape) {
    return describe_picture({"x", DataType::kFloat32, shape});
  };
  EXPECT_EQ(form({1, 28, 28}), "28 x 28, gray");
  EXPECT_EQ(form({1, 784}), "28 x 28, gray");
  EXPECT_EQ(form({20, 28}), "28 x 20, gray");
  EXPECT_EQ(form({3, 20, 28}), "28 x 20, colour");
  EXPECT_EQ(form({20, 28, 3}), "28 x 20, colour");
  EXPECT_EQ(form({-1, 28, 28}), "28 x 28, gray");
  EXPECT_EQ(form({-1, 3, -1, -1}), "open size, colour");
  EXPECT_EQ(form({1, 783}), "");
  EXPECT_EQ(form({1, 4}), "");
  EXPECT_EQ(form({2, 3}), "");
}

}  // namespace
}  // namespace gossamer
