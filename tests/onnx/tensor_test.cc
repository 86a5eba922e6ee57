// Tensors that are not stored as they are: sparse ones, and those in files beside the model.
#include <gtest/gtest.h>

#include "onnx/decode.h"
#include "onnx/tensor_file.h"
#include "tests/support/model_builder.h"

namespace gossamer::onnx_model {
namespace {

using namespace gossamer::testing;  // NOLINT(google-build-using-namespace)

using Files = std::map<std::string, std::unique_ptr<ModelSource>, std::less<>>;

struct Decoded {
  std::unique_ptr<ModelSource> source;
  Result<Model> model;

  Code code() const { return model.status().code(); }
  std::vector<float> values() const {
    EXPECT_TRUE(model.is_ok()) << model.status().to_string();
    if (!model.is_ok()) return {};
    const Constant& constant = *model->initializers[0].constant;
    std::vector<float> out(constant.bytes() / sizeof(float));
    EXPECT_TRUE(constant.read(std::as_writable_bytes(std::span(out))).is_ok());
    return out;
  }
};

Decoded decode_graph(const std::string& field, std::string file = "",
                     const ScanLimits& limits = {}) {
  Files files;
  if (!file.empty()) files["w.bin"] = ModelSource::from_string(std::move(file));
  auto source = ModelSource::with_files(
      ModelSource::from_string(ModelBuilder().graph_field(field).output("w").build()),
      std::move(files));
  auto model = decode(*source, limits);
  return {std::move(source), std::move(model)};
}

std::string entry(std::string_view key, std::string_view value) {
  return wire_bytes(13, wire_bytes(1, key) + wire_bytes(2, value));
}

std::string external(const std::vector<int64_t>& dims, const std::string& entries,
                     std::string_view location = "w.bin") {
  std::string tensor;
  for (int64_t dim : dims) tensor += wire_int(1, dim);
  return wire_bytes(5, tensor + wire_int(2, 1) + wire_bytes(8, "w") + entry("location", location) +
                           entries + wire_int(14, 1));
}

std::string bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

TEST(ExternalData, IsReadWhereItLies) {
  const std::string file = bytes_of({9, 1, 2, 3, 9});
  EXPECT_EQ(
      decode_graph(external({3}, entry("offset", "4") + entry("length", "12")), file).values(),
      (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(decode_graph(external({2}, entry("checksum", "?")), file).values(),
            (std::vector<float>{9, 1}));
  const Decoded large =
      decode_graph(external({2000}, ""), bytes_of(std::vector<float>(2000, 1.5f)));
  ASSERT_TRUE(large.model.is_ok());
  EXPECT_FALSE(large.model->initializers[0].constant->is_resident());
  EXPECT_EQ(large.values(), std::vector<float>(2000, 1.5f));
}

TEST(ExternalData, IsCheckedAgainstItsFileAndItsShape) {
  const std::string file = bytes_of({1, 2, 3});
  for (const std::string& field :
       {external({4}, ""), external({3}, entry("offset", "4")), external({3}, entry("length", "8")),
        external({3}, entry("offset", "-4")),
        external({3}, entry("offset", "18446744073709551612")),
        external({3}, entry("offset", "9223372036854775807")), external({3}, entry("offset", "4x")),
        external({-1}, ""),
        external({3}, "").substr(0, 0) +
            wire_bytes(5, wire_int(1, 3) + wire_int(2, 1) + wire_bytes(8, "w") +
                              wire_bytes(9, file) + entry("location", "w.bin") +
                              wire_int(14, 1))}) {
    const Decoded decoded = decode_graph(field, file);
    EXPECT_EQ(decoded.code(), Code::kInitializer) << decoded.model.status().to_string();
    EXPECT_EQ(decoded.model.status().info().tensor, "w");
  }
  const Decoded missing = decode_graph(external({3}, "", "other.bin"), file);
  EXPECT_EQ(missing.code(), Code::kIo);
  EXPECT_EQ(missing.model.status().info().tensor, "w");
  EXPECT_NE(missing.model.status().info().got.find("other.bin"), std::string::npos);
}

TEST(ExternalData, InAnAttributeStaysInItsFileToo) {
  const std::string tensor = wire_bytes(1, "value") + wire_int(20, 4) + external({3}, "");
  const std::string node = wire_bytes(1, node_message("Constant", {}, {"w"}, {tensor}));
  const Decoded decoded = decode_graph(node, bytes_of({1, 2, 3}));
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  const auto& constant = decoded.model->nodes[0].attributes[0].t;
  EXPECT_FALSE(constant->is_resident());
  EXPECT_EQ((*Constant::make_resident(constant))->view().as<float>()[2], 3.0f);
}

TEST(ExternalFiles, AreListedWithTheBytesThatTheyNeed) {
  const std::string inner =
      wire_bytes(1, "then_branch") + wire_bytes(6, external({5}, "", "b.bin")) + wire_int(20, 5);
  const std::string bytes = ModelBuilder()
                                .graph_field(external({3}, entry("offset", "100")))
                                .graph_field(external({3}, entry("offset", "4")))
                                .node("If", {"c"}, {"y"}, {inner})
                                .build();
  const auto files = external_files(*ModelSource::from_string(bytes));
  ASSERT_TRUE(files.is_ok()) << files.status().to_string();
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].name, "b.bin");
  EXPECT_EQ((*files)[0].bytes, 20u);
  EXPECT_EQ((*files)[1].name, "w.bin");
  EXPECT_EQ((*files)[1].bytes, 112u);
  EXPECT_TRUE(external_files(*ModelSource::from_string(ModelBuilder().build()))->empty());
  const auto page = external_files(*ModelSource::from_string("<!DOCTYPE html><html>"));
  EXPECT_EQ(page.status().info().got, "a web page (HTML)");
}

std::string int64_tensor(const std::vector<int64_t>& dims, const std::vector<int64_t>& values) {
  std::string raw(reinterpret_cast<const char*>(values.data()), values.size() * 8);
  return tensor_message("", dims, 7, raw);
}

std::string sparse(const std::vector<float>& values, const std::string& indices,
                   const std::vector<int64_t>& dims) {
  std::string message =
      wire_bytes(1, floats_tensor("w", {static_cast<int64_t>(values.size())}, values)) +
      wire_bytes(2, indices);
  for (int64_t dim : dims) message += wire_int(3, dim);
  return wire_bytes(15, message);
}

TEST(SparseTensor, BecomesDense) {
  const std::vector<float> dense = {0, 5, 0, 0, 0, 6};
  EXPECT_EQ(decode_graph(sparse({5, 6}, int64_tensor({2}, {1, 5}), {2, 3})).values(), dense);
  EXPECT_EQ(decode_graph(sparse({5, 6}, int64_tensor({2, 2}, {0, 1, 1, 2}), {2, 3})).values(),
            dense);
  EXPECT_EQ(decode_graph(sparse({}, int64_tensor({0}, {}), {3})).values(),
            (std::vector<float>{0, 0, 0}));
  const Decoded decoded = decode_graph(sparse({5}, int64_tensor({1}, {7}), {100, 100}));
  ASSERT_TRUE(decoded.model.is_ok());
  EXPECT_EQ(decoded.model->initializers[0].name, "w");
  std::vector<float> expected(10'000, 0.0f);
  expected[7] = 5;
  EXPECT_EQ(decoded.values(), expected);
}

TEST(SparseTensor, InAConstantBecomesDense) {
  std::string field = sparse({5, 6}, int64_tensor({2}, {1, 2}), {3});
  const std::string content = field.substr(2);  // behind tag and length, which fit a byte each
  const std::string attribute =
      wire_bytes(1, "sparse_value") + wire_bytes(22, content) + wire_int(20, 11);
  const Decoded decoded =
      decode_graph(wire_bytes(1, node_message("Constant", {}, {"w"}, {attribute})));
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  const Attribute& read = decoded.model->nodes[0].attributes[0];
  EXPECT_EQ(read.kind, Attribute::Kind::kTensor);
  EXPECT_EQ((*Constant::make_resident(read.t))->view().as<float>()[2], 6.0f);
}

TEST(SparseTensor, RefusesIndicesThatDoNotAscendInside) {
  for (const std::string& field :
       {sparse({5, 6}, int64_tensor({2}, {1, 6}), {2, 3}),
        sparse({5, 6}, int64_tensor({2}, {-1, 5}), {2, 3}),
        sparse({5, 6}, int64_tensor({2}, {5, 1}), {2, 3}),
        sparse({5, 6}, int64_tensor({2}, {5, 5}), {2, 3}),
        sparse({5, 6}, int64_tensor({2, 2}, {0, 1, 0, 3}), {2, 3}),
        sparse({5, 6}, int64_tensor({1}, {1}), {2, 3}),
        sparse({5, 6}, floats_tensor("", {2}, {1, 2}), {2, 3}),
        sparse({5, 6}, int64_tensor({2}, {1, 5}), {int64_t{1} << 40, int64_t{1} << 40}),
        wire_bytes(15, wire_int(3, 4))}) {
    EXPECT_EQ(decode_graph(field).code(), Code::kInitializer);
  }
}

// Their elements are numbers of texts, which the dense tensor does not hold.
TEST(SparseTensor, RefusesStrings) {
  const std::string field =
      wire_bytes(15, wire_bytes(1, strings_tensor("w", {2}, {"cat", "dog"})) +
                         wire_bytes(2, int64_tensor({2}, {0, 2})) + wire_int(3, 3));
  const Decoded decoded = decode_graph(field);
  ASSERT_TRUE(decoded.model.is_ok()) << decoded.model.status().to_string();
  EXPECT_EQ(decoded.model->initializers[0].problem.code(), Code::kUnsupported);
}

TEST(SparseTensor, CountsAgainstTheMemoryAllowed) {
  const std::string field = sparse({5}, int64_tensor({1}, {7}), {100, 100});
  EXPECT_EQ(decode_graph(field, "", {.unpacked_bytes = 39'999}).code(), Code::kBudget);
  EXPECT_EQ(decode_graph(field, "", {.unpacked_bytes = 40'000}).code(), Code::kOk);
}

TEST(TensorFile, ComesBackAsItWasWritten) {
  const std::vector<int8_t> values = {-8, 7, -1};
  const std::string bytes = write_tensor("name", {DataType::kInt4, Shape{3}, values.data()});
  const auto read = read_tensor(*ModelSource::from_string(bytes));
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_EQ(read->name, "name");
  EXPECT_EQ(read->constant->type(), DataType::kInt4);
  const auto* back = read->constant->view().as<int8_t>();
  EXPECT_EQ(std::vector<int8_t>(back, back + 3), values);
  EXPECT_EQ(bytes.substr(bytes.size() - 2), "\x78\x0f");  // two to a byte
}

// Numbers of 8 bytes may take one in a file: as many as that do not fit in four times its size.
TEST(TypedData, MayNotGrowWithoutLimit) {
  const auto model = [](int64_t count) {
    return wire_bytes(5, wire_int(1, count) + wire_int(2, 7) + wire_bytes(8, "w") +
                             wire_bytes(7, std::string(static_cast<size_t>(count), '\1')));
  };
  const ScanLimits limits = {.structure_memory = 1 << 20};
  EXPECT_EQ(decode_graph(model(100'000), "", limits).code(), Code::kOk);
  EXPECT_EQ(decode_graph(model(400'000), "", limits).code(), Code::kLimit);
}

}  // namespace
}  // namespace gossamer::onnx_model
