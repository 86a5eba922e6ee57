// The strings of a model, each once, known by number. A tensor of strings holds these numbers, four
// bytes an element, so that whatever moves elements by their size moves strings as well; equal
// strings have equal numbers. Number 0 is the empty string: memory full of zeros holds no text.
#ifndef GOSSAMER_BASE_STRING_TABLE_H_
#define GOSSAMER_BASE_STRING_TABLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/constant.h"

namespace gossamer {

// Only grows, so that numbers stay valid. Shared by the copies of a graph and by its session.
class StringTable {
 public:
  StringTable() { intern(""); }

  // The number of a text, which is added when it is new.
  int32_t intern(std::string_view text);
  // The text of a number; of one that no text has, the empty string.
  const std::string& text(int32_t number) const;
  // A tensor that brings its own texts (Constant::of_strings) with the numbers of this table; any
  // other as it is. Errors: OOM.
  Result<std::shared_ptr<const Constant>> adopt(const std::shared_ptr<const Constant>& tensor);

 private:
  std::vector<std::string> texts_;
  std::map<std::string, int64_t, std::less<>> numbers_;
  // Long tensors and what became of them: every call of a function brings its tensors again.
  std::vector<std::pair<std::shared_ptr<const Constant>, std::shared_ptr<const Constant>>> adopted_;
};

}  // namespace gossamer

#endif  // GOSSAMER_BASE_STRING_TABLE_H_
