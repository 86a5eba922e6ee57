// gossamer classify: pictures in, classes out.
#include <algorithm>
#include <climits>
#include <cstdio>

#include "base/text.h"
#include "cli/command.h"
#include "cli/tensors.h"
#include "session/describe.h"

namespace gossamer::cli {
namespace {

constexpr std::string_view kHelp = R"(usage: gossamer classify MODEL IMAGE... [options]

Prints the most likely classes of each JPEG or PNG picture, turned as its EXIF data say.

  --labels FILE     class names, one per line (default: those stored in the model)
  --top K           how many classes to print (default 5)
  --recipe TEXT     how pixels become the model's input, in place of the recipe stored in the model:
                    "fit=shorter;resize=256;mean=0.485,0.456,0.406;std=0.229,0.224,0.225"
  --output NAME     the output that holds class scores (default: found out, see gossamer info)
  --scores KIND     what makes probabilities of them: softmax, sigmoid, none, exp (default: found out)
  --input NAME=FILE a tensor, as TensorProto, for each input besides the picture's
  --threads N       threads that compute (default 1; 0: one for each core, up to 8)
  --dim NAME=N      the extent of a symbolic input dimension
  --memory small    no kernels that keep larger weights than the model's, for speed
  --max-memory N    refuse models that need more bytes
  --max-work N      refuse models with more multiply-adds a run (default 2^40; 0: no limit)
  --json            one JSON document instead of text
)";

struct Outcome {
  std::string image;
  Classification classes;
  double decode = 0;  // milliseconds
  double preprocess = 0;
  double inference = 0;
};

// Names that are too many or too few would stand at other classes than they are meant for.
Status check_labels(const Session& session) {
  if (session.labels_source() != "the caller") return Status::ok();
  GOSSAMER_ASSIGN(const Classification all, session.classify(INT_MAX));
  if (all.categories.size() == session.labels().size()) return Status::ok();
  return Status(Code::kArgument, Stage::kApi,
                "there are not as many labels as the model has classes")
      .got(concat(session.labels().size(), " labels"))
      .expected(concat(all.categories.size(), " classes"));
}

// `input` is the picture's.
Result<Outcome> classify(Session& session, int input, const std::string& path, int top) {
  Outcome outcome{.image = path, .classes = {}};
  const Stopwatch decoding;
  GOSSAMER_ASSIGN(const std::string bytes, read_file(path));
  GOSSAMER_ASSIGN(const Image image,
                  decode_image({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}));
  outcome.decode = decoding.milliseconds();
  const Stopwatch preparing;
  GOSSAMER_TRY(session.set_image(input, image.view()));
  outcome.preprocess = preparing.milliseconds();
  const Stopwatch running;
  GOSSAMER_TRY(session.run());
  outcome.inference = running.milliseconds();
  GOSSAMER_TRY(check_labels(session));
  GOSSAMER_ASSIGN(outcome.classes, session.classify(top));
  return outcome;
}

void print(const Outcome& outcome) {
  std::printf("%s%s\n", outcome.image.c_str(),
              outcome.classes.finite ? "" : "  NONFINITE: the scores hold NaN or infinity");
  for (const Category& category : outcome.classes.categories) {
    std::printf("  %7.3f %%  %s\n", static_cast<double>(category.probability) * 100,
                category.label.c_str());
  }
  std::printf("  decode %.2f ms, preprocess %.2f ms, inference %.2f ms\n", outcome.decode,
              outcome.preprocess, outcome.inference);
}

void write(JsonWriter& json, const Outcome& outcome) {
  json.begin_object().member("image", outcome.image).key("result");
  write_json(json, outcome.classes);
  json.key("milliseconds")
      .begin_object()
      .member("decode", outcome.decode)
      .member("preprocess", outcome.preprocess)
      .member("inference", outcome.inference)
      .end_object()
      .end_object();
}

Status load_labels(const Arguments& arguments, Session& session) {
  const auto path = arguments.get("labels");
  if (!path.has_value()) return Status::ok();
  GOSSAMER_ASSIGN(const std::string text, read_file(*path));
  std::vector<std::string> labels;
  for (std::string_view line : split(trim(text), '\n')) labels.emplace_back(trim(line));
  session.set_labels(std::move(labels));
  return Status::ok();
}

// A model that says nothing of its pictures may have been trained on others than it gets.
void note_assumed_recipe(const Session& session, const Arguments& arguments) {
  if (arguments.has("recipe") || session.metadata().contains("gossamer.recipe")) return;
  std::fputs(
      "note: the model does not say how pictures become its input, so they are stretched to its\n"
      "size, without a mean or deviation. If it was trained otherwise, its answers are wrong: see\n"
      "--recipe.\n",
      stderr);
}

// A picture that fails does not stop the others; the exit code then says so.
int classify_all(Session& session, int input, std::span<const std::string> images, int top,
                 bool as_json) {
  int code = kSuccess;
  JsonWriter json;
  json.begin_object().key("images").begin_array();
  for (const std::string& path : images) {
    const auto outcome = classify(session, input, path, top);
    if (!outcome.is_ok()) {
      code = std::max<int>(code, report(outcome.status(), path));
    } else if (as_json) {
      write(json, *outcome);
    } else {
      print(*outcome);
    }
  }
  if (as_json) std::puts(json.end_array().end_object().text().c_str());
  return code;
}

// Fills the inputs that --input names, and gives the one for pictures.
Result<int> feed_others(const Arguments& arguments, Session& session) {
  std::vector<int> fed;
  for (const std::string& assignment : arguments.get_all("input")) {
    GOSSAMER_TRY(feed_named(session, assignment, fed));
  }
  return session.image_input(fed);
}

int run(std::span<char*> raw) {
  const auto options =
      with_session_options({{"labels", true}, {"top", true}, {"json", false}, {"input", true}});
  const auto arguments = Arguments::parse(raw, options);
  if (!arguments.is_ok()) return report(arguments.status());
  const auto& files = arguments->positional();
  if (files.size() < 2) {
    return report_missing(kClassify, files.empty() ? "MODEL and IMAGE" : "at least one IMAGE");
  }
  const auto top = arguments->get_count("top", 5, 1);
  if (!top.is_ok()) return report(top.status());
  auto session = open_session(files[0], *arguments, Use::kPlain);
  if (!session.is_ok()) return report(session.status());
  if (Status labels = load_labels(*arguments, **session); !labels.is_ok()) return report(labels);
  const auto input = feed_others(*arguments, **session);
  if (!input.is_ok()) return report(input.status());
  note_assumed_recipe(**session, *arguments);
  return classify_all(**session, *input, std::span(files).subspan(1), *top, arguments->has("json"));
}

}  // namespace

const Command kClassify = {"classify", "print the classes of pictures", kHelp, run};

}  // namespace gossamer::cli
