// Edits of model files: what is touched is right, and what is not touched is the same to the byte.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "onnx/decode.h"
#include "onnx/encode/edit_model.h"
#include "onnx/encode/wire_writer.h"
#include "tests/support/model_builder.h"

namespace gossamer::onnx_model {
namespace {

using namespace gossamer::testing;  // NOLINT(google-build-using-namespace)

Result<std::string> written(const ModelSource& model, const Patch& patch) {
  std::string out;
  GOSSAMER_TRY(patch.write(model, [&](std::string_view bytes) {
    out += bytes;
    return Status::ok();
  }));
  return out;
}

Result<std::string> edited(const std::string& bytes, const MetadataChanges& changes) {
  const auto model = ModelSource::from_string(bytes);
  GOSSAMER_ASSIGN(const Patch patch, edit_metadata(*model, changes));
  GOSSAMER_ASSIGN(std::string out, written(*model, patch));
  EXPECT_EQ(out.size(), patch.size());
  return out;
}

Result<std::string> shown(const std::string& bytes, const std::vector<std::string>& names) {
  const auto model = ModelSource::from_string(bytes);
  GOSSAMER_ASSIGN(const Patch patch, add_outputs(*model, names));
  return written(*model, patch);
}

std::string property(std::string_view key, std::string_view value) {
  return wire_bytes(14, wire_bytes(1, key) + wire_bytes(2, value));
}

ModelBuilder small_model() {
  ModelBuilder builder;
  builder.input("x", {1, 2})
      .floats("w", {2, 3}, {1, 2, 3, 4, 5, 6})
      .node("MatMul", {"x", "w"}, {"h"}, {}, "product")
      .node("Relu", {"h"}, {"y"})
      .output("y");
  return builder;
}

// Parts of a model that only whole files have: fields that the schema does not name, and one that
// is written in more bytes than it needs.
std::string unusual_tail() {
  return wire_bytes(3, "producer_version") + wire_int(5, -3) + wire_bytes(6, "documentation") +
         wire_bytes(20, "training") + std::string("\x08\x88\x80\x00", 4) + wire_bytes(200, "new");
}

TEST(WireWriter, WritesWhatTheTestsOwnWriterDoes) {
  WireWriter out;
  std::string expected;
  for (const int64_t value : {int64_t{0}, int64_t{127}, int64_t{128}, int64_t{-1}, INT64_MAX}) {
    out.integer(3, value);
    expected += wire_int(3, value);
  }
  out.bytes(200, std::string(300, 'x'));
  expected += wire_bytes(200, std::string(300, 'x'));
  EXPECT_EQ(out.text(), expected);
  WireWriter head;
  head.head(14, 5);
  EXPECT_EQ(head.text() + "12345", wire_bytes(14, "12345"));
}

TEST(EditMetadata, AddsBehindWhatThereIs) {
  const std::string old = small_model().build() + unusual_tail();
  const auto result = edited(old, {{"b", "2"}, {"a", ""}});
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  EXPECT_EQ(*result, old + property("a", "") + property("b", "2"));
}

TEST(EditMetadata, ReplacesInPlaceAndTakesOut) {
  const std::string model = small_model().build();
  const std::string old =
      property("a", "1") + model + property("b", "2") + unusual_tail() + property("c", "3");
  const auto replaced = edited(old, {{"b", "two\nlines"}});
  ASSERT_TRUE(replaced.is_ok()) << replaced.status().to_string();
  EXPECT_EQ(*replaced, property("a", "1") + model + property("b", "two\nlines") + unusual_tail() +
                           property("c", "3"));
  const auto removed = edited(old, {{"a", std::nullopt}, {"c", std::nullopt}});
  ASSERT_TRUE(removed.is_ok()) << removed.status().to_string();
  EXPECT_EQ(*removed, model + property("b", "2") + unusual_tail());
}

TEST(EditMetadata, KeepsTheBytesOfAValueThatStays) {
  // The value before the key, and a field that nobody knows.
  const std::string entry =
      wire_bytes(14, wire_bytes(2, "1") + wire_bytes(1, "a") + wire_int(9, 1));
  const std::string old = entry + small_model().build();
  const auto result = edited(old, {{"a", "1"}, {"absent", std::nullopt}});
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  EXPECT_EQ(*result, old);
}

// Of a key that the file names twice, readers take the last value.
TEST(EditMetadata, LeavesOneOfAKeyThatIsNamedTwice) {
  const std::string model = small_model().build();
  const std::string old = property("a", "1") + model + property("a", "2");
  const auto set = edited(old, {{"a", "1"}});
  ASSERT_TRUE(set.is_ok());
  EXPECT_EQ(*set, property("a", "1") + model);
  const auto untouched = edited(old, {{"b", "3"}});
  ASSERT_TRUE(untouched.is_ok());
  EXPECT_EQ(*untouched, old + property("b", "3"));
}

TEST(EditMetadata, LeavesATrainedModelAloneButForItsLabels) {
  std::ifstream file(GOSSAMER_SOURCE_DIR "/models/digits/digits.onnx", std::ios::binary);
  const std::string old{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(old.empty());
  const auto result = edited(old, {{"gossamer.labels", "a\nb"}, {"extra", "1"}});
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  const auto source = ModelSource::from_string(*result);
  const auto model = decode(*source);
  ASSERT_TRUE(model.is_ok()) << model.status().to_string();
  EXPECT_EQ(model->metadata.find("gossamer.labels")->second, "a\nb");
  EXPECT_EQ(model->metadata.find("extra")->second, "1");
  const auto before = ModelSource::from_string(old);
  const auto original = decode(*before);
  const std::string labels = original->metadata.find("gossamer.labels")->second;
  const auto back = edited(*result, {{"gossamer.labels", labels}, {"extra", std::nullopt}});
  ASSERT_TRUE(back.is_ok());
  EXPECT_EQ(*back, old);
}

// Counts what is read of a model whose weights make up nearly all of it.
class CountingSource final : public ModelSource {
 public:
  explicit CountingSource(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    read_ += target.size();
    bytes_.copy(reinterpret_cast<char*>(target.data()), target.size(), static_cast<size_t>(offset));
    return Status::ok();
  }
  uint64_t bytes_read() const { return read_; }

 private:
  std::string bytes_;
  mutable uint64_t read_ = 0;
};

TEST(EditMetadata, ReadsNoWeights) {
  const int64_t elements = 1 << 20;
  ModelBuilder builder = small_model();
  builder.floats("large", {elements}, std::vector<float>(elements, 1.0f));
  const CountingSource model(builder.build());
  const auto patch = edit_metadata(model, {{"a", "1"}});
  ASSERT_TRUE(patch.is_ok());
  EXPECT_LT(model.bytes_read(), 200'000u);
  EXPECT_EQ(patch->pieces().size(), 2u);
}

// A file of 2 GB, of which all but the ends is one weight of zeros that nobody stores.
class HugeSource final : public ModelSource {
 public:
  explicit HugeSource(uint64_t size) {
    // Lengths of five bytes, whatever they are.
    const auto length = [](uint64_t value) {
      std::string bytes;
      for (int i = 0; i < 5; ++i, value >>= 7) {
        bytes += static_cast<char>((value & 0x7F) | (i < 4 ? 0x80 : 0));
      }
      return bytes;
    };
    const std::string graph_head = small_model().graph();
    const std::string tensor_head = wire_int(1, 1) + wire_int(2, 2) + wire_bytes(8, "huge");
    const uint64_t fixed = 8 + graph_head.size() + 6 + tensor_head.size() + 6;
    const uint64_t raw = size - fixed;
    head_ = wire_int(1, 8) + "\x3a" + length(size - 8) + graph_head + "\x2a" +
            length(tensor_head.size() + 6 + raw) + tensor_head + "\x4a" + length(raw);
    size_ = head_.size() + raw;
  }
  uint64_t size() const override { return size_; }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    for (size_t i = 0; i < target.size(); ++i) {
      const uint64_t at = offset + i;
      target[i] =
          at < head_.size() ? static_cast<std::byte>(head_[static_cast<size_t>(at)]) : std::byte{0};
    }
    return Status::ok();
  }

 private:
  std::string head_;
  uint64_t size_ = 0;
};

TEST(EditMetadata, GoesUpToWhatOnnxToolsRead) {
  const std::string added = property("a", "1");
  const HugeSource fits(kMaxModelBytes - added.size());
  ASSERT_EQ(fits.size(), kMaxModelBytes - added.size());
  const auto patch = edit_metadata(fits, {{"a", "1"}});
  ASSERT_TRUE(patch.is_ok()) << patch.status().to_string();
  EXPECT_EQ(patch->size(), kMaxModelBytes);
  ASSERT_EQ(patch->pieces().size(), 2u);
  EXPECT_EQ(patch->pieces()[1].bytes, added);
  EXPECT_EQ(edit_metadata(fits, {{"a", "12"}}).status().code(), Code::kLimit);
  const auto larger = edit_metadata(HugeSource(kMaxModelBytes + 100), {{"a", "12"}});
  EXPECT_TRUE(larger.is_ok()) << larger.status().to_string();
}

TEST(EditMetadata, RefusesWhatWouldMakeAFileUnreadable) {
  const std::string model = small_model().build();
  EXPECT_EQ(edited(model, {{"", "1"}}).status().code(), Code::kArgument);
  EXPECT_EQ(edited(model, {{"a", "\xff"}}).status().code(), Code::kArgument);
  EXPECT_EQ(edited(model, {{"\xc3", "1"}}).status().code(), Code::kArgument);
  EXPECT_EQ(edited(model, {{"a", std::string(40 << 20, 'x')}}).status().code(), Code::kLimit);
}

TEST(EditMetadata, RefusesHostileFiles) {
  const std::string model = small_model().build() + property("a", "1");
  for (size_t length = 0; length < model.size(); ++length) {
    const auto result = edited(model.substr(0, length), {{"a", "2"}});
    // A file that ends between two fields behind its graph is whole.
    if (result.is_ok()) {
      EXPECT_TRUE(decode(*ModelSource::from_string(*result)).is_ok()) << length;
    } else {
      EXPECT_EQ(result.status().code(), Code::kParse) << length;
    }
  }
  EXPECT_EQ(edited("<!doctype html><title>Not found", {}).status().info().got, "a web page (HTML)");
  EXPECT_EQ(edited(wire_int(1, 8), {}).status().code(), Code::kParse);
  EXPECT_EQ(edited(model + wire_bytes(7, small_model().graph()), {}).status().code(), Code::kParse);
  // An entry whose text leaves it.
  EXPECT_EQ(edited(model + wire_bytes(14, "\x0a\x7f"), {}).status().code(), Code::kParse);
  std::string bomb = model;
  for (int i = 0; i < 500'000; ++i) bomb += wire_bytes(14, "");
  EXPECT_EQ(edited(bomb, {{"a", "2"}}).status().code(), Code::kLimit);
}

TEST(EditMetadata, PassesOnWhatTheSinkSays) {
  const auto model = ModelSource::from_string(small_model().build());
  const auto patch = edit_metadata(*model, {{"a", "1"}});
  ASSERT_TRUE(patch.is_ok());
  const Status full(Code::kIo, Stage::kApi, "the disk is full");
  EXPECT_EQ(patch->write(*model, [&](std::string_view) { return full; }).code(), Code::kIo);
}

TEST(AddOutputs, ShowsInnerValues) {
  const auto result = shown(small_model().build() + unusual_tail(), {"h", "y", "h"});
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  const auto source = ModelSource::from_string(*result);
  const auto model = decode(*source);
  ASSERT_TRUE(model.is_ok()) << model.status().to_string();
  ASSERT_EQ(model->outputs.size(), 2u);
  EXPECT_EQ(model->outputs[0].name, "y");
  EXPECT_EQ(model->outputs[1].name, "h");
  EXPECT_FALSE(model->outputs[1].has_shape);
}

TEST(AddOutputs, RefusesWhatNoNodeComputes) {
  const auto result = shown(small_model().build(), {"w"});
  EXPECT_EQ(result.status().code(), Code::kArgument);
  EXPECT_EQ(result.status().info().tensor, "w");
  EXPECT_EQ(shown(small_model().build(), {""}).status().code(), Code::kArgument);
  EXPECT_EQ(shown("", {"h"}).status().code(), Code::kParse);
}

}  // namespace
}  // namespace gossamer::onnx_model
