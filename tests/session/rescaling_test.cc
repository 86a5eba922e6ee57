// What pixels become for networks that scale them themselves, and for others.
#include "session/rescaling.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gossamer/session.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::attribute_int;
using testing::attribute_ints;
using testing::ModelBuilder;

// A picture "x", and constants that it may meet.
ModelBuilder picture() {
  ModelBuilder builder;
  builder.opset(17)
      .input("x", {1, 2, 2, 3})
      .floats("255th", {}, {1.0f / 255})
      .floats("half", {}, {127.5f})
      .floats("two", {}, {2})
      .floats("mean", {1, 1, 1, 3}, {123.675f, 116.28f, 103.53f})
      .floats("small_mean", {1, 1, 1, 3}, {0.485f, 0.456f, 0.406f});
  return builder;
}

// What the first element becomes of white.
float white_of(ModelBuilder builder, const std::string& recipe = "") {
  const auto session =
      Session::create(ModelSource::from_string(builder.output("y").build()), {.recipe = recipe});
  EXPECT_TRUE(session.is_ok()) << session.status().to_string();
  if (!session.is_ok()) return NAN;
  const uint8_t pixels[] = {255, 255, 255};
  EXPECT_TRUE((*session)->set_image(0, {pixels, 1, 1, 3, 3}).is_ok());
  return (*session)->input(0).as<float>()[0];
}

TEST(Rescaling, PixelsThatTheNetworkScalesStayAsTheyAre) {
  EXPECT_EQ(white_of(picture().node("Mul", {"x", "255th"}, {"y"})), 255);
  EXPECT_EQ(white_of(picture().node("Mul", {"255th", "x"}, {"y"})), 255);
  EXPECT_EQ(white_of(picture().node("Div", {"x", "half"}, {"y"})), 255);
  EXPECT_EQ(white_of(picture().node("Sub", {"x", "mean"}, {"y"})), 255);
  ModelBuilder turned = picture();
  turned.node("Cast", {"x"}, {"c"}, {attribute_int("to", 1)})
      .node("Transpose", {"c"}, {"t"}, {attribute_ints("perm", {0, 3, 1, 2})})
      .node("Constant", {}, {"k"}, {testing::attribute_float("value_float", 1.0f / 255)})
      .node("Mul", {"t", "k"}, {"y"});
  EXPECT_EQ(white_of(turned), 255);
  EXPECT_EQ(white_of(turned, "fit=shorter"), 255);
  const auto session = Session::create(ModelSource::from_string(turned.output("y").build()), {});
  ASSERT_TRUE(session.is_ok());
  EXPECT_EQ((*session)->metadata().find("gossamer.recipe")->second, "scale=1");
}

TEST(Rescaling, OthersAreScaledAsEver) {
  EXPECT_EQ(white_of(picture().node("Relu", {"x"}, {"y"})), 1);
  EXPECT_EQ(white_of(picture().node("Mul", {"x", "two"}, {"y"})), 1);
  EXPECT_EQ(white_of(picture().node("Div", {"x", "two"}, {"y"})), 1);
  EXPECT_EQ(white_of(picture().node("Sub", {"x", "small_mean"}, {"y"})), 1);
  EXPECT_EQ(white_of(picture().node("Mul", {"x", "x"}, {"y"})), 1);
  ModelBuilder scaled = picture().node("Mul", {"x", "255th"}, {"y"});
  EXPECT_EQ(white_of(scaled, "scale=2"), 510);
  EXPECT_EQ(white_of(scaled, "std=0.5"), 2);
  EXPECT_EQ(white_of(scaled, "mean=0.5"), 0.5f);
  // Another reader takes it as it is.
  EXPECT_EQ(white_of(scaled.node("Relu", {"x"}, {"r"}).output("r")), 1);
}

// Nobody has counted operands and outputs when the scale is settled.
TEST(Rescaling, NodesThatLackOperandsTellNothing) {
  using Names = std::vector<std::string>;
  for (const Names& operands : {Names{"x"}, {"x", ""}, {"", "x"}, {"x", "two", "two"}}) {
    for (const char* op : {"Mul", "Div", "Sub"}) {
      const auto builder = picture().node(op, operands, {"y"}).output("y");
      EXPECT_FALSE(Session::create(ModelSource::from_string(builder.build()), {}).is_ok());
    }
  }
  for (const Names& outputs : {Names{""}, {}}) {
    const auto builder =
        picture().node("Identity", {"x"}, outputs).node("Relu", {"x"}, {"y"}).output("y");
    EXPECT_TRUE(Session::create(ModelSource::from_string(builder.build()), {}).is_ok());
  }
  EXPECT_EQ(white_of(picture().node("Div", {"half", "x"}, {"y"})), 1);
}

}  // namespace
}  // namespace gossamer
