// The scan: what it counts, and that a bomb of any field ends at a limit.
#include "onnx/scan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <queue>

#if defined(__GLIBC__)
#include <malloc.h>
#include <pthread.h>
#endif

#include "onnx/decode.h"
#include "onnx/schema.h"
#include "tests/support/model_builder.h"

namespace gossamer::onnx_model {
namespace {

using namespace gossamer::testing;  // NOLINT(google-build-using-namespace)

Code code_of(const std::string& bytes, const ScanLimits& limits = {}) {
  const auto source = ModelSource::from_string(bytes);
  return decode(*source, limits).status().code();
}

TEST(Scan, RefusesBombsBeforeParsing) {
  auto limited = [](const std::string& bytes, const ScanLimits& limits) {
    const auto source = ModelSource::from_string(bytes);
    return scan(*source, limits).code();
  };
  ModelBuilder nodes;
  for (int i = 0; i < 11; ++i) nodes.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(limited(nodes.build(), {.nodes = 10}), Code::kLimit);
  EXPECT_EQ(limited(nodes.build(), {.nodes = 11}), Code::kOk);
  EXPECT_EQ(limited(nodes.build(), {.names = 10}), Code::kLimit);
  EXPECT_EQ(limited(nodes.build(), {.structure_bytes = 50}), Code::kLimit);
  ModelBuilder attributes;
  attributes.node("Relu", {}, {"y"}, {attribute_int("a", 1), attribute_int("b", 1)});
  EXPECT_EQ(limited(attributes.build(), {.attributes = 1}), Code::kLimit);
  ModelBuilder tensors;
  tensors.floats("a", {1}, {1}).floats("b", {1}, {1});
  EXPECT_EQ(limited(tensors.build(), {.initializers = 1}), Code::kLimit);
}

// Raw bytes stay in the file; numbers in fields of their own do not.
TEST(Scan, HasABudgetForWhatDecodingUnpacks) {
  const auto budgeted = [](const ModelBuilder& model, uint64_t bytes) {
    const auto source = ModelSource::from_string(model.build());
    return scan(*source, {.unpacked_bytes = bytes}).code();
  };
  const std::vector<float> hundred(100, 1.0f);
  EXPECT_EQ(budgeted(ModelBuilder().floats("raw", {100}, hundred), 0), Code::kOk);
  const std::string typed = wire_int(1, 100) + wire_int(2, 1) + wire_bytes(8, "w") +
                            wire_bytes(4, std::string(400, '\0'));
  const ModelBuilder fields = ModelBuilder().graph_field(wire_bytes(5, typed));
  EXPECT_EQ(budgeted(fields, 399), Code::kBudget);
  EXPECT_EQ(budgeted(fields, 400), Code::kOk);
  const std::string value = wire_bytes(1, "value") + wire_int(20, 4) + wire_bytes(5, typed);
  const ModelBuilder attribute = ModelBuilder().node("Constant", {}, {"c"}, {value});
  EXPECT_EQ(budgeted(attribute, 399), Code::kBudget);
  EXPECT_EQ(budgeted(attribute, 400), Code::kOk);
}

TEST(Scan, RefusesDeepNesting) {
  std::string graph = wire_bytes(1, node_message("Relu", {"x"}, {"y"}));
  for (int depth = 0; depth < 2'000; ++depth) {
    const std::string attribute = wire_bytes(1, "body") + wire_bytes(6, graph) + wire_int(20, 5);
    graph = wire_bytes(1, node_message("If", {}, {"y"}, {attribute}));
  }
  EXPECT_EQ(code_of(wire_int(1, 8) + wire_bytes(7, graph)), Code::kLimit);
}

TEST(Scan, NoticesAFieldThatLeavesItsMessage) {
  // A node of two bytes whose varint goes on after its end.
  const std::string graph = wire_bytes(1, std::string("\x28\x80", 2)) + wire_bytes(2, "name");
  EXPECT_EQ(code_of(wire_int(1, 8) + wire_bytes(7, graph)), Code::kParse);
}

// A field in its message, in the messages around it, up to the model.
std::string inside(Message message, std::string content) {
  // The shortest way down, by breadth first.
  std::vector<const FieldRow*> way_to(kMessages, nullptr);
  std::queue<Message> open({Message::kModel});
  for (; !open.empty(); open.pop()) {
    for (const FieldRow& row : field_table()) {
      if (row.in != open.front() || row.form != Form::kMessage || row.is == Message::kModel)
        continue;
      const FieldRow*& way = way_to[static_cast<size_t>(row.is)];
      if (way != nullptr) continue;
      way = &row;
      open.push(row.is);
    }
  }
  while (message != Message::kModel) {
    const FieldRow* way = way_to[static_cast<size_t>(message)];
    content = wire_bytes(way->number, content);
    message = way->in;
  }
  return content;
}

// The field once, as small as it gets.
std::string smallest(const FieldRow& row) {
  switch (row.form) {
    case Form::kInt:
    case Form::kInts:
      return wire_int(row.number, 0);
    case Form::kFloat:
    case Form::kFloats:
      return wire_varint(row.number << 3 | 5) + std::string(4, '\0');
    case Form::kDoubles:
      return wire_varint(row.number << 3 | 1) + std::string(8, '\0');
    default:
      return wire_bytes(row.number, "");
  }
}

std::string repeated(const std::string& text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

// One hundredth of the limits, so that all fields are tried in a moment.
constexpr ScanLimits kSmall = {.nodes = 200,
                               .initializers = 400,
                               .attributes = 2'000,
                               .names = 4'000,
                               .structure_bytes = 640 << 10,
                               .structure_memory = 240 << 10};

TEST(Scan, EveryFieldHasALimit) {
  for (const FieldRow& row : field_table()) {
    SCOPED_TRACE(::testing::Message() << "message " << static_cast<int>(row.in) << ", field "
                                      << static_cast<int>(row.number));
    EXPECT_EQ(code_of(inside(row.in, repeated(smallest(row), 50'000)), kSmall), Code::kLimit);
    if (row.cost == 0 || row.form != Form::kInts) continue;  // a byte each, when they are packed
    const std::string packed(400'000, '\0');
    EXPECT_EQ(code_of(inside(row.in, wire_bytes(row.number, packed)),
                      {.structure_memory = kSmall.structure_memory}),
              Code::kLimit);
  }
}

#if defined(__GLIBC__)
// The costs in the table are no less than what decoding takes: a model made of one kind of field
// only, as many as are allowed, stays within them.
TEST(Scan, EveryCostIsWhatDecodingTakes) {
  for (const FieldRow& row : field_table()) {
    if (row.cost == 0 || (row.in == Message::kModel && row.is == Message::kGraph)) continue;
    std::string smallest_bytes = smallest(row);
    if (row.is == Message::kTensor) {  // an empty one has no type
      smallest_bytes = wire_bytes(row.number, tensor_message("", {1}, 2, "a"));
    }
    // Neither empty sparse tensors nor texts in a tensor without type are read.
    if (row.is == Message::kSparseTensor || row.in == Message::kTensor) continue;
    const ScanLimits all = {.nodes = 1 << 20,
                            .initializers = 1 << 20,
                            .attributes = 1 << 20,
                            .names = 1 << 20,
                            .structure_memory = 1 << 30};
    const size_t count = (size_t{4} << 20) / row.cost;
    const std::string bytes = inside(row.in, repeated(smallest_bytes, count)) +
                              (inside(row.in, "").find('\x3a') == 0 ? "" : wire_bytes(7, ""));
    const auto source = ModelSource::from_string(bytes);
    const auto before = mallinfo2();
    const auto model = decode(*source, all);
    const auto after = mallinfo2();
    ASSERT_TRUE(model.is_ok()) << model.status().to_string();
    const auto used = static_cast<int64_t>(after.uordblks + after.hblkhd) -
                      static_cast<int64_t>(before.uordblks + before.hblkhd);
    EXPECT_LE(used, (int64_t{4} << 20) + static_cast<int64_t>(2 * bytes.size()))
        << "message " << static_cast<int>(row.in) << ", field " << static_cast<int>(row.number);
  }
}
#endif

// A function whose attribute has a default that nests graphs.
TEST(Scan, CountsTheDefaultsOfFunctions) {
  const auto code = [](const char* name) {
    const auto file =
        ModelSource::from_file(std::string(GOSSAMER_SOURCE_DIR "/tests/cases/hostile/") + name);
    return file.is_ok() ? decode(**file).status().code() : file.status().code();
  };
  EXPECT_EQ(code("fn10.onnx"), Code::kOk);
  EXPECT_EQ(code("fn500.onnx"), Code::kLimit);
}

// Graphs in attributes of nodes, `depth` of them.
std::string nested(int depth) {
  std::string graph = wire_bytes(1, node_message("Relu", {"x"}, {"y"}));
  for (; depth > 1; --depth) {
    const std::string attribute = wire_bytes(1, "body") + wire_bytes(6, graph) + wire_int(20, 5);
    graph = wire_bytes(1, node_message("If", {}, {"y"}, {attribute}));
  }
  return wire_int(1, 8) + wire_bytes(7, graph);
}

TEST(Scan, LimitsNesting) {
  EXPECT_EQ(code_of(nested(16)), Code::kOk);
  EXPECT_EQ(code_of(nested(17)), Code::kLimit);
}

#if defined(__GLIBC__)
// As large as the stack of the module that pages load.
TEST(Scan, LegalNestingFitsASmallStack) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 256 << 10);
  const auto decode_nested = [](void* result) -> void* {
    *static_cast<Code*>(result) = code_of(nested(16));
    return nullptr;
  };
  Code code = Code::kInternal;
  pthread_t thread;
  ASSERT_EQ(pthread_create(&thread, &attributes, decode_nested, &code), 0);
  pthread_join(thread, nullptr);
  EXPECT_EQ(code, Code::kOk);
}
#endif

}  // namespace
}  // namespace gossamer::onnx_model
