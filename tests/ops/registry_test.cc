// The table of operators as a whole.
#include "ops/registry.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

TEST(Registry, EveryEntryIsUsable) {
  ASSERT_FALSE(op_table().empty());
  for (const OpEntry& entry : op_table()) {
    SCOPED_TRACE(entry.type);
    EXPECT_GE(entry.first_opset, 1);
    EXPECT_LE(entry.first_opset, entry.last_opset);
    EXPECT_NE(entry.make, nullptr);
    const auto file = std::filesystem::path(GOSSAMER_SOURCE_DIR) / "src/ops" /
                      (std::string(entry.family) + ".cc");
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
  }
}

TEST(Registry, MakersGiveTheTypeTheyAreListedUnder) {
  for (const OpEntry& entry : op_table()) {
    SCOPED_TRACE(entry.type);
    // Attributes that some operators cannot do without.
    onnx_model::NodeDef def;
    def.op_type = entry.type;
    def.outputs = {"y"};
    if (entry.type == "Constant") def.attributes = {attr_int("value_int", 1)};
    if (entry.type == "Unsqueeze") def.attributes = {attr_ints("axes", {0})};
    AttributeReader reader(def, entry.first_opset, strings());
    const auto op = entry.make(reader);
    ASSERT_TRUE(op.is_ok()) << op.status().to_string();
    EXPECT_EQ((*op)->type(), entry.type);
  }
}

// Nothing that a model can say may make an operator read an operand that is not there.
TEST(Registry, MissingOperandsAreErrors) {
  for (const OpEntry& entry : op_table()) {
    if (entry.type == "Constant") continue;
    SCOPED_TRACE(entry.type);
    onnx_model::NodeDef def;
    def.op_type = entry.type;
    def.outputs = {"y"};
    if (entry.type == "Unsqueeze") def.attributes = {attr_ints("axes", {0})};
    AttributeReader reader(def, entry.last_opset, strings());
    const auto op = entry.make(reader);
    ASSERT_TRUE(op.is_ok()) << op.status().to_string();
    // See tests/graph/macro_test.cc.
    if (entry.family == "branch" || entry.family == "loop" || entry.family == "sequence") continue;
    EXPECT_FALSE(reader.finish().is_ok());
    const Status status = infer_status(*op, std::vector<OpContext::Operand>(5));
    EXPECT_EQ(code_name(status.code()), "GRAPH") << status.to_string();
  }
}

}  // namespace
}  // namespace gossamer::op_test
