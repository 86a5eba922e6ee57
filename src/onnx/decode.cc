// Decoding: a function for each message of the schema, which walks its fields. All of them read
// through one reader; a graph inside an attribute is a range of the file like any other. The scan
// has passed, so nesting is limited and what is kept in memory was counted.
#include "onnx/decode.h"

#include <algorithm>
#include <bit>

#include "base/text.h"
#include "onnx/lookalike.h"
#include "onnx/tensor_decoder.h"
#include "onnx/wire_reader.h"

namespace gossamer::onnx_model {
namespace {

using Kind = Attribute::Kind;

// By onnx.AttributeProto.AttributeType. A sparse tensor becomes a dense one.
Kind kind_of(uint64_t type) {
  static constexpr Kind kKinds[] = {Kind::kNone,    Kind::kFloat, Kind::kInt,    Kind::kString,
                                    Kind::kTensor,  Kind::kGraph, Kind::kFloats, Kind::kInts,
                                    Kind::kStrings, Kind::kOther, Kind::kOther,  Kind::kTensor};
  return type < std::size(kKinds) ? kKinds[type] : Kind::kOther;
}

// What a field of an attribute holds; IR version 1 had no type field.
Kind kind_of_payload(uint32_t field) {
  switch (field) {
    case 2:
      return Kind::kFloat;
    case 3:
      return Kind::kInt;
    case 4:
      return Kind::kString;
    case 5:
    case 22:
      return Kind::kTensor;
    case 6:
      return Kind::kGraph;
    case 7:
      return Kind::kFloats;
    case 8:
      return Kind::kInts;
    case 9:
      return Kind::kStrings;
    default:
      return Kind::kNone;
  }
}

float to_float(uint64_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits));
}

class Decoder {
 public:
  Decoder(const ModelSource& source, const TensorBudget& budget)
      : reader_(source), budget_(budget) {}

  Result<Model> run() {
    Model model;
    bool has_graph = false;
    Fields fields(reader_, Message::kModel, reader_.source().size());
    while (fields.next()) {
      if (fields->number == 7 && std::exchange(has_graph, true)) {
        return Status(Code::kParse, Stage::kDecode, "the file holds two graphs");
      }
      GOSSAMER_TRY(model_field(*fields, model));
    }
    GOSSAMER_TRY(fields.finish());
    if (!has_graph) return Status(Code::kParse, Stage::kDecode, "the file holds no graph");
    return model;
  }

 private:
  Status model_field(const WireField& field, Model& model) {
    switch (field.number) {
      case 1:
        model.ir_version = static_cast<int64_t>(field.value);
        return Status::ok();
      case 2:
        return text(field, model.producer);
      case 7:
        return graph(field.end, model);
      case 8:
        return opset(field.end, model.opsets);
      case 14:
        return property(field.end, model);
      default:
        return function(field.end, model.functions.emplace_back());
    }
  }

  Status text(const WireField& field, std::string& out) {
    return reader_.text(field, out) ? Status::ok() : reader_.malformed();
  }

  Status opset(uint64_t end, OpsetMap& opsets) {
    std::string name;
    int64_t version = 0;
    Fields fields(reader_, Message::kOpset, end);
    while (fields.next()) {
      if (fields->number == 1) {
        GOSSAMER_TRY(text(*fields, name));
      } else {
        version = static_cast<int64_t>(fields->value);
      }
    }
    opsets[name == "ai.onnx" ? "" : name] = version;
    return fields.finish();
  }

  Status property(uint64_t end, Model& model) {
    std::string key;
    std::string value;
    Fields fields(reader_, Message::kEntry, end);
    while (fields.next()) GOSSAMER_TRY(text(*fields, fields->number == 1 ? key : value));
    model.metadata[std::move(key)] = std::move(value);
    return fields.finish();
  }

  Status function(uint64_t end, FunctionDef& function) {
    Fields fields(reader_, Message::kFunction, end);
    while (fields.next()) GOSSAMER_TRY(function_field(*fields, function));
    return fields.finish();
  }

  Status function_field(const WireField& field, FunctionDef& function) {
    switch (field.number) {
      case 1:
        return text(field, function.name);
      case 4:
        return text(field, function.inputs.emplace_back());
      case 5:
        return text(field, function.outputs.emplace_back());
      case 7:
        return node(field.end, function.nodes.emplace_back());
      case 9:
        return opset(field.end, function.opsets);
      case 10:
        return text(field, function.domain);
      case 11:
        return attribute(field.end, function.defaults.emplace_back());
      default:
        return text(field, function.overload);
    }
  }

  Status graph(uint64_t end, GraphDef& graph) {
    Fields fields(reader_, Message::kGraph, end);
    while (fields.next()) GOSSAMER_TRY(graph_field(*fields, graph));
    return fields.finish();
  }

  Status graph_field(const WireField& field, GraphDef& graph) {
    switch (field.number) {
      case 1:
        return node(field.end, graph.nodes.emplace_back());
      case 11:
        return value(field.end, graph.inputs.emplace_back());
      case 12:
        return value(field.end, graph.outputs.emplace_back());
      default: {
        const bool sparse = field.number == 15;
        GOSSAMER_ASSIGN(InitializerDef initializer, tensor(field, sparse));
        graph.initializers.push_back(std::move(initializer));
        return Status::ok();
      }
    }
  }

