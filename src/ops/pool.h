// MaxPool, AveragePool, LpPool and their global forms: the maximum, mean or p-norm of each window,
// channel by channel. Taps outside the input never win a maximum; a mean divides by the taps inside
// the input or, with count_include_pad, inside the padded input. MaxPool's optional second output
// says where in the whole input each maximum was found.
// Source: https://onnx.ai/onnx/operators/onnx__MaxPool.html and its neighbours
#ifndef GOSSAMER_OPS_POOL_H_
#define GOSSAMER_OPS_POOL_H_

#include <memory>

#include "kernels/pool/pool_params.h"
#include "ops/checks.h"
#include "ops/window.h"

namespace gossamer {

class PoolOp final : public Op {
 public:
  enum class Kind { kMax, kAverage, kLp };
  struct Attributes {
    Kind kind = Kind::kMax;
    bool global = false;  // the window covers the input
    WindowAttributes window;
    bool count_include_pad = false;  // kAverage
    int64_t p = 2;                   // kLp
    // kMax: the second output is wanted, with positions counted along columns first.
    bool indices = false;
    bool column_major = false;
  };

  explicit PoolOp(Attributes attributes) : attributes_(std::move(attributes)) {}

  const Attributes& attributes() const { return attributes_; }
  Layout layout() const { return layout_; }
  // The window over an input of shape `x`. Errors: as infer().
  Result<WindowGeometry> geometry(const Shape& x) const;
  // What a kernel is made of. Requires a maximum or an average over at most two spatial axes.
  Result<PoolParams> params(const OpContext& context) const;

  std::string_view type() const override;
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> channels_last() const override;

 private:
  struct Reduced;
  Reduced reduce(const TensorView& x, const PixelExtents& extents, const WindowGeometry& g,
                 int64_t first, const Spatial& at) const;

  Attributes attributes_;
  Layout layout_ = Layout::kChannelsFirst;
};

// The op when it is one of these; null otherwise. It takes the place of op_cast: the types are
// many.
const PoolOp* as_pool(const Op* op);

// The attributes of AveragePool.
PoolOp::Attributes read_average_pool(AttributeReader& attributes);

OpResult make_max_pool(AttributeReader& attributes);
OpResult make_average_pool(AttributeReader& attributes);
OpResult make_lp_pool(AttributeReader& attributes);
OpResult make_global_max_pool(AttributeReader& attributes);
OpResult make_global_average_pool(AttributeReader& attributes);
OpResult make_global_lp_pool(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_POOL_H_
