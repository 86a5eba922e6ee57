// Typed, checked access to a node's attributes while its Op is made. Every read names the attribute
// once; finish() then reports those that were never asked for, so that an attribute this runtime
// does not know is an error instead of a silently different answer.
#ifndef GOSSAMER_GRAPH_ATTRIBUTES_H_
#define GOSSAMER_GRAPH_ATTRIBUTES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/string_table.h"
#include "onnx/model.h"

namespace gossamer {

struct Surroundings;

// Errors are collected: the first one is returned by finish(), so that makers read as plain lists
// of attributes. After an error the readers return their defaults.
class AttributeReader {
 public:
  // `node` is borrowed. `opset` is the version of the node's domain that the model imports.
  // `strings` numbers the texts that operators compute with. `surroundings` are for graphs in
  // attributes; they may be null where there are none. `wanted` tells which outputs somebody needs,
  // by default all that have names.
  AttributeReader(const onnx_model::NodeDef& node, int opset, StringTable& strings,
                  std::shared_ptr<const Surroundings> surroundings = nullptr,
                  std::vector<bool> wanted = {})
      : node_(node),
        opset_(opset),
        strings_(strings),
        surroundings_(std::move(surroundings)),
        wanted_(std::move(wanted)) {
    seen_.resize(node.attributes.size());
  }

  int opset() const { return opset_; }
  // For makers that serve several operators.
  std::string_view op_type() const { return node_.op_type; }
  int input_count() const { return static_cast<int>(node_.inputs.size()); }
  int output_count() const { return static_cast<int>(node_.outputs.size()); }
  // True when output i is named, which for some operators switches a behaviour on.
  bool names_output(int i) const {
    return i < output_count() && !node_.outputs[static_cast<size_t>(i)].empty();
  }
  // True when somebody needs it, too.
  bool wants_output(int i) const {
    return names_output(i) && (wanted_.empty() || wanted_[static_cast<size_t>(i)]);
  }

  bool has(std::string_view name) const;
  int64_t get_int(std::string_view name, int64_t fallback);
  // Additionally requires low <= value <= high; ATTRIBUTE otherwise.
  int64_t get_int(std::string_view name, int64_t fallback, int64_t low, int64_t high);
  bool get_bool(std::string_view name, bool fallback) { return get_int(name, fallback, 0, 1) != 0; }
  float get_float(std::string_view name, float fallback);
  std::string get_string(std::string_view name, std::string_view fallback);
  // The position of the attribute's text in `allowed`; ATTRIBUTE when it is none of them.
  int get_choice(std::string_view name, std::span<const std::string_view> allowed, int fallback);
  // Nothing when the attribute is absent.
  std::optional<std::vector<int64_t>> get_ints(std::string_view name);
  std::optional<std::vector<float>> get_floats(std::string_view name);
  // As numbers in the model's table of strings.
  std::optional<std::vector<int32_t>> get_strings(std::string_view name);
  int32_t number_of(std::string_view text) { return strings_.intern(text); }
  std::shared_ptr<const Constant> get_tensor(std::string_view name);  // null when absent
  // A graph that the operator cannot do without; null after an error.
  std::shared_ptr<const onnx_model::GraphDef> require_graph(std::string_view name);
  // What such a graph sees around it.
  const std::shared_ptr<const Surroundings>& surroundings() const { return surroundings_; }

  // Records an error of the caller's own: "kernel_shape", "has no extents", got, expected.
  void fail(std::string_view name, std::string_view message, std::string_view got = {},
            std::string_view expected = {});
  // Checks 0 <= inputs - required and inputs <= allowed, GRAPH otherwise.
  void expect_inputs(int at_least, int at_most);
  // The same for outputs, of which the first must be named.
  void expect_outputs(int at_most);

  // The first error, or ATTRIBUTE naming an attribute nobody read.
  Status finish();

 private:
  const onnx_model::Attribute* find(std::string_view name, onnx_model::Attribute::Kind kind);
  const onnx_model::NodeDef& node_;
  int opset_;
  StringTable& strings_;
  std::shared_ptr<const Surroundings> surroundings_;
  std::vector<bool> wanted_;
  std::vector<bool> seen_;
  Status error_;
};

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_ATTRIBUTES_H_
