// Files beside a model: which names reach them, and which do not.
#include "gossamer/model_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace gossamer {
namespace {

namespace fs = std::filesystem;

// A folder "inside" with a model and weights, and a file beside that folder.
class FilesBesideAModel : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ =
        fs::temp_directory_path() / ("gossamer-files-" + std::to_string(std::random_device()()));
    fs::create_directories(root_ / "inside" / "data");
    for (const char* path : {"secret.bin", "inside/m.onnx", "inside/w.bin", "inside/data/w.bin"}) {
      std::ofstream(root_ / path) << path;
    }
    auto model = ModelSource::from_file((root_ / "inside" / "m.onnx").string());
    ASSERT_TRUE(model.is_ok());
    model_ = std::move(model).value();
  }
  void TearDown() override { fs::remove_all(root_); }

  Code code_of(std::string_view name) const {
    const auto file = model_->external(name);
    return file.is_ok() ? Code::kOk : file.status().code();
  }

  fs::path root_;
  std::unique_ptr<ModelSource> model_;
};

TEST_F(FilesBesideAModel, AreReadFromTheModelsFolder) {
  const auto file = model_->external("data/w.bin");
  ASSERT_TRUE(file.is_ok()) << file.status().to_string();
  std::string text(17, ' ');
  ASSERT_EQ((*file)->size(), text.size());
  ASSERT_TRUE((*file)->read(0, std::as_writable_bytes(std::span(text))).is_ok());
  EXPECT_EQ(text, "inside/data/w.bin");
  EXPECT_EQ(*model_->external("data/w.bin"), *file);  // opened once
  EXPECT_EQ(code_of("w.bin"), Code::kOk);
  EXPECT_EQ(code_of("./w.bin"), Code::kOk);
}

TEST_F(FilesBesideAModel, AreReachedByNoNameThatLeadsOut) {
  const std::string absolute = (root_ / "inside" / "w.bin").string();
  for (const std::string& name :
       {std::string("../secret.bin"), std::string("data/../../secret.bin"), absolute,
        std::string(""), std::string("data//w.bin"), std::string("data/"),
        std::string("..\\secret.bin"), std::string("C:w.bin"), std::string("w.bin\0.txt", 10)}) {
    EXPECT_EQ(code_of(name), Code::kInitializer) << name;
  }
  EXPECT_EQ(code_of("missing.bin"), Code::kIo);
  EXPECT_EQ(code_of("data"), Code::kIo);  // a folder
}

TEST_F(FilesBesideAModel, AreReachedByNoLinkThatLeadsOut) {
  fs::create_symlink(root_ / "secret.bin", root_ / "inside" / "link.bin");
  fs::create_directory_symlink(root_, root_ / "inside" / "up");
  fs::create_symlink("w.bin", root_ / "inside" / "good.bin");
  EXPECT_EQ(code_of("link.bin"), Code::kInitializer);
  EXPECT_EQ(code_of("up/secret.bin"), Code::kInitializer);
  EXPECT_EQ(code_of("good.bin"), Code::kOk);
}

// As caches of downloads keep them: all files are links into another folder.
TEST_F(FilesBesideAModel, AreFoundBesideWhatTheModelIsALinkTo) {
  fs::create_directory(root_ / "links");
  fs::create_symlink(root_ / "inside" / "m.onnx", root_ / "links" / "m.onnx");
  const auto model = ModelSource::from_file((root_ / "links" / "m.onnx").string());
  ASSERT_TRUE(model.is_ok());
  EXPECT_TRUE((*model)->external("w.bin").is_ok());
  EXPECT_FALSE((*model)->external("../secret.bin").is_ok());
}

// As Hugging Face's cache keeps them: every file is a link to one that is named by its digest.
TEST_F(FilesBesideAModel, MayBeLinksToWhereTheModelLies) {
  fs::create_directories(root_ / "snapshots" / "1");
  fs::create_directory(root_ / "blobs");
  fs::rename(root_ / "inside" / "m.onnx", root_ / "blobs" / "aaa");
  fs::rename(root_ / "inside" / "w.bin", root_ / "blobs" / "bbb");
  const fs::path links = root_ / "snapshots" / "1";
  fs::create_symlink("../../blobs/aaa", links / "m.onnx");
  fs::create_symlink("../../blobs/bbb", links / "w.bin");
  fs::create_symlink("../../secret.bin", links / "s.bin");
  const auto model = ModelSource::from_file((links / "m.onnx").string());
  ASSERT_TRUE(model.is_ok());
  EXPECT_TRUE((*model)->external("w.bin").is_ok());
  EXPECT_EQ((*model)->external("s.bin").status().code(), Code::kInitializer);
}

#ifndef __EMSCRIPTEN__  // whose files in memory have no pipes
// To open a pipe would wait for somebody who writes to it.
TEST_F(FilesBesideAModel, ArePlainFiles) {
  const std::string pipe = (root_ / "inside" / "pipe.bin").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(code_of("pipe.bin"), Code::kIo);
  EXPECT_EQ(ModelSource::from_file(pipe).status().info().got, "a pipe or device");
}
#endif

TEST(ModelSource, FindsTheFilesThatCameWithIt) {
  std::map<std::string, std::unique_ptr<ModelSource>, std::less<>> files;
  files["anything/../goes"] = ModelSource::from_string("weights");
  const auto model = ModelSource::with_files(ModelSource::from_string("model"), std::move(files));
  EXPECT_EQ(model->size(), 5u);
  const auto file = model->external("anything/../goes");
  ASSERT_TRUE(file.is_ok());
  EXPECT_EQ((*file)->size(), 7u);
  EXPECT_EQ(model->external("other").status().code(), Code::kIo);
  EXPECT_EQ(ModelSource::from_string("m")->external("w").status().code(), Code::kIo);
}

}  // namespace
}  // namespace gossamer
