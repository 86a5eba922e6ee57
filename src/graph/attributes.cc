// See attributes.h.
#include "graph/attributes.h"

#include "base/text.h"

namespace gossamer {

using Kind = onnx_model::Attribute::Kind;

namespace {

std::string_view kind_name(Kind kind) {
  static constexpr std::string_view kNames[] = {"nothing", "FLOAT",       "INT",    "STRING",
                                                "TENSOR",  "GRAPH",       "FLOATS", "INTS",
                                                "STRINGS", "another kind"};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace

bool AttributeReader::has(std::string_view name) const {
  for (const auto& attribute : node_.attributes) {
    if (attribute.name == name) return true;
  }
  return false;
}

const onnx_model::Attribute* AttributeReader::find(std::string_view name, Kind kind) {
  for (size_t i = 0; i < node_.attributes.size(); ++i) {
    const auto& attribute = node_.attributes[i];
    if (attribute.name != name) continue;
    seen_[i] = true;
    if (attribute.kind == kind) return &attribute;
    fail(name, "attribute has the wrong type", kind_name(attribute.kind), kind_name(kind));
    return nullptr;
  }
  return nullptr;
}

int64_t AttributeReader::get_int(std::string_view name, int64_t fallback) {
  const auto* attribute = find(name, Kind::kInt);
  return attribute != nullptr ? attribute->i : fallback;
}

int64_t AttributeReader::get_int(std::string_view name, int64_t fallback, int64_t low,
                                 int64_t high) {
  const int64_t value = get_int(name, fallback);
  if (value >= low && value <= high) return value;
  fail(name, "attribute is out of range", concat(value), concat(low, " to ", high));
  return fallback;
}

float AttributeReader::get_float(std::string_view name, float fallback) {
  const auto* attribute = find(name, Kind::kFloat);
  return attribute != nullptr ? attribute->f : fallback;
}

std::string AttributeReader::get_string(std::string_view name, std::string_view fallback) {
  const auto* attribute = find(name, Kind::kString);
  return attribute != nullptr ? attribute->s : std::string(fallback);
}

int AttributeReader::get_choice(std::string_view name, std::span<const std::string_view> allowed,
                                int fallback) {
  const auto* attribute = find(name, Kind::kString);
  if (attribute == nullptr) return fallback;
  std::string list;
  for (size_t i = 0; i < allowed.size(); ++i) {
    if (attribute->s == allowed[i]) return static_cast<int>(i);
    list += concat(i == 0 ? "" : ", ", allowed[i]);
  }
  fail(name, "attribute has an unknown value", attribute->s, list);
  return fallback;
}

std::optional<std::vector<int64_t>> AttributeReader::get_ints(std::string_view name) {
  const auto* attribute = find(name, Kind::kInts);
  if (attribute == nullptr) return std::nullopt;
  return attribute->ints;
}

std::optional<std::vector<float>> AttributeReader::get_floats(std::string_view name) {
  const auto* attribute = find(name, Kind::kFloats);
  if (attribute == nullptr) return std::nullopt;
  return attribute->floats;
}

std::optional<std::vector<int32_t>> AttributeReader::get_strings(std::string_view name) {
  const auto* attribute = find(name, Kind::kStrings);
  if (attribute == nullptr) return std::nullopt;
  std::vector<int32_t> numbers;
  for (const std::string& text : attribute->strings) numbers.push_back(number_of(text));
  return numbers;
}

std::shared_ptr<const Constant> AttributeReader::get_tensor(std::string_view name) {
  const auto* attribute = find(name, Kind::kTensor);
  if (attribute == nullptr) return nullptr;
  if (error_.is_ok() && !attribute->problem.is_ok()) {
    error_ = attribute->problem;
    error_ = std::move(error_).attribute(name);
  }
  if (attribute->t == nullptr) return nullptr;
  auto tensor = strings_.adopt(attribute->t);
  if (tensor.is_ok()) return std::move(tensor).value();
  if (error_.is_ok()) error_ = std::move(tensor).status();
  return nullptr;
}

std::shared_ptr<const onnx_model::GraphDef> AttributeReader::require_graph(std::string_view name) {
  if (!has(name)) fail(name, "attribute is missing", "", kind_name(Kind::kGraph));
  const auto* attribute = find(name, Kind::kGraph);
  if (attribute == nullptr) return nullptr;
  if (attribute->g == nullptr) fail(name, "attribute holds no graph", "", kind_name(Kind::kGraph));
  return attribute->g;
}

void AttributeReader::fail(std::string_view name, std::string_view message, std::string_view got,
                           std::string_view expected) {
  if (!error_.is_ok()) return;
  error_ = Status(Code::kAttribute, Stage::kGraph, std::string(message))
               .attribute(name)
               .got(got)
               .expected(expected);
}

void AttributeReader::expect_inputs(int at_least, int at_most) {
  if (input_count() >= at_least && input_count() <= at_most) return;
  if (!error_.is_ok()) return;
  error_ =
      Status(Code::kGraph, Stage::kGraph, "node has the wrong number of inputs")
          .got(concat(input_count()))
          .expected(at_least == at_most ? concat(at_least) : concat(at_least, " to ", at_most));
}

void AttributeReader::expect_outputs(int at_most) {
  if (wants_output(0) && output_count() <= at_most) return;
  if (!error_.is_ok()) return;
  error_ = Status(Code::kGraph, Stage::kGraph,
                  output_count() > at_most ? "node has the wrong number of outputs"
                                           : "node does not name its first output")
               .got(concat(output_count()))
               .expected(at_most == 1 ? concat(1) : concat("1 to ", at_most));
}

Status AttributeReader::finish() {
  for (size_t i = 0; i < seen_.size() && error_.is_ok(); ++i) {
    if (!seen_[i]) fail(node_.attributes[i].name, "attribute is not known for this operator");
  }
  return error_;
}

}  // namespace gossamer
