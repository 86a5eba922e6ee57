// Identity and Dropout hand their input on.
#include "ops/identity.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

TEST(Identity, MovesAnyFixedSizeType) {
  expect_floats(result_of({"Identity", 13, {floats({2, 1}, {1, 2})}, {}}), {2, 1}, {1, 2});
  expect_values<int64_t>(result_of({"Identity", 13, {int64s({}, {7})}, {}}), {}, {7});
  expect_values<uint8_t>(result_of({"Identity", 13, {bytes(DataType::kBool, {3}, {1, 0, 1})}, {}}),
                         {3}, {1, 0, 1});
  expect_values<uint8_t>(result_of({"Identity", 1, {bytes(DataType::kInt8, {0}, {})}, {}}), {0},
                         {});
  expect_error({"Identity", 13, {only_shape(DataType{14}, {1})}, {}}, Code::kUnsupported);
  EXPECT_TRUE((*make({"Identity", 13, {floats({1}, {1})}, {}}))->is_view());
}

TEST(Dropout, DropsNothing) {
  const Tensor x = floats({2, 2}, {1, 2, 3, 4});
  const Node old{"Dropout", 7, {x}, {attr_float("ratio", 0.9f)}};
  expect_floats(result_of(old), {2, 2}, {1, 2, 3, 4});
  EXPECT_TRUE((*make(old))->is_view());
  const Tensor off = known(bytes(DataType::kBool, {}, {0}));
  const Node with_inputs{"Dropout", 13, {x, floats({}, {0.5f}), off}, {attr_int("seed", 1)}};
  expect_floats(result_of(with_inputs), {2, 2}, {1, 2, 3, 4});
  const Tensor on = known(bytes(DataType::kBool, {}, {1}));
  const Node nothing{"Dropout", 13, {x, known(floats({}, {0})), on}, {}};
  expect_floats(result_of(nothing), {2, 2}, {1, 2, 3, 4});
  const Tensor half = tensor<uint16_t>(DataType::kFloat16, {2}, {0x3c00, 0xc000});  // 1, -2
  for (const int opset : {7, 10, 13}) {
    expect_values<uint16_t>(result_of({"Dropout", opset, {half}, {}}), {2}, {0x3c00, 0xc000});
  }
}

TEST(Dropout, MaskIsAllTrue) {
  const Tensor x = floats({2}, {1, 2});
  Node node{"Dropout", 13, {x}, {}, {"y", "mask"}};
  const auto op = make(node);
  ASSERT_TRUE(op.is_ok());
  EXPECT_FALSE((*op)->is_view());
  auto outputs = run(**op, node.inputs, 2);
  ASSERT_TRUE(outputs.is_ok());
  expect_floats((*outputs)[0], {2}, {1, 2});
  EXPECT_EQ((*outputs)[1].type, DataType::kBool);
  expect_values<uint8_t>((*outputs)[1], {2}, {1, 1});
  Node half = node;
  half.opset = 7;
  half.inputs = {tensor<uint16_t>(DataType::kFloat16, {1}, {0})};
  outputs = run(**make(half), half.inputs, 2);
  ASSERT_TRUE(outputs.is_ok());
  expect_values<uint16_t>((*outputs)[1], {1}, {0x3c00});
  node.opset = 7;
  outputs = run(**make(node), node.inputs, 2);
  ASSERT_TRUE(outputs.is_ok());
  expect_floats((*outputs)[1], {2}, {1, 1});
  node.outputs = {"y", ""};
  EXPECT_TRUE((*make(node))->is_view());
}

TEST(Dropout, RandomnessIsNotSupported) {
  const Tensor x = floats({1}, {1});
  const auto dropout = [&](Tensor mode, Tensor ratio = absent()) {
    return Node{"Dropout", 13, {x, std::move(ratio), std::move(mode)}, {}};
  };
  const Tensor on = known(bytes(DataType::kBool, {}, {1}));
  expect_error(dropout(on, known(floats({}, {0.1f}))), Code::kUnsupported);
  expect_error(dropout(on, floats({}, {0})), Code::kUnsupported);  // not known at load
  expect_error(dropout(known(bytes(DataType::kBool, {}, {1}))), Code::kUnsupported);
  expect_error(dropout(bytes(DataType::kBool, {}, {0})), Code::kUnsupported);  // not known at load
  expect_error(dropout(known(floats({}, {0}))), Code::kUnsupported);
  expect_error({"Dropout", 10, {x, x}, {}}, Code::kGraph);
}

}  // namespace
}  // namespace gossamer::op_test
