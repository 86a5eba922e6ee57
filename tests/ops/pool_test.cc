// MaxPool, AveragePool and the global pools against hand-computed results, with the corners of
// ceil_mode and count_include_pad, and their errors.
#include "ops/pool.h"

#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node pool(std::string type, Tensor x, std::vector<Attribute> attributes = {}, int opset = 16) {
  return {std::move(type), opset, {std::move(x)}, std::move(attributes)};
}

TEST(MaxPool, TakesTheLargestOfEachWindow) {
  const Tensor x = floats({1, 1, 3, 3}, {5, 1, 2, 0, 7, 3, 4, 6, -1});
  expect_floats(result_of(pool("MaxPool", x, {attr_ints("kernel_shape", {2, 2})})), {1, 1, 2, 2},
                {7, 7, 7, 7});
  expect_floats(result_of(pool("MaxPool", x, {attr_ints("kernel_shape", {1, 2})})), {1, 1, 3, 2},
                {5, 2, 7, 7, 6, 6});
}

TEST(MaxPool, PadsNeverWin) {
  const Tensor x = floats({1, 1, 2, 2}, {-1, -2, -3, -4});
  const Tensor y = result_of(
      pool("MaxPool", x, {attr_ints("kernel_shape", {2, 2}), attr_ints("pads", {1, 1, 1, 1})}));
  expect_floats(y, {1, 1, 3, 3}, {-1, -1, -2, -1, -1, -2, -3, -3, -4});
}

TEST(MaxPool, ChannelsAndBatchElementsAreApart) {
  const Tensor y =
      result_of(pool("MaxPool", iota({2, 2, 1, 2}), {attr_ints("kernel_shape", {1, 2})}));
  expect_floats(y, {2, 2, 1, 1}, {1, 3, 5, 7});
}

TEST(MaxPool, Dilations) {
  const Tensor x = floats({1, 1, 5}, {1, 9, 2, 8, 3});
  const Tensor y =
      result_of(pool("MaxPool", x, {attr_ints("kernel_shape", {3}), attr_ints("dilations", {2})}));
  expect_floats(y, {1, 1, 1}, {3});
}

TEST(MaxPool, AutoPad) {
  const Tensor x = floats({1, 1, 4}, {4, 1, 3, 2});
  const auto with = [&](const char* mode, int64_t stride) {
    return result_of(pool("MaxPool", x,
                          {attr_ints("kernel_shape", {2}), attr_text("auto_pad", mode),
                           attr_ints("strides", {stride})}));
  };
  expect_floats(with("SAME_UPPER", 1), {1, 1, 4}, {4, 3, 3, 2});
  expect_floats(with("SAME_LOWER", 1), {1, 1, 4}, {4, 4, 3, 3});
  expect_floats(with("VALID", 2), {1, 1, 2}, {4, 3});
  expect_floats(with("NOTSET", 3), {1, 1, 1}, {4});
}

TEST(MaxPool, IndicesPointIntoTheWholeInput) {
  Node node = pool("MaxPool", floats({1, 2, 2, 3}, {0, 5, 5, 1, 2, 3, 9, 8, 7, 6, 5, 9}),
                   {attr_ints("kernel_shape", {2, 2})});
  node.outputs = {"y", "indices"};
  const auto indices = [&] {
    const auto outputs = run(**make(node), node.inputs, 2);
    EXPECT_TRUE(outputs.is_ok()) << outputs.status().to_string();
    expect_floats((*outputs)[0], {1, 2, 1, 2}, {5, 5, 9, 9});
    return (*outputs)[1];
  };
  expect_values<int64_t>(indices(), {1, 2, 1, 2}, {1, 1, 6, 11});  // the first of equals
  EXPECT_EQ((*make(node))->channels_last(), nullptr);
  node.attributes.push_back(attr_int("storage_order", 1));
  // Columns first: row + 2 column.
  expect_values<int64_t>(indices(), {1, 2, 1, 2}, {2, 2, 6, 11});
}

TEST(MaxPool, Bytes) {
  const Attribute window = attr_ints("kernel_shape", {2});
  const Tensor u = bytes(DataType::kUint8, {1, 1, 3}, {3, 200, 1});
  expect_values<uint8_t>(result_of(pool("MaxPool", u, {window})), {1, 1, 2}, {200, 200});
  const Tensor s = bytes(DataType::kInt8, {1, 1, 3}, {0xff, 0xfe, 0x80});  // -1, -2, -128
  expect_values<uint8_t>(result_of(pool("MaxPool", s, {window})), {1, 1, 2}, {0xff, 0xfe});
}

