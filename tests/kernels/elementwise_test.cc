// Activations and arithmetic against double precision, on lengths around the vector width and the
// size of an item, with every class of broadcasting.
#include "kernels/elementwise/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/convert.h"
#include "base/text.h"
#include "kernel_test_support.h"
#include "kernels/activate.h"
#include "kernels/elementwise/convert.h"
#include "kernels/elementwise/functions.h"
#include "kernels/elementwise/power.h"
#include "kernels/elementwise/where.h"

namespace gossamer::test {
namespace {

// Axes of the output of broadcasting two dense operands of equal rank.
StridedAxes<2> broadcast(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  std::vector<int64_t> a_strides(a.size()), b_strides(b.size());
  int64_t a_step = 1, b_step = 1;
  for (size_t i = a.size(); i-- > 0;) {
    a_strides[i] = a[i] == 1 ? 0 : a_step;
    b_strides[i] = b[i] == 1 ? 0 : b_step;
    a_step *= a[i];
    b_step *= b[i];
  }
  StridedAxes<2> axes;
  for (size_t i = 0; i < a.size(); ++i)
    axes.add(std::max(a[i], b[i]), {a_strides[i], b_strides[i]});
  return axes;
}

int64_t product(const std::vector<int64_t>& extents) {
  int64_t result = 1;
  for (const int64_t extent : extents) result *= extent;
  return result;
}

double combine(BinaryKind kind, double a, double b) {
  switch (kind) {
    case BinaryKind::kAdd:
      return a + b;
    case BinaryKind::kSub:
      return a - b;
    case BinaryKind::kMul:
      return a * b;
    case BinaryKind::kDiv:
      return a / b;
    case BinaryKind::kMax:
      return std::max(a, b);
    case BinaryKind::kMin:
      return std::min(a, b);
    case BinaryKind::kPRelu:
      return a < 0 ? a * b : a;
  }
  return 0;
}

// Checks against indices computed the long way from the shapes.
std::string_view run_binary(BinaryKind kind, const std::vector<int64_t>& a_shape,
                            const std::vector<int64_t>& b_shape, std::mt19937& random) {
  const GuardedFloats a(product(a_shape), random);
  const GuardedFloats b(product(b_shape), random, 0.5f, 2);
  std::vector<int64_t> shape;
  for (size_t i = 0; i < a_shape.size(); ++i) shape.push_back(std::max(a_shape[i], b_shape[i]));
  const auto kernel = make_binary_f32(kind, broadcast(a_shape, b_shape));
  EXPECT_EQ(kernel->can_overwrite_input(0), a.count() == product(shape));
  EXPECT_EQ(kernel->can_overwrite_input(1), b.count() == product(shape));
  const GuardedFloats* inputs[] = {&a, &b};
  const auto got = run_checked(*kernel, inputs, product(shape), random);
  std::vector<double> want, magnitude;
  for (int64_t i = 0; i < product(shape); ++i) {
    int64_t a_at = 0, b_at = 0, rest = i, a_step = 1, b_step = 1;
    for (size_t axis = shape.size(); axis-- > 0;) {
      const int64_t at = rest % shape[axis];
      rest /= shape[axis];
      a_at += a_shape[axis] == 1 ? 0 : at * a_step;
      b_at += b_shape[axis] == 1 ? 0 : at * b_step;
      a_step *= a_shape[axis];
      b_step *= b_shape[axis];
    }
    want.push_back(combine(kind, a[a_at], b[b_at]));
    magnitude.push_back(std::abs(want.back()));
  }
  expect_close(got, want, magnitude, 1, concat("binary ", static_cast<int>(kind)));
  return kernel->name();
}

// [rows, n] from operands that repeat along either axis: bit 0 of `still` stands for the rows of
// the condition, bit 1 for its columns, and so on for both others. Any byte but 0 is true.
std::string_view run_where(int64_t rows, int64_t n, int still, std::mt19937& random) {
  const auto is_still = [still](int operand, int axis) {
    return (still >> (2 * operand + axis) & 1) != 0;
  };
  const auto count = [&](int operand) {
    return (is_still(operand, 0) ? 1 : rows) * (is_still(operand, 1) ? 1 : n);
  };
  const auto row_step = [&](int operand) {
    return is_still(operand, 0) ? 0 : is_still(operand, 1) ? 1 : n;
  };
  GuardedFloats condition((count(0) + 3) / 4);
  auto* truth = reinterpret_cast<uint8_t*>(condition.data());
  for (int64_t i = 0; i < count(0); ++i)
    truth[i] = static_cast<uint8_t>(random() % 2 * (1 + random() % 255));
  const GuardedFloats a(count(1), random), b(count(2), random);
  StridedAxes<3> axes;
  axes.add(rows, {row_step(0), row_step(1), row_step(2)});
  axes.add(n, {!is_still(0, 1), !is_still(1, 1), !is_still(2, 1)});
  const auto kernel = make_where(axes);
  const GuardedFloats* inputs[] = {&condition, &a, &b};
  const auto got = run_checked(*kernel, inputs, rows * n, random);
  for (int64_t i = 0; i < rows * n; ++i) {
    const auto at = [&](int operand) {
      return i / n * row_step(operand) + (is_still(operand, 1) ? 0 : i % n);
    };
    EXPECT_EQ(got[static_cast<size_t>(i)], truth[at(0)] != 0 ? a[at(1)] : b[at(2)])
        << rows << "x" << n << " " << still << " at " << i;
  }
  return kernel->name();
}

// Between float32 and a type of this size, there and back: tests/base/convert_test.cc has the
// values.
std::string_view run_convert(DataType type, int64_t count, std::mt19937& random) {
  const GuardedFloats x(count, random, -3, 3);
  const auto elements = static_cast<size_t>(count);
  const auto size = static_cast<int64_t>(data_type_size(type));
  GuardedFloats other((count * size + 3) / 4);
  from_float32(x.data(), type, other.data(), elements);
  std::vector<float> back(elements);
  to_float32(type, other.data(), back.data(), elements);
  const GuardedFloats* wide[] = {&x};
  const auto narrowed = run_checked(*make_narrowing(type, count), wide, other.count(), random);
  EXPECT_EQ(std::memcmp(narrowed.data(), other.data(), elements * static_cast<size_t>(size)), 0);
  const GuardedFloats* narrow[] = {&other};
  const auto widening = make_widening(type, count);
  EXPECT_EQ(run_checked(*widening, narrow, count, random), back);
  return widening->name();
}

TEST(ElementwiseTest, SweepsLengthsAndActivations) {
  std::mt19937 random(31);
  std::set<std::string_view> swept;
  for (const int64_t count : {1, 3, 4, 1023, 1024, 1025, 2500}) {
    const GuardedFloats x(count, random, -3, 3);
    const FunctionOfOne f{Function::kElu, 0.5, 0};
    const auto elu = [&](double v) { return apply(f, v); };
    const auto cube = [](double v) { return v * v * v; };
    using Reference = std::function<double(double)>;
    for (const auto& [kernel, reference] :
         {std::pair(make_function_f32(f, count).release(), Reference(elu)),
          std::pair(make_function_f32({Function::kErf, 0, 0}, count).release(),
                    Reference([](double v) { return std::erf(v); })),
          std::pair(make_power_f32(3, count).release(), Reference(cube))}) {
      const std::unique_ptr<Kernel> owned(kernel);
      const GuardedFloats* inputs[] = {&x};
      const auto got = run_checked(*owned, inputs, count, random);
      std::vector<double> want, magnitude;
      for (const float v : x.values()) {
        want.push_back(reference(static_cast<double>(v)));
        magnitude.push_back(std::abs(want.back()));
      }
      expect_close(got, want, magnitude, 1, "function");
      swept.insert(owned->name());
    }
  }
  for (const Activation& f : every_activation()) {
    for (const int64_t count : {1, 2, 3, 4, 5, 7, 8, 63, 64, 65, 4095, 4096, 4097, 9001}) {
      const GuardedFloats x(count, random, -10, 10);
      const auto kernel = make_activation_f32(f, count);
      const GuardedFloats* inputs[] = {&x};
      const auto got = run_checked(*kernel, inputs, count, random);
      std::vector<double> want, magnitude;
      for (const float v : x.values()) {
        want.push_back(apply_double(f, v));
        magnitude.push_back(std::abs(want.back()));
      }
      expect_close(got, want, magnitude, 4, concat("activation ", static_cast<int>(f.kind)));
      swept.insert(kernel->name());
    }
  }
  for (const DataType type : {DataType::kFloat16, DataType::kBfloat16, DataType::kFloat64}) {
    for (const int64_t count : {1, 2, 3, 4, 5, 17, 4095, 4096, 4097, 9001}) {
      swept.insert(run_convert(type, count, random));
    }
  }
  for (const int64_t n : {0, 1, 3, 4, 5, 9, 4096, 4099}) {
    for (int still = 0; still < 64; ++still) {
      if (n < 100 || still % 9 == 0) swept.insert(run_where(3, n, still, random));
    }
  }
  swept.insert(run_binary(BinaryKind::kAdd, {7}, {7}, random));
  swept.insert(run_binary(BinaryKind::kAdd, {3, 7}, {1, 7}, random));
  expect_all_swept("elementwise", swept);
}

// Small results, too: the sweeps' limit is absolute for them.
TEST(ElementwiseTest, TheLogisticFunctionIsRelativelyExact) {
  std::vector<float> x;
  for (int i = -16000; i <= 16000; ++i) x.push_back(static_cast<float>(i) * 1e-3f);
  std::vector<float> y(x.size());
  for (const auto kind : {Activation::Kind::kSigmoid, Activation::Kind::kSilu}) {
    const Activation f{kind, 0, 0};
    activate(f, x.data(), y.data(), std::ssize(x));
    for (size_t i = 0; i < x.size(); ++i) {
      const double want = apply(f, static_cast<double>(x[i]));
      EXPECT_NEAR(y[i], want, 1.2e-6 * std::abs(want)) << x[i];
    }
  }
}

TEST(ElementwiseTest, ActivationsAgreeWithTheirReferenceAtTheExtremes) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float kNan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> x = {0.0f,  -0.0f,  1e-38f,    -1e-38f,    1e-45f, 3,      -3,
                                87.0f, -87.f,  89.0f,     -89.0f,     1e30f,  -1e30f, kNan,
                                1e38f, -1e38f, kInfinity, -kInfinity, 0.5f,   -0.5f,  2};
  for (const Activation& f : every_activation()) {
    std::vector<float> y(x.size());
    const auto kernel = make_activation_f32(f, static_cast<int64_t>(x.size()));
    const void* inputs[] = {x.data()};
    void* outputs[] = {y.data()};
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
    for (size_t i = 0; i < x.size(); ++i) {
      const float want = apply(f, x[i]);
      const std::string what =
          concat("activation ", static_cast<int>(f.kind), " of ", static_cast<double>(x[i]));
      if (std::isnan(want)) {
        EXPECT_TRUE(std::isnan(y[i])) << what;
      } else if (std::isinf(want)) {
        EXPECT_EQ(y[i], want) << what;
      } else {
        EXPECT_NEAR(y[i], want, 4 * kEpsilon * (1e-30 + std::abs(want))) << what;
      }
    }
  }
}

TEST(ElementwiseTest, SweepsClassesOfBroadcasting) {
  std::mt19937 random(32);
  for (const BinaryKind kind :
       {BinaryKind::kAdd, BinaryKind::kSub, BinaryKind::kMul, BinaryKind::kDiv, BinaryKind::kMax,
        BinaryKind::kMin, BinaryKind::kPRelu}) {
    for (const int64_t c : {1, 3, 4, 5, 17, 64}) {
      for (const int64_t pixels : {1, 2, 31}) {
        const std::vector<int64_t> full = {2, pixels, 3, c};
        for (const std::vector<int64_t>& other : {full,
                                                  std::vector<int64_t>{1, 1, 1, 1},
                                                  {1, 1, 1, c},
                                                  {2, 1, 1, c},
                                                  {2, pixels, 3, 1},
                                                  {1, pixels, 1, c},
                                                  {2, 1, 3, 1},
                                                  {2, 1, 1, 1}}) {
          run_binary(kind, full, other, random);
          run_binary(kind, other, full, random);
        }
        run_binary(kind, {2, 1, 3, 1}, {1, pixels, 1, c}, random);
      }
    }
  }
}

TEST(ElementwiseTest, LongRunsAreCutIntoItems) {
  std::mt19937 random(33);
  for (const int64_t n : {4095, 4096, 4097, 20000}) {
    run_binary(BinaryKind::kSub, {n}, {n}, random);
    run_binary(BinaryKind::kSub, {n}, {1}, random);
    run_binary(BinaryKind::kSub, {1, n}, {3, 1}, random);
    run_binary(BinaryKind::kSub, {3, n}, {1, n}, random);
  }
  EXPECT_EQ(make_binary_f32(BinaryKind::kAdd, broadcast({20000}, {20000}))->items(), 5);
  EXPECT_EQ(make_binary_f32(BinaryKind::kAdd, broadcast({500, 64}, {1, 64}))->items(), 8);
  EXPECT_EQ(make_binary_f32(BinaryKind::kAdd, broadcast({0, 64}, {0, 64}))->items(), 0);
}

TEST(ElementwiseTest, NanWinsInMaxAndMin) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> a = {nan, 1, 2, nan, nan}, b = {1, nan, 3, nan, 1};
  for (const BinaryKind kind : {BinaryKind::kMax, BinaryKind::kMin}) {
    std::vector<float> y(a.size());
    const void* inputs[] = {a.data(), b.data()};
    void* outputs[] = {y.data()};
    const auto kernel = make_binary_f32(kind, broadcast({5}, {5}));
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
    for (const size_t i : {0, 1, 3, 4}) EXPECT_TRUE(std::isnan(y[i])) << i;
    EXPECT_EQ(y[2], kind == BinaryKind::kMax ? 3 : 2);
  }
}

