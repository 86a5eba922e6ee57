// Transpose, Concat, Gather, Slice, Cast: operators that move elements, and chains of them that
// compute shapes.
#include <limits>

#include "ops/concat.h"
#include "ops/transpose.h"
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node transpose(Tensor x, std::vector<int64_t> perm) {
  return {"Transpose", 13, {std::move(x)}, {attr_ints("perm", std::move(perm))}};
}
Node concat_along(int64_t axis, std::vector<Tensor> inputs) {
  return {"Concat", 13, std::move(inputs), {attr_int("axis", axis)}};
}
Node gather(Tensor data, Tensor indices, int64_t axis) {
  return {"Gather", 13, {std::move(data), std::move(indices)}, {attr_int("axis", axis)}};
}
Node slice(Tensor x, std::vector<int64_t> starts, std::vector<int64_t> ends,
           std::vector<int64_t> axes, std::vector<int64_t> steps) {
  return {"Slice", 13, {std::move(x), list(starts), list(ends), list(axes), list(steps)}, {}};
}

TEST(Transpose, ReversesByDefault) {
  expect_floats(result_of({"Transpose", 13, {iota({2, 3})}, {}}), {3, 2}, {0, 3, 1, 4, 2, 5});
  expect_floats(result_of({"Transpose", 13, {floats({}, {1})}, {}}), {}, {1});
}

TEST(Transpose, PermutesAxes) {
  const Tensor x = iota({2, 3, 2});
  expect_floats(result_of(transpose(x, {1, 2, 0})), {3, 2, 2},
                {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11});
  expect_floats(result_of(transpose(x, {0, 1, 2})), {2, 3, 2}, x.to<float>());
  expect_same(result_of(transpose(iota({2, 3, 4, 5}), {0, 2, 3, 1})),
              to_channels_last(iota({2, 3, 4, 5})));
}

TEST(Transpose, OtherTypesAndEmptyTensors) {
  expect_values<uint8_t>(
      result_of(transpose(bytes(DataType::kUint8, {2, 2}, {1, 2, 3, 4}), {1, 0})), {2, 2},
      {1, 3, 2, 4});
  expect_values<int64_t>(result_of(transpose(int64s({1, 2}, {5, 6}), {1, 0})), {2, 1}, {5, 6});
  expect_floats(result_of(transpose(floats({3, 0, 2}, {}), {2, 0, 1})), {2, 3, 0}, {});
}

TEST(Transpose, PermutedFormsCommute) {
  const Tensor x = noise({2, 3, 4, 5}, 6);
  for (const std::vector<int64_t>& own : {std::vector<int64_t>{0, 2, 3, 1}, {3, 1, 0, 2}}) {
    for (const std::vector<int>& perm : {std::vector<int>{0, 2, 3, 1}, {2, 0, 3, 1}}) {
      const auto op = make(transpose(x, own));
      ASSERT_TRUE(op.is_ok());
      const auto permuted = (*op)->permuted(perm);
      ASSERT_NE(permuted, nullptr);
      expect_same(result_of(*permuted, {permute(x, perm)}), permute(result_of(**op, {x}), perm));
    }
  }
  const auto reversal = make({"Transpose", 13, {x}, {}});
  const std::vector<int> perm = {1, 0, 2, 3};
  expect_same(result_of(*(*reversal)->permuted(perm), {permute(x, perm)}),
              permute(result_of(**reversal, {x}), perm));
}

TEST(Transpose, Errors) {
  const Tensor x = iota({2, 3});
  expect_error(transpose(x, {0, 0}), Code::kAttribute, "perm");
  expect_error(transpose(x, {0, 2}), Code::kAttribute, "perm");
  expect_error(transpose(x, {-1, 0}), Code::kAttribute, "perm");
  expect_error(transpose(x, {0, 1, 2}), Code::kAttribute, "perm");
  expect_error(transpose(x, std::vector<int64_t>(9, 0)), Code::kUnsupported, "perm");
  expect_error(transpose(only_shape(DataType{14}, {1, 1}), {0, 1}),
               Code::kUnsupported);  // complex64
}

TEST(Concat, JoinsAlongAnAxis) {
  const Tensor a = iota({2, 1, 2});
  const Tensor b = iota({2, 2, 2}, 10);
  const std::vector<float> expected = {0, 1, 10, 11, 12, 13, 2, 3, 14, 15, 16, 17};
  expect_floats(result_of(concat_along(1, {a, b})), {2, 3, 2}, expected);
  expect_floats(result_of(concat_along(-2, {a, b})), {2, 3, 2}, expected);
  expect_floats(result_of(concat_along(0, {floats({1}, {1}), floats({2}, {2, 3})})), {3},
                {1, 2, 3});
  expect_floats(result_of(concat_along(2, {a})), {2, 1, 2}, {0, 1, 2, 3});
  expect_floats(result_of(concat_along(0, {floats({0, 2}, {}), iota({1, 2}), floats({0, 2}, {})})),
                {1, 2}, {0, 1});
  expect_values<int64_t>(result_of(concat_along(0, {int64s({1}, {7}), int64s({1}, {8})})), {2},
                         {7, 8});
}