TEST(LpPool, RootOfTheSumOfPowers) {
  const Tensor x = floats({1, 1, 3}, {3, -4, 0});
  const Attribute window = attr_ints("kernel_shape", {2});
  expect_floats(result_of(pool("LpPool", x, {window})), {1, 1, 2}, {5, 4});
  expect_floats(result_of(pool("LpPool", x, {window, attr_int("p", 1)})), {1, 1, 2}, {7, 4});
  // Pads add nothing, and what hangs over the end neither.
  expect_floats(result_of(pool("LpPool", x,
                               {window, attr_ints("strides", {2}), attr_int("ceil_mode", 1)}, 18)),
                {1, 1, 2}, {5, 0});
  expect_floats(result_of(pool("GlobalLpPool", x, {attr_int("p", 1)})), {1, 1, 1}, {7});
}

TEST(MaxPool, NanAndInfinity) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor x = floats({1, 1, 4}, {nan, 1, -inf, -inf});
  expect_floats(result_of(pool("MaxPool", x, {attr_ints("kernel_shape", {2})})), {1, 1, 3},
                {nan, 1, -inf});
}

struct CeilCase {
  int64_t in, kernel, stride;
  std::vector<int64_t> pads;
  std::vector<float> expected;  // maxima over 1, 2, ..., in
};

TEST(MaxPool, CeilMode) {
  const CeilCase cases[] = {
      {5, 2, 2, {0, 0}, {2, 4, 5}},     // a window hangs over the end
      {4, 2, 2, {0, 0}, {2, 4}},        // nothing left over
      {6, 3, 2, {0, 0}, {3, 5, 6}},     //
      {2, 3, 2, {0, 0}, {2}},           // the only window is not full
      {4, 2, 3, {0, 0}, {2, 4}},        //
      {5, 2, 3, {1, 1}, {1, 4}},        // a third window would start at 5, past the input
      {3, 2, 2, {1, 1}, {1, 3}},        // the same: (3 + 2 - 2) / 2 rounds up to a third
      {7, 3, 2, {1, 1}, {2, 4, 6, 7}},  //
      {1, 1, 5, {0, 0}, {1}},
  };
  for (const CeilCase& c : cases) {
    SCOPED_TRACE(testing::Message() << c.in << " " << c.kernel << " " << c.stride);
    const Tensor y =
        result_of(pool("MaxPool", iota({1, 1, c.in}, 1),
                       {attr_ints("kernel_shape", {c.kernel}), attr_ints("strides", {c.stride}),
                        attr_ints("pads", c.pads), attr_int("ceil_mode", 1)}));
    expect_floats(y, {1, 1, static_cast<int64_t>(c.expected.size())}, c.expected);
  }
}

TEST(AveragePool, LeavesPadsOutUnlessTold) {
  const Tensor x = floats({1, 1, 3}, {3, 6, 9});
  const std::vector<Attribute> window = {attr_ints("kernel_shape", {3}), attr_ints("pads", {1, 1})};
  expect_floats(result_of(pool("AveragePool", x, window)), {1, 1, 3}, {4.5, 6, 7.5});
  std::vector<Attribute> with_pads = window;
  with_pads.push_back(attr_int("count_include_pad", 1));
  expect_floats(result_of(pool("AveragePool", x, with_pads)), {1, 1, 3}, {3, 6, 5});
}

TEST(AveragePool, TwoAxes) {
  const Tensor y =
      result_of(pool("AveragePool", iota({1, 1, 3, 3}),
                     {attr_ints("kernel_shape", {2, 2}), attr_ints("strides", {1, 1})}));
  expect_floats(y, {1, 1, 2, 2}, {2, 3, 5, 6});
}

TEST(AveragePool, CountsPadsButNotWhatHangsOverThem) {
  // 1..4, one pad at each end, windows of 3 with stride 2: [p 1 2] [2 3 4] [4 p -], the last of
  // which reaches one place beyond the trailing pad.
  const std::vector<Attribute> window = {attr_ints("kernel_shape", {3}), attr_ints("pads", {1, 1}),
                                         attr_ints("strides", {2}), attr_int("ceil_mode", 1)};
  const Tensor x = iota({1, 1, 4}, 1);
  expect_floats(result_of(pool("AveragePool", x, window)), {1, 1, 3}, {1.5, 3, 4});
  std::vector<Attribute> with_pads = window;
  with_pads.push_back(attr_int("count_include_pad", 1));
  expect_floats(result_of(pool("AveragePool", x, with_pads)), {1, 1, 3}, {1, 3, 2});
}

