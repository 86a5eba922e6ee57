// The functions that networks apply to large tensors, four numbers at a time: what transformers and
// ConvNeXts do between their products. The others go one by one (functions.cc).
//
// Source of the coefficients: least relative error over the range (Remez), for the forms that stand
// beside them.
#include <algorithm>

#include "base/simd.h"
#include "kernels/elementwise/functions.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;
using simd::madd;
using simd::splat;

template <size_t kCount>
F32x4 polynomial(const float (&coefficients)[kCount], F32x4 x) {
  F32x4 p = splat(coefficients[kCount - 1]);
  GOSSAMER_UNROLL
  for (size_t i = 2; i <= kCount; ++i) p = madd(p, x, splat(coefficients[kCount - i]));
  return p;
}

// 1 - erf(a) of a >= 0, within 1e-6 of it while a^2 is small: e^(-a^2) times a polynomial of
// t = 1 / (1 + a/2). No digits go where erf comes close to 1.
F32x4 complement_of_erf(F32x4 a) {
  static constexpr float kTail[] = {-3.477817e-05f, 0.28298977f, 0.27259225f, 0.30112869f,
                                    -0.0054739574f, 0.44329682f, -0.3921547f, 0.09765628f};
  const F32x4 one = splat(1);
  const F32x4 t = one / madd(a, splat(0.5f), one);
  return simd::exp(-(a * a)) * polynomial(kTail, t);
}

// Alone it is seldom met, so that its code had better be short.
struct Erf {
  F32x4 operator()(F32x4 x) const {
    // erf(x) / x as a polynomial of x^2, where |x| < 1; there 1 - erf would leave few digits.
    static constexpr float kMiddle[] = {-0.00056314224f, 0.0049175513f, -0.02671131f,
                                        0.1128018f,      -0.37612325f,  1.1283791f};
    F32x4 middle = splat(0);
    for (const float& coefficient : kMiddle) {
      middle = madd(middle, x * x, simd::load_splat(&coefficient));
    }
    const F32x4 a = xsimd::abs(x), one = splat(1);
    const F32x4 outside = xsimd::copysign(one - complement_of_erf(a), x);
    return xsimd::select(a < one, x * middle, outside);
  }
};

struct Gelu {
  F32x4 operator()(F32x4 x) const {
    const F32x4 half = splat(0.5f) * complement_of_erf(xsimd::abs(x) * splat(0.70710678f));
    return x * xsimd::select(x < splat(0), half, splat(1) - half);
  }
};

// x/2 (1 + tanh(u)) is x / (1 + e^(-2u)).
struct GeluTanh {
  F32x4 operator()(F32x4 x) const {
    const F32x4 inner = madd(x * x, splat(0.044715f), splat(1));
    return x / (splat(1) + simd::exp(x * inner * splat(-1.5957691f)));
  }
};

// Of whole vectors.
template <typename F>
void map(const float* x, float* y, int64_t count) {
  for (int64_t i = 0; i < count; i += simd::kLanes) simd::store(y + i, F()(simd::load(x + i)));
}
using Map = void (*)(const float*, float*, int64_t);

Map map_of(Function f) {
  switch (f) {
    case Function::kErf:
      return map<Erf>;
    case Function::kGelu:
      return map<Gelu>;
    case Function::kGeluTanh:
      return map<GeluTanh>;
    default:
      return nullptr;
  }
}

constexpr int64_t kBlock = 2048;  // a multiple of the lanes

class CurveKernel final : public Kernel {
 public:
  CurveKernel(Map map, int64_t count) : map_(map), count_(count) {}

  std::string_view name() const override { return kernel_name::kCurve; }
  int64_t items() const override { return ceil_div(count_, kBlock); }
  double cost(double bytes) const override {
    constexpr double kCurve = 16;
    return bytes + kCurve * static_cast<double>(count_);
  }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const int64_t first = begin * kBlock, count = std::min(end * kBlock, count_) - first;
    const float* x = static_cast<const float*>(args.inputs[0]) + first;
    float* y = static_cast<float*>(args.outputs[0]) + first;
    const int64_t whole = count / simd::kLanes * simd::kLanes;
    const auto rest = static_cast<int>(count - whole);
    // What is left over goes through the same loop, as a vector of its own: the code of a curve is
    // long, and a page downloads it.
    float lanes[simd::kLanes];
    simd::store(lanes, simd::load_partial(x + whole, rest));
    map_(x, y, whole);
    map_(lanes, lanes, simd::kLanes);
    simd::store_partial(y + whole, simd::load(lanes), rest);
    return Status::ok();
  }

 private:
  Map map_;
  int64_t count_;
};

}  // namespace

float apply_curve(Function f, float x) {
  float lanes[simd::kLanes] = {x, x, x, x};
  map_of(f)(lanes, lanes, simd::kLanes);
  return lanes[0];
}

std::unique_ptr<Kernel> make_curve_f32(Function f, int64_t count) {
  const Map map = map_of(f);
  return map == nullptr ? nullptr : std::make_unique<CurveKernel>(map, count);
}

}  // namespace gossamer
