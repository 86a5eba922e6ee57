// The wasm module's interface: C functions over numbers and UTF-8 text, called by
// web/lib/engine.js. Structured results are JSON, which costs little beside an inference; only
// tensors are described by a struct of numbers, because they are asked for at every run. Sessions
// are known by handles, so that a stale one from JavaScript is an error and never a dangling
// pointer.
//
// Text stays valid until any function that returns text is called again; so does the description
// of a tensor.
#include <emscripten/emscripten.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "base/text.h"
#include "bindings/module.h"
#include "gossamer/session.h"
#include "session/describe.h"

// Defined in library.js: copies `length` bytes at `offset` of the model that JavaScript holds under
// `source_id` to `target`; returns 0 when it cannot.
extern "C" int gossamer_source_read(int source_id, double offset, void* target, int length);
// Lets JavaScript forget the model.
extern "C" void gossamer_source_release(int source_id);

namespace gossamer {

ScriptSource::~ScriptSource() {
  gossamer_source_release(id_);
}

Status ScriptSource::read(uint64_t offset, std::span<std::byte> target) const {
  const auto length = static_cast<int>(target.size());
  if (length == 0 ||
      gossamer_source_read(id_, static_cast<double>(offset), target.data(), length)) {
    return Status::ok();
  }
  return Status(Code::kIo, Stage::kDecode, "the model's bytes are no longer there")
      .hint("keep the model's buffer until the session is made");
}

namespace {

// Splits the lines "file=SOURCE_ID SIZE NAME" off the options: the files beside the model.
Result<std::map<std::string, std::unique_ptr<ModelSource>, std::less<>>> take_files(
    std::string_view options, std::string& others) {
  constexpr std::string_view kKey = "file=";
  std::map<std::string, std::unique_ptr<ModelSource>, std::less<>> files;
  for (std::string_view line : split(options, '\n')) {
    if (!line.starts_with(kKey)) {
      others.append(line).push_back('\n');
      continue;
    }
    const std::string_view rest = line.substr(kKey.size());
    int id = 0;
    uint64_t size = 0;
    const auto first = std::from_chars(rest.data(), rest.data() + rest.size(), id);
    const char* const second = first.ptr + (first.ptr < rest.data() + rest.size() ? 1 : 0);
    const auto last = std::from_chars(second, rest.data() + rest.size(), size);
    if (first.ec != std::errc() || last.ec != std::errc() ||
        last.ptr == rest.data() + rest.size()) {
      return Status(Code::kArgument, Stage::kApi, "an option is not understood")
          .got(line)
          .expected("file=SOURCE_ID SIZE NAME");
    }
    const std::string_view name = rest.substr(static_cast<size_t>(last.ptr + 1 - rest.data()));
    files[std::string(name)] = std::make_unique<ScriptSource>(id, size);
  }
  return files;
}

// Where a tensor lies and what it is, as engine.js reads it: 32-bit words in this order.
struct TensorPlace {
  const void* data = nullptr;  // null while the shape is open, or before the first run
  int type = 0;                // DataType
  int rank = 0;
  std::array<int, Shape::kMaxRank> dims{};  // -1: open
};

// All state of the module. One thread uses it.
struct Module {
  std::map<int, std::unique_ptr<Session>> sessions;
  int last_handle = 0;
  Status error;
  std::string text;
  TensorPlace place;
  PixelArea area;
};

Module& module() {
  static Module instance;
  return instance;
}

const TensorPlace* place(const TensorView& tensor) {
  TensorPlace& result = module().place;
  result = {tensor.data, static_cast<int>(tensor.type), tensor.shape.rank(), {}};
  std::ranges::transform(tensor.shape.dims(), result.dims.begin(),
                         [](int64_t extent) { return static_cast<int>(extent); });
  return &result;
}

// Keeps the error for gossamer_error() and gives false where there is no such input.
bool exists(int index, size_t count, std::string_view what) {
  if (index >= 0 && static_cast<size_t>(index) < count) return true;
  return done(Status(Code::kArgument, Stage::kApi, concat("there is no such ", what))
                  .got(concat(index))) != 0;
}

}  // namespace

Session* find(int handle) {
  const auto found = module().sessions.find(handle);
  if (found != module().sessions.end()) return found->second.get();
  module().error = Status(Code::kHandle, Stage::kApi, "the session was closed").got(concat(handle));
  return nullptr;
}

int done(Status status) {
  if (status.is_ok()) return 1;
  module().error = std::move(status);
  return 0;
}

const char* keep(std::string text) {
  module().text = std::move(text);
  return module().text.c_str();
}

}  // namespace gossamer

