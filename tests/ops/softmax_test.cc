// Softmax and LogSoftmax under both rules (flattened before opset 13, one axis since), and their
// permuted forms.
#include "ops/softmax.h"

#include <cmath>
#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node softmax(int opset, Tensor x, std::vector<Attribute> attributes = {},
             std::string type = "Softmax") {
  return {std::move(type), opset, {std::move(x)}, std::move(attributes)};
}

TEST(Softmax, LastAxisByDefaultSinceOpset13) {
  const float e = std::exp(1.0f);
  const Tensor y = result_of(softmax(13, floats({2, 2}, {0, 1, 5, 5})));
  expect_floats(y, {2, 2}, {1 / (1 + e), e / (1 + e), 0.5f, 0.5f});
  expect_floats(result_of(softmax(13, floats({1}, {42}))), {1}, {1});
}

TEST(Softmax, AnyAxisSinceOpset13) {
  const Tensor x = floats({1, 2, 2}, {0, 100, 0, 100});
  expect_floats(result_of(softmax(13, x, {attr_int("axis", 1)})), {1, 2, 2}, {.5f, .5f, .5f, .5f});
  expect_floats(result_of(softmax(13, x, {attr_int("axis", -2)})), {1, 2, 2}, {.5f, .5f, .5f, .5f});
  expect_floats(result_of(softmax(13, x, {attr_int("axis", 0)})), {1, 2, 2}, {1, 1, 1, 1});
}

TEST(Softmax, FlattensBeforeOpset13) {
  const Tensor x = floats({2, 2, 2}, std::vector<float>(8, 3.0f));
  expect_floats(result_of(softmax(11, x)), {2, 2, 2}, std::vector<float>(8, 0.25f));
  expect_floats(result_of(softmax(11, x, {attr_int("axis", 0)})), {2, 2, 2},
                std::vector<float>(8, 0.125f));
  expect_floats(result_of(softmax(11, x, {attr_int("axis", -1)})), {2, 2, 2},
                std::vector<float>(8, 0.5f));
}

TEST(Softmax, LargeValuesDoNotOverflow) {
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor y = result_of(softmax(13, floats({2, 3}, {1e30f, 0, -1e30f, -inf, 1, 1})));
  expect_floats(y, {2, 3}, {1, 0, 0, 0, 0.5f, 0.5f});
}

TEST(Softmax, NanSpreadsWithinItsRowOnly) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  expect_floats(result_of(softmax(13, floats({2, 2}, {0, nan, 1, 1}))), {2, 2},
                {nan, nan, 0.5f, 0.5f});
}

TEST(Softmax, EmptyTensors) {
  expect_floats(result_of(softmax(13, floats({0, 3}, {}))), {0, 3}, {});
  expect_floats(result_of(softmax(13, floats({3, 0}, {}))), {3, 0}, {});
}

TEST(LogSoftmax, IsTheLogarithm) {
  const float log2 = std::log(2.0f);
  expect_floats(result_of(softmax(13, floats({1, 2}, {7, 7}), {}, "LogSoftmax")), {1, 2},
                {-log2, -log2});
  // Where the probability itself would be 0.
  expect_floats(result_of(softmax(13, floats({2}, {0, 1000}), {}, "LogSoftmax")), {2}, {-1000, 0});
  expect_floats(result_of(softmax(12, floats({1, 2, 2}, {7, 7, 7, 7}), {}, "LogSoftmax")),
                {1, 2, 2}, std::vector<float>(4, -2 * log2));
}

TEST(Softmax, PermutedFormsCommute) {
  const Tensor x = noise({2, 3, 4, 5}, 4);
  const std::vector<int> perms[] = {{0, 2, 3, 1}, {3, 2, 1, 0}, {1, 0, 2, 3}, {0, 1, 2, 3}};
  for (const char* type : {"Softmax", "LogSoftmax"}) {
    for (int opset : {12, 13}) {
      for (int64_t axis : {0, 1, 2, 3, -1}) {
        const auto op = make(softmax(opset, x, {attr_int("axis", axis)}, type));
        ASSERT_TRUE(op.is_ok());
        for (const auto& perm : perms) {
          SCOPED_TRACE(testing::Message() << type << opset << " axis " << axis << " " << perm[0]);
          const auto permuted = (*op)->permuted(perm);
          ASSERT_TRUE(permuted != nullptr || opset < 13);
          if (permuted == nullptr) continue;
          EXPECT_EQ(permuted->type(), type);
          expect_same(result_of(*permuted, {permute(x, perm)}),
                      permute(result_of(**op, {x}), perm));
        }
      }
    }
  }
  // [N, C, H, W] flattened at 1 survives going to channels last; flattened at 2 it does not.
  const std::vector<int> last = {0, 2, 3, 1};
  EXPECT_NE((*make(softmax(12, x)))->permuted(last), nullptr);
  EXPECT_EQ((*make(softmax(12, x, {attr_int("axis", 2)})))->permuted(last), nullptr);
}

TEST(Softmax, Errors) {
  const Tensor x = floats({2, 2}, {1, 2, 3, 4});
  expect_error(softmax(13, x, {attr_int("axis", 2)}), Code::kAttribute, "axis");
  expect_error(softmax(13, x, {attr_int("axis", -3)}), Code::kAttribute, "axis");
  expect_error(softmax(13, x, {attr_int("axis", INT64_MIN)}), Code::kAttribute, "axis");
  expect_error(softmax(13, floats({}, {1})), Code::kAttribute, "axis");
  expect_error(softmax(13, only_shape(DataType::kInt64, {2})), Code::kUnsupported);
  expect_error(softmax(13, absent()), Code::kGraph);
}

TEST(Hardmax, MarksTheFirstMaximum) {
  const Tensor x = floats({2, 3}, {1, 3, 3, 2, 0, 1});
  expect_floats(result_of({"Hardmax", 13, {x}, {}}), {2, 3}, {0, 1, 0, 1, 0, 0});
  expect_floats(result_of({"Hardmax", 13, {x}, {attr_int("axis", 0)}}), {2, 3}, {0, 1, 1, 1, 0, 0});
  expect_floats(result_of({"Hardmax", 11, {x}, {attr_int("axis", 0)}}), {2, 3}, {0, 1, 0, 0, 0, 0});
}

TEST(Softmax, OfOtherTypes) {
  const Tensor x = tensor<double>(DataType::kFloat64, {2}, {0, 0});
  expect_values<double>(result_of({"Softmax", 13, {x}, {}}), {2}, {0.5, 0.5});
  const Tensor half = tensor<uint16_t>(DataType::kFloat16, {1, 2}, {0x3C00, 0x3C00});
  expect_values<uint16_t>(result_of({"Softmax", 11, {half}, {}}), {1, 2}, {0x3800, 0x3800});
}

}  // namespace
}  // namespace gossamer::op_test
