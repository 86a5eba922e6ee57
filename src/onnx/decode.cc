// Decoding: the top levels of the file (model, graph) are walked with protobuf's own wire reader,
// and each node, value and property is parsed alone, so that at no time more than one of them
// exists as protobuf objects.
#include "onnx/decode.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>

#include "base/text.h"
#include "onnx/lookalike.h"
#include "onnx/onnx.pb.h"
#include "onnx/source_stream.h"
#include "onnx/tensor_decoder.h"

namespace gossamer::onnx_model {
namespace {

using google::protobuf::io::CodedInputStream;
using Kind = Attribute::Kind;

Kind kind_of(const proto::AttributeProto& a) {
  using P = proto::AttributeProto;
  switch (a.type()) {
    case P::FLOAT:
      return Kind::kFloat;
    case P::INT:
      return Kind::kInt;
    case P::STRING:
      return Kind::kString;
    case P::TENSOR:
      return Kind::kTensor;
    case P::GRAPH:
      return Kind::kGraph;
    case P::FLOATS:
      return Kind::kFloats;
    case P::INTS:
      return Kind::kInts;
    case P::STRINGS:
      return Kind::kStrings;
    case P::UNDEFINED:
      break;
    default:
      return Kind::kOther;
  }
  // IR version 1 had no type field: the payload tells.
  if (a.has_f()) return Kind::kFloat;
  if (a.has_i()) return Kind::kInt;
  if (a.has_s()) return Kind::kString;
  if (a.has_t()) return Kind::kTensor;
  if (a.has_g()) return Kind::kGraph;
  if (a.floats_size() > 0) return Kind::kFloats;
  if (a.ints_size() > 0) return Kind::kInts;
  if (a.strings_size() > 0) return Kind::kStrings;
  return Kind::kNone;
}

Result<std::shared_ptr<const GraphDef>> decode_graph(const std::string& bytes);

Result<Attribute> convert(const proto::AttributeProto& a) {
  Attribute out;
  out.name = a.name();
  out.reference = a.ref_attr_name();
  out.kind = kind_of(a);
  out.f = a.f();
  out.i = a.i();
  out.s = a.s();
  out.floats.assign(a.floats().begin(), a.floats().end());
  out.ints.assign(a.ints().begin(), a.ints().end());
  out.strings.assign(a.strings().begin(), a.strings().end());
  if (out.kind == Kind::kTensor) {
    auto tensor = decode_tensor(a.t());
    if (tensor.is_ok()) {
      out.t = std::move(tensor).value();
    } else if (tensor.status().code() == Code::kUnsupported) {
      out.problem = std::move(tensor).status();
    } else {
      return std::move(tensor).status().attribute(a.name());
    }
  }
  if (out.kind == Kind::kGraph) {
    GOSSAMER_ASSIGN(out.g, decode_graph(a.g()));
  }
  return out;
}

Result<NodeDef> convert(const proto::NodeProto& n) {
  NodeDef out;
  out.name = n.name();
  out.op_type = n.op_type();
  out.domain = n.domain() == "ai.onnx" ? "" : n.domain();
  out.inputs.assign(n.input().begin(), n.input().end());
  out.outputs.assign(n.output().begin(), n.output().end());
  for (const auto& attribute : n.attribute()) {
    auto converted = convert(attribute);
    if (!converted.is_ok()) return std::move(converted).status().at_node(n.name(), n.op_type());
    out.attributes.push_back(std::move(converted).value());
  }
  return out;
}

ValueDef convert(const proto::ValueInfoProto& v) {
  ValueDef out;
  out.name = v.name();
  out.is_tensor = !v.has_type() || v.type().has_tensor_type();
  const auto& tensor = v.type().tensor_type();
  out.type = data_type_of(tensor.elem_type());
  out.has_shape = tensor.has_shape();
  for (const auto& dim : tensor.shape().dim()) {
    Dimension d;
    if (dim.has_dim_value()) d.value = dim.dim_value();
    if (dim.has_dim_param()) d.symbol = dim.dim_param();
    out.dims.push_back(std::move(d));
  }
  return out;
}

// Walks a model, or a graph that stands alone. The scan has passed, so lengths can be trusted.
class Decoder {
 public:
  explicit Decoder(const ModelSource& source)
      : source_(source), stream_(source, 0, source.size()), in_(&stream_) {
    in_.SetTotalBytesLimit(std::numeric_limits<int>::max());
  }

