// Decoding: what comes out of good files, and the one error that bad ones get.
#include "onnx/decode.h"

#include <gtest/gtest.h>

#include "onnx/lookalike.h"
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

// Of the file, or else of the first initializer, which may be unsupported as long as nobody needs
// it.
Code code_of(std::string bytes) {
  const Decoded decoded = decode_bytes(std::move(bytes));
  if (!decoded.model.is_ok() || decoded.model->initializers.empty()) {
    return decoded.model.status().code();
  }
  return decoded.model->initializers[0].problem.code();
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

TEST(Decode, ReadsStrings) {
  ModelBuilder builder;
  builder.graph_field(wire_bytes(5, strings_tensor("names", {2, 1}, {"cat", ""})))
      .node("Identity", {"names"}, {"y"}, {attribute_strings("also", {"a", "b"})})
      .output("y");
  const Decoded decoded = decode_bytes(builder.build());
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  const Constant& names = *decoded.model->initializers[0].constant;
  EXPECT_EQ(names.type(), DataType::kString);
  EXPECT_EQ(names.shape(), (Shape{2, 1}));
  EXPECT_EQ(names.texts(), (std::vector<std::string>{"cat", ""}));
  EXPECT_EQ(decoded.model->nodes[0].attributes[0].strings, (std::vector<std::string>{"a", "b"}));
}

TEST(Decode, RefusesStringsThatDoNotFillTheirShape) {
  const auto code = [](const std::vector<int64_t>& dims, const std::vector<std::string>& values) {
    return code_of(
        ModelBuilder().graph_field(wire_bytes(5, strings_tensor("names", dims, values))).build());
  };
  EXPECT_EQ(code({3}, {"a", "b"}), Code::kInitializer);
  EXPECT_EQ(code({int64_t{1} << 40}, {}), Code::kInitializer);
  EXPECT_EQ(code({}, {}), Code::kInitializer);
  EXPECT_EQ(code_of(ModelBuilder()
                        .graph_field(wire_bytes(5, tensor_message("names", {1}, 8, "abcd")))
                        .build()),
            Code::kInitializer);
}

TEST(Decode, CountsStrings) {
  const std::vector<std::string> many(500'000);
  EXPECT_EQ(code_of(ModelBuilder()
                        .graph_field(wire_bytes(5, strings_tensor("names", {500'000}, many)))
                        .build()),
            Code::kLimit);
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

// Protobuf packs lists of numbers or does not; readers take both.
TEST(Decode, ReadsPackedLists) {
  const std::string ints = wire_bytes(1, "is") + wire_bytes(8, wire_varint(300) + wire_varint(1)) +
                           wire_int(8, -1) + wire_int(20, 7);
  const std::string floats =
      wire_bytes(1, "fs") + wire_bytes(7, std::string("\0\0\x80\x3f", 4)) + wire_int(20, 6);
  const auto decoded =
      decode_bytes(ModelBuilder().node("Any", {}, {"y"}, {ints, floats}).output("y").build());
  ASSERT_TRUE(decoded.model.is_ok());
  const auto& attributes = decoded.model->nodes[0].attributes;
  EXPECT_EQ(attributes[0].ints, (std::vector<int64_t>{300, 1, -1}));
  EXPECT_EQ(attributes[1].floats, (std::vector<float>{1.0f}));
}

TEST(Decode, SkipsFieldsThatItDoesNotKnowOrThatAreOfAnotherWireType) {
  const std::string node = node_message("Relu", {"x"}, {"y"}) + wire_int(3, 7) +
                           wire_bytes(99, "new") + wire_bytes(6, "documentation");
  const auto decoded = decode_bytes(
      ModelBuilder().input("x", {1}).graph_field(wire_bytes(1, node)).output("y").build() +
      wire_bytes(1000, "more"));
  ASSERT_TRUE(decoded.model.is_ok());
  EXPECT_EQ(decoded.model->nodes[0].op_type, "Relu");
  EXPECT_EQ(decoded.model->nodes[0].name, "");
}

// IR version 1 had no field that says which kind an attribute is.
TEST(Decode, FindsTheKindOfAnAttributeWithoutType) {
  const auto decoded = decode_bytes(
      ModelBuilder()
          .node("Any", {}, {"y"},
                {wire_bytes(1, "i") + wire_int(3, 5), wire_bytes(1, "s") + wire_bytes(4, "text")})
          .output("y")
          .build());
  ASSERT_TRUE(decoded.model.is_ok());
  EXPECT_EQ(decoded.model->nodes[0].attributes[0].kind, Attribute::Kind::kInt);
  EXPECT_EQ(decoded.model->nodes[0].attributes[1].kind, Attribute::Kind::kString);
}

TEST(Decode, NamesInputsThatAreNoTensors) {
  const std::string sequence = wire_bytes(1, "x") + wire_bytes(2, wire_bytes(4, ""));
  const std::string optional = wire_bytes(1, "z") + wire_bytes(2, wire_bytes(9, ""));
  const auto decoded = decode_bytes(ModelBuilder()
                                        .graph_field(wire_bytes(11, sequence))
                                        .graph_field(wire_bytes(11, optional))
                                        .output("x")
                                        .build());
  ASSERT_TRUE(decoded.model.is_ok());
  EXPECT_EQ(decoded.model->inputs[0].kind, "sequence");
  EXPECT_EQ(decoded.model->inputs[1].kind, "optional");
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
    EXPECT_TRUE(decoded.model.is_ok());  // nobody may need it
    EXPECT_EQ(decoded.model->initializers[0].problem.code(), Code::kUnsupported);
    return decoded.model->initializers[0].problem.info().got;
  };
  EXPECT_EQ(got(17), "float8e4m3fn");
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
  EXPECT_EQ(name(std::string("\x18\0\0\0ORTM\0\0", 10)),
            "a model in onnxruntime's own format (.ort)");
  EXPECT_EQ(name("{\"format\": \"layers-model\"}"), "a JSON file");
  EXPECT_EQ(name("hello, this is a note\n"), "a text file");
}

}  // namespace
}  // namespace gossamer::onnx_model
