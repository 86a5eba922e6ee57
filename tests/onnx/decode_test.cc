// Decoding: what comes out of good files, and the one error that bad ones get.
#include "onnx/decode.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "onnx/lookalike.h"
#include "onnx/scan.h"
#include "tests/support/model_builder.h"

namespace gossamer::onnx_model {
namespace {

using namespace gossamer::testing;  // NOLINT(google-build-using-namespace)

// Keeps the bytes that a decoded model's weights point into.
struct Decoded {
  std::unique_ptr<ModelSource> source;
  Result<Model> model;
};

Decoded decode_bytes(std::string bytes) {
  auto source = ModelSource::from_string(std::move(bytes));
  auto model = decode(*source);
  return {std::move(source), std::move(model)};
}

Code code_of(std::string bytes) {
  return decode_bytes(std::move(bytes)).model.status().code();
}

ModelBuilder small_model() {
  ModelBuilder builder;
  builder.input("x", {1, 2})
      .floats("w", {2, 3}, {1, 2, 3, 4, 5, 6})
      .node("MatMul", {"x", "w"}, {"y"}, {}, "product")
      .output("y")
      .property("gossamer.labels", "a\nb\nc");
  return builder;
}

TEST(Decode, ReadsEveryPartOfAModel) {
  const Decoded decoded = decode_bytes(small_model().build());
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  const Model& model = *decoded.model;
  EXPECT_EQ(model.ir_version, 8);
  EXPECT_EQ(model.producer, "gossamer tests");
  EXPECT_EQ(model.opsets.at(""), 17);
  EXPECT_EQ(model.metadata.at("gossamer.labels"), "a\nb\nc");
  ASSERT_EQ(model.nodes.size(), 1u);
  EXPECT_EQ(model.nodes[0].op_type, "MatMul");
  EXPECT_EQ(model.nodes[0].inputs, (std::vector<std::string>{"x", "w"}));
  ASSERT_EQ(model.inputs.size(), 1u);
  EXPECT_EQ(model.inputs[0].type, DataType::kFloat32);
  EXPECT_EQ(model.inputs[0].dims[1].value, 2);
  ASSERT_EQ(model.initializers.size(), 1u);
  EXPECT_EQ(model.initializers[0].constant->view().as<float>()[5], 6.0f);
}

TEST(Decode, ReadsAttributesOfEachKind) {
  const auto decoded =
      decode_bytes(ModelBuilder()
                       .node("Any", {}, {"y"},
                             {attribute_int("i", -3), attribute_ints("is", {1, 2}),
                              attribute_float("f", 0.5f), attribute_string("s", "txt")})
                       .output("y")
                       .build());
  ASSERT_TRUE(decoded.model.is_ok());
  const auto& attributes = decoded.model->nodes[0].attributes;
  ASSERT_EQ(attributes.size(), 4u);
  EXPECT_EQ(attributes[0].i, -3);
  EXPECT_EQ(attributes[1].ints, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(attributes[2].f, 0.5f);
  EXPECT_EQ(attributes[3].s, "txt");
}

TEST(Decode, LeavesLargeWeightsInTheFile) {
  const std::vector<float> weights(4096, 1.5f);
  const auto decoded = decode_bytes(ModelBuilder()
                                        .floats("w", {64, 64}, weights)
                                        .node("Identity", {"w"}, {"y"})
                                        .output("y")
                                        .build());
  ASSERT_TRUE(decoded.model.is_ok());
  const auto& constant = decoded.model->initializers[0].constant;
  EXPECT_FALSE(constant->is_resident());
  std::vector<float> read(4096);
  ASSERT_TRUE(constant->read(std::as_writable_bytes(std::span(read))).is_ok());
  EXPECT_EQ(read, weights);
}

TEST(Decode, KeepsSymbolicDimensions) {
  const auto decoded = decode_bytes(
      ModelBuilder().input("x", {-1, 3}, "batch").node("Relu", {"x"}, {"y"}).output("y").build());
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  EXPECT_EQ(decoded.model->inputs[0].dims[0].symbol, "batch");
  EXPECT_EQ(decoded.model->inputs[0].dims[0].value, -1);
}

// Whatever is cut off a valid file, the result is an error and never a crash; a cut between two
// top-level fields can only be noticed later, as a missing operator set.
TEST(Decode, EveryTruncationIsAnError) {
  const std::string whole = small_model().build();
  int accepted = 0;
  for (size_t length = 0; length < whole.size(); ++length) {
    const auto decoded = decode_bytes(whole.substr(0, length));
    if (decoded.model.is_ok()) {
      ++accepted;
      EXPECT_TRUE(decoded.model->opsets.empty() || decoded.model->metadata.empty()) << length;
    } else {
      EXPECT_EQ(decoded.model.status().code(), Code::kParse) << length;
    }
  }
  EXPECT_LE(accepted, 2);
}

// Flipped bits may give another valid model, but never anything but a Status otherwise. The
// sanitizer build watches the memory.
TEST(Decode, SurvivesEveryFlippedBit) {
  const std::string whole = small_model().build();
  int refused = 0;
  for (size_t at = 0; at < whole.size() * 8; ++at) {
    std::string damaged = whole;
    damaged[at / 8] = static_cast<char>(damaged[at / 8] ^ (1 << (at % 8)));
    if (!decode_bytes(damaged).model.is_ok()) ++refused;
  }
  EXPECT_GT(refused, 100);
}

TEST(Decode, SaysWhereTheFileIsDamaged) {
  std::string bytes = small_model().build();
  bytes.resize(bytes.size() / 2);
  const auto decoded = decode_bytes(bytes);
  ASSERT_EQ(decoded.model.status().code(), Code::kParse);
  EXPECT_NE(decoded.model.status().info().got.find("byte"), std::string::npos);
}

TEST(Decode, RefusesTensorsThatContradictTheirShape) {
  auto with_tensor = [](const std::string& tensor) {
    return ModelBuilder()
        .graph_field(wire_bytes(5, tensor))
        .node("Identity", {"w"}, {"y"})
        .output("y")
        .build();
  };
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {4}, 1, std::string(15, 0)))),
            Code::kInitializer);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {4}, 1, std::string(17, 0)))),
            Code::kInitializer);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {-4}, 1, ""))), Code::kInitializer);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {int64_t{1} << 62, 8}, 1, ""))),
            Code::kInitializer);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {1}, 99, "abcd"))), Code::kUnsupported);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", std::vector<int64_t>(9, 1), 1, "abcd"))),
            Code::kUnsupported);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {5}, 22, "ab"))), Code::kInitializer);
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {5}, 22, "abcde"))), Code::kInitializer);
  // Two payloads: raw_data and float_data.
  EXPECT_EQ(code_of(with_tensor(tensor_message("w", {1}, 1, "abcd") + wire_bytes(4, "abcd"))),
            Code::kInitializer);
}

