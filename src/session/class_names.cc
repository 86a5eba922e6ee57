// See class_names.h.
#include "session/class_names.h"

#include <algorithm>

#include "base/text.h"
#include "graph/infer.h"

namespace gossamer {
namespace {

// Operators that leave the order of scores as it is, or tell the place of the greatest one. Names
// found on either side of them belong to the same scores.
constexpr std::string_view kKeepOrder[] = {"ArgMax",  "Cast",    "LogSoftmax", "Normalizer",
                                           "Sigmoid", "Softmax", "TopK"};
// These bound the search of a hostile graph. Exporters write a handful of such operators in a row,
// and name the classes in two places.
constexpr int kMaxSteps = 64;
constexpr size_t kMaxNamers = 64;
// Of the names of all outputs in memory; a folded constant may repeat one text without end.
constexpr size_t kMaxBytes = size_t{16} << 20;

// A node that names classes.
struct Namer {
  NodeId node;
  std::shared_ptr<const Constant> names;  // resident
};

bool keeps_order(const Op& op) {
  return op.is_view() || std::ranges::find(kKeepOrder, op.type()) != std::end(kKeepOrder);
}

// The scores that a value was made from by such operators alone.
ValueId scores_behind(const Graph& graph, ValueId id) {
  for (int step = 0; step < kMaxSteps; ++step) {
    const NodeId producer = graph.value(id).producer;
    if (producer == kNone || !keeps_order(*graph.node(producer).op)) break;
    id = graph.node(producer).inputs[0];
  }
  return id;
}

// As many as an output may have classes: its greatest extent.
int64_t count_classes(const Graph& graph, ValueId output) {
  const Shape& shape = graph.value(output).shape;
  return shape.rank() == 0 ? 1 : *std::ranges::max_element(shape.dims());
}

// Those with strings first; they are as many as an output has classes.
std::vector<Namer> find_namers(const Graph& graph) {
  std::vector<Namer> namers;
  std::ptrdiff_t strings = 0;
  size_t bytes_left = kMaxBytes;
  for (NodeId id = 0; id < graph.node_count() && namers.size() < kMaxNamers; ++id) {
    if (graph.node(id).op == nullptr) continue;
    const auto names = graph.node(id).op->class_names(operands_of(graph, id));
    if (names == nullptr || names->bytes() > bytes_left) continue;
    const auto fits = [&](ValueId output) {
      return count_classes(graph, output) == names->shape().elements();
    };
    if (std::ranges::none_of(graph.outputs(), fits)) continue;
    bytes_left -= names->bytes();
    auto resident = Constant::make_resident(names);
    if (!resident.is_ok()) continue;
    const bool is_string = names->type() == DataType::kString;
    namers.insert(is_string ? namers.begin() + strings++ : namers.end(),
                  {id, std::move(resident).value()});
  }
  return namers;
}

// Do the scores come out of this node, or does it find names by them?
bool concerns(const Graph& graph, const Node& node, ValueId scores) {
  return std::ranges::find(node.outputs, scores) != node.outputs.end() ||
         std::ranges::any_of(node.inputs, [&](ValueId input) {
           return input != kNone && scores_behind(graph, input) == scores;
         });
}

// Empty when the elements are neither strings nor whole numbers, or too long for the bytes left.
std::vector<std::string> texts_of(const Graph& graph, const TensorView& names, size_t& bytes_left) {
  std::vector<std::string> texts;
  size_t bytes = 0;
  for (int64_t i = 0; i < names.elements(); ++i) {
    if (names.type == DataType::kString) {
      texts.push_back(graph.strings()->text(names.as<int32_t>()[i]));
    } else if (names.type == DataType::kInt64) {
      texts.push_back(concat(names.as<int64_t>()[i]));
    } else if (names.type == DataType::kInt32) {
      texts.push_back(concat(names.as<int32_t>()[i]));
    } else {
      break;
    }
    bytes += sizeof(std::string) + texts.back().size();
    if (bytes > bytes_left) {
      bytes_left = 0;
      return {};
    }
  }
  bytes_left -= bytes;
  return texts;
}

}  // namespace

std::vector<ClassNames> class_names(const Graph& graph) {
  const std::vector<Namer> namers = find_namers(graph);
  std::vector<ClassNames> found(graph.outputs().size());
  size_t bytes_left = kMaxBytes;
  for (size_t i = 0; i < found.size(); ++i) {
    const int64_t classes = count_classes(graph, graph.outputs()[i]);
    const ValueId scores = scores_behind(graph, graph.outputs()[i]);
    for (const Namer& namer : namers) {
      const Node& node = graph.node(namer.node);
      const bool fits = namer.names->shape().elements() == classes;
      if (!fits || !found[i].names.empty() || !concerns(graph, node, scores)) continue;
      found[i] = {texts_of(graph, namer.names->view(), bytes_left),
                  concat(node.op->type(), " '", graph.node_label(namer.node), "'")};
    }
  }
  return found;
}

}  // namespace gossamer
