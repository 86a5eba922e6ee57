// See pictures.h.
#include "session/pictures.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "image/picture_form.h"

namespace gossamer {
namespace {

// Open extents are taken to be some, the first one a batch of 1, so that the input is found before
// they are known.
std::optional<PictureForm> form_of(const TensorInfo& input) {
  constexpr int64_t kSomeExtent = 32;
  if (!takes_pixels(input.type)) return std::nullopt;
  Shape shape = input.shape;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] < 0) shape[axis] = axis == 0 ? 1 : kSomeExtent;
  }
  return picture_form(shape);
}

}  // namespace

int find_picture(std::span<const TensorInfo> inputs, std::span<const int> given) {
  int best = -1;
  std::pair<int, int64_t> highest;
  for (int i = 0; i < std::ssize(inputs); ++i) {
    if (std::ranges::find(given, i) != given.end()) continue;
    const TensorInfo& input = inputs[static_cast<size_t>(i)];
    const auto form = form_of(input);
    if (!form) continue;
    const std::pair likeness(input.shape.rank(), form->height * form->width);
    if (best >= 0 && likeness <= highest) continue;
    best = i;
    highest = likeness;
  }
  return best;
}

Result<int> choose_picture(std::span<const TensorInfo> inputs, std::span<const int> given) {
  const int picture = find_picture(inputs, given);
  if (picture < 0) {
    Status status(Code::kArgument, Stage::kApi, "no input takes a picture");
    if (!inputs.empty()) {
      status = std::move(status)
                   .tensor(inputs[0].name)
                   .got(concat(data_type_name(inputs[0].type), " ", inputs[0].shape.to_string()));
    }
    return std::move(status).expected("[1, C, H, W] or [1, H, W, C] with C = 1 or 3, or gray");
  }
  for (int i = 0; i < std::ssize(inputs); ++i) {
    const TensorInfo& input = inputs[static_cast<size_t>(i)];
    if (i == picture || std::ranges::find(given, i) != given.end()) continue;
    return Status(Code::kArgument, Stage::kApi, "an input besides the picture is not given")
        .tensor(input.name)
        .expected(concat(data_type_name(input.type), " ", input.shape.to_string()))
        .hint("give a tensor: the option `inputs`, on the command line --input NAME=FILE.pb");
  }
  return picture;
}

std::string describe_picture(const TensorInfo& input) {
  const auto form = form_of(input);
  if (!form) return {};
  const auto sides = input.shape.dims().subspan(1);
  const bool open = std::ranges::any_of(sides, [](int64_t extent) { return extent < 0; });
  const std::string size = open ? "open size" : concat(form->width, " x ", form->height);
  return concat(size, form->channels == 1 ? ", gray" : ", colour");
}

}  // namespace gossamer
