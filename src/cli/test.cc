// gossamer test: runs folders laid out as ONNX's own backend tests and compares the results.
// Source: https://github.com/onnx/onnx/blob/main/docs/OnnxBackendTest.md
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "base/text.h"
#include "cli/command.h"
#include "cli/tensors.h"
#include "ops/elements.h"

namespace gossamer::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHelp = R"(usage: gossamer test DIR... [options]

Runs ONNX backend tests: folders that hold model.onnx and test_data_set_*/input_*.pb, output_*.pb. A
folder without a model.onnx is searched for such folders. A model that uses something unsupported
counts as skipped, any other difference or error as failed.

  --rtol X, --atol X   |got - expected| <= atol + rtol * |expected| (default 1e-3 and 1e-5)
  --threads N          threads that compute (default 1; 0: one for each core, up to 8)
  --json               one JSON document instead of text
  --save               writes what was computed as result_*.pb beside the output_*.pb
)";

struct Tolerance {
  double relative = 1e-3;
  double absolute = 1e-5;
};

// What happens with the results of each data set.
struct Checks {
  Tolerance tolerance;
  bool save = false;
};

enum class Outcome { kPassed, kFailed, kSkipped };

struct Verdict {
  std::string name;
  Outcome outcome = Outcome::kPassed;
  std::string reason;  // empty when passed
};

bool close(double got, double expected, const Tolerance& tolerance) {
  if (std::isnan(expected)) return std::isnan(got);
  if (std::isinf(expected)) return got == expected;
  return std::abs(got - expected) <= tolerance.absolute + tolerance.relative * std::abs(expected);
}

// What is different; empty when nothing is.
std::string compare_texts(const std::vector<std::string>& got,
                          const std::vector<std::string>& expected) {
  const auto [at, wanted] = std::ranges::mismatch(got, expected);
  if (at == got.end()) return {};
  return concat("element ", at - got.begin(), " is '", *at, "', expected '", *wanted, "'");
}

std::string compare_types(const TensorView& got, const TensorView& expected) {
  if (got.type == expected.type && got.shape == expected.shape) return {};
  return concat("got ", data_type_name(got.type), " ", got.shape.to_string(), ", expected ",
                data_type_name(expected.type), " ", expected.shape.to_string());
}

std::string compare_numbers(const TensorView& got, const TensorView& expected,
                            const Tolerance& tolerance) {
  int64_t wrong = 0;
  int64_t first = 0;
  for (int64_t i = got.elements() - 1; i >= 0; --i) {
    if (close(real_at(got, i), real_at(expected, i), tolerance)) continue;
    ++wrong;
    first = i;
  }
  if (wrong == 0) return {};
  return concat(wrong, " of ", got.elements(), " elements differ, first at ", first, ": got ",
                real_at(got, first), ", expected ", real_at(expected, first));
}

Result<std::string> compare_output(const Session& session, int index, const Constant& expected,
                                   const Tolerance& tolerance) {
  const TensorView got = session.output(index);
  TensorView wanted = expected.view();
  if (holds_bits_of(wanted.type, got.type)) wanted.type = got.type;
  std::string difference = compare_types(got, wanted);
  if (!difference.empty()) return difference;
  if (got.type != DataType::kString) return compare_numbers(got, wanted, tolerance);
  GOSSAMER_ASSIGN(const auto texts, texts_of(session, index));
  return compare_texts(texts, expected.texts());
}

