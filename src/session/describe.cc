// See describe.h.
#include "session/describe.h"

#include <charconv>
#include <cmath>
#include <map>

#include "session/pictures.h"

namespace gossamer {
namespace {

void write_tensors(JsonWriter& json, std::string_view key, const std::vector<TensorInfo>& tensors) {
  json.key(key).begin_array();
  for (const TensorInfo& tensor : tensors) {
    json.begin_object().member("name", tensor.name).member("type", data_type_name(tensor.type));
    json.key("shape").begin_array();
    for (int64_t dim : tensor.shape.dims()) json.value(dim);
    json.end_array();
    if (tensor.is_map) json.member("map", true);
    json.end_object();
  }
  json.end_array();
}

void write_steps(JsonWriter& json, const std::vector<StepInfo>& steps) {
  json.key("steps").begin_array();
  for (const StepInfo& step : steps) {
    json.begin_object()
        .member("node", step.node)
        .member("op", step.op)
        .member("kernel", step.kernel)
        .member("output_shape", step.output_shape)
        .member("multiply_adds", step.multiply_adds)
        .member("weight_bytes", step.weight_bytes)
        .member("threads", step.threads)
        .member("milliseconds", step.milliseconds)
        .end_object();
  }
  json.end_array();
}

bool is_reference(const StepInfo& step) {
  return step.kernel == "reference";
}

// Text with one decimal of a number in [0, 100].
std::string with_tenths(double value) {
  const auto tenths = static_cast<int>(std::lround(value * 10));
  return concat(tenths / 10, ".", tenths % 10);
}

void write_picture(JsonWriter& json, const std::vector<TensorInfo>& inputs) {
  const int picture = find_picture(inputs, {});
  json.key("picture");
  if (picture < 0) {
    json.value(double{NAN});
    return;
  }
  const TensorInfo& input = inputs[static_cast<size_t>(picture)];
  json.begin_object()
      .member("input", input.name)
      .member("form", describe_picture(input))
      .end_object();
}

void write_scores(JsonWriter& json, const Session& session) {
  const auto scores = session.scores();
  json.key("scores").begin_object();
  if (scores.is_ok()) {
    json.member("output", session.outputs()[static_cast<size_t>(scores->output)].name)
        .member("kind", scores_name(scores->scores))
        .member("reason", scores->reason);
  } else {
    json.key("output").value(double{NAN}).key("kind").value(double{NAN});
    json.member("reason", scores.status().to_string());
  }
  json.end_object();
}

constexpr std::string_view kDimension = "dim.";

Status bad_option(std::string_view line, std::string_view expected) {
  return Status(Code::kArgument, Stage::kApi, "an option cannot be understood")
      .got(line)
      .expected(expected);
}

template <typename T>
bool parse_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Status apply_option(std::string_view line, SessionOptions& options) {
  // The name of a dimension is any text: the model's own, blanks and signs of equality included.
  const bool dimension = line.starts_with(kDimension);
  const size_t equals = dimension ? line.rfind('=') : line.find('=');
  if (equals == std::string_view::npos) return bad_option(line, "key=value");
  const std::string_view key = dimension ? line.substr(0, equals) : trim(line.substr(0, equals));
  const std::string_view value = trim(line.substr(equals + 1));
  if (key == "recipe") {
    options.recipe = value;
  } else if (key == "output") {
    options.output = value;
  } else if (key == "scores") {
    GOSSAMER_ASSIGN(const Recipe recipe, parse_recipe(concat("scores=", value)));
    options.scores = recipe.scores;
  } else if (dimension) {
    int64_t extent = 0;
    if (!parse_number(value, extent) || extent < 1)
      return bad_option(line, "an extent of 1 or more");
    options.dimensions[std::string(key.substr(kDimension.size()))] = extent;
  } else if (key == "max_memory") {
    if (!parse_number(value, options.max_memory_bytes))
      return bad_option(line, "a number of bytes");
  } else if (key == "max_multiply_adds") {
    if (!parse_number(value, options.max_multiply_adds)) return bad_option(line, "a number");
  } else if (key == "threads") {
    if (!parse_number(value, options.threads)) return bad_option(line, "a number of threads");
  } else if (key == "memory") {
    if (value != "small" && value != "fast") return bad_option(line, "small or fast");
    options.small_weights = value == "small";
  } else if (key == "profile" || key == "flexible") {
    if (value != "0" && value != "1") return bad_option(line, "0 or 1");
    (key == "profile" ? options.profile : options.flexible) = value == "1";
  } else {
    return bad_option(
        line,
        "recipe, output, scores, dim.NAME, flexible, memory, max_memory, max_multiply_adds, "
        "threads or profile");
  }
  return Status::ok();
}

}  // namespace

ReferenceSteps reference_steps(const std::vector<StepInfo>& steps) {
  ReferenceSteps found;
  double work = 0, all_work = 0, time = 0, all_time = 0;
  for (const StepInfo& step : steps) {
    all_work += static_cast<double>(step.work);
    all_time += step.milliseconds;
    if (!is_reference(step)) continue;
    ++found.count;
    work += static_cast<double>(step.work);
    time += step.milliseconds;
  }
  found.timed = all_time > 0;
  if (all_work > 0) found.share = found.timed ? time / all_time : work / all_work;
  return found;
}

std::string reference_text(const std::vector<StepInfo>& steps) {
  const ReferenceSteps found = reference_steps(steps);
  if (found.count == 0) return {};
  std::string text = concat(found.count, " of ", steps.size(), " steps ",
                            found.count == 1 ? "has" : "have", " no fast kernel:");
  std::map<std::string, int> operators;
  for (const StepInfo& step : steps) operators[step.op] += is_reference(step) ? 1 : 0;
  std::string_view comma = " ";
  for (const auto& [op, count] : operators) {
    if (count == 0) continue;
    text += concat(comma, op);
    if (count > 1) text += concat(" x ", count);
    comma = ", ";
  }
  return text + concat(" (", with_tenths(100 * found.share), " % of the ",
                       found.timed ? "time" : "work", ")");
}

void write_reference_steps(JsonWriter& json, const std::vector<StepInfo>& steps) {
  const ReferenceSteps found = reference_steps(steps);
  json.key("reference")
      .begin_object()
      .member("steps", found.count)
      .member("share", found.share)
      .member("timed", found.timed)
      .end_object();
}

void describe(JsonWriter& json, const Session& session, bool with_scores) {
  write_tensors(json, "inputs", session.inputs());
  write_tensors(json, "outputs", session.outputs());
  json.member("flexible", session.is_flexible()).key("metadata").begin_object();
  for (const auto& [key, value] : session.metadata()) json.member(key, value);
  json.end_object().key("labels").begin_array();
  for (const std::string& label : session.labels()) json.value(label);
  json.end_array().member("labels_source", session.labels_source());
  const std::vector<StepInfo> steps = session.steps();
  write_steps(json, steps);
  write_reference_steps(json, steps);
  json.member("threads", session.threads().count);
  const MemoryInfo memory = session.memory();
  json.key("memory")
      .begin_object()
      .member("weight_bytes", memory.weight_bytes)
      .member("arena_bytes", memory.arena_bytes)
      .member("live_bytes", memory.live_bytes)
      .end_object();
  write_picture(json, session.inputs());
  if (with_scores) write_scores(json, session);
}

std::string describe_json(const Session& session, bool with_scores) {
  JsonWriter json;
  json.begin_object();
  describe(json, session, with_scores);
  return json.end_object().text();
}

Status check_texts(const Session& session, int index) {
  constexpr uint64_t kMostBytes = uint64_t{64} << 20;
  const TensorView tensor = session.output(index);
  const bool texts = tensor.type == DataType::kString && tensor.data != nullptr;
  uint64_t bytes = 0;
  for (int64_t i = 0; texts && i < tensor.elements() && bytes <= kMostBytes; ++i) {
    bytes += sizeof(std::string) + session.text(tensor.as<int32_t>()[i]).size();
  }
  if (bytes <= kMostBytes) return Status::ok();
  return Status(Code::kLimit, Stage::kApi, "the texts of an output are too long together")
      .tensor(session.outputs()[static_cast<size_t>(index)].name)
      .expected(concat("at most ", kMostBytes, " bytes"));
}

void write_json(JsonWriter& json, const Classification& result) {
  json.begin_object().member("finite", result.finite).key("categories").begin_array();
  for (const Category& category : result.categories) {
    json.begin_object()
        .member("index", category.index)
        .member("probability", static_cast<double>(category.probability))
        .member("label", category.label)
        .end_object();
  }
  json.end_array().end_object();
}

Result<SessionOptions> parse_options(std::string_view text) {
  SessionOptions options;
  for (std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) GOSSAMER_TRY(apply_option(line, options));
  }
  return options;
}

}  // namespace gossamer
