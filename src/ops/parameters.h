// Inputs that say how an operator works (the bounds of Slice, the widths of Pad), read in one way
// for the shape rule, which knows them as constants, and for the scalar reference, which finds them
// in memory. Lists have a fixed capacity, so that evaluate() allocates nothing.
#ifndef GOSSAMER_OPS_PARAMETERS_H_
#define GOSSAMER_OPS_PARAMETERS_H_

#include <array>
#include <string_view>

#include "ops/checks.h"

namespace gossamer {

// Up to two numbers for each axis of a tensor.
template <typename T>
struct ShortList {
  static constexpr size_t kCapacity = 2 * Shape::kMaxRank;
  std::array<T, kCapacity> values{};
  size_t size = 0;
  bool present = false;  // an absent list is empty, too

  T operator[](size_t i) const { return values[i]; }
  T& operator[](size_t i) { return values[i]; }
};
using IntList = ShortList<int64_t>;
using RealList = ShortList<double>;

// From an attribute, which may be absent. Errors: ATTRIBUTE when it is longer than any tensor
// could make use of.
Result<IntList> int_list(std::string_view name, std::span<const int64_t> values);
Result<RealList> real_list(std::string_view name, std::span<const double> values);

// The entries of a list with one or two for every axis, for an operand whose axes are permuted.
// Requires perm.size() or twice as many entries; with two per axis, all first ones come first.
template <typename T>
ShortList<T> permute_list(const ShortList<T>& list, std::span<const int> perm) {
  ShortList<T> out = list;
  const size_t rank = perm.size();
  for (size_t first = 0; first < list.size; first += rank) {
    for (size_t k = 0; k < rank; ++k) {
      out[first + k] = list[first + static_cast<size_t>(perm[k])];
    }
  }
  return out;
}

class Parameters {
 public:
  explicit Parameters(const OpContext& context) : context_(&context) {}
  explicit Parameters(const EvaluateArgs& args) : args_(&args) {}

  bool has(int i) const;
  // Requires has(i).
  const Shape& shape(int i) const;
  // Input i as a list; absent when the input is. `name` is what errors call it. Errors: those of
  // OpContext::ints, ATTRIBUTE for a list that is too long.
  Result<IntList> ints(int i, std::string_view name) const;
  Result<RealList> reals(int i, std::string_view name) const;

 private:
  const OpContext* context_ = nullptr;
  const EvaluateArgs* args_ = nullptr;
};

}  // namespace gossamer

#endif  // GOSSAMER_OPS_PARAMETERS_H_
