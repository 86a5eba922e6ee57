// See image_properties.h.
#include "session/image_properties.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace gossamer {
namespace {

struct Row {
  std::string_view value;  // in small letters
  std::string_view recipe;
};
constexpr Row kFormats[] = {{"gray8", "channels=gray"},
                            {"rgb8", "channels=rgb"},
                            {"rgba8", "channels=rgb"},
                            {"bgr8", "channels=bgr"},
                            {"bgra8", "channels=bgr"}};
constexpr Row kRanges[] = {{"normalized_0_1", ""},
                           {"normalized_1_1", ";scale=0.00784313725490196;mean=1"},
                           {"nominalrange_16_235", ";scale=0.8588235294117647;mean=-16"}};

std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return small;
}

const Row* find_row(std::span<const Row> rows, std::string_view value) {
  const auto found = std::ranges::find(rows, in_small_letters(value), &Row::value);
  return found != rows.end() ? &*found : nullptr;
}

}  // namespace

std::string recipe_of_image_properties(
    const std::map<std::string, std::string, std::less<>>& properties) {
  const Row* format = nullptr;
  std::string_view range = ";scale=1";
  for (const auto& [key, value] : properties) {
    const std::string name = in_small_letters(key);
    if (name == "image.bitmappixelformat") format = find_row(kFormats, value);
    if (name != "image.nominalpixelrange") continue;
    if (const Row* row = find_row(kRanges, value); row != nullptr) range = row->recipe;
  }
  return format != nullptr ? std::string(format->recipe).append(range) : std::string();
}

}  // namespace gossamer
