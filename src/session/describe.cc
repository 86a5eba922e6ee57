// See describe.h.
#include "session/describe.h"

#include <charconv>
#include <cmath>

#include "session/pictures.h"

namespace gossamer {
namespace {

void write_tensors(JsonWriter& json, std::string_view key, const std::vector<TensorInfo>& tensors) {
  json.key(key).begin_array();
  for (const TensorInfo& tensor : tensors) {
    json.begin_object().member("name", tensor.name).member("type", data_type_name(tensor.type));
    json.key("shape").begin_array();
    for (int64_t dim : tensor.shape.dims()) json.value(dim);
    json.end_array().end_object();
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
        .member("milliseconds", step.milliseconds)
        .end_object();
  }
  json.end_array();
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
  } else if (key == "memory") {
    if (value != "small" && value != "fast") return bad_option(line, "small or fast");
    options.small_weights = value == "small";
  } else if (key == "profile" || key == "flexible") {
    if (value != "0" && value != "1") return bad_option(line, "0 or 1");
    (key == "profile" ? options.profile : options.flexible) = value == "1";
  } else {
    return bad_option(
        line,
        "recipe, output, scores, dim.NAME, flexible, memory, max_memory, max_multiply_adds or "
        "profile");
  }
  return Status::ok();
}

}  // namespace

std::string describe_json(const Session& session, bool with_scores) {
  JsonWriter json;
  json.begin_object();
  write_tensors(json, "inputs", session.inputs());
  write_tensors(json, "outputs", session.outputs());
  json.member("flexible", session.is_flexible()).key("metadata").begin_object();
  for (const auto& [key, value] : session.metadata()) json.member(key, value);
  json.end_object().key("labels").begin_array();
  for (const std::string& label : session.labels()) json.value(label);
  json.end_array();
  write_steps(json, session.steps());
  const MemoryInfo memory = session.memory();
  json.key("memory")
      .begin_object()
      .member("weight_bytes", memory.weight_bytes)
      .member("arena_bytes", memory.arena_bytes)
      .member("live_bytes", memory.live_bytes)
      .end_object();
  write_picture(json, session.inputs());
  if (with_scores) write_scores(json, session);
  return json.end_object().text();
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