  Result<Model> run() {
    while (const uint32_t tag = in_.ReadTag()) GOSSAMER_TRY(model_field(tag));
    if (!stream_.status().is_ok()) return stream_.status();
    if (!has_graph_) return Status(Code::kParse, Stage::kDecode, "the file holds no graph");
    return std::move(model_);
  }

  // The source holds a GraphProto and is short-lived: constants are copied out of it.
  Result<std::shared_ptr<const GraphDef>> run_graph() {
    while (const uint32_t tag = in_.ReadTag()) GOSSAMER_TRY(graph_field(tag));
    for (InitializerDef& initializer : model_.initializers) {
      if (initializer.constant == nullptr) continue;
      GOSSAMER_ASSIGN(initializer.constant, Constant::make_resident(initializer.constant));
    }
    return std::shared_ptr<const GraphDef>(std::make_shared<GraphDef>(std::move(model_)));
  }

 private:
  static constexpr uint32_t tag(uint32_t field, uint32_t wire) { return field << 3 | wire; }

  Status malformed() const {
    if (!stream_.status().is_ok()) return stream_.status();
    return Status(Code::kParse, Stage::kDecode, "the file is not a complete ONNX model")
        .got(concat("something unexpected before byte ", in_.CurrentPosition()));
  }

  Status model_field(uint32_t field_tag) {
    switch (field_tag) {
      case tag(1, 0): {
        uint64_t version;
        if (!in_.ReadVarint64(&version)) return malformed();
        model_.ir_version = static_cast<int64_t>(version);
        return Status::ok();
      }
      case tag(2, 2):
        return read_string(model_.producer);
      case tag(7, 2):
        return graph();
      case tag(8, 2):
        return opset(model_.opsets);
      case tag(14, 2): {
        proto::StringStringEntryProto property;
        GOSSAMER_TRY(parse(property));
        model_.metadata[property.key()] = property.value();
        return Status::ok();
      }
      case tag(25, 2):
        return function();
      default:
        return skip(field_tag);
    }
  }

  Status graph() {
    if (has_graph_) return Status(Code::kParse, Stage::kDecode, "the file holds two graphs");
    has_graph_ = true;
    return fields([this](uint32_t field_tag) { return graph_field(field_tag); });
  }

  Status function() {
    FunctionDef& function = model_.functions.emplace_back();
    return fields([&](uint32_t field_tag) { return function_field(field_tag, function); });
  }

  // Calls visit(tag) for each field of the message that follows.
  template <typename Visit>
  Status fields(Visit visit) {
    uint32_t length;
    if (!in_.ReadVarint32(&length)) return malformed();
    const auto outer = in_.PushLimit(static_cast<int>(length));
    while (const uint32_t field_tag = in_.ReadTag()) GOSSAMER_TRY(visit(field_tag));
    if (in_.BytesUntilLimit() != 0) return malformed();
    in_.PopLimit(outer);
    return Status::ok();
  }

  Status function_field(uint32_t field_tag, FunctionDef& function) {
    switch (field_tag) {
      case tag(1, 2):
        return read_string(function.name);
      case tag(4, 2):
        return read_string(function.inputs.emplace_back());
      case tag(5, 2):
        return read_string(function.outputs.emplace_back());
      case tag(7, 2):
        return node(function.nodes);
      case tag(9, 2):
        return opset(function.opsets);
      case tag(10, 2):
        return read_string(function.domain);
      case tag(11, 2): {
        proto::AttributeProto attribute;
        GOSSAMER_TRY(parse(attribute));
        GOSSAMER_ASSIGN(Attribute value, convert(attribute));
        function.defaults.push_back(std::move(value));
        return Status::ok();
      }
      default:
        return skip(field_tag);
    }
  }

  Status node(std::vector<NodeDef>& list) {
    proto::NodeProto node;
    GOSSAMER_TRY(parse(node));
    GOSSAMER_ASSIGN(NodeDef def, convert(node));
    list.push_back(std::move(def));
    return Status::ok();
  }