TEST(Decode, NamesElementTypesThatAreNotSupported) {
  const auto got = [](int type) {
    const auto decoded =
        decode_bytes(ModelBuilder()
                         .graph_field(wire_bytes(5, tensor_message("w", {1}, type, "a")))
                         .output("w")
                         .build());
    EXPECT_EQ(decoded.model.status().code(), Code::kUnsupported);
    return decoded.model.status().info().got;
  };
  EXPECT_EQ(got(17), "float8e4m3fn");
  EXPECT_EQ(got(8), "string");
  EXPECT_EQ(got(15), "complex128");
  EXPECT_EQ(got(99), "data_type 99");
}

TEST(Decode, ReadsTypesOf16And4Bits) {
  const auto values = [](const std::string& tensor) {
    const Decoded decoded =
        decode_bytes(ModelBuilder().graph_field(wire_bytes(5, tensor)).output("w").build());
    EXPECT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
    const TensorView view = decoded.model->initializers[0].constant->view();
    return std::string(view.as<char>(), view.bytes());
  };
  const std::string odd = {'\x21', '\xf8', '\x07'};
  EXPECT_EQ(values(tensor_message("w", {5}, 22, odd)), "\x01\x02\xf8\xff\x07");
  EXPECT_EQ(values(tensor_message("w", {5}, 21, odd)), "\x01\x02\x08\x0f\x07");
  EXPECT_EQ(values(tensor_message("w", {1}, 16, "\x80\x3f")), "\x80\x3f");
  // int32_data: a number holds a pair of 4-bit elements, or one bfloat16.
  const auto typed = [](int64_t count, int type, const std::string& packed) {
    return wire_int(1, count) + wire_int(2, type) + wire_bytes(8, "w") + wire_bytes(5, packed);
  };
  EXPECT_EQ(values(typed(3, 22, wire_varint(0x8f) + wire_varint(3))), "\xff\xf8\x03");
  EXPECT_EQ(values(typed(1, 16, wire_varint(0x3f80))), "\x80\x3f");
}