TEST(AveragePool, DilationsCountTaps) {
  const std::vector<Attribute> window = {attr_ints("kernel_shape", {2}), attr_ints("pads", {1, 1}),
                                         attr_ints("dilations", {2}),
                                         attr_int("count_include_pad", 1)};
  // Taps at -1 and 1, 0 and 2, 1 and 3.
  expect_floats(result_of(pool("AveragePool", floats({1, 1, 3}, {2, 4, 6}), window, 19)), {1, 1, 3},
                {2, 4, 2});
}

TEST(GlobalPool, ReducesAllSpatialAxes) {
  const Tensor x = floats({1, 2, 1, 3}, {1, 2, 6, -1, -2, -6});
  expect_floats(result_of(pool("GlobalAveragePool", x)), {1, 2, 1, 1}, {3, -3});
  expect_floats(result_of(pool("GlobalMaxPool", x)), {1, 2, 1, 1}, {6, -1});
  expect_floats(result_of(pool("GlobalAveragePool", iota({1, 1, 4}))), {1, 1, 1}, {1.5});
  expect_floats(result_of(pool("GlobalMaxPool", iota({1, 1, 2, 2, 2}))), {1, 1, 1, 1, 1}, {7});
  expect_floats(result_of(pool("GlobalMaxPool", floats({0, 3, 2, 2}, {}))), {0, 3, 1, 1}, {});
}

TEST(Pool, ChannelsLastGivesTheSameNumbers) {
  const std::vector<Attribute> window = {attr_ints("kernel_shape", {3, 2}),
                                         attr_ints("strides", {2, 1}),
                                         attr_ints("pads", {1, 1, 0, 0}), attr_int("ceil_mode", 1)};
  for (const char* type : {"MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool"}) {
    SCOPED_TRACE(type);
    const bool global = std::string_view(type).starts_with("Global");
    const Tensor x = noise({2, 5, 6, 7}, 3);
    const auto op = make(pool(type, x, global ? std::vector<Attribute>{} : window));
    ASSERT_TRUE(op.is_ok()) << op.status().to_string();
    const auto last = (*op)->channels_last();
    ASSERT_NE(last, nullptr);
    EXPECT_EQ(last->type(), type);
    expect_same(to_channels_first(result_of(*last, {to_channels_last(x)})), result_of(**op, {x}));
  }
}

TEST(Pool, AttributeErrors) {
  const Tensor x = iota({1, 1, 4, 4});
  const Attribute window = attr_ints("kernel_shape", {2, 2});
  for (const char* type : {"MaxPool", "AveragePool"}) {
    SCOPED_TRACE(type);
    expect_error(pool(type, x), Code::kAttribute, "kernel_shape");
    expect_error(pool(type, x, {attr_ints("kernel_shape", {})}), Code::kAttribute, "kernel_shape");
    expect_error(pool(type, x, {attr_ints("kernel_shape", {0, 1})}), Code::kAttribute,
                 "kernel_shape");
    expect_error(pool(type, x, {attr_ints("kernel_shape", {2})}), Code::kAttribute, "kernel_shape");
    expect_error(pool(type, x, {attr_ints("kernel_shape", {2, 2, 2, 2})}), Code::kAttribute,
                 "kernel_shape");
    expect_error(pool(type, x, {attr_ints("kernel_shape", {5, 1})}), Code::kAttribute,
                 "kernel_shape");
    expect_error(pool(type, x, {window, attr_ints("strides", {0, 1})}), Code::kAttribute,
                 "strides");
    expect_error(pool(type, x, {window, attr_ints("pads", {0, 0, 0, -1})}), Code::kAttribute,
                 "pads");
    expect_error(pool(type, x, {window, attr_ints("pads", {0, 2, 0, 0})}), Code::kAttribute,
                 "pads");
    expect_error(pool(type, x, {window, attr_int("ceil_mode", 2)}), Code::kAttribute, "ceil_mode");
  }
}

TEST(Pool, OtherErrors) {
  const Attribute window = attr_ints("kernel_shape", {1, 1});
  const Tensor bytes = only_shape(DataType::kInt8, {1, 1, 1, 1});
  expect_error(pool("AveragePool", bytes, {window}), Code::kUnsupported);
  expect_error(pool("GlobalMaxPool", bytes), Code::kUnsupported);
  expect_error(pool("LpPool", iota({1, 1, 1, 1}), {window, attr_int("p", 0)}), Code::kAttribute,
               "p");
  expect_error(pool("GlobalMaxPool", iota({2, 2})), Code::kShape);
  expect_error(pool("GlobalAveragePool", floats({1, 1, 0, 2}, {})), Code::kShape);
  expect_error(pool("MaxPool", absent(), {window}), Code::kGraph);
}

}  // namespace
}  // namespace gossamer::op_test