std::vector<fs::path> sorted_entries(const fs::path& directory, std::string_view prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

std::string numbered(const fs::path& directory, std::string_view stem, int index) {
  return (directory / concat(stem, "_", index, ".pb")).string();
}

Status save_results(const Session& session, const fs::path& directory) {
  for (int i = 0; i < std::ssize(session.outputs()); ++i) {
    GOSSAMER_ASSIGN(const std::string bytes, serialised_output(session, i));
    GOSSAMER_TRY(write_file(numbered(directory, "result", i), bytes));
  }
  return Status::ok();
}

// Errors of the runtime come back as a Status, differences as text in `difference`.
Status run_data_set(Session& session, const fs::path& directory, const Checks& checks,
                    std::string& difference) {
  for (int i = 0; i < std::ssize(session.inputs()); ++i) {
    GOSSAMER_ASSIGN(const auto tensor, load_tensor(numbered(directory, "input", i)));
    GOSSAMER_TRY(feed(session, i, *tensor));
  }
  GOSSAMER_TRY(session.run());
  if (checks.save) GOSSAMER_TRY(save_results(session, directory));
  for (int i = 0; i < std::ssize(session.outputs()) && difference.empty(); ++i) {
    const std::string path = numbered(directory, "output", i);
    // A sequence of maps is no tensor, so that no file can hold it.
    if (session.outputs()[static_cast<size_t>(i)].is_map && !fs::exists(path)) continue;
    GOSSAMER_ASSIGN(const auto expected, load_tensor(path));
    GOSSAMER_ASSIGN(difference, compare_output(session, i, *expected, checks.tolerance));
    if (!difference.empty()) difference = concat("output ", i, ": ", difference);
  }
  return Status::ok();
}

Verdict judge(Verdict verdict, const Status& status) {
  if (status.is_ok()) return verdict;
  verdict.outcome = status.code() == Code::kUnsupported ? Outcome::kSkipped : Outcome::kFailed;
  verdict.reason = status.to_string();
  return verdict;
}

Verdict run_folder(const fs::path& folder, const Arguments& arguments, const Checks& checks) {
  Verdict verdict{.name = folder.filename().string(), .reason = {}};
  const auto session = open_session((folder / "model.onnx").string(), arguments, Use::kTensors);
  if (!session.is_ok()) return judge(verdict, session.status());
  const auto data_sets = sorted_entries(folder, "test_data_set_");
  if (data_sets.empty()) {
    verdict.outcome = Outcome::kFailed;
    verdict.reason = "there is no test_data_set_* in the folder";
  }
  for (const fs::path& data_set : data_sets) {
    std::string difference;
    const Status done = run_data_set(**session, data_set, checks, difference);
    if (!done.is_ok()) return judge(verdict, done);
    if (difference.empty()) continue;
    verdict.outcome = Outcome::kFailed;
    verdict.reason = concat(data_set.filename().string(), ": ", difference);
    break;
  }
  return verdict;
}

std::vector<fs::path> find_folders(std::span<const std::string> roots) {
  std::vector<fs::path> folders;
  for (const std::string& root : roots) {
    std::error_code error;
    if (fs::exists(fs::path(root) / "model.onnx", error)) {
      folders.emplace_back(root);
      continue;
    }
    std::vector<fs::path> below;
    for (const auto& entry : fs::recursive_directory_iterator(root, error)) {
      if (entry.path().filename() == "model.onnx") below.push_back(entry.path().parent_path());
    }
    std::ranges::sort(below);
    folders.insert(folders.end(), below.begin(), below.end());
  }
  return folders;
}

void print_json(std::span<const Verdict> verdicts) {
  static constexpr std::string_view kNames[] = {"passed", "failed", "skipped"};
  JsonWriter json;
  json.begin_object().key("tests").begin_array();
  for (const Verdict& verdict : verdicts) {
    json.begin_object()
        .member("name", verdict.name)
        .member("outcome", kNames[static_cast<size_t>(verdict.outcome)])
        .member("reason", verdict.reason)
        .end_object();
  }
  std::puts(json.end_array().end_object().text().c_str());
}

int run(std::span<char*> raw) {
  const auto options =
      with_session_options({{"rtol", true}, {"atol", true}, {"json", false}, {"save", false}});
  const auto arguments = Arguments::parse(raw, options);
  if (!arguments.is_ok()) return report(arguments.status());
  if (arguments->positional().empty()) {
    return report_missing(kTest, "at least one folder");
  }
  const auto relative = arguments->get_number("rtol", 1e-3, 0);
  if (!relative.is_ok()) return report(relative.status());
  const auto absolute = arguments->get_number("atol", 1e-5, 0);
  if (!absolute.is_ok()) return report(absolute.status());
  const Checks checks{.tolerance = {*relative, *absolute}, .save = arguments->has("save")};
  const bool as_json = arguments->has("json");

  std::vector<Verdict> verdicts;
  int counts[3] = {};
  for (const fs::path& folder : find_folders(arguments->positional())) {
    verdicts.push_back(run_folder(folder, *arguments, checks));
    const Verdict& last = verdicts.back();
    ++counts[static_cast<size_t>(last.outcome)];
    if (as_json || last.outcome == Outcome::kPassed) continue;
    std::printf("%s %s: %s\n", last.outcome == Outcome::kFailed ? "FAILED" : "skipped",
                last.name.c_str(), last.reason.c_str());
  }
  if (as_json) print_json(verdicts);
  std::fprintf(as_json ? stderr : stdout, "%d passed, %d failed, %d skipped\n", counts[0],
               counts[1], counts[2]);
  if (verdicts.empty()) {
    return report(Status(Code::kArgument, Stage::kApi, "no folder with a model.onnx was found"));
  }
  return counts[1] == 0 ? kSuccess : kFailure;
}

}  // namespace

const Command kTest = {"test", "run ONNX backend tests", kHelp, run};

}  // namespace gossamer::cli