  Status opset(OpsetMap& opsets) {
    proto::OperatorSetIdProto opset;
    GOSSAMER_TRY(parse(opset));
    opsets[opset.domain() == "ai.onnx" ? "" : opset.domain()] = opset.version();
    return Status::ok();
  }

  Status graph_field(uint32_t field_tag) {
    switch (field_tag) {
      case tag(1, 2):
        return node(model_.nodes);
      case tag(5, 2):
        return initializer();
      case tag(11, 2):
        return value(model_.inputs);
      case tag(12, 2):
        return value(model_.outputs);
      case tag(15, 2):
        return Status(Code::kUnsupported, Stage::kDecode, "sparse initializers are not supported");
      default:
        return skip(field_tag);
    }
  }

  Status value(std::vector<ValueDef>& list) {
    proto::ValueInfoProto info;
    GOSSAMER_TRY(parse(info));
    list.push_back(convert(info));
    return Status::ok();
  }

  Status initializer() {
    uint32_t length;
    if (!in_.ReadVarint32(&length)) return malformed();
    const auto begin = static_cast<uint64_t>(in_.CurrentPosition());
    GOSSAMER_ASSIGN(InitializerDef def, decode_initializer(source_, begin, begin + length));
    model_.initializers.push_back(std::move(def));
    return in_.Skip(static_cast<int>(length)) ? Status::ok() : malformed();
  }

  template <typename Proto>
  Status parse(Proto& message) {
    uint32_t length;
    if (!in_.ReadVarint32(&length)) return malformed();
    const auto outer = in_.PushLimit(static_cast<int>(length));
    const bool parsed = message.ParseFromCodedStream(&in_) && in_.BytesUntilLimit() == 0;
    in_.PopLimit(outer);
    return parsed ? Status::ok() : malformed();
  }

  Status read_string(std::string& text) {
    uint32_t length;
    return in_.ReadVarint32(&length) && in_.ReadString(&text, static_cast<int>(length))
               ? Status::ok()
               : malformed();
  }

  Status skip(uint32_t field_tag) {
    uint64_t number;
    uint32_t length;
    bool done = false;
    switch (field_tag & 7) {
      case 0:
        done = in_.ReadVarint64(&number);
        break;
      case 1:
        done = in_.Skip(8);
        break;
      case 5:
        done = in_.Skip(4);
        break;
      case 2:
        done = in_.ReadVarint32(&length) && in_.Skip(static_cast<int>(length));
        break;
      default:
        break;
    }
    return done ? Status::ok() : malformed();
  }

  const ModelSource& source_;
  SourceStream stream_;
  CodedInputStream in_;
  Model model_;
  bool has_graph_ = false;
};

// As deep as graphs are nested, which the scan has limited.
Result<std::shared_ptr<const GraphDef>> decode_graph(const std::string& bytes) {
  const auto source = ModelSource::from_memory(std::as_bytes(std::span(bytes)));
  return Decoder(*source).run_graph();
}

// Replaces the error of a file that is not a model at all by one that says what it is.
Status explain(const ModelSource& source, Status error) {
  std::string head(static_cast<size_t>(std::min<uint64_t>(source.size(), 512)), '\0');
  if (error.code() != Code::kParse ||
      !source.read(0, {reinterpret_cast<std::byte*>(head.data()), head.size()}).is_ok()) {
    return error;
  }
  const Lookalike found = recognise(head);
  if (found.name.empty()) return error;
  return Status(Code::kParse, Stage::kDecode, concat("this is ", found.name, ", not an ONNX model"))
      .got(found.name)
      .expected("an ONNX model")
      .hint(found.hint);
}

}  // namespace

Result<Model> decode(const ModelSource& source, const ScanLimits& limits) {
  Status scanned = scan(source, limits);
  if (!scanned.is_ok()) return explain(source, std::move(scanned));
  Result<Model> model = Decoder(source).run();
  if (!model.is_ok()) return explain(source, std::move(model).status());
  return model;
}

}  // namespace gossamer::onnx_model
