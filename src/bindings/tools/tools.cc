// What the wasm module with every operator offers besides (web/tools/engine.js calls it): reports
// on models, edits of their files, times of a plan's steps, and what the device can do at most.
// Sources, texts and errors are as in web.cc.
#include <emscripten/emscripten.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/text.h"
#include "bindings/module.h"
#include "gossamer/image.h"
#include "image/picture_form.h"
#include "image/prepare.h"
#include "kernels/peak.h"
#include "onnx/encode/edit_model.h"
#include "session/properties.h"
#include "session/report.h"

namespace gossamer {
namespace {

using onnx_model::MetadataChanges;
using onnx_model::Patch;

// The new bytes of the last patch, one piece after the other.
std::string& new_bytes() {
  static std::string bytes;
  return bytes;
}

std::vector<double>& numbers() {
  static std::vector<double> list;
  return list;
}

// JSON of the pieces: [begin, end] of the old file, or [length] of the new bytes.
const char* keep_patch(const Result<Patch>& patch) {
  if (!patch.is_ok()) {
    done(patch.status());
    return nullptr;
  }
  new_bytes().clear();
  JsonWriter json;
  json.begin_array();
  for (const Patch::Piece& piece : patch->pieces()) {
    json.begin_array();
    if (piece.is_new()) {
      json.value(piece.bytes.size());
      new_bytes() += piece.bytes;
    } else {
      json.value(piece.begin).value(piece.end);
    }
    json.end_array();
  }
  return keep(json.end_array().text());
}

// Texts "=key", value, ..., or "-key", each ending in a zero byte.
Result<MetadataChanges> read_changes(std::string_view text) {
  MetadataChanges changes;
  const std::vector<std::string_view> parts = split(text, '\0');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool removed = parts[i].starts_with('-');
    const std::string key(parts[i].empty() ? parts[i] : parts[i].substr(1));
    if (removed) {
      changes[key] = std::nullopt;
      continue;
    }
    const std::string_view value = ++i < parts.size() ? parts[i] : std::string_view();
    GOSSAMER_TRY(check_property(key, value));
    changes[key] = value;
  }
  return changes;
}

// A picture as a network would get it, as tools/engine.js reads it: numbers, and 32-bit words.
struct Prepared {
  SeenPart seen;
  const void* data = nullptr;
  int bytes = 0;
  int channels = 0;
  int height = 0;
  int width = 0;
  int channels_first = 0;
};

// What lies in `buffer` until the next one.
Result<Prepared> prepare_for(const ImageView& image, std::string_view recipe_text, DataType type,
                             const Shape& shape, AlignedBuffer& buffer) {
  constexpr size_t kMostBytes = size_t{1} << 30;
  GOSSAMER_ASSIGN(const Recipe recipe, parse_recipe(recipe_text));
  const auto form = takes_pixels(type) ? picture_form(shape) : std::nullopt;
  const auto bytes = checked_bytes(type, shape);
  if (!form.has_value() || !bytes.has_value() || *bytes > kMostBytes) {
    return Status(Code::kArgument, Stage::kImage, "the input takes no picture")
        .got(concat(data_type_name(type), " ", shape.to_string()))
        .expected("[1, C, H, W] or [1, H, W, C] with C = 1 or 3, or gray");
  }
  buffer = AlignedBuffer();
  GOSSAMER_ASSIGN(buffer, AlignedBuffer::allocate(*bytes));
  Prepared prepared;
  GOSSAMER_TRY(
      gossamer::prepare(image, recipe, {type, shape, buffer.data()}, kMostBytes, &prepared.seen));
  prepared.data = buffer.data();
  prepared.bytes = static_cast<int>(*bytes);
  prepared.channels = static_cast<int>(form->channels);
  prepared.height = static_cast<int>(form->height);
  prepared.width = static_cast<int>(form->width);
  prepared.channels_first = form->channels_first ? 1 : 0;
  return prepared;
}

Result<Patch> edit(const ModelSource& model, std::string_view text) {
  GOSSAMER_ASSIGN(const MetadataChanges changes, read_changes(text));
  return onnx_model::edit_metadata(model, changes);
}

}  // namespace
}  // namespace gossamer

extern "C" {

// JSON of a model (see report_json), or null. JavaScript then lets go of the source; so for those
// below.
EMSCRIPTEN_KEEPALIVE const char* gossamer_report(int source_id, double size) {
  const gossamer::ScriptSource source(source_id, static_cast<uint64_t>(size));
  auto report = gossamer::report_json(source);
  if (report.is_ok()) return gossamer::keep(std::move(report).value());
  gossamer::done(std::move(report).status());
  return nullptr;
}

// The model with other properties, as JSON (see keep_patch), or null. For the form of `changes` see
// read_changes.
EMSCRIPTEN_KEEPALIVE const char* gossamer_edit(int source_id, double size, const char* changes,
                                               int length) {
  const gossamer::ScriptSource source(source_id, static_cast<uint64_t>(size));
  return gossamer::keep_patch(gossamer::edit(source, {changes, static_cast<size_t>(length)}));
}

// The model with inner values among its outputs: likewise. `names` end in a zero byte each.
EMSCRIPTEN_KEEPALIVE const char* gossamer_show(int source_id, double size, const char* names,
                                               int length) {
  const gossamer::ScriptSource source(source_id, static_cast<uint64_t>(size));
  std::vector<std::string> list;
  const std::string_view text(names, static_cast<size_t>(length));
  for (const std::string_view name : gossamer::split(text, '\0')) list.emplace_back(name);
  return gossamer::keep_patch(gossamer::onnx_model::add_outputs(source, list));
}

// The new bytes of the last patch.
EMSCRIPTEN_KEEPALIVE const char* gossamer_patch_bytes() {
  return gossamer::new_bytes().data();
}

// A Prepared: what the recipe makes of RGBA pixels for an input of this type and shape; or null.
EMSCRIPTEN_KEEPALIVE const void* gossamer_prepare(const char* recipe, int type, const int* dims,
                                                  int rank, const uint8_t* rgba, int width,
                                                  int height) {
  static gossamer::AlignedBuffer buffer;
  static gossamer::Prepared prepared;
  gossamer::Shape shape;
  for (int axis = 0; axis < std::min(rank, gossamer::Shape::kMaxRank); ++axis) {
    shape.push_back(dims[axis]);
  }
  const auto stride = static_cast<size_t>(width) * 4;
  auto result = gossamer::prepare_for({rgba, width, height, 4, stride}, recipe,
                                      gossamer::data_type_of(type), shape, buffer);
  if (!result.is_ok()) {
    gossamer::done(std::move(result).status());
    return nullptr;
  }
  prepared = *result;
  return &prepared;
}

// Milliseconds of each step in the last run of a session that was made to profile; null for an
// unknown handle.
EMSCRIPTEN_KEEPALIVE const double* gossamer_step_times(int handle) {
  const gossamer::Session* session = gossamer::find(handle);
  if (session == nullptr) return nullptr;
  gossamer::numbers().clear();
  for (const gossamer::StepInfo& step : session->steps()) {
    gossamer::numbers().push_back(step.last_milliseconds);
  }
  return gossamer::numbers().data();
}

// Multiply-adds per second at most; takes up to a second.
EMSCRIPTEN_KEEPALIVE double gossamer_peak() {
  return gossamer::measure_peak();
}

}  // extern "C"