TEST(Concat, PermutedFormsCommute) {
  const Tensor a = noise({2, 3, 4, 5}, 7);
  const Tensor b = noise({2, 6, 4, 5}, 8);
  const std::vector<int> last = {0, 2, 3, 1};
  for (int64_t axis : {1, -3}) {
    const auto op = make(concat_along(axis, {a, b}));
    const auto permuted = (*op)->permuted(last);
    ASSERT_NE(op_cast<ConcatOp>(permuted.get()), nullptr);
    EXPECT_EQ(op_cast<ConcatOp>(permuted.get())->axis(), 3);
    expect_same(result_of(*permuted, {permute(a, last), permute(b, last)}),
                permute(result_of(**op, {a, b}), last));
  }
}

TEST(Concat, Errors) {
  const Tensor a = iota({2, 2});
  expect_error(concat_along(2, {a, a}), Code::kAttribute, "axis");
  expect_error(concat_along(-3, {a, a}), Code::kAttribute, "axis");
  expect_error(concat_along(0, {floats({}, {1})}), Code::kAttribute, "axis");
  expect_error({"Concat", 13, {a, a}, {}}, Code::kAttribute, "axis");
  expect_error(concat_along(0, {a, iota({2, 3})}), Code::kShape);
  expect_error(concat_along(0, {a, iota({2})}), Code::kShape);
  expect_error(concat_along(0, {a, int64s({1, 2}, {1, 2})}), Code::kShape);
  expect_error(concat_along(0, {a, absent()}), Code::kGraph);
  expect_error(concat_along(0, {}), Code::kGraph);
  const Tensor half = only_shape(DataType::kInt8, {INT64_MAX / 2 + 1});
  expect_error(concat_along(0, {half, half}), Code::kShape);
}

TEST(Gather, PicksSlices) {
  const Tensor x = iota({3, 2});
  expect_floats(result_of(gather(x, int64s({2}, {2, 0}), 0)), {2, 2}, {4, 5, 0, 1});
  expect_floats(result_of(gather(x, int64s({1, 2}, {1, 1}), 1)), {3, 1, 2}, {1, 1, 3, 3, 5, 5});
  expect_floats(result_of(gather(x, int32s({}, {-1}), 0)), {2}, {4, 5});
  expect_floats(result_of(gather(x, int64s({0}, {}), 0)), {0, 2}, {});
  expect_values<int64_t>(result_of(gather(int64s({3}, {7, 8, 9}), int64s({}, {1}), -1)), {}, {8});
}

TEST(Gather, Errors) {
  const Tensor x = iota({3, 2});
  expect_error(gather(x, int64s({1}, {3}), 0), Code::kIndex);
  expect_error(gather(x, int64s({1}, {-4}), 0), Code::kIndex);
  expect_error(gather(x, int64s({2}, {0, INT64_MIN}), 1), Code::kIndex);
  expect_error(gather(x, int64s({1}, {0}), 2), Code::kAttribute, "axis");
  expect_error(gather(x, floats({1}, {0}), 0), Code::kUnsupported);
  expect_error(gather(floats({0}, {}), int64s({1}, {0}), 0), Code::kIndex);
  expect_error(gather(iota({1, 1, 1, 1, 1, 1, 1, 1}), int64s({1, 1}, {0}), 0), Code::kUnsupported);
}

