// Numbers in messages: integers to their limits, reals against printf.
#include "base/text.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <vector>

namespace gossamer {
namespace {

TEST(Text, WritesRealNumbersAsPrintfDoes) {
  std::vector<double> values = {0,     -0.0,    1,          -1.5,     0.1,        123456,
                                1e-5,  0.00012, 1e15,       999999.5, 1234567,    3.14159265,
                                1e300, 1e-300,  1e22,       0.5,      0.33333333, 2.0 / 3,
                                100,   99999.9, 1234.56789, 0.0001};
  for (double value = 1e-20; value < 1e20; value *= 7.3) values.push_back(-value);
  for (const double value : values) {
    char expected[40];
    std::snprintf(expected, sizeof expected, "%.6g", value);
    EXPECT_EQ(concat(value), expected);
  }
  EXPECT_EQ(concat(std::numeric_limits<double>::infinity()), "inf");
}

TEST(Text, WritesIntegers) {
  EXPECT_EQ(concat(0, ' ', -17, ' ', std::numeric_limits<int64_t>::min(), ' ', size_t{5}),
            "0 -17 -9223372036854775808 5");
}

}  // namespace
}  // namespace gossamer