// 1 + erf(z) is erfc(-z), and 1 + tanh(u) is 2 / (1 + e^(-2u)), which keep their digits.
double library_curve(Function kind, double x) {
  if (kind == Function::kErf) return std::erf(x);
  if (kind == Function::kGelu) return x / 2 * std::erfc(x * -std::sqrt(0.5));
  return x / (1 + std::exp(-1.5957691216057308 * (x + 0.044715 * x * x * x)));
}

// Functions in vectors against the C library, over all that they tell apart, and at the limits.
TEST(FunctionTest, CurvesAgreeWithTheirReference) {
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<double> points = {0.0, -0.0, 1e-30, -1e-20, 1e-6, -1e-4,
                                80,  -80,  1e9,   -1e9,   1e30, -1e30};
  for (int i = -2000; i <= 2000; ++i) points.push_back(i / 200.0);
  for (const Function kind : {Function::kErf, Function::kGelu, Function::kGeluTanh}) {
    const auto count = static_cast<int64_t>(points.size());
    std::vector<float> x(points.begin(), points.end()), y(points.size());
    const void* inputs[] = {x.data()};
    void* outputs[] = {y.data()};
    const auto kernel = make_curve_f32(kind, count);
    ASSERT_NE(kernel, nullptr);
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
    for (size_t i = 0; i < x.size(); ++i) {
      const auto argument = static_cast<double>(x[i]);
      const double want = library_curve(kind, argument);
      const auto rounded = static_cast<float>(want);
      if (std::isnan(rounded) || std::isinf(rounded)) {
        EXPECT_TRUE(std::isnan(rounded) ? std::isnan(y[i]) : y[i] == rounded)
            << static_cast<int>(kind) << " of " << x[i] << " is " << y[i];
        continue;
      }
      // Tails of GELU lose what e^(-x^2) loses to the rounding of x^2.
      const double square = std::min(100.0, points[i] * points[i]);
      const double allowed =
          (1e-6 + 2e-7 * square) * std::abs(want) + 1e-37 * std::abs(points[i]) + 1e-37;
      EXPECT_NEAR(static_cast<double>(y[i]), want, allowed)
          << static_cast<int>(kind) << " of " << x[i];
    }
    const float limits[] = {static_cast<float>(inf), static_cast<float>(-inf), std::nanf("")};
    float got[3];
    const void* from[] = {limits};
    void* to[] = {got};
    ASSERT_TRUE(make_curve_f32(kind, 3)->run({from, to, nullptr}, 0, 1).is_ok());
    for (size_t i = 0; i < 3; ++i) {
      const double want = library_curve(kind, static_cast<double>(limits[i]));
      EXPECT_TRUE(std::isnan(want) ? std::isnan(got[i]) : static_cast<double>(got[i]) == want)
          << static_cast<int>(kind) << " of " << limits[i] << " is " << got[i] << ", not " << want;
    }
  }
}