  // One that is not supported is given with that as its problem, in case nobody needs it.
  Result<InitializerDef> tensor(const WireField& field, bool sparse) {
    auto tensor = sparse ? decode_sparse_tensor(reader_, field.end, budget_)
                         : decode_tensor(reader_, field.end, budget_);
    const bool tolerable =
        !tensor.is_ok() && tensor.status().code() == Code::kUnsupported &&
        tensor.status().info().operators.empty();  // those a larger build has: ask that one
    if (!tolerable) return tensor;
    Status problem = std::move(tensor).status();
    std::string name = problem.info().tensor;
    return InitializerDef{std::move(name), nullptr, std::move(problem)};
  }

  Status node(uint64_t end, NodeDef& node) {
    Fields fields(reader_, Message::kNode, end);
    while (fields.next()) {
      Status read = node_field(*fields, node);
      if (!read.is_ok()) return std::move(read).at_node(node.name, node.op_type);
    }
    if (node.domain == "ai.onnx") node.domain.clear();
    return fields.finish();
  }

  Status node_field(const WireField& field, NodeDef& node) {
    switch (field.number) {
      case 1:
        return text(field, node.inputs.emplace_back());
      case 2:
        return text(field, node.outputs.emplace_back());
      case 3:
        return text(field, node.name);
      case 4:
        return text(field, node.op_type);
      case 5:
        return attribute(field.end, node.attributes.emplace_back());
      case 7:
        return text(field, node.domain);
      default:
        return text(field, node.overload);
    }
  }

  Status attribute(uint64_t end, Attribute& attribute) {
    Kind seen = Kind::kNone;
    Fields fields(reader_, Message::kAttribute, end);
    while (fields.next()) {
      if (seen == Kind::kNone) seen = kind_of_payload(fields->number);
      Status read = attribute_field(*fields, attribute);
      if (!read.is_ok()) return std::move(read).attribute(attribute.name);
    }
    if (attribute.kind == Kind::kNone) attribute.kind = seen;
    return fields.finish();
  }

  Status attribute_field(const WireField& field, Attribute& attribute) {
    switch (field.number) {
      case 1:
        return text(field, attribute.name);
      case 2:
        attribute.f = to_float(field.value);
        return Status::ok();
      case 3:
        attribute.i = static_cast<int64_t>(field.value);
        return Status::ok();
      case 4:
        return text(field, attribute.s);
      case 5:
      case 22: {
        const bool sparse = field.number == 22;
        GOSSAMER_ASSIGN(InitializerDef found, tensor(field, sparse));
        attribute.t = std::move(found.constant);
        attribute.problem = std::move(found.problem);
        return Status::ok();
      }
      case 6: {
        auto inner = std::make_shared<GraphDef>();
        GOSSAMER_TRY(graph(field.end, *inner));
        attribute.g = std::move(inner);
        return Status::ok();
      }
      case 9:
        return text(field, attribute.strings.emplace_back());
      case 20:
        attribute.kind = kind_of(field.value);
        return Status::ok();
      case 21:
        return text(field, attribute.reference);
      default:
        return numbers(field, attribute);
    }
  }

  Status numbers(const WireField& field, Attribute& attribute) {
    const bool floats = field.number == 7;
    const bool read = for_each_number(reader_, field, floats ? 4 : 0, [&](uint64_t number) {
      if (floats) {
        attribute.floats.push_back(to_float(number));
      } else {
        attribute.ints.push_back(static_cast<int64_t>(number));
      }
    });
    return read ? Status::ok() : reader_.malformed();
  }

  Status value(uint64_t end, ValueDef& value) {
    Fields fields(reader_, Message::kValue, end);
    while (fields.next()) {
      GOSSAMER_TRY(fields->number == 1 ? text(*fields, value.name) : type(fields->end, value));
    }
    return fields.finish();
  }

  Status type(uint64_t end, ValueDef& value) {
    Fields fields(reader_, Message::kType, end);
    while (fields.next()) {
      switch (fields->number) {
        case 1:
          GOSSAMER_TRY(tensor_type(fields->end, value));
          break;
        case 4:
          value.kind = "sequence";
          break;
        case 5:
          value.kind = "map";
          break;
        case 8:
          value.kind = "sparse tensor";
          break;
        default:
          value.kind = "optional";
      }
    }
    return fields.finish();
  }

  Status tensor_type(uint64_t end, ValueDef& value) {
    Fields fields(reader_, Message::kTensorType, end);
    while (fields.next()) {
      if (fields->number == 1) {
        value.type = data_type_of(static_cast<int32_t>(fields->value));
      } else {
        value.has_shape = true;
        GOSSAMER_TRY(shape(fields->end, value.dims));
      }
    }
    return fields.finish();
  }

  Status shape(uint64_t end, std::vector<Dimension>& dims) {
    Fields fields(reader_, Message::kShape, end);
    while (fields.next()) {
      Dimension& dim = dims.emplace_back();
      Fields inner(reader_, Message::kDimension, fields->end);
      while (inner.next()) {
        if (inner->number == 1) {
          dim.value = static_cast<int64_t>(inner->value);
        } else {
          GOSSAMER_TRY(text(*inner, dim.symbol));
        }
      }
      GOSSAMER_TRY(inner.finish());
    }
    return fields.finish();
  }

  WireReader reader_;
  TensorBudget budget_;
};

}  // namespace

Result<Model> decode(const ModelSource& source, const ScanLimits& limits) {
  Status scanned = scan(source, limits);
  if (!scanned.is_ok()) return explain(source, std::move(scanned));
  // As much as the scan allows the structure on top of the file's own size.
  const uint64_t unpacked = static_cast<uint64_t>(limits.structure_memory) + 2 * source.size();
  Result<Model> model =
      Decoder(source, {.unpacked = unpacked, .dense = limits.unpacked_bytes}).run();
  if (!model.is_ok()) return explain(source, std::move(model).status());
  return model;
}

}  // namespace gossamer::onnx_model
