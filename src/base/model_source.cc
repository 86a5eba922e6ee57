// Model sources in memory. See gossamer/model_source.h; files are in file_source.cc, and the
// browser's own source is in bindings/.
#include "gossamer/model_source.h"

#include <cstring>

#include "base/text.h"

namespace gossamer {
namespace {

class MemorySource final : public ModelSource {
 public:
  explicit MemorySource(std::span<const std::byte> bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_.size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    if (!target.empty()) std::memcpy(target.data(), bytes_.data() + offset, target.size());
    return Status::ok();
  }

 private:
  std::span<const std::byte> bytes_;
};

class StringSource final : public ModelSource {
 public:
  explicit StringSource(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    if (!target.empty()) std::memcpy(target.data(), bytes_.data() + offset, target.size());
    return Status::ok();
  }

 private:
  std::string bytes_;
};

class SourceWithFiles final : public ModelSource {
 public:
  using Files = std::map<std::string, std::unique_ptr<ModelSource>, std::less<>>;
  SourceWithFiles(std::unique_ptr<ModelSource> model, Files files)
      : model_(std::move(model)), files_(std::move(files)) {}
  uint64_t size() const override { return model_->size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    return model_->read(offset, target);
  }
  Result<const ModelSource*> external(std::string_view name) const override {
    const auto file = files_.find(name);
    if (file == files_.end()) return ModelSource::external(name);
    return file->second.get();
  }

 private:
  std::unique_ptr<ModelSource> model_;
  Files files_;
};

}  // namespace

std::unique_ptr<ModelSource> ModelSource::from_memory(std::span<const std::byte> bytes) {
  return std::make_unique<MemorySource>(bytes);
}

std::unique_ptr<ModelSource> ModelSource::from_string(std::string bytes) {
  return std::make_unique<StringSource>(std::move(bytes));
}

Result<const ModelSource*> ModelSource::external(std::string_view name) const {
  return Status(Code::kIo, Stage::kDecode, "the model's weights lie in a file that was not given")
      .got(concat("no '", name, "'"))
      .hint("keep the file beside the model, under this name, or pass its bytes along");
}

std::unique_ptr<ModelSource> ModelSource::with_files(
    std::unique_ptr<ModelSource> model,
    std::map<std::string, std::unique_ptr<ModelSource>, std::less<>> files) {
  return std::make_unique<SourceWithFiles>(std::move(model), std::move(files));
}

}  // namespace gossamer
