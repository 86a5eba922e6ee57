// The model sources that need nothing but the standard library. See gossamer/model_source.h; the
// browser's own source is in bindings/.
#include "gossamer/model_source.h"

#include <cerrno>
#include <cstdio>
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

class FileSource final : public ModelSource {
 public:
  FileSource(std::string path, std::FILE* file, uint64_t size)
      : path_(std::move(path)), file_(file), size_(size) {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override { std::fclose(file_); }
  uint64_t size() const override { return size_; }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    if (std::fseek(file_, static_cast<long>(offset), SEEK_SET) != 0 ||
        std::fread(target.data(), 1, target.size(), file_) != target.size()) {
      return Status(Code::kIo, Stage::kDecode, concat("cannot read '", path_, "'"))
          .got(concat("an error at byte ", offset));
    }
    return Status::ok();
  }

 private:
  std::string path_;
  std::FILE* file_;
  uint64_t size_;
};

}  // namespace

std::unique_ptr<ModelSource> ModelSource::from_memory(std::span<const std::byte> bytes) {
  return std::make_unique<MemorySource>(bytes);
}

std::unique_ptr<ModelSource> ModelSource::from_string(std::string bytes) {
  return std::make_unique<StringSource>(std::move(bytes));
}

Result<std::unique_ptr<ModelSource>> ModelSource::from_file(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  long size = -1;
  if (file != nullptr && std::fseek(file, 0, SEEK_END) == 0) size = std::ftell(file);
  // ftell on a directory gives LONG_MAX on Linux.
  if (size < 0 || size == __LONG_MAX__) {
    const std::string reason = size >= 0 ? "a folder" : std::strerror(errno);
    if (file != nullptr) std::fclose(file);
    return Status(Code::kIo, Stage::kDecode, concat("cannot open '", path, "'"))
        .got(reason)
        .expected("a file that can be read");
  }
  return std::unique_ptr<ModelSource>(
      std::make_unique<FileSource>(path, file, static_cast<uint64_t>(size)));
}

}  // namespace gossamer
