// The report on a model: what it counts, and that it needs no weights.
#include "session/report.h"

#include <gtest/gtest.h>

#include "session/properties.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using namespace gossamer::testing;  // NOLINT(google-build-using-namespace)

std::string report_of(const std::string& bytes) {
  const auto model = ModelSource::from_string(bytes);
  const auto report = report_json(*model);
  return report.is_ok() ? *report : report.status().to_string();
}

#define EXPECT_HAS(text, part) EXPECT_NE(text.find(part), std::string::npos) << text

ModelBuilder small_model() {
  ModelBuilder builder;
  builder.property("gossamer.labels", "a\nb")
      .input("x", {-1, 2}, "batch")
      .floats("w", {2, 3}, {1, 2, 3, 4, 5, 6})
      .floats("unused", {100}, std::vector<float>(100))
      .ints("shape", {1, 3})
      .node("MatMul", {"x", "w"}, {"h"}, {}, "product")
      .node("Reshape", {"h", "shape"}, {"r"})
      .node("Relu", {"r"}, {"y"})
      .node("Relu", {"unused"}, {"dead"})
      .output("y");
  return builder;
}

TEST(Report, CountsWhatOutputsNeed) {
  const std::string report = report_of(small_model().build());
  EXPECT_HAS(report,
             R"("inputs":[{"name":"x","type":"float32","kind":"tensor","shape":["batch",2]}])");
  EXPECT_HAS(report, R"({"domain":"","name":"Relu","count":1,"supported":true})");
  EXPECT_HAS(report, R"("node_count":3,"parameters":6,"weight_bytes":24)");
  EXPECT_HAS(report, R"("gossamer.labels":"a\nb")");
  EXPECT_HAS(report,
             R"({"label":"product","op":"MatMul","inputs":["x"],"outputs":["h"],"parameters":6})");
  EXPECT_HAS(report,
             R"({"label":"#1","op":"Reshape","inputs":["h"],"outputs":["r"],"parameters":0})");
}

TEST(Report, NamesOperatorsThatAreNotSupported) {
  ModelBuilder builder = small_model();
  builder.node("Wobble", {"h"}, {"z"}, {}, "", "some.where").opset("some.where", 1);
  builder.node("Wobble", {"z"}, {"zz"}, {}, "", "some.where").output("zz");
  const std::string report = report_of(builder.build());
  EXPECT_HAS(report, R"({"domain":"some.where","name":"Wobble","count":2,"supported":false})");
  EXPECT_HAS(report, R"("name":"MatMul","count":1,"supported":true)");
  EXPECT_HAS(report, R"("nodes":[])");
}

TEST(Report, ReadsNoFilesBesideTheModel) {
  const std::string external = wire_bytes(13, wire_bytes(1, "location") + wire_bytes(2, "w.bin"));
  const std::string tensor = wire_int(1, 1000) + wire_int(1, 2) + wire_int(2, 1) +
                             wire_bytes(8, "e") + external + wire_int(14, 1);
  ModelBuilder builder = small_model();
  builder.graph_field(wire_bytes(5, tensor)).node("MatMul", {"x", "e2"}, {"m"}).output("m");
  builder.node("Transpose", {"e"}, {"e2"});
  const std::string report = report_of(builder.build());
  EXPECT_HAS(report, R"("parameters":2006,"weight_bytes":8024)");
}

TEST(Report, TakesTheRecipeOfOnnxsOwnProperties) {
  ModelBuilder builder = small_model();
  builder.property("Image.BitmapPixelFormat", "Bgr8");
  EXPECT_HAS(report_of(builder.build()), R"("gossamer.recipe":"channels=bgr)");
}

TEST(Report, RefusesWhatIsNoModel) {
  EXPECT_EQ(report_json(*ModelSource::from_string("")).status().code(), Code::kParse);
  const std::string model = small_model().build();
  for (size_t length = 1; length < model.size(); length += 7) {
    const auto report = report_json(*ModelSource::from_string(model.substr(0, length)));
    if (report.is_ok()) continue;
    EXPECT_NE(report.status().code(), Code::kInternal) << length;
  }
}

TEST(Properties, AreCheckedByName) {
  EXPECT_TRUE(check_property("anything", "at\n\nall").is_ok());
  EXPECT_TRUE(check_property("gossamer.recipe", "mean=0.5").is_ok());
  EXPECT_EQ(check_property("gossamer.recipe", "mean=much").code(), Code::kArgument);
  EXPECT_TRUE(check_property("gossamer.labels", "a\nb\n").is_ok());
  for (const char* labels : {"a\n \nb", "\na", "a\n\n"}) {
    EXPECT_EQ(check_property("gossamer.labels", labels).code(), Code::kArgument) << labels;
  }
}

}  // namespace
}  // namespace gossamer
