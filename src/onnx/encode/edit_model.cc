// See edit_model.h. Fields of the model are walked with the wire reader itself, which stops at each
// of them, also those that schema.h does not name: they are kept like any other.
#include "onnx/encode/edit_model.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/utf8.h"
#include "onnx/encode/wire_writer.h"
#include "onnx/lookalike.h"
#include "onnx/scan.h"
#include "onnx/wire_reader.h"

namespace gossamer::onnx_model {
namespace {

// Fields of ModelProto, GraphProto, NodeProto and StringStringEntryProto.
constexpr uint32_t kGraphField = 7;
constexpr uint32_t kMetadataField = 14;
constexpr uint32_t kNodeField = 1;
constexpr uint32_t kOutputField = 12;
constexpr uint32_t kNodeOutputField = 2;
constexpr uint32_t kNameField = 1;  // of a ValueInfoProto
constexpr uint32_t kKeyField = 1;
constexpr uint32_t kValueField = 2;

struct Entry {
  std::string key;
  std::string value;
};

Status read_text(WireReader& reader, const WireField& field, std::string& out) {
  return reader.text(field, out) ? Status::ok() : reader.malformed();
}

// The message from the reader's position to `end`.
Result<Entry> read_entry(WireReader& reader, uint64_t end) {
  Entry entry;
  Fields fields(reader, Message::kEntry, end);
  while (fields.next()) {
    GOSSAMER_TRY(read_text(reader, *fields, fields->number == kKeyField ? entry.key : entry.value));
  }
  GOSSAMER_TRY(fields.finish());
  return entry;
}

std::string entry_field(std::string_view key, std::string_view value) {
  WireWriter entry;
  entry.bytes(kKeyField, key);
  entry.bytes(kValueField, value);
  WireWriter field;
  field.bytes(kMetadataField, entry.text());
  return std::move(field).take();
}

Status check_changes(const MetadataChanges& changes) {
  for (const auto& [key, value] : changes) {
    if (key.empty()) return Status(Code::kArgument, Stage::kApi, "a property has no name");
    if (!is_utf8(key) || (value.has_value() && !is_utf8(*value))) {
      return Status(Code::kArgument, Stage::kApi, "a property is not text in UTF-8")
          .attribute(key)
          .hint("save the file that it comes from as UTF-8");
    }
  }
  return Status::ok();
}

// The scan counts what a model consists of besides its weights; the new file has to pass it, too.
Status check_size(const ModelSource& model, const Patch& patch) {
  uint64_t added = 0;
  for (const Patch::Piece& piece : patch.pieces()) added += piece.is_new() ? piece.size() : 0;
  const auto most = static_cast<uint64_t>(ScanLimits().structure_bytes) / 2;
  if (added > most) {
    return Status(Code::kLimit, Stage::kApi, "the new properties are too large")
        .got(concat(added, " bytes"))
        .expected(concat("at most ", most));
  }
  if (patch.size() <= kMaxModelBytes || model.size() > kMaxModelBytes) return Status::ok();
  return Status(Code::kLimit, Stage::kApi, "the new file would be larger than ONNX tools can read")
      .got(concat(patch.size(), " bytes"))
      .expected(concat("at most ", kMaxModelBytes))
      .hint("keep the weights in a file beside the model");
}

// Calls visit(field, begin) for every field of the model, known or not. Requires that the scan has
// passed. Errors: PARSE when there is not exactly one graph; those of visit.
template <typename Visit>
Status for_each_field(WireReader& reader, Visit visit) {
  const uint64_t end = reader.source().size();
  int graphs = 0;
  for (uint64_t at = 0; at < end;) {
    WireField field;
    reader.seek(at);
    if (!reader.field(end, field)) return reader.malformed();
    graphs += field.number == kGraphField && field.has_length() ? 1 : 0;
    GOSSAMER_TRY(visit(field, at));
    at = field.end;
  }
  if (graphs == 1) return Status::ok();
  return Status(Code::kParse, Stage::kDecode,
                graphs == 0 ? "the file holds no graph" : "the file holds two graphs");
}

// What an editor of the graph has to know of it.
struct GraphNames {
  std::set<std::string, std::less<>> outputs;
  std::set<std::string, std::less<>> computed;
};

Result<GraphNames> read_names(WireReader& reader, const WireField& graph) {
  GraphNames names;
  std::string name;
  reader.seek(graph.begin);
  Fields fields(reader, Message::kGraph, graph.end);
  while (fields.next()) {
    if (fields->number != kNodeField && fields->number != kOutputField) continue;
    const bool node = fields->number == kNodeField;
    Fields inner(reader, fields.row().is, fields->end);
    while (inner.next()) {
      if (inner->number != (node ? kNodeOutputField : kNameField)) continue;
      GOSSAMER_TRY(read_text(reader, *inner, name));
      (node ? names.computed : names.outputs).insert(name);
    }
    GOSSAMER_TRY(inner.finish());
  }
  GOSSAMER_TRY(fields.finish());
  return names;
}

// The output messages of these names, those left out that are outputs.
Result<std::string> output_fields(std::span<const std::string> wanted, GraphNames names) {
  WireWriter out;
  for (const std::string& name : wanted) {
    if (name.empty() || !(names.computed.contains(name) || names.outputs.contains(name))) {
      return Status(Code::kArgument, Stage::kApi, "no node of the graph computes such a value")
          .tensor(name)
          .hint("values inside branches, loops and the model's own functions cannot be shown");
    }
    if (!names.outputs.insert(name).second) continue;
    WireWriter value;
    value.bytes(kNameField, name);
    out.bytes(kOutputField, value.text());
  }
  return std::move(out).take();
}

}  // namespace

Result<Patch> edit_metadata(const ModelSource& model, const MetadataChanges& changes) {
  GOSSAMER_TRY(check_changes(changes));
  Status scanned = scan(model);
  if (!scanned.is_ok()) return explain(model, std::move(scanned));
  WireReader reader(model);
  Patch patch;
  std::set<std::string, std::less<>> written;
  GOSSAMER_TRY(for_each_field(reader, [&](const WireField& field, uint64_t begin) -> Status {
    if (field.number != kMetadataField || !field.has_length()) {
      patch.keep(begin, field.end);
      return Status::ok();
    }
    GOSSAMER_ASSIGN(const Entry entry, read_entry(reader, field.end));
    const auto change = changes.find(entry.key);
    if (change == changes.end()) {
      patch.keep(begin, field.end);
    } else if (change->second.has_value() && written.insert(entry.key).second) {
      if (*change->second == entry.value) {
        patch.keep(begin, field.end);
      } else {
        patch.add(entry_field(entry.key, *change->second));
      }
    }
    return Status::ok();
  }));
  for (const auto& [key, value] : changes) {
    if (value.has_value() && !written.contains(key)) patch.add(entry_field(key, *value));
  }
  GOSSAMER_TRY(check_size(model, patch));
  return patch;
}

Result<Patch> add_outputs(const ModelSource& model, std::span<const std::string> names) {
  Status scanned = scan(model);
  if (!scanned.is_ok()) return explain(model, std::move(scanned));
  WireReader reader(model);
  Patch patch;
  GOSSAMER_TRY(for_each_field(reader, [&](const WireField& field, uint64_t begin) -> Status {
    if (field.number != kGraphField || !field.has_length()) {
      patch.keep(begin, field.end);
      return Status::ok();
    }
    GOSSAMER_ASSIGN(GraphNames known, read_names(reader, field));
    GOSSAMER_ASSIGN(const std::string outputs, output_fields(names, std::move(known)));
    WireWriter head;
    head.head(kGraphField, field.length() + outputs.size());
    patch.add(head.text());
    patch.keep(field.begin, field.end);
    patch.add(outputs);
    return Status::ok();
  }));
  return patch;
}

}  // namespace gossamer::onnx_model
