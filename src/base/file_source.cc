// A model in a file, and the files beside it. See gossamer/model_source.h. A model may come from
// anywhere, so the names in it are not trusted: they reach what lies in its folder, nothing else.
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "gossamer/model_source.h"

namespace gossamer {
namespace {

// Errors: INITIALIZER for names that are no plain path downwards: absolute ones, those with "..",
// and what other systems take for these.
Status check_name(std::string_view name) {
  bool plain = !name.empty() && name.find_first_of(std::string_view("\\:\0", 3)) == name.npos;
  for (size_t begin = 0; plain && begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    plain = !part.empty() && part != "..";
    begin = end + 1;
  }
  if (plain) return Status::ok();
  return Status(Code::kInitializer, Stage::kDecode,
                "the name of a file with weights is not allowed")
      .got(name)
      .expected("a file in the model's own folder");
}

// Without links; empty when there is no such file.
std::string real_path(const std::string& path) {
  char* const resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return {};
  std::string result = resolved;
  std::free(resolved);
  return result;
}

// Where the file is, without links, with a slash at its end.
std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  std::string folder = real_path(slash == path.npos ? "." : path.substr(0, slash + 1));
  if (!folder.ends_with('/')) folder += '/';
  return folder;
}

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
  Result<const ModelSource*> external(std::string_view name) const override {
    const auto known = files_.find(name);
    if (known != files_.end()) return known->second.get();
    GOSSAMER_TRY(check_name(name));
    // A model that is itself a link has its files beside the link, or beside what it points to;
    // where they are links, too, they lie in one of these folders.
    const std::string folders[] = {folder_of(path_), folder_of(real_path(path_))};
    for (const std::string& folder : folders) {
      const std::string path = real_path(folder + std::string(name));
      if (path.empty()) continue;
      if (!path.starts_with(folders[0]) && !path.starts_with(folders[1])) {
        return Status(Code::kInitializer, Stage::kDecode,
                      "a file with weights is a link out of the model's folder")
            .got(name);
      }
      GOSSAMER_ASSIGN(auto file, from_file(path));
      return files_.emplace(name, std::move(file)).first->second.get();
    }
    return ModelSource::external(name);
  }

 private:
  std::string path_;
  std::FILE* file_;
  uint64_t size_;
  mutable std::map<std::string, std::unique_ptr<ModelSource>, std::less<>> files_;
};

}  // namespace

Result<std::unique_ptr<ModelSource>> ModelSource::from_file(const std::string& path) {
  // A folder can be opened, and has some size; to open a pipe waits until somebody writes.
  struct stat info = {};
  const bool is_other = stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
  std::FILE* file = is_other ? nullptr : std::fopen(path.c_str(), "rb");
  long size = -1;
  if (file != nullptr && std::fseek(file, 0, SEEK_END) == 0) size = std::ftell(file);
  if (size < 0) {
    const std::string reason = !is_other               ? std::strerror(errno)
                               : S_ISDIR(info.st_mode) ? "a folder"
                                                       : "a pipe or device";
    if (file != nullptr) std::fclose(file);
    return Status(Code::kIo, Stage::kDecode, concat("cannot open '", path, "'"))
        .got(reason)
        .expected("a file that can be read");
  }
  return std::unique_ptr<ModelSource>(
      std::make_unique<FileSource>(path, file, static_cast<uint64_t>(size)));
}

}  // namespace gossamer
