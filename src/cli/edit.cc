// gossamer edit: writes recipe, labels and other properties into a model.
#include <cstdio>

#include "base/text.h"
#include "cli/command.h"
#include "onnx/encode/edit_model.h"
#include "session/properties.h"

namespace gossamer::cli {
namespace {

using onnx_model::MetadataChanges;
using onnx_model::Patch;

constexpr std::string_view kHelp = R"(usage: gossamer edit MODEL NEW [options]

Copies a model and changes its properties (metadata_props), so that the page, the library and the
command line feed it and name its classes alike. All else stays as it is, byte for byte; weights are
not read, and those in files beside the model stay there. NEW may be MODEL itself.

  --recipe TEXT     how pixels become the model's input (gossamer.recipe; see gossamer classify)
  --labels FILE     class names, one per line (gossamer.labels)
  --set KEY=VALUE   any other property
  --remove KEY      takes a property out
)";

Status change(MetadataChanges& changes, std::string_view key, std::optional<std::string> value) {
  if (value.has_value()) GOSSAMER_TRY(check_property(key, *value));
  if (changes.emplace(key, std::move(value)).second) return Status::ok();
  return Status(Code::kArgument, Stage::kApi, "a property is given twice").attribute(key);
}

Result<MetadataChanges> read_changes(const Arguments& arguments) {
  MetadataChanges changes;
  if (auto recipe = arguments.get("recipe")) {
    GOSSAMER_TRY(change(changes, kRecipeProperty, std::move(recipe)));
  }
  if (const auto path = arguments.get("labels")) {
    GOSSAMER_ASSIGN(const std::string text, read_file(*path));
    std::string labels;
    for (const std::string_view line : split(trim(text), '\n')) {
      labels += concat(labels.empty() ? "" : "\n", trim(line));
    }
    GOSSAMER_TRY(change(changes, kLabelsProperty, std::move(labels)));
  }
  for (const std::string& assignment : arguments.get_all("set")) {
    const size_t equals = assignment.find('=');
    if (equals == std::string::npos) {
      return Status(Code::kArgument, Stage::kApi, "--set has an unusable value")
          .got(assignment)
          .expected("KEY=VALUE");
    }
    GOSSAMER_TRY(change(changes, assignment.substr(0, equals), assignment.substr(equals + 1)));
  }
  for (const std::string& key : arguments.get_all("remove")) {
    GOSSAMER_TRY(change(changes, key, std::nullopt));
  }
  return changes;
}

// By way of a file beside it, so that nobody sees half of it, and the model itself can be replaced
// while it is read.
Status write_model(const std::string& path, const ModelSource& model, const Patch& patch) {
  const std::string part = path + ".part";
  const auto failure = [&] {
    return Status(Code::kIo, Stage::kApi, concat("cannot write '", path, "'"));
  };
  std::FILE* file = std::fopen(part.c_str(), "wb");
  if (file == nullptr) return failure();
  Status written = patch.write(model, [&](std::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() ? Status::ok()
                                                                            : failure();
  });
  if (std::fclose(file) != 0 && written.is_ok()) written = failure();
  if (written.is_ok() && std::rename(part.c_str(), path.c_str()) == 0) return Status::ok();
  std::remove(part.c_str());
  return written.is_ok() ? failure() : written;
}

Result<uint64_t> edit(const std::string& from, const std::string& to, const Arguments& arguments) {
  GOSSAMER_ASSIGN(const MetadataChanges changes, read_changes(arguments));
  if (changes.empty()) {
    return Status(Code::kArgument, Stage::kApi, "nothing is to be changed")
        .expected("--recipe, --labels, --set or --remove");
  }
  GOSSAMER_ASSIGN(const auto model, ModelSource::from_file(from));
  GOSSAMER_ASSIGN(const Patch patch, onnx_model::edit_metadata(*model, changes));
  GOSSAMER_TRY(write_model(to, *model, patch));
  return patch.size();
}

int run(std::span<char*> raw) {
  constexpr Arguments::Option kOptions[] = {
      {"recipe", true}, {"labels", true}, {"set", true}, {"remove", true}};
  const auto arguments = Arguments::parse(raw, kOptions);
  if (!arguments.is_ok()) return report(arguments.status());
  const auto& files = arguments->positional();
  if (files.size() != 2) return report_missing(kEdit, "a model and the name of the new file");
  const auto bytes = edit(files[0], files[1], *arguments);
  if (!bytes.is_ok()) return report(bytes.status(), files[0]);
  std::printf("%s: %llu bytes\n", files[1].c_str(), static_cast<unsigned long long>(*bytes));
  return kSuccess;
}

}  // namespace

const Command kEdit = {"edit", "write recipe, labels and properties into a model", kHelp, run};

}  // namespace gossamer::cli