TEST(Decode, RefusesExternalData) {
  const std::string tensor = wire_int(1, 1) + wire_int(2, 1) + wire_bytes(8, "w") + wire_int(14, 1);
  const auto decoded =
      decode_bytes(ModelBuilder().graph_field(wire_bytes(5, tensor)).output("w").build());
  EXPECT_EQ(decoded.model.status().code(), Code::kUnsupported);
  EXPECT_EQ(decoded.model.status().info().tensor, "w");
}

TEST(Decode, ReadsTypedDataFields) {
  // int64_data, packed: 1, -1 (ten bytes), 300.
  const std::string packed = wire_varint(1) + wire_varint(~uint64_t{0}) + wire_varint(300);
  const std::string tensor =
      wire_int(1, 3) + wire_int(2, 7) + wire_bytes(8, "w") + wire_bytes(7, packed);
  const auto decoded = decode_bytes(ModelBuilder()
                                        .graph_field(wire_bytes(5, tensor))
                                        .node("Identity", {"w"}, {"y"})
                                        .output("y")
                                        .build());
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  const auto* values = decoded.model->initializers[0].constant->view().as<int64_t>();
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], -1);
  EXPECT_EQ(values[2], 300);
}

TEST(Decode, ComparesPackedNumbersWithTheShapeBeforeUnpacking) {
  const std::string tensor = wire_int(1, 1) + wire_int(2, 7) + wire_bytes(8, "w") +
                             wire_bytes(7, std::string(1000, '\x01'));
  const auto decoded =
      decode_bytes(ModelBuilder().graph_field(wire_bytes(5, tensor)).output("w").build());
  EXPECT_EQ(decoded.model.status().code(), Code::kInitializer);
  EXPECT_EQ(decoded.model.status().info().got, "1000 bytes");
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
  EXPECT_EQ(limited(nodes.build(), {.strings = 10}), Code::kLimit);
  EXPECT_EQ(limited(nodes.build(), {.structure_bytes = 50}), Code::kLimit);
  ModelBuilder attributes;
  attributes.node("Relu", {}, {"y"}, {attribute_int("a", 1), attribute_int("b", 1)});
  EXPECT_EQ(limited(attributes.build(), {.attributes = 1}), Code::kLimit);
  ModelBuilder tensors;
  tensors.floats("a", {1}, {1}).floats("b", {1}, {1});
  EXPECT_EQ(limited(tensors.build(), {.initializers = 1}), Code::kLimit);
}

// Raw bytes stay in the file; numbers in fields of their own and tensors in attributes do not.
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
  const std::string value = wire_bytes(1, "value") + wire_int(20, 4) +
                            wire_bytes(5, testing::floats_tensor("", {100}, hundred));
  const ModelBuilder attribute = ModelBuilder().node("Constant", {}, {"c"}, {value});
  EXPECT_EQ(budgeted(attribute, 399), Code::kBudget);
  EXPECT_EQ(budgeted(attribute, 400), Code::kOk);
}

