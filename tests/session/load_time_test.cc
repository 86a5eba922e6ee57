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

}  // namespace
}  // namespace gossamer
