// Reads the recipe text that a model carries. Enters: "key=value" pairs. Leaves: a Recipe whose
// every field is in range, so that preprocess need not check again. Numbers are read here rather
// than by strtod, whose meaning of '.' depends on the locale of the program around us.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/text.h"
#include "gossamer/image.h"

namespace gossamer {
namespace {

constexpr int kMaxTarget = 8192;  // longest side of any input this runtime could run

// Decimal digits with an optional sign, point and exponent; nothing else. Exact rounding for up to
// 15 digits and a power of ten within 10^22, which any sane recipe stays inside.
std::optional<double> parse_number(std::string_view text) {
  size_t i = 0;
  const auto digit_at = [&text](size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++i;
  double mantissa = 0;
  int power = 0;
  bool any = false;
  for (bool fraction = false; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
    } else if (digit_at(i)) {
      mantissa = mantissa * 10 + (text[i] - '0');
      power -= fraction;
      any = true;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    const bool down = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (!digit_at(i)) return std::nullopt;
    int exponent = 0;
    for (; digit_at(i); ++i) exponent = std::min(exponent * 10 + (text[i] - '0'), 1000);
    power += down ? -exponent : exponent;
  }
  if (i != text.size()) return std::nullopt;
  double scale = 1;
  for (int n = std::min(std::abs(power), 400); n > 0; --n) scale *= 10;
  const double value = power < 0 ? mantissa / scale : mantissa * scale;
  if (!std::isfinite(value)) return std::nullopt;
  return negative ? -value : value;
}

Status bad_value(std::string_view key, std::string_view got, std::string_view expected) {
  return Status(Code::kArgument, Stage::kImage, concat("recipe: '", key, "' has an unusable value"))
      .attribute(key)
      .got(got)
      .expected(expected);
}

// One number, or as many as there are channels. A list of 1 is spread over all three.
struct Numbers {
  std::array<double, 3> values{};
  int count = 0;
};

struct Range {
  double low;
  double high;
  bool whole;
  std::string_view text;  // for the message
};

Result<Numbers> parse_numbers(std::string_view key, std::string_view text, const Range& range) {
  Numbers numbers;
  for (std::string_view rest = text;;) {
    const size_t comma = rest.find(',');
    const std::optional<double> number = parse_number(trim(rest.substr(0, comma)));
    if (!number || *number < range.low || *number > range.high || numbers.count == 3 ||
        (range.whole && *number != std::floor(*number))) {
      return bad_value(key, text, range.text);
    }
    numbers.values[static_cast<size_t>(numbers.count++)] = *number;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (numbers.count == 1) numbers.values[1] = numbers.values[2] = numbers.values[0];
  return numbers;
}

template <typename Enum>
struct Name {
  std::string_view text;
  Enum value;
};
constexpr Name<Recipe::Channels> kChannelNames[] = {{"rgb", Recipe::Channels::kRgb},
                                                    {"bgr", Recipe::Channels::kBgr},
                                                    {"gray", Recipe::Channels::kGray}};
constexpr Name<Recipe::Fit> kFitNames[] = {{"stretch", Recipe::Fit::kStretch},
                                           {"shorter", Recipe::Fit::kShorterSide},
                                           {"letterbox", Recipe::Fit::kLetterbox},
                                           {"foreground", Recipe::Fit::kForeground}};
constexpr Name<Recipe::Exact> kExactNames[] = {{"find", Recipe::Exact::kFind},
                                               {"keep", Recipe::Exact::kKeep}};
constexpr Name<Recipe::Filter> kFilterNames[] = {{"nearest", Recipe::Filter::kNearest},
                                                 {"bilinear", Recipe::Filter::kBilinear},
                                                 {"bicubic", Recipe::Filter::kBicubic}};

constexpr Name<Recipe::Scores> kScoresNames[] = {{"softmax", Recipe::Scores::kSoftmax},
                                                 {"sigmoid", Recipe::Scores::kSigmoid},
                                                 {"none", Recipe::Scores::kUnchanged},
                                                 {"exp", Recipe::Scores::kExp}};

template <typename Enum, size_t kCount>
Status parse_name(std::string_view key, std::string_view text, const Name<Enum> (&names)[kCount],
                  Enum& target) {
  std::string known;
  for (const Name<Enum>& name : names) {
    if (name.text == text) {
      target = name.value;
      return Status::ok();
    }
    known += concat(known.empty() ? "" : ", ", name.text);
  }
  return bad_value(key, text, known);
}

constexpr std::string_view kKeys[] = {"channels", "fit",  "exact", "filter", "scores", "resize",
                                      "box",      "fill", "scale", "mean",   "std"};
enum Key {
  kChannels,
  kFit,
  kExact,
  kFilter,
  kScores,
  kResize,
  kBox,
  kFill,
  kScale,
  kMean,
  kStd,
  kKeyCount
};
static_assert(std::size(kKeys) == kKeyCount);

constexpr Range kFillRange{0, 255, true, "whole numbers from 0 to 255, one or one per channel"};
constexpr Range kMeanRange{-1e6, 1e6, false, "numbers within 1e6 of 0, one or one per channel"};
constexpr Range kStdRange{1e-9, 1e9, false, "positive numbers, one or one per channel"};
constexpr Range kScaleRange{-1e9, 1e9, false, "one number other than 0"};
constexpr Range kSizeRange{1, kMaxTarget, true, "one whole number from 1 to 8192"};

// `lists` collects the longest list of values, to be held against the channel count at the end.
Status parse_numeric(Key key, std::string_view text, Recipe& recipe, int& longest_list) {
  constexpr const Range* kRanges[] = {&kSizeRange,  &kSizeRange, &kFillRange,
                                      &kScaleRange, &kMeanRange, &kStdRange};
  const Range& range = *kRanges[key - kResize];
  GOSSAMER_ASSIGN(const Numbers numbers, parse_numbers(kKeys[key], text, range));
  const bool single = key == kResize || key == kBox || key == kScale;
  if (single && numbers.count != 1) return bad_value(kKeys[key], text, range.text);
  if (key == kScale && numbers.values[0] == 0) return bad_value(kKeys[key], text, range.text);
  longest_list = std::max(longest_list, numbers.count);
  if (numbers.count == 2) return bad_value(kKeys[key], text, range.text);
  if (key == kResize) recipe.resize = static_cast<int>(numbers.values[0]);
  if (key == kBox) recipe.box = static_cast<int>(numbers.values[0]);
  if (key == kScale) recipe.scale = static_cast<float>(numbers.values[0]);
  for (size_t c = 0; c < 3; ++c) {
    if (key == kFill) recipe.fill[c] = static_cast<int>(numbers.values[c]);
    if (key == kMean) recipe.mean[c] = static_cast<float>(numbers.values[c]);
    if (key == kStd) recipe.std[c] = static_cast<float>(numbers.values[c]);
  }
  return Status::ok();
}

Status parse_pair(std::string_view pair, Recipe& recipe, unsigned& seen, int& longest_list) {
  const size_t equals = pair.find('=');
  const std::string_view name = trim(pair.substr(0, equals));
  size_t index = 0;
  while (index < kKeyCount && kKeys[index] != name) ++index;
  if (index == kKeyCount || equals == std::string_view::npos) {
    std::string known;
    for (std::string_view key : kKeys) known += concat(known.empty() ? "" : ", ", key);
    return Status(Code::kArgument, Stage::kImage, "recipe: not a known key=value pair")
        .got(pair)
        .expected(known);
  }
  const Key key = static_cast<Key>(index);
  if (seen & (1u << key)) {
    return Status(Code::kArgument, Stage::kImage, concat("recipe: '", name, "' is given twice"))
        .attribute(name);
  }
  seen |= 1u << key;
  const std::string_view value = trim(pair.substr(equals + 1));
  if (key == kChannels) return parse_name(name, value, kChannelNames, recipe.channels);
  if (key == kFit) return parse_name(name, value, kFitNames, recipe.fit);
  if (key == kExact) return parse_name(name, value, kExactNames, recipe.exact);
  if (key == kFilter) return parse_name(name, value, kFilterNames, recipe.filter);
  if (key == kScores) return parse_name(name, value, kScoresNames, recipe.scores);
  return parse_numeric(key, value, recipe, longest_list);
}

}  // namespace

std::string_view scores_name(Recipe::Scores scores) {
  const auto* found = std::ranges::find(kScoresNames, scores, &Name<Recipe::Scores>::value);
  return found != std::end(kScoresNames) ? found->text : std::string_view();
}

Result<Recipe> parse_recipe(std::string_view text) {
  Recipe recipe;
  unsigned seen = 0;
  int longest_list = 1;
  while (!text.empty()) {
    const size_t end = text.find_first_of(";\n");
    const std::string_view pair = trim(text.substr(0, end));
    if (!pair.empty()) GOSSAMER_TRY(parse_pair(pair, recipe, seen, longest_list));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (recipe.channels == Recipe::Channels::kGray && longest_list > 1) {
    return Status(Code::kArgument, Stage::kImage, "recipe: three values given for one channel")
        .got(concat(longest_list, " values"))
        .expected("1 value with channels=gray");
  }
  return recipe;
}

}  // namespace gossamer