// Where the values and limits of the functions are known, and the C library agrees on the rest.
TEST(FunctionTest, AgreesWithTheLibrary) {
  struct Case {
    Function kind;
    double (*library)(double);
  };
  // musl, Emscripten's C library, gives numbers for some x below 1, where there are none.
  const auto acosh = [](double x) { return x < 1 ? std::nan("") : std::acosh(x); };
  const Case cases[] = {
      {Function::kTan, std::tan},     {Function::kAsin, std::asin}, {Function::kAcos, std::acos},
      {Function::kSinh, std::sinh},   {Function::kCosh, std::cosh}, {Function::kTanh, std::tanh},
      {Function::kAsinh, std::asinh}, {Function::kAcosh, acosh},    {Function::kAtanh, std::atanh}};
  const double inf = std::numeric_limits<double>::infinity();
  for (const double x :
       {0.0, -0.0,  1e-30, -1e-9, 1e-4, 0.3, -0.3, 0.999, 1.0, -1.0, 1.5,         -2.0,
        7.0, -20.0, 80.0,  1e5,   -1e5, 1e9, -1e9, 1e30,  inf, -inf, std::nan("")}) {
    for (const Case& c : cases) {
      const double got = apply(FunctionOfOne{c.kind, 0, 0}, x), want = c.library(x);
      if (std::isnan(want) || std::isinf(want)) {
        EXPECT_TRUE(std::isnan(want) ? std::isnan(got) : got == want)
            << static_cast<int>(c.kind) << " of " << x << " is " << got;
      } else {
        EXPECT_NEAR(got, want, 1e-13 * std::abs(want)) << static_cast<int>(c.kind) << " of " << x;
        EXPECT_EQ(std::signbit(got), std::signbit(want)) << static_cast<int>(c.kind) << " of " << x;
      }
    }
  }
}

