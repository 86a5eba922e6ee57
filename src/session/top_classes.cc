// See top_classes.h.
#include "session/top_classes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace gossamer {

Classification top_classes(std::span<const float> scores, int count, bool probabilities) {
  Classification result;
  std::vector<int> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  // A strict weak order even when scores hold NaN, which compares false with everything.
  auto rank = [&](int i) {
    const float score = scores[static_cast<size_t>(i)];
    return std::isnan(score) ? -std::numeric_limits<float>::infinity() : score;
  };
  const auto wanted = std::clamp<std::ptrdiff_t>(count, 0, std::ssize(order));
  std::ranges::partial_sort(order, order.begin() + wanted, [&](int a, int b) {
    return rank(a) != rank(b) ? rank(a) > rank(b) : a < b;
  });
  result.finite = std::ranges::all_of(scores, [](float s) { return std::isfinite(s); });

  float highest = -std::numeric_limits<float>::infinity();
  for (float score : scores) highest = score > highest ? score : highest;
  // e^(s - highest), with infinities sharing the whole probability and NaN having none.
  auto weight = [&](float score) {
    if (std::isnan(score)) return 0.0;
    if (score == highest) return 1.0;
    return std::exp(static_cast<double>(score) - static_cast<double>(highest));
  };
  double sum = 0;
  for (float score : scores) sum += weight(score);
  for (std::ptrdiff_t i = 0; i < wanted; ++i) {
    const int index = order[static_cast<size_t>(i)];
    const float score = scores[static_cast<size_t>(index)];
    const double softmax = sum > 0 ? weight(score) / sum : 0.0;
    const float probability = std::isnan(score) ? 0.0f : score;
    result.categories.push_back(
        {.index = index,
         .probability = probabilities ? probability : static_cast<float>(softmax),
         .label = {}});
  }
  return result;
}

}  // namespace gossamer
