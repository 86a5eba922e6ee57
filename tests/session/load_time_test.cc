// However a file is made, it is loaded or refused in seconds: graphs near the limits of the scan,
// each with very many of something. What was quadratic once took ten seconds and more here.
#include <gtest/gtest.h>

#include "gossamer/session.h"
#include "tests/support/load_time.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::attribute_graph;
using testing::attribute_int;
using testing::attribute_ints;
using testing::ModelBuilder;
using testing::tensor_message;
using testing::value_message;
using testing::wire_bytes;
using testing::wire_int;

constexpr int kNodes = 19'500;
constexpr int kLargeNodes = 9'500;  // with attributes, or many names: as much as the scan lets pass

std::string name(std::string_view stem, int i) {
  return std::string(stem) + std::to_string(i);
}

std::vector<std::string> names(std::string_view stem, int count) {
  std::vector<std::string> list;
  for (int i = 0; i < count; ++i) list.push_back(name(stem, i));
  return list;
}

// Loads the model in time, with this outcome, and gives the session.
std::unique_ptr<Session> load(const ModelBuilder& builder, Code expected = Code::kOk) {
  auto source = ModelSource::from_string(builder.build());
  const testing::ProcessorTime time;
  auto session = Session::create(std::move(source), {});
  EXPECT_LT(time.seconds(), testing::kLoadSeconds);
  EXPECT_EQ(session.is_ok() ? Code::kOk : session.status().code(), expected)
      << session.status().to_string();
  return session.is_ok() ? std::move(session).value() : nullptr;
}

// Each node reads the one before.
ModelBuilder chain(std::string_view type, const std::vector<int64_t>& shape,
                   const std::vector<std::string>& attributes = {}) {
  ModelBuilder builder;
  builder.input("v0", shape);
  const int count = attributes.empty() ? kNodes : kLargeNodes;
  for (int i = 0; i < count; ++i) {
    builder.node(type, {name("v", i)}, {name("v", i + 1)}, attributes);
  }
  return builder.output(name("v", count));
}

TEST(LoadTime, OfLongChains) {
  load(chain("Relu", {2}));
  load(chain("Identity", {2}));
  load(chain("Transpose", {2, 3}));
  load(chain("Softmax", {2, 3}));
  load(chain("Relu", {1, 2, 2, 2}));
  load(chain("MaxPool", {1, 2, 2, 2}, {attribute_ints("kernel_shape", {1, 1})}));
  load(chain("Transpose", {1, 2, 2, 2}, {attribute_ints("perm", {0, 2, 3, 1})}));
}

// v0, v1 = v0 + v0, ... : every value is read twice.
TEST(LoadTime, OfSums) {
  ModelBuilder builder;
  builder.input("v0", {2});
  for (int i = 0; i < kNodes; ++i) {
    builder.node("Add", {name("v", i), name("v", i)}, {name("v", i + 1)});
  }
  load(builder.output(name("v", kNodes)));
}

// One value that every node reads, and one node that reads every value.
TEST(LoadTime, OfFans) {
  ModelBuilder builder;
  builder.input("x", {2});
  for (int i = 0; i < kNodes; ++i) builder.node("Relu", {"x"}, {name("v", i)});
  load(ModelBuilder(builder)
           .node("Concat", names("v", kNodes), {"y"}, {attribute_int("axis", 0)})
           .output("y"));
  load(builder.node("Sum", names("v", kNodes), {"y"}).output("y"));
}

// A constant that every node reads many times, and that is let go by the last of them first.
TEST(LoadTime, OfManyUsesOfAConstant) {
  ModelBuilder builder;
  builder.floats("c", {}, {1}).input("x", {});
  for (int i = kLargeNodes - 1; i >= 0; --i) {
    std::vector<std::string> inputs(17, "c");
    inputs.push_back(i == 0 ? "c" : name("v", i - 1));
    builder.node("Sum", inputs, {name("v", i)});
  }
  load(builder.node("Add", {"x", name("v", kLargeNodes - 1)}, {"y"}).output("y"));
}

