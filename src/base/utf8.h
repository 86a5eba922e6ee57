// UTF-8, as far as texts of models and of callers have to be well-formed.
#ifndef GOSSAMER_BASE_UTF8_H_
#define GOSSAMER_BASE_UTF8_H_

#include <cstddef>
#include <string_view>

namespace gossamer {

// Length of the well-formed UTF-8 sequence at the start of `text`, or 0 (RFC 3629: no overlong
// forms, no surrogates, nothing past U+10FFFF).
size_t utf8_length(std::string_view text);
// Whether the whole text consists of such sequences.
bool is_utf8(std::string_view text);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_UTF8_H_
