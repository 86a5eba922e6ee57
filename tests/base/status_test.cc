// Status, Result and the text helpers they are written with.
#include "gossamer/status.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "base/text.h"

namespace gossamer {
namespace {

Status sample() {
  return Status(Code::kAttribute, Stage::kGraph, "stride must be positive")
      .at_node("c1", "Conv")
      .attribute("strides")
      .got("0")
      .expected("> 0");
}

TEST(Status, RendersEveryDetailOnOneLine) {
  EXPECT_EQ(
      sample().to_string(),
      "ATTRIBUTE (graph): stride must be positive; node 'c1' (Conv), attribute 'strides', got 0, "
      "expected > 0");
  EXPECT_EQ(Status::ok().to_string(), "OK");
}

TEST(Status, RendersJsonWithoutEmptyFields) {
  EXPECT_EQ(
      sample().to_json(),
      R"({"code":"ATTRIBUTE","stage":"graph","message":"stride must be positive","node":"c1",)"
      R"("op":"Conv","attribute":"strides","got":"0","expected":"> 0"})");
}

TEST(Status, KeepsTheInnermostDetails) {
  const Status status = sample().at_node("outer", "Loop").got("7").at_stage(Stage::kRun);
  EXPECT_EQ(status.info().node, "c1");
  EXPECT_EQ(status.info().got, "0");
  EXPECT_EQ(status.info().stage, Stage::kGraph);
}

TEST(Status, CopiesAreIndependent) {
  const Status original = sample();
  Status copy = original;
  copy = Status::ok();
  EXPECT_FALSE(original.is_ok());
  EXPECT_TRUE(copy.is_ok());
}

TEST(Status, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Code::kInternal); ++i) {
    const auto name = code_name(static_cast<Code>(i));
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

TEST(Result, CarriesEitherAValueOrAnError) {
  Result<int> good = 7;
  EXPECT_TRUE(good.is_ok());
  EXPECT_EQ(*good, 7);
  Result<int> bad = sample();
  EXPECT_FALSE(bad.is_ok());
  EXPECT_EQ(bad.status().code(), Code::kAttribute);
  Result<int> neither = Status::ok();
  EXPECT_EQ(neither.status().code(), Code::kInternal);
}

TEST(Text, QuotesWhatJsonCannotHold) {
  EXPECT_EQ(json_quote("a\"b\\c\nd\x01"), R"("a\"b\\c\nd\u0001")");
  EXPECT_EQ(json_quote("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
}

TEST(Text, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json_quote("\xFF"), "\"\\ufffd\"");
  EXPECT_EQ(json_quote("\xC3"), "\"\\ufffd\"");                     // cut off
  EXPECT_EQ(json_quote("\xC0\xAF"), "\"\\ufffd\\ufffd\"");          // overlong
  EXPECT_EQ(json_quote("\xED\xA0\x80").substr(0, 7), "\"\\ufffd");  // surrogate
}

TEST(Text, WritesNestedJson) {
  JsonWriter json;
  json.begin_object().member("a", 1).key("b").begin_array().value(true).value(1.5).end_array();
  json.member("c", std::numeric_limits<double>::infinity()).end_object();
  EXPECT_EQ(json.text(), R"({"a":1,"b":[true,1.5],"c":null})");
}

TEST(Text, SplitsAndTrims) {
  EXPECT_EQ(split("a;;b", ';'), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_TRUE(split("", ';').empty());
  EXPECT_EQ(trim(" \t x y\r\n"), "x y");
  EXPECT_EQ(trim(" \n"), "");
}

}  // namespace
}  // namespace gossamer