TEST(Scan, RefusesDeepNesting) {
  std::string graph = wire_bytes(1, node_message("Relu", {"x"}, {"y"}));
  for (int depth = 0; depth < 10'000; ++depth) {
    const std::string attribute = wire_bytes(1, "body") + wire_bytes(6, graph) + wire_int(20, 5);
    graph = wire_bytes(1, node_message("If", {}, {"y"}, {attribute}));
    if (graph.size() > 1 << 20) break;
  }
  EXPECT_EQ(code_of(wire_int(1, 8) + wire_bytes(7, graph)), Code::kLimit);
}

TEST(Scan, NoticesAFieldThatLeavesItsMessage) {
  // A node of two bytes whose varint goes on after its end.
  const std::string graph = wire_bytes(1, std::string("\x28\x80", 2)) + wire_bytes(2, "name");
  EXPECT_EQ(code_of(wire_int(1, 8) + wire_bytes(7, graph)), Code::kParse);
}

TEST(Lookalike, NamesWhatPeopleLoadByMistake) {
  auto name = [](const std::string& bytes) {
    const auto decoded = decode_bytes(bytes);
    EXPECT_EQ(decoded.model.status().code(), Code::kParse);
    return decoded.model.is_ok() ? "" : decoded.model.status().info().got;
  };
  EXPECT_EQ(name(""), "an empty file");
  EXPECT_EQ(name("<!DOCTYPE html><html>"), "a web page (HTML)");
  EXPECT_EQ(name("\n <HTML lang=en>"), "a web page (HTML)");
  EXPECT_EQ(name("version https://git-lfs.github.com/spec/v1\noid sha256:00\n"),
            "a Git LFS pointer");
  EXPECT_EQ(name(std::string("\x1c\0\0\0TFL3\0\0", 10)), "a TensorFlow Lite model");
  EXPECT_EQ(name(std::string("PK\x03\x04\0\0", 6)), "a PyTorch or other zipped file");
  EXPECT_EQ(name("\x89HDF\r\n\x1a\n"), "a Keras (HDF5) model");
  EXPECT_EQ(name("{\"format\": \"layers-model\"}"), "a JSON file");
  EXPECT_EQ(name("hello, this is a note\n"), "a text file");
}

// The pared-down schema must agree with the real one: same number, label and type for every field.
TEST(Schema, IsASubsetOfOnnx) {
  std::ifstream ours(GOSSAMER_SOURCE_DIR "/src/onnx/onnx.proto");
  ASSERT_TRUE(ours.good());
  std::ifstream theirs("/usr/include/onnx/onnx.proto");
  if (!theirs.good()) GTEST_SKIP() << "libonnx-dev is not installed";
  auto fields = [](std::istream& in) {
    std::set<std::string> lines;
    for (std::string line; std::getline(in, line);) {
      const size_t end = line.find(';');
      const bool is_field = line.find(" = ") != std::string::npos && end != std::string::npos &&
                            line.find("option ") == std::string::npos &&
                            line.find("syntax") == std::string::npos;
      if (!is_field) continue;
      std::string squeezed;
      for (char c : line.substr(line.find_first_not_of(' '), end)) {
        if (c == ';') break;
        if (c != ' ' || (!squeezed.empty() && squeezed.back() != ' ')) squeezed += c;
      }
      lines.insert(squeezed);
    }
    return lines;
  };
  const std::set<std::string> all = fields(theirs);
  int compared = 0;
  for (std::string field : fields(ours)) {
    if (field == "optional bytes g = 6")
      field = "optional GraphProto g = 6";  // the same on the wire
    EXPECT_TRUE(all.contains(field)) << field;
    ++compared;
  }
  EXPECT_GT(compared, 40);
}

}  // namespace
}  // namespace gossamer::onnx_model
