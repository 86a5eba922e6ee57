// See command.h.
#include "cli/command.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "base/threads_exist.h"
#include "session/describe.h"

namespace gossamer::cli {
namespace {

Status usage_error(std::string_view message) {
  return Status(Code::kArgument, Stage::kApi, message);
}

// Sessions take their options as lines: a line break in one would begin another.
Status require_one_line(const std::string& value) {
  if (value.find('\n') == std::string::npos) return Status::ok();
  return usage_error("an option holds a line break").got(value);
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<char*> arguments, std::span<const Option> known) {
  Arguments parsed;
  bool options_end = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view text = arguments[i];
    if (options_end || !text.starts_with("--")) {
      parsed.positional_.emplace_back(text);
      continue;
    }
    if (text == "--") {
      options_end = true;
      continue;
    }
    const size_t equals = text.find('=');
    const std::string_view name =
        text.substr(2, equals == std::string_view::npos ? equals : equals - 2);
    const Option* option = nullptr;
    for (const Option& candidate : known) {
      if (candidate.name == name) option = &candidate;
    }
    if (option == nullptr) {
      std::string names;
      for (const Option& each : known) names += concat(names.empty() ? "--" : ", --", each.name);
      return usage_error(concat("unknown option --", name)).expected(names);
    }
    std::string value;
    if (equals != std::string_view::npos) {
      if (!option->takes_value) return usage_error(concat("--", name, " takes no value"));
      value = text.substr(equals + 1);
    } else if (option->takes_value) {
      if (++i == arguments.size()) return usage_error(concat("--", name, " needs a value"));
      value = arguments[i];
    }
    parsed.options_.emplace_back(name, std::move(value));
  }
  return parsed;
}

bool Arguments::has(std::string_view name) const {
  return get(name).has_value();
}

std::optional<std::string> Arguments::get(std::string_view name) const {
  std::optional<std::string> found;
  for (const auto& [key, value] : options_) {
    if (key == name) found = value;
  }
  return found;
}

std::vector<std::string> Arguments::get_all(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : options_) {
    if (key == name) found.push_back(value);
  }
  return found;
}

Result<double> Arguments::get_number(std::string_view name, double fallback, double low) const {
  const auto text = get(name);
  if (!text.has_value()) return fallback;
  char* end = nullptr;
  const double value = std::strtod(text->c_str(), &end);
  if (text->empty() || *end != '\0' || !(value >= low)) {
    return usage_error(concat("--", name, " has an unusable value"))
        .got(*text)
        .expected(concat("a number, ", low, " or more"));
  }
  return value;
}

Result<int> Arguments::get_count(std::string_view name, int fallback, int low) const {
  GOSSAMER_ASSIGN(const double value, get_number(name, fallback, low));
  if (value > 1e9 || value != static_cast<int>(value)) {
    return usage_error(concat("--", name, " must be a whole number")).got(concat(value));
  }
  return static_cast<int>(value);
}

int report(const Status& status, std::string_view subject) {
  const std::string prefix = subject.empty() ? "" : concat(subject, ": ");
  std::fprintf(stderr, "gossamer: %s%s\n", prefix.c_str(), status.to_string().c_str());
  return status.code() == Code::kArgument ? kUsage : kFailure;
}

int report_missing(const Command& command, std::string_view what) {
  std::fprintf(stderr, "gossamer: %s needs %s\n\n", command.name.data(), std::string(what).c_str());
  std::fputs(command.help.data(), stderr);
  return kUsage;
}

Result<std::string> read_file(const std::string& path) {
  GOSSAMER_ASSIGN(const auto file, ModelSource::from_file(path));
  std::string bytes(static_cast<size_t>(file->size()), '\0');
  GOSSAMER_TRY(file->read(0, {reinterpret_cast<std::byte*>(bytes.data()), bytes.size()}));
  return bytes;
}

Status write_file(const std::string& path, std::string_view bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written =
      file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (written && closed) return Status::ok();
  return Status(Code::kIo, Stage::kApi, concat("cannot write '", path, "'"));
}

Result<std::unique_ptr<Session>> open_session(const std::string& path, const Arguments& arguments,
                                              Use use) {
  std::string text;
  if (auto recipe = arguments.get("recipe")) {
    std::ranges::replace(*recipe, '\n', ';');  // which separates its parts as well
    text += concat("recipe=", *recipe, "\n");
  }
  constexpr std::pair<std::string_view, std::string_view> kOptions[] = {
      {"max-memory", "max_memory"}, {"max-work", "max_multiply_adds"},
      {"memory", "memory"},         {"output", "output"},
      {"threads", "threads"},       {"scores", "scores"}};
  for (const auto& [option, key] : kOptions) {
    const auto value = arguments.get(option);
    if (!value) continue;
    GOSSAMER_TRY(require_one_line(*value));
    text += concat(key, "=", *value, "\n");
  }
  for (const std::string& dim : arguments.get_all("dim")) {
    GOSSAMER_TRY(require_one_line(dim));
    text += concat("dim.", dim, "\n");
  }
  GOSSAMER_ASSIGN(SessionOptions options, parse_options(text));
  if (!threads_exist() && options.threads > 1) {
    return usage_error("this program computes on one thread")
        .got(concat("--threads ", options.threads))
        .expected("1");
  }
  options.profile = use == Use::kProfile;
  options.flexible = use == Use::kTensors;
  GOSSAMER_ASSIGN(auto source, ModelSource::from_file(path));
  return Session::create(std::move(source), options);
}

std::vector<Arguments::Option> with_session_options(std::initializer_list<Arguments::Option> own) {
  std::vector<Arguments::Option> all = {{"recipe", true},     {"dim", true},      {"memory", true},
                                        {"max-memory", true}, {"max-work", true}, {"output", true},
                                        {"scores", true},     {"threads", true}};
  all.insert(all.end(), own);
  return all;
}

}  // namespace gossamer::cli