TEST(FunctionTest, PowerFollowsTheLibraryAtTheExtremes) {
  const double inf = std::numeric_limits<double>::infinity();
  const double values[] = {0.0, -0.0, 1.0,    -1.0, 2.0,    -2.0, 0.5,  -0.5,        3.0,
                           7.5, -3.0, 2001.0, 1e30, 2000.0, inf,  -inf, std::nan("")};
  for (const double x : values) {
    for (const double y : values) {
      const double got = power(x, y), want = std::pow(x, y);
      const bool same =
          std::isnan(want) ? std::isnan(got) : got == want || std::abs(got / want - 1) < 1e-12;
      EXPECT_TRUE(same && (want != 0 || std::signbit(got) == std::signbit(want)))
          << x << " ^ " << y << " is " << got << " instead of " << want;
    }
  }
}

TEST(StridedAxesTest, MergesWhatIsOneRun) {
  EXPECT_EQ(broadcast({2, 3, 4, 5}, {2, 3, 4, 5}).rank(), 1);
  EXPECT_EQ(broadcast({2, 3, 4, 5}, {1, 1, 1, 1}).rank(), 1);
  EXPECT_EQ(broadcast({2, 3, 4, 5}, {1, 1, 1, 5}).rank(), 2);
  EXPECT_EQ(broadcast({2, 3, 4, 5}, {2, 1, 1, 5}).rank(), 3);
  EXPECT_EQ(broadcast({1, 3, 4, 5}, {1, 1, 1, 5}).rank(), 2);
  EXPECT_EQ(broadcast({1, 1}, {1, 1}).rank(), 0);
}

}  // namespace
}  // namespace gossamer::test
