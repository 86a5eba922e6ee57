// Transposes and joins, which must be exact, for elements of every size.
#include "kernels/movement/movement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

using Extents = std::vector<int64_t>;

// The axes of the output of transposing a dense tensor.
StridedAxes<1> permute(const Extents& x, const std::vector<int>& perm) {
  Extents strides(x.size(), 1);
  for (size_t i = x.size(); i-- > 1;) strides[i - 1] = strides[i] * x[i];
  StridedAxes<1> axes;
  for (const int axis : perm) {
    axes.add(x[static_cast<size_t>(axis)], {strides[static_cast<size_t>(axis)]});
  }
  return axes;
}

// Elements are `words` floats wide as far as memory goes; their value is their index.
template <typename T>
std::string_view run_transpose(const Extents& x_shape, const std::vector<int>& perm,
                               std::mt19937& random) {
  int64_t count = 1;
  for (const int64_t extent : x_shape) count *= extent;
  const auto floats = [](int64_t elements) {
    return (elements * static_cast<int64_t>(sizeof(T)) + 3) / 4;
  };
  GuardedFloats x(floats(count));
  std::vector<T> values(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) values[static_cast<size_t>(i)] = static_cast<T>(i * 7 + 1);
  if (count > 0) std::memcpy(x.data(), values.data(), values.size() * sizeof(T));
  const auto kernel = make_transpose(permute(x_shape, perm), sizeof(T));
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, floats(count), random);
  std::vector<T> result(values.size());
  if (count > 0) std::memcpy(result.data(), got.data(), result.size() * sizeof(T));
  for (int64_t i = 0; i < count; ++i) {
    Extents at(x_shape.size());
    int64_t rest = i;
    for (size_t axis = perm.size(); axis-- > 0;) {
      const auto source = static_cast<size_t>(perm[axis]);
      at[source] = rest % x_shape[source];
      rest /= x_shape[source];
    }
    int64_t place = 0;
    for (size_t axis = 0; axis < at.size(); ++axis) place = place * x_shape[axis] + at[axis];
    if (result[static_cast<size_t>(i)] != values[static_cast<size_t>(place)]) {
      ADD_FAILURE() << kernel->name() << ": element " << i << " is wrong";
      break;
    }
  }
  return kernel->name();
}

std::string_view run_concat(int64_t rows, const Extents& widths, std::mt19937& random) {
  std::vector<GuardedFloats> x;
  std::vector<const GuardedFloats*> inputs;
  Extents row_bytes;
  int64_t total = 0;
  x.reserve(widths.size());
  for (const int64_t width : widths) {
    x.emplace_back(rows * width, random);
    inputs.push_back(&x.back());
    row_bytes.push_back(width * static_cast<int64_t>(sizeof(float)));
    total += width;
  }
  const auto kernel = make_concat(rows, row_bytes);
  const auto got = run_checked(*kernel, inputs, rows * total, random);
  int64_t offset = 0;
  for (size_t i = 0; i < widths.size(); ++i) {
    for (int64_t row = 0; row < rows; ++row) {
      for (int64_t k = 0; k < widths[i]; ++k) {
        EXPECT_EQ(got[static_cast<size_t>(row * total + offset + k)], x[i][row * widths[i] + k]);
      }
    }
    offset += widths[i];
  }
  return kernel->name();
}

// Into parts with a guard behind each, all items at once and one by one; the part `absent` is not
// wanted.
std::string_view run_split(int64_t rows, const Extents& widths, size_t absent,
                           std::mt19937& random) {
  Extents row_bytes;
  int64_t total = 0;
  for (const int64_t width : widths) {
    row_bytes.push_back(width * static_cast<int64_t>(sizeof(float)));
    total += width;
  }
  const GuardedFloats x(rows * total, random);
  const auto kernel = make_split(rows, row_bytes);
  for (const int64_t step : {std::max<int64_t>(kernel->items(), 1), int64_t{1}}) {
    std::vector<GuardedFloats> y;
    std::vector<void*> outputs;
    y.reserve(widths.size());
    for (size_t i = 0; i < widths.size(); ++i) {
      y.emplace_back(rows * widths[i]);
      outputs.push_back(i == absent ? nullptr : y.back().data());
    }
    const void* inputs[] = {x.data()};
    for (int64_t item = 0; item < kernel->items(); item += step) {
      const int64_t end = std::min(item + step, kernel->items());
      EXPECT_TRUE(kernel->run({inputs, outputs, nullptr}, item, end).is_ok());
    }
    int64_t offset = 0;
    for (size_t i = 0; i < widths.size(); offset += widths[i++]) {
      EXPECT_TRUE(y[i].guards_intact());
      for (int64_t k = 0; i != absent && k < y[i].count(); ++k) {
        EXPECT_EQ(y[i][k], x[k / widths[i] * total + offset + k % widths[i]]);
      }
    }
  }
  return kernel->name();
}

TEST(MovementTest, TransposesEveryPermutation) {
  std::mt19937 random(51);
  std::set<std::string_view> swept;
  for (const Extents& shape : {Extents{1, 1, 1, 1}, Extents{2, 3, 4, 5}, Extents{1, 17, 3, 33},
                               Extents{3, 1, 16, 15}, Extents{2, 0, 3, 4}}) {
    std::vector<int> perm(shape.size());
    std::iota(perm.begin(), perm.end(), 0);
    do {
      swept.insert(run_transpose<uint32_t>(shape, perm, random));
      run_transpose<uint8_t>(shape, perm, random);
      run_transpose<uint16_t>(shape, perm, random);
      run_transpose<uint64_t>(shape, perm, random);
    } while (std::next_permutation(perm.begin(), perm.end()));
  }
  swept.insert(run_concat(3, {4, 5}, random));
  swept.insert(run_split(3, {4, 5}, 2, random));
  expect_all_swept("movement", swept);
}

TEST(MovementTest, SwapsChannelsOfPictures) {
  std::mt19937 random(52);
  for (const int64_t channels : {1, 3, 15, 16, 17, 64}) {
    for (const int64_t size : {1, 5, 16, 33}) {
      run_transpose<uint32_t>({2, channels, size, size + 1}, {0, 2, 3, 1}, random);
      run_transpose<uint32_t>({2, size, size + 1, channels}, {0, 3, 1, 2}, random);
    }
  }
  EXPECT_GT(make_transpose(permute({1, 3, 100, 100}, {0, 2, 3, 1}), 4)->items(), 4);
}

TEST(MovementTest, SweepsJoins) {
  std::mt19937 random(53);
  for (const int64_t rows : {1, 2, 63, 500}) {
    run_concat(rows, {1}, random);
    run_concat(rows, {3, 4}, random);
    run_concat(rows, {16, 1, 0, 33}, random);
  }
}

TEST(MovementTest, SweepsSplits) {
  std::mt19937 random(54);
  for (const int64_t rows : {1, 2, 63, 500}) {
    for (const size_t absent : {0, 1, 4}) {
      run_split(rows, {1}, absent, random);
      run_split(rows, {3, 4}, absent, random);
      run_split(rows, {16, 1, 0, 33}, absent, random);
    }
  }
}

}  // namespace
}  // namespace gossamer::test
