// See parameters.h.
#include "ops/parameters.h"

#include <algorithm>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

template <typename T>
Result<ShortList<T>> fill(std::string_view name, std::span<const T> values) {
  ShortList<T> list;
  if (values.size() > ShortList<T>::kCapacity) {
    return attribute_error(name, "more values than a tensor has axes").got(concat(values.size()));
  }
  std::ranges::copy(values, list.values.begin());
  list.size = values.size();
  list.present = true;
  return list;
}

}  // namespace

Result<IntList> int_list(std::string_view name, std::span<const int64_t> values) {
  return fill(name, values);
}

Result<RealList> real_list(std::string_view name, std::span<const double> values) {
  return fill(name, values);
}

bool Parameters::has(int i) const {
  if (context_ != nullptr) return context_->has_input(i);
  return i < static_cast<int>(args_->inputs.size()) &&
         args_->inputs[static_cast<size_t>(i)].type != DataType::kUndefined;
}

const Shape& Parameters::shape(int i) const {
  return context_ != nullptr ? context_->shape(i) : args_->inputs[static_cast<size_t>(i)].shape;
}

Result<IntList> Parameters::ints(int i, std::string_view name) const {
  if (!has(i)) return IntList{};
  if (context_ != nullptr) {
    GOSSAMER_ASSIGN(const std::vector<int64_t> values, context_->ints(i));
    return int_list(name, values);
  }
  const TensorView& view = args_->inputs[static_cast<size_t>(i)];
  IntList list;
  list.present = true;
  list.size = static_cast<size_t>(view.elements());  // infer() saw that they fit
  for (size_t k = 0; k < list.size; ++k) list[k] = int_at(view, static_cast<int64_t>(k));
  return list;
}

Result<RealList> Parameters::reals(int i, std::string_view name) const {
  if (!has(i)) return RealList{};
  if (context_ != nullptr) {
    GOSSAMER_ASSIGN(const std::vector<double> values, context_->reals(i));
    return real_list(name, values);
  }
  const TensorView& view = args_->inputs[static_cast<size_t>(i)];
  RealList list;
  list.present = true;
  list.size = static_cast<size_t>(view.elements());
  for (size_t k = 0; k < list.size; ++k) list[k] = real_at(view, static_cast<int64_t>(k));
  return list;
}

}  // namespace gossamer