TEST(Slice, Ranges) {
  const Tensor x = iota({6});
  const auto of = [&](int64_t start, int64_t end, int64_t step) {
    return result_of(slice(x, {start}, {end}, {0}, {step})).to<float>();
  };
  using Floats = std::vector<float>;
  EXPECT_EQ(of(1, 4, 1), (Floats{1, 2, 3}));
  EXPECT_EQ(of(0, 6, 4), (Floats{0, 4}));
  EXPECT_EQ(of(-2, INT64_MAX, 1), (Floats{4, 5}));
  EXPECT_EQ(of(4, 1, 1), (Floats{}));
  EXPECT_EQ(of(5, 0, -2), (Floats{5, 3, 1}));
  EXPECT_EQ(of(-1, INT64_MIN, -1), (Floats{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(of(INT64_MAX, INT64_MIN, INT64_MIN), (Floats{5}));
  EXPECT_EQ(of(INT64_MIN, INT64_MAX, INT64_MAX), (Floats{0}));
  EXPECT_EQ(of(INT64_MAX, 100, 1), (Floats{}));
  EXPECT_EQ(of(0, -7, -1), (Floats{0}));
}

TEST(Slice, SeveralAxes) {
  const Tensor x = iota({2, 3, 4});
  expect_floats(result_of(slice(x, {1, 0}, {2, 3}, {-3, 2}, {1, 2})), {1, 3, 2},
                {12, 14, 16, 18, 20, 22});
  // Without axes the first ones are meant.
  expect_floats(result_of({"Slice", 10, {x, list({1, 2}), list({2, 3})}, {}}), {1, 1, 4},
                {20, 21, 22, 23});
  expect_floats(
      result_of({"Slice",
                 9,
                 {x},
                 {attr_ints("starts", {3}), attr_ints("ends", {4}), attr_ints("axes", {2})}}),
      {2, 3, 1}, {3, 7, 11, 15, 19, 23});
  expect_floats(result_of({"Slice", 13, {x, list({1}), list({2}), absent(), list({1})}, {}}),
                {1, 3, 4}, iota({12}, 12).to<float>());
  expect_floats(result_of(slice(floats({0, 2}, {}), {0, 1}, {9, 2}, {0, 1}, {-1, 1})), {0, 1}, {});
  expect_floats(result_of(slice(x, {}, {}, {}, {})), {2, 3, 4}, x.to<float>());
}

TEST(Slice, FormsAgree) {
  const Tensor x = iota({2, 5, 6, 3});
  const std::vector<int> last = {0, 2, 3, 1};
  EXPECT_TRUE(expect_forms_agree(slice(x, {1, 5}, {4, -7}, {1, -2}, {2, -2}), last));
  EXPECT_TRUE(expect_forms_agree(slice(x, {3}, {1}, {1}, {1}), last));
  EXPECT_TRUE(expect_forms_agree(slice(x, {0, 1}, {1, 9}, {}, {}), last));
  const Node old{"Slice", 9, {x}, {attr_ints("starts", {1, 2}), attr_ints("ends", {2, 4})}};
  EXPECT_TRUE(expect_forms_agree(old, last));
}

TEST(Slice, Errors) {
  const Tensor x = iota({2, 3});
  expect_error(slice(x, {0}, {1}, {0}, {0}), Code::kAttribute, "steps");
  expect_error(slice(x, {0}, {1}, {2}, {1}), Code::kAttribute, "axes");
  expect_error(slice(x, {0, 0}, {1, 1}, {0, -2}, {1, 1}), Code::kAttribute, "axes");
  expect_error(slice(x, {0, 0}, {1}, {0}, {1}), Code::kShape);
  expect_error(slice(x, {0}, {1}, {0}, {1, 1}), Code::kShape);
  expect_error({"Slice", 13, {x, int64s({1}, {0}), list({1})}, {}}, Code::kUnsupported);
  expect_error({"Slice", 9, {x}, {attr_ints("starts", {0})}}, Code::kAttribute, "ends");
  expect_error({"Slice", 13, {x, list({0, 0, 0}), list({1, 1, 1})}, {}}, Code::kAttribute, "axes");
  expect_error({"Slice", 13, {x, list(std::vector<int64_t>(17, 0)), list({1})}, {}},
               Code::kAttribute, "starts");
}

Node cast(Tensor x, DataType to) {
  return {"Cast", 13, {std::move(x)}, {attr_int("to", static_cast<int64_t>(to))}};
}

TEST(Cast, BetweenNumbers) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x = floats({8}, {1.9f, -1.9f, 300, -300, 3e9f, inf, -inf, nan});
  expect_values<int32_t>(result_of(cast(x, DataType::kInt32)), {8},
                         {1, -1, 300, -300, INT32_MAX, INT32_MAX, INT32_MIN, 0});
  expect_values<int64_t>(result_of(cast(x, DataType::kInt64)), {8},
                         {1, -1, 300, -300, 3000000000, INT64_MAX, INT64_MIN, 0});
  expect_values<uint8_t>(result_of(cast(x, DataType::kUint8)), {8}, {1, 0, 255, 0, 255, 255, 0, 0});
  expect_values<int8_t>(result_of(cast(x, DataType::kInt8)), {8},
                        {1, -1, 127, -128, 127, 127, -128, 0});
  expect_floats(result_of(cast(int64s({3}, {-7, 0, 1 << 20}), DataType::kFloat32)), {3},
                {-7, 0, 1 << 20});
  expect_values<double>(result_of(cast(floats({1}, {0.5f}), DataType::kFloat64)), {1}, {0.5});
  expect_values<int32_t>(result_of(cast(int64s({1}, {(int64_t{1} << 32) + 5}), DataType::kInt32)),
                         {1}, {5});
}

TEST(Cast, Booleans) {
  expect_values<uint8_t>(result_of(cast(floats({4}, {0, -0.0f, 0.5f, 2}), DataType::kBool)), {4},
                         {0, 0, 1, 1});
  expect_floats(result_of(cast(bytes(DataType::kBool, {3}, {0, 1, 7}), DataType::kFloat32)), {3},
                {0, 1, 1});
  expect_values<uint8_t>(result_of(cast(bytes(DataType::kBool, {2}, {0, 9}), DataType::kBool)), {2},
                         {0, 1});
}

TEST(Cast, EveryPairOfTypes) {
  constexpr DataType kTypes[] = {DataType::kFloat32, DataType::kFloat64, DataType::kFloat16,
                                 DataType::kInt8,    DataType::kInt16,   DataType::kInt32,
                                 DataType::kInt64,   DataType::kUint8,   DataType::kUint16,
                                 DataType::kUint32,  DataType::kUint64,  DataType::kBool,
                                 DataType::kBfloat16};
  const Tensor x = floats({3}, {0, 1, 100});
  for (const DataType from : kTypes) {
    for (const DataType to : kTypes) {
      const bool narrow = from == DataType::kBool || to == DataType::kBool;
      const Tensor back =
          result_of(cast(result_of(cast(result_of(cast(x, from)), to)), DataType::kFloat32));
      expect_floats(back, {3}, {0, 1, narrow ? 1.0f : 100.0f});
    }
  }
}

TEST(Cast, LimitsOfUnsignedTypes) {
  const Tensor x = floats({4}, {-1, 70000, 5e9f, 1e30f});
  expect_values<uint16_t>(result_of(cast(x, DataType::kUint16)), {4}, {0, 65535, 65535, 65535});
  expect_values<uint32_t>(result_of(cast(x, DataType::kUint32)), {4},
                          {0, 70000, UINT32_MAX, UINT32_MAX});
  expect_values<uint64_t>(result_of(cast(x, DataType::kUint64)), {4},
                          {0, 70000, 5000000000, UINT64_MAX});
  const Tensor huge = tensor<uint64_t>(DataType::kUint64, {1}, {UINT64_MAX});
  expect_floats(result_of(cast(huge, DataType::kFloat32)), {1}, {18446744073709551616.0f});
}

// Values of ONNX's own tests, test_cast_FLOAT_to_INT4 and _UINT4: what does not fit is held.
TEST(Cast, Integers4Bit) {
  const Tensor x = floats({6}, {-9, -8, -1, 7, 8, 16});
  const Tensor int4 = result_of(cast(x, DataType::kInt4));
  expect_values<int8_t>(int4, {6}, {-8, -8, -1, 7, 7, 7});
  expect_floats(result_of(cast(int4, DataType::kFloat32)), {6}, {-8, -8, -1, 7, 7, 7});
  expect_values<int8_t>(result_of(cast(int4, DataType::kInt8)), {6}, {-8, -8, -1, 7, 7, 7});
  const Tensor uint4 = result_of(cast(x, DataType::kUint4));
  expect_values<uint8_t>(uint4, {6}, {0, 0, 0, 7, 8, 15});
  expect_floats(result_of(cast(uint4, DataType::kFloat32)), {6}, {0, 0, 0, 7, 8, 15});
  // Between integers the low bits stay.
  expect_values<int8_t>(
      result_of(cast(bytes(DataType::kUint8, {2}, {0x1f, 0x28}), DataType::kInt4)), {2}, {-1, -8});
}

TEST(Cast, Bfloat16) {
  const Tensor brain = tensor<uint16_t>(DataType::kBfloat16, {3}, {0x3f80, 0xc2f7, 0x7f80});
  expect_floats(result_of(cast(brain, DataType::kFloat32)), {3}, {1, -123.5f, INFINITY});
  expect_values<uint16_t>(
      result_of(cast(floats({3}, {1.00390625f, -123.4f, 3.4e38f}), DataType::kBfloat16)), {3},
      {0x3f80, 0xc2f7, 0x7f80});
}

TEST(Cast, LikeAnotherTensor) {
  const Tensor like = only_shape(DataType::kInt32, {7});
  expect_values<int32_t>(result_of({"CastLike", 15, {floats({2}, {1.5f, -2}), like}, {}}), {2},
                         {1, -2});
}

TEST(Cast, Errors) {
  const Tensor x = floats({1}, {1});
  expect_error(cast(x, DataType::kString), Code::kUnsupported);
  expect_error(cast(only_shape(DataType::kString, {1}), DataType::kFloat32), Code::kUnsupported);
  expect_error({"Cast", 13, {x}, {attr_int("to", 99)}}, Code::kUnsupported, "to");
  EXPECT_EQ(error_of({"Cast", 13, {x}, {attr_int("to", 17)}}).info().got, "float8e4m3fn");
  expect_error({"Cast", 13, {x}, {}}, Code::kAttribute, "to");
}

}  // namespace
}  // namespace gossamer::op_test
