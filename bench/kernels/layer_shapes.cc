// gossamer_layer_shapes MODEL: the layers that a model consists of once it was rewritten, one line
// for each distinct one with how often it occurs, in the order of their first use. tools/
// layer_shapes.mjs writes bench/shapes with it.
#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/text.h"
#include "bench/kernels/layer.h"
#include "gossamer/model_source.h"
#include "graph/import.h"
#include "graph/infer.h"
#include "graph/inline_functions.h"
#include "onnx/decode.h"
#include "ops/conv.h"
#include "ops/gemm.h"
#include "ops/pool.h"
#include "ops/registry.h"
#include "passes/pipeline.h"

namespace gossamer::bench {
namespace {

// The graph as plans are made of it, for one picture.
Result<Graph> rewritten_graph(const ModelSource& source) {
  GOSSAMER_ASSIGN(onnx_model::Model model, onnx_model::decode(source));
  GOSSAMER_TRY(inline_functions(model));
  GOSSAMER_ASSIGN(Graph graph, import_model(model, op_table(), {}));
  graph.remove_dead_nodes();
  for (const ValueId input : graph.inputs()) {
    Shape& shape = graph.value(input).shape;
    if (shape.rank() > 0 && shape[0] == kUnknownExtent) shape[0] = 1;
  }
  GOSSAMER_TRY(infer_and_fold(graph));
  GOSSAMER_TRY(run_passes(graph));
  return graph;
}

Result<std::optional<Layer>> layer_of(const Graph& graph, NodeId id) {
  const OpContext context = operands_of(graph, id);
  const bool floats = context.has_input(0) && context.type(0) == DataType::kFloat32;
  const bool planar = floats && context.shape(0).rank() <= 4;
  if (const auto* conv = graph.op_as<ConvOp>(id); conv != nullptr && planar) {
    GOSSAMER_ASSIGN(const ConvParams params, conv->params(context));
    return std::optional<Layer>(params);
  }
  if (const auto* gemm = graph.op_as<GemmOp>(id); gemm != nullptr && floats) {
    const Shape& y = graph.value(graph.node(id).outputs[0]).shape;
    const int64_t k = context.shape(0)[gemm->attributes().transpose_a ? 0 : 1];
    return std::optional<Layer>(GemmShape{y[0], k, y[1]});
  }
  if (graph.op_as<MatMulOp>(id) != nullptr && floats) {
    GOSSAMER_ASSIGN(const MatMulExtents e, matmul_extents(context.shape(0), context.shape(1)));
    const int64_t batch = e.batch.elements();
    if (context.constant(1) != nullptr && context.shape(1).rank() <= 2) {
      return std::optional<Layer>(GemmShape{batch * e.m, e.k, e.n});
    }
    return std::optional<Layer>(MatMulShape{batch, e.m, e.k, e.n});
  }
  const std::string_view type = graph.node(id).op->type();
  const bool pools = type.ends_with("MaxPool") || type.ends_with("AveragePool");
  if (pools && planar) {
    GOSSAMER_ASSIGN(const PoolParams params,
                    static_cast<const PoolOp*>(graph.node(id).op.get())->params(context));
    return std::optional<Layer>(params);
  }
  return std::optional<Layer>();
}

Status print_layers(const std::string& path) {
  GOSSAMER_ASSIGN(const auto source, ModelSource::from_file(path));
  GOSSAMER_ASSIGN(const Graph graph, rewritten_graph(*source));
  std::vector<std::pair<std::string, int>> lines;
  std::vector<std::string> heads;  // of the families in the model
  for (const NodeId id : graph.topological_order()) {
    GOSSAMER_ASSIGN(const std::optional<Layer> layer, layer_of(graph, id));
    if (!layer.has_value()) continue;
    const std::string text = write_layer(*layer);
    auto known = std::ranges::find(lines, text, &std::pair<std::string, int>::first);
    if (known == lines.end()) known = lines.insert(known, {text, 0});
    ++known->second;
    const std::string head = name_columns(*layer);
    if (std::ranges::find(heads, head) == heads.end()) heads.push_back(head);
  }
  for (const std::string& head : heads) std::printf("# count %s\n", head.c_str());
  for (const auto& [text, count] : lines) std::printf("%d %s\n", count, text.c_str());
  return Status::ok();
}

}  // namespace
}  // namespace gossamer::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: gossamer_layer_shapes MODEL\n", stderr);
    return 2;
  }
  const gossamer::Status done = gossamer::bench::print_layers(argv[1]);
  if (done.is_ok()) return 0;
  std::fprintf(stderr, "gossamer_layer_shapes: %s\n", done.to_string().c_str());
  return 1;
}