TEST(LoadTime, OfOutputsThatNobodyReads) {
  ModelBuilder builder;
  builder.input("x", {30'000}).node("Split", {"x"}, names("s", 30'000)).output("s0");
  load(builder);
  ModelBuilder many;
  many.input("x", {5});
  std::vector<std::string> last;
  for (int i = 0; i < kNodes; ++i) {
    many.node("Split", {"x"}, names(name("n", i) + "_", 5));
    last.push_back(name("n", i) + "_0");
  }
  load(many.node("Concat", last, {"y"}, {attribute_int("axis", 0)}).output("y"));
}

TEST(LoadTime, OfOutputsThatAreRead) {
  ModelBuilder builder;
  builder.input("x", {30'000}).node("Split", {"x"}, names("s", 30'000));
  load(ModelBuilder(builder)
           .node("Concat", names("s", 30'000), {"y"}, {attribute_int("axis", 0)})
           .output("y"));
  for (int i = 0; i < 4096; ++i) builder.output(name("s", i));
  load(builder);
  load(builder.output("s4096"), Code::kLimit);
}

// The model's outputs lie behind chains that passes look at.
TEST(LoadTime, OfManyOutputs) {
  ModelBuilder builder;
  builder.input("x", {1, 2, 2, 2});
  for (int i = 0; i < 4096; ++i) {
    const std::string v = name("v", i), w = name("w", i), y = name("y", i);
    builder.node("Sigmoid", {"x"}, {v}).node("Mul", {v, "x"}, {w}).node("Relu", {w}, {y}).output(y);
  }
  load(builder);
}

TEST(LoadTime, OfDeadNodes) {
  ModelBuilder builder;
  builder.input("x", {2});
  for (int i = 0; i < kLargeNodes - 1; ++i)
    builder.node("Unknown", names(name("n", i), 8), {name("v", i)});
  load(ModelBuilder(builder).node("Relu", {"x"}, {"y"}).output("y"));
  load(builder.output("v7"), Code::kUnsupported);
}

// Loops of folded nodes: as many as there may be, and one round too many.
TEST(LoadTime, OfLoops) {
  const auto model = [](int64_t rounds) {
    ModelBuilder body;
    body.input("i", {}).input("c", {}).input("v", {});
    for (int i = 0; i < 10; ++i) {
      body.node("Add", {i == 0 ? "v" : name("t", i - 1), "one"}, {name("t", i)});
    }
    body.output("c").output("t9");
    return ModelBuilder()
        .ints("n", {rounds})
        .floats("one", {}, {1})
        .input("x", {})
        .node("Loop", {"n", "", "one"}, {"v"}, {attribute_graph("body", body.graph())})
        .node("Add", {"x", "v"}, {"y"})
        .output("y");
  };
  load(model(3900));
  load(model(1'000'000), Code::kLimit);
}

// A loop that copies, or looks through, much in every round: the branch not taken, a table of keys
// in tensors.
TEST(LoadTime, OfLoopsWithMuchInside) {
  const auto looped = [](const ModelBuilder& body) {
    return ModelBuilder()
        .opset("ai.onnx.ml", 4)
        .ints("n", {20'000})
        .input("x", {1})
        .node("Loop", {"n", "", "x"}, {"y"}, {attribute_graph("body", body.graph())})
        .output("y");
  };
  const auto begin = [] {
    ModelBuilder body;
    return body.input("i", {}).input("c", {}).input("v", {1}).output("c");
  };
  ModelBuilder heavy;
  for (int i = 0; i < kLargeNodes; ++i) {
    heavy.node("Relu", {i == 0 ? "v" : name("t", i - 1)}, {name("t", i)});
  }
  heavy.output(name("t", kLargeNodes - 1));
  ModelBuilder light;
  light.node("Relu", {"v"}, {"u"}).output("u");
  ModelBuilder body = begin();
  body.node("If", {"c"}, {"w"},
            {attribute_graph("then_branch", light.graph()),
             attribute_graph("else_branch", heavy.graph())});
  load(looped(body.output("w")), Code::kLimit);
  ModelBuilder nested = begin();
  const std::string tensor(size_t{8} * 200'000, '\1');
  std::vector<std::string> tables;
  for (const char* table : {"keys_tensor", "values_tensor"}) {
    tables.push_back(wire_bytes(1, table) +
                     wire_bytes(5, tensor_message("", {200'000}, 7, tensor)) + wire_int(20, 4));
  }
  nested.node("Cast", {"v"}, {"k"}, {attribute_int("to", 7)})
      .node("LabelEncoder", {"k"}, {"l"}, tables, "", "ai.onnx.ml")
      .node("Cast", {"l"}, {"w"}, {attribute_int("to", 1)});
  load(looped(nested.output("w")), Code::kLimit);
}

// Inputs that decide shapes, one after another, behind constants that take long to fold.
TEST(LoadTime, OfManyInputsThatDecideShapes) {
  constexpr int kInputs = 60, kSide = 400;
  ModelBuilder builder;
  builder.floats("a", {kSide, kSide}, std::vector<float>(kSide * kSide, 0))
      .node("MatMul", {"a", "a"}, {"m"})
      .node("ReduceSum", {"m"}, {"s0"}, {attribute_int("keepdims", 0)});
  for (int i = 0; i < kInputs; ++i) {
    builder.graph_field(wire_bytes(11, value_message(name("n", i), 7, {1})))
        .node("ConstantOfShape", {name("n", i)}, {name("c", i)})
        .node("Add", {name("s", i), name("c", i)}, {name("s", i + 1)});
  }
  const auto session = load(builder.output(name("s", kInputs)));
  const testing::ProcessorTime time;
  EXPECT_EQ(session->run().code(), Code::kLimit);
  EXPECT_LT(time.seconds(), testing::kLoadSeconds);
}

// A sparse tensor whose first element is the only one.
std::string sparse(std::string_view values, const std::vector<int64_t>& dims) {
  std::string message =
      wire_bytes(1, values) + wire_bytes(2, tensor_message("", {1}, 7, std::string(8, '\0')));
  for (int64_t dim : dims) message += wire_int(3, dim);
  return wire_bytes(15, message);
}

// To add up 20 MB of zeros while loading, that much would be allocated before all is checked: the
// plan counts it instead.
TEST(LoadTime, OfASparseTensorThatWouldBeFolded) {
  constexpr int64_t kCount = 5 << 20;
  ModelBuilder builder;
  builder.graph_field(sparse(testing::floats_tensor("w", {1}, {1}), {kCount}))
      .input("x", {1})
      .node("ReduceSum", {"w"}, {"s"})
      .node("Add", {"x", "s"}, {"y"});
  EXPECT_GE(load(builder.output("y"))->memory().weight_bytes, 4u * kCount);
}

// A few bytes that stand for very many: sparse weights, and those of two bits.
TEST(LoadTime, OfWeightsThatAreAlmostEmpty) {
  ModelBuilder wide;
  wide.graph_field(sparse(testing::floats_tensor("w", {1}, {1}), {16'384, 16'384}))
      .input("x", {1, 16'384})
      .node("MatMul", {"x", "w"}, {"y"});
  load(wide.output("y"), Code::kLimit);
  constexpr int64_t kN = 1000, kK = 65'536;
  ModelBuilder bits;
  bits.opset("com.microsoft", 1)
      .graph_field(sparse(tensor_message("w", {1}, 2, "\1"), {kN, 1, kK / 4}))
      .floats("s", {kN, 1}, std::vector<float>(kN, 1))
      .input("x", {1, kK})
      .node("MatMulNBits", {"x", "w", "s"}, {"y"},
            {attribute_int("K", kK), attribute_int("N", kN), attribute_int("bits", 2),
             attribute_int("block_size", kK)},
            "", "com.microsoft");
  bits.output("y");
  load(bits);
  SessionOptions options;
  options.max_memory_bytes = 100'000'000;
  const auto session = Session::create(ModelSource::from_string(bits.build()), options);
  EXPECT_EQ(session.status().code(), Code::kBudget);
}

// Every product would pack the same weights for itself.
TEST(LoadTime, OfManyProductsWithOneMatrix) {
  constexpr int kSide = 512;
  ModelBuilder builder;
  builder.floats("w", {kSide, kSide}, std::vector<float>(kSide * kSide, 0)).input("v0", {1, kSide});
  for (int i = 0; i < kLargeNodes; ++i) {
    builder.node("MatMul", {name("v", i), "w"}, {name("v", i + 1)});
  }
  load(builder.output(name("v", kLargeNodes)), Code::kBudget);
}

}  // namespace
}  // namespace gossamer
