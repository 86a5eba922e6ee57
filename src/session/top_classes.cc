// See top_classes.h.
#include "session/top_classes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/exponential.h"
#include "base/text.h"

namespace gossamer {
namespace {

// The probability of a class that is judged by its own score alone.
float alone(float score, Recipe::Scores kind) {
  if (std::isnan(score)) return 0;
  if (kind == Recipe::Scores::kSigmoid) {
    return static_cast<float>(1 / (1 + exponential(-static_cast<double>(score))));
  }
  if (kind != Recipe::Scores::kExp) return score;
  return static_cast<float>(exponential(static_cast<double>(score)));
}

}  // namespace

Classification top_classes(std::span<const float> scores, int count, Recipe::Scores kind) {
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
    return exponential(static_cast<double>(score) - static_cast<double>(highest));
  };
  const bool softmax = kind == Recipe::Scores::kSoftmax;
  double sum = 0;
  if (softmax) {
    for (float score : scores) sum += weight(score);
  }
  for (std::ptrdiff_t i = 0; i < wanted; ++i) {
    const int index = order[static_cast<size_t>(i)];
    const float score = scores[static_cast<size_t>(index)];
    const double share = sum > 0 ? weight(score) / sum : 0.0;
    const float probability = softmax ? static_cast<float>(share) : alone(score, kind);
    result.categories.push_back({.index = index, .probability = probability, .label = {}});
  }
  return result;
}

Classification name_classes(std::span<const float> scores, int count, Recipe::Scores kind,
                            std::span<const std::string> labels) {
  Classification result = top_classes(scores, count, kind);
  const bool pair = scores.size() == 1 && labels.size() == 2;
  if (pair) {
    const float second = top_classes(scores, 1, kind).categories[0].probability;
    const float both[] = {1 - second, second};
    const bool finite = result.finite;
    result = top_classes(both, count, Recipe::Scores::kUnchanged);
    result.finite = finite;
  }
  const bool named = pair || labels.size() == scores.size();
  for (Category& category : result.categories) {
    const auto index = static_cast<size_t>(category.index);
    category.label = named ? labels[index] : concat(category.index);
  }
  return result;
}

}  // namespace gossamer
