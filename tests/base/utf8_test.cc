// What counts as UTF-8.
#include "base/utf8.h"

#include <gtest/gtest.h>

namespace gossamer {
namespace {

TEST(Utf8, IsWellFormedOrNot) {
  for (const char* text : {"", "abc", "gr\xc3\xbcn", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  // Alone, cut off, overlong, a surrogate, past the last.
  for (const char* text : {"\xfc", "a\xc3", "\xe2\x82", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                           "\xf4\x90\x80\x80", "\xf0\x9f\x98"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace gossamer
