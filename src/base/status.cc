// Names of codes and stages, and the two renderings of an error. See gossamer/status.h.
#include "gossamer/status.h"

#include <array>

#include "base/text.h"

namespace gossamer {
namespace {

constexpr std::array<std::string_view, 18> kCodeNames = {
    "OK",          "PARSE",     "LIMIT",  "UNSUPPORTED", "GRAPH",     "SHAPE",
    "INITIALIZER", "ATTRIBUTE", "INDEX",  "NUMERIC",     "BUDGET",    "OOM",
    "IMAGE",       "ARGUMENT",  "HANDLE", "IO",          "CANCELLED", "INTERNAL"};
static_assert(kCodeNames.size() == static_cast<size_t>(Code::kInternal) + 1);

constexpr std::array<std::string_view, 8> kStageNames = {"",     "decode", "graph", "passes",
                                                         "plan", "run",    "image", "api"};
static_assert(kStageNames.size() == static_cast<size_t>(Stage::kApi) + 1);

// One field of ErrorInfo under its public name.
struct Field {
  std::string_view name;
  std::string ErrorInfo::* text;
};
constexpr std::array<Field, 9> kFields = {{{"message", &ErrorInfo::message},
                                           {"node", &ErrorInfo::node},
                                           {"op", &ErrorInfo::op},
                                           {"tensor", &ErrorInfo::tensor},
                                           {"attribute", &ErrorInfo::attribute},
                                           {"got", &ErrorInfo::got},
                                           {"expected", &ErrorInfo::expected},
                                           {"hint", &ErrorInfo::hint},
                                           {"operators", &ErrorInfo::operators}}};

void set_if_empty(std::string& field, std::string_view text) {
  if (field.empty()) field = text;
}

}  // namespace

std::string_view code_name(Code code) {
  return kCodeNames[static_cast<size_t>(code)];
}
std::string_view stage_name(Stage stage) {
  return kStageNames[static_cast<size_t>(stage)];
}

void Status::Delete::operator()(ErrorInfo* info) const {
  delete info;
}

Status::Status(Code code, Stage stage, std::string_view message) : info_(new ErrorInfo) {
  info_->code = code;
  info_->stage = stage;
  info_->message = message;
}

Status::Status(const Status& other) : info_(other.info_ ? new ErrorInfo(*other.info_) : nullptr) {}

Status& Status::operator=(const Status& other) {
  if (this != &other) info_.reset(other.info_ ? new ErrorInfo(*other.info_) : nullptr);
  return *this;
}

Status&& Status::at_stage(Stage stage) && {
  if (info_ && info_->stage == Stage::kNone) info_->stage = stage;
  return std::move(*this);
}

Status&& Status::at_node(std::string_view name, std::string_view op) && {
  if (info_ && info_->op.empty()) {
    set_if_empty(info_->node, name);
    info_->op = op;
  }
  return std::move(*this);
}

Status&& Status::tensor(std::string_view name) && {
  if (info_) set_if_empty(info_->tensor, name);
  return std::move(*this);
}

Status&& Status::attribute(std::string_view name) && {
  if (info_) set_if_empty(info_->attribute, name);
  return std::move(*this);
}

Status&& Status::got(std::string_view text) && {
  if (info_) set_if_empty(info_->got, text);
  return std::move(*this);
}

Status&& Status::expected(std::string_view text) && {
  if (info_) set_if_empty(info_->expected, text);
  return std::move(*this);
}

Status&& Status::hint(std::string_view text) && {
  if (info_) set_if_empty(info_->hint, text);
  return std::move(*this);
}

Status&& Status::operators(std::string_view list) && {
  if (info_) set_if_empty(info_->operators, list);
  return std::move(*this);
}

std::string Status::to_string() const {
  if (!info_) return "OK";
  std::string out(code_name(info_->code));
  if (info_->stage != Stage::kNone) out += concat(" (", stage_name(info_->stage), ")");
  out += concat(": ", info_->message);
  std::string_view separator = "; ";
  auto detail = [&](std::string_view label, const std::string& text) {
    if (text.empty()) return;
    out += concat(separator, label, text);
    separator = ", ";
  };
  if (!info_->op.empty()) detail("node ", concat("'", info_->node, "' (", info_->op, ")"));
  if (!info_->tensor.empty()) detail("tensor ", concat("'", info_->tensor, "'"));
  if (!info_->attribute.empty()) detail("attribute ", concat("'", info_->attribute, "'"));
  detail("got ", info_->got);
  detail("expected ", info_->expected);
  if (!info_->hint.empty()) out += concat(". ", info_->hint);
  return out;
}

std::string Status::to_json() const {
  JsonWriter json;
  json.begin_object().member("code", code_name(code()));
  if (info_) {
    if (info_->stage != Stage::kNone) json.member("stage", stage_name(info_->stage));
    for (const Field& field : kFields) {
      if (!((*info_).*field.text).empty()) json.member(field.name, (*info_).*field.text);
    }
  }
  return json.end_object().text();
}

}  // namespace gossamer
