// MaxPool, AveragePool and their global forms: the maximum or mean of each window, channel by
// channel. Taps outside the input never win a maximum; a mean divides by the taps inside the input
// or, with count_include_pad, inside the padded input.
// Source: https://onnx.ai/onnx/operators/onnx__MaxPool.html and onnx__AveragePool.html
#ifndef GOSSAMER_OPS_POOL_H_
#define GOSSAMER_OPS_POOL_H_

#include <memory>

#include "kernels/pool/pool_params.h"
#include "ops/checks.h"
#include "ops/window.h"

namespace gossamer {

// What the four share. The subclasses only give it a type, for op_cast.
class PoolOp : public Op {
 public:
  using Kind = PoolParams::Kind;

  Kind kind() const { return kind_; }
  bool is_global() const { return global_; }
  bool count_include_pad() const { return count_include_pad_; }
  const WindowAttributes& window() const { return window_; }
  Layout layout() const { return layout_; }
  // The window over an input of shape `x`; for the global forms it covers the input. Errors: as
  // infer().
  Result<WindowGeometry> geometry(const Shape& x) const;

  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;

 protected:
  PoolOp(Kind kind, bool global, WindowAttributes window, bool count_include_pad)
      : kind_(kind),
        global_(global),
        count_include_pad_(count_include_pad),
        window_(std::move(window)) {}
  template <typename T>
  static std::shared_ptr<const Op> last(const T& op) {
    auto copy = std::make_shared<T>(op);
    copy->layout_ = Layout::kChannelsLast;
    return copy;
  }

 private:
  Kind kind_;
  bool global_;
  bool count_include_pad_;
  WindowAttributes window_;
  Layout layout_ = Layout::kChannelsFirst;
};

class MaxPoolOp final : public PoolOp {
 public:
  static constexpr std::string_view kType = "MaxPool";
  explicit MaxPoolOp(WindowAttributes window)
      : PoolOp(Kind::kMax, false, std::move(window), false) {}
  std::string_view type() const override { return kType; }
  std::shared_ptr<const Op> channels_last() const override { return last(*this); }
};

class AveragePoolOp final : public PoolOp {
 public:
  static constexpr std::string_view kType = "AveragePool";
  AveragePoolOp(WindowAttributes window, bool count_include_pad)
      : PoolOp(Kind::kAverage, false, std::move(window), count_include_pad) {}
  std::string_view type() const override { return kType; }
  std::shared_ptr<const Op> channels_last() const override { return last(*this); }
};

class GlobalMaxPoolOp final : public PoolOp {
 public:
  static constexpr std::string_view kType = "GlobalMaxPool";
  GlobalMaxPoolOp() : PoolOp(Kind::kMax, true, {}, false) {}
  std::string_view type() const override { return kType; }
  std::shared_ptr<const Op> channels_last() const override { return last(*this); }
};

class GlobalAveragePoolOp final : public PoolOp {
 public:
  static constexpr std::string_view kType = "GlobalAveragePool";
  GlobalAveragePoolOp() : PoolOp(Kind::kAverage, true, {}, false) {}
  std::string_view type() const override { return kType; }
  std::shared_ptr<const Op> channels_last() const override { return last(*this); }
};

OpResult make_max_pool(AttributeReader& attributes);
OpResult make_average_pool(AttributeReader& attributes);
OpResult make_global_max_pool(AttributeReader& attributes);
OpResult make_global_average_pool(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_POOL_H_
