// gossamer run: tensors in files through a model, for use by other ONNX tools.
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "cli/command.h"
#include "cli/tensors.h"

namespace gossamer::cli {
namespace {

constexpr std::string_view kHelp =
    R"(usage: gossamer run MODEL --input NAME=FILE.pb ... --output-dir DIR

Runs a model once on tensors read from TensorProto files and writes each output as a TensorProto.

  --input NAME=FILE   one for each input of the model
  --output-dir DIR    where NAME.pb of each output goes (made when missing; '/' in names becomes '_')
  --threads N         threads that compute (default 1; 0: one for each core, up to 8)
  --dim NAME=N        the extent of a symbolic input dimension
)";

Status write_outputs(const Session& session, const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return Status(Code::kIo, Stage::kApi, concat("cannot make the folder '", directory, "'"))
        .got(error.message());
  }
  for (int i = 0; i < std::ssize(session.outputs()); ++i) {
    const std::string& name = session.outputs()[static_cast<size_t>(i)].name;
    std::string file = name;
    std::ranges::replace(file, '/', '_');
    const std::string path = concat(directory, "/", file, ".pb");
    GOSSAMER_ASSIGN(const std::string bytes, serialised_output(session, i));
    GOSSAMER_TRY(write_file(path, bytes));
    std::printf("%s  %s %s\n", path.c_str(), data_type_name(session.output(i).type).data(),
                session.output(i).shape.to_string().c_str());
  }
  return Status::ok();
}

int run(std::span<char*> raw) {
  const auto options = with_session_options({{"input", true}, {"output-dir", true}});
  const auto arguments = Arguments::parse(raw, options);
  if (!arguments.is_ok()) return report(arguments.status());
  const auto directory = arguments->get("output-dir");
  if (arguments->positional().size() != 1 || !directory.has_value()) {
    return report_missing(kRun, "one MODEL and --output-dir DIR");
  }
  const auto session = open_session(arguments->positional()[0], *arguments, Use::kTensors);
  if (!session.is_ok()) return report(session.status());
  const std::vector<std::string> given = arguments->get_all("input");
  if (given.size() != (*session)->inputs().size()) {
    return report(Status(Code::kArgument, Stage::kApi, "every input needs one --input")
                      .got(concat(given.size()))
                      .expected(concat((*session)->inputs().size())));
  }
  std::vector<int> fed;
  for (const std::string& assignment : given) {
    if (Status done = feed_named(**session, assignment, fed); !done.is_ok()) return report(done);
  }
  if (Status done = (*session)->run(); !done.is_ok()) return report(done);
  if (Status written = write_outputs(**session, *directory); !written.is_ok())
    return report(written);
  return kSuccess;
}

}  // namespace

const Command kRun = {"run", "run a model on tensor files", kHelp, run};

}  // namespace gossamer::cli
