// See string_table.h.
#include "base/string_table.h"

namespace gossamer {
namespace {

constexpr size_t kLong = 64;  // texts

}  // namespace

int32_t StringTable::intern(std::string_view text) {
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return static_cast<int32_t>(known->second);
  const auto number = static_cast<int32_t>(texts_.size());
  texts_.emplace_back(text);
  numbers_.emplace(text, number);
  return number;
}

const std::string& StringTable::text(int32_t number) const {
  const auto i = static_cast<size_t>(number);  // a negative number is beyond the end
  return texts_[i < texts_.size() ? i : 0];
}

Result<std::shared_ptr<const Constant>> StringTable::adopt(
    const std::shared_ptr<const Constant>& tensor) {
  const std::vector<std::string>& texts = tensor->texts();
  if (texts.empty()) return tensor;
  for (const auto& [before, after] : adopted_) {
    if (before == tensor) return after;
  }
  std::vector<int32_t> numbers;
  for (const std::string& text : texts) numbers.push_back(intern(text));
  auto adopted = Constant::copy_of({tensor->type(), tensor->shape(), numbers.data()});
  if (adopted.is_ok() && texts.size() > kLong) adopted_.emplace_back(tensor, *adopted);
  return adopted;
}

}  // namespace gossamer