using gossamer::done;
using gossamer::exists;
using gossamer::find;
using gossamer::keep;
using gossamer::module;
using gossamer::place;
using gossamer::Session;

extern "C" {

EMSCRIPTEN_KEEPALIVE const char* gossamer_version() {
  return GOSSAMER_VERSION;
}

// 0 when out of memory.
EMSCRIPTEN_KEEPALIVE void* gossamer_alloc(int bytes) {
  return std::malloc(static_cast<size_t>(bytes));
}
EMSCRIPTEN_KEEPALIVE void gossamer_free(void* block) {
  std::free(block);
}

// JSON of the last failure: Status::to_json.
EMSCRIPTEN_KEEPALIVE const char* gossamer_error() {
  static std::string text;
  text = module().error.to_json();
  return text.c_str();
}

// JSON [{name, bytes}] of the files beside the model that hold its weights, or null. JavaScript
// then lets go of the source.
EMSCRIPTEN_KEEPALIVE const char* gossamer_external_files(int source_id, double size) {
  const gossamer::ScriptSource source(source_id, static_cast<uint64_t>(size));
  const auto files = gossamer::external_files(source);
  if (!files.is_ok()) {
    done(files.status());
    return nullptr;
  }
  gossamer::JsonWriter json;
  json.begin_array();
  for (const gossamer::ExternalFile& file : *files) {
    json.begin_object().member("name", file.name).member("bytes", file.bytes).end_object();
  }
  return keep(json.end_array().text());
}

// A new session's handle, or 0. `options`: see parse_options; with lines "file=SOURCE_ID SIZE NAME"
// for the files beside the model.
EMSCRIPTEN_KEEPALIVE int gossamer_create(int source_id, double size, const char* options) {
  auto model = std::make_unique<gossamer::ScriptSource>(source_id, static_cast<uint64_t>(size));
  std::string others;
  auto files = gossamer::take_files(options, others);
  if (!files.is_ok()) return done(std::move(files).status());
  auto parsed = gossamer::parse_options(others);
  if (!parsed.is_ok()) return done(std::move(parsed).status());
  auto session = Session::create(
      gossamer::ModelSource::with_files(std::move(model), std::move(files).value()), *parsed);
  if (!session.is_ok()) return done(std::move(session).status());
  const int handle = ++module().last_handle;
  module().sessions[handle] = std::move(session).value();
  return handle;
}

EMSCRIPTEN_KEEPALIVE void gossamer_destroy(int handle) {
  module().sessions.erase(handle);
}

// JSON of inputs, outputs, metadata, labels, steps and memory, and what the scores are if asked for
// (see describe_json); null for an unknown handle.
EMSCRIPTEN_KEEPALIVE const char* gossamer_info(int handle, int with_scores) {
  const Session* session = find(handle);
  return session != nullptr ? keep(gossamer::describe_json(*session, with_scores != 0)) : nullptr;
}

// Names of the classes, a line each; an empty text brings the model's own back.
EMSCRIPTEN_KEEPALIVE int gossamer_set_labels(int handle, const char* text) {
  Session* session = find(handle);
  if (session == nullptr) return 0;
  std::vector<std::string> labels;
  for (std::string_view line : gossamer::split(text, '\n')) labels.emplace_back(line);
  session->set_labels(std::move(labels));
  return 1;
}

// The input for a picture, given those that hold tensors; -1 when there is none.
EMSCRIPTEN_KEEPALIVE int gossamer_image_input(int handle, const int* given, int count) {
  const Session* session = find(handle);
  if (session == nullptr) return -1;
  auto input = session->image_input({given, static_cast<size_t>(count)});
  if (input.is_ok()) return *input;
  done(std::move(input).status());
  return -1;
}

// A TensorPlace; null for an unknown handle or index. Of a flexible session an input's data is to
// be written after each call and before the next run.
EMSCRIPTEN_KEEPALIVE const void* gossamer_input(int handle, int index) {
  Session* session = find(handle);
  if (session == nullptr || !exists(index, session->inputs().size(), "input")) return nullptr;
  return place(session->input(index));
}
EMSCRIPTEN_KEEPALIVE const void* gossamer_output(int handle, int index) {
  const Session* session = find(handle);
  if (session == nullptr || !exists(index, session->outputs().size(), "output")) return nullptr;
  return place(session->output(index));
}

// The elements of an output of strings, as a JSON array; null for an unknown handle or index, and
// where they are too long together.
EMSCRIPTEN_KEEPALIVE const char* gossamer_output_texts(int handle, int index) {
  const Session* session = find(handle);
  if (session == nullptr || !exists(index, session->outputs().size(), "output")) return nullptr;
  if (!done(gossamer::check_texts(*session, index))) return nullptr;
  const gossamer::TensorView output = session->output(index);
  gossamer::JsonWriter json;
  json.begin_array();
  const bool texts = output.type == gossamer::DataType::kString && output.data != nullptr;
  for (int64_t i = 0; texts && i < output.elements(); ++i) {
    json.value(session->text(output.as<int32_t>()[i]));
  }
  return keep(json.end_array().text());
}

// Binds the open extents of an input.
EMSCRIPTEN_KEEPALIVE int gossamer_set_shape(int handle, int index, const int* dims, int rank) {
  Session* session = find(handle);
  if (session == nullptr || !exists(index, session->inputs().size(), "input") ||
      !exists(rank, gossamer::Shape::kMaxRank + 1, "rank")) {
    return 0;
  }
  gossamer::Shape shape;
  for (int axis = 0; axis < rank; ++axis) shape.push_back(dims[axis]);
  return done(session->set_input_shape(index, shape));
}

// A PixelArea; null for an unknown handle or index.
EMSCRIPTEN_KEEPALIVE const void* gossamer_used_pixels(int handle, int index, int width,
                                                      int height) {
  Session* session = find(handle);
  if (session == nullptr || !exists(index, session->inputs().size(), "input")) return nullptr;
  module().area = session->used_pixels(index, width, height);
  return &module().area;
}

// RGBA pixels, 4 x width x height bytes, of which only the used ones need be there.
EMSCRIPTEN_KEEPALIVE int gossamer_set_image(int handle, int index, const uint8_t* rgba, int width,
                                            int height) {
  Session* session = find(handle);
  if (session == nullptr) return 0;
  const auto stride = static_cast<size_t>(width) * 4;
  return done(session->set_image(index, {rgba, width, height, 4, stride}));
}

// A run, or a part of it: see Session::run_slice. 0 after a failure, 2 while there is more to do.
EMSCRIPTEN_KEEPALIVE int gossamer_run_slice(int handle, double milliseconds, int anew) {
  Session* session = find(handle);
  if (session == nullptr) return 0;
  auto finished = session->run_slice(milliseconds, anew != 0);
  if (!finished.is_ok()) return done(std::move(finished).status());
  return *finished ? 1 : 2;
}

// JSON {finite, categories: [{index, probability, label}]}, or null.
EMSCRIPTEN_KEEPALIVE const char* gossamer_classify(int handle, int count) {
  const Session* session = find(handle);
  if (session == nullptr) return nullptr;
  // They become one text, and then as many objects.
  constexpr int64_t kMostCategories = 100'000;
  const auto scores = session->scores();
  if (scores.is_ok() &&
      std::min<int64_t>(count, session->output(scores->output).elements()) > kMostCategories) {
    done(gossamer::Status(gossamer::Code::kArgument, gossamer::Stage::kApi,
                          "more classes are asked for than can be listed")
             .got(gossamer::concat(count))
             .expected(gossamer::concat("at most ", kMostCategories)));
    return nullptr;
  }
  const auto result = session->classify(count);
  if (!result.is_ok()) {
    done(result.status());
    return nullptr;
  }
  gossamer::JsonWriter json;
  gossamer::write_json(json, *result);
  return keep(json.text());
}

}  // extern "C"
