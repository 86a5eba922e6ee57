// Fits a picture to a network's input. Enters: pixels, a recipe, the input tensor. Leaves: the
// tensor filled. The picture is brought to size in bytes first (as Pillow and torchvision do, which
// is what makes the numbers agree), then turned into elements through a table of 256 values per
// channel.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "base/aligned_buffer.h"
#include "base/convert.h"
#include "base/text.h"
#include "gossamer/image.h"
#include "image/foreground.h"
#include "image/picture_form.h"
#include "image/pixel_rows.h"
#include "image/prepare.h"
#include "image/resize.h"

namespace gossamer {
namespace {

struct InputLayout {
  DataType type = DataType::kFloat32;
  int channels = 0;
  int height = 0;
  int width = 0;
  bool channels_first = true;
};

Result<InputLayout> read_layout(const MutableTensorView& input) {
  const auto bad = [&input](std::string_view message) {
    return Status(Code::kArgument, Stage::kImage, std::string(message))
        .got(concat(data_type_name(input.type), " ", input.shape.to_string()))
        .expected(
            "float32, float16, bfloat16, float64, uint8 or int8 [1, C, H, W] or [1, H, W, C] with "
            "C = 1 or 3; gray also [1, H, W], [H, W] or a square number of pixels");
  };
  if (!takes_pixels(input.type)) return bad("the input does not take pixels of its type");
  const auto form = picture_form(input.shape);
  if (!form) return bad("the input is not an image");
  const auto [channels, height, width, channels_first] = *form;
  InputLayout layout;
  layout.type = input.type;
  layout.channels_first = channels_first;
  if (height < 1 || width < 1 || height > kMaxImageSide || width > kMaxImageSide) {
    return bad("the input's height or width is unusable");
  }
  if (input.data == nullptr) return bad("the input has no memory");
  layout.channels = static_cast<int>(channels);
  layout.height = static_cast<int>(height);
  layout.width = static_cast<int>(width);
  return layout;
}

// Python's round(value / 2) for value >= 0: halves go to the even neighbour.
int half_to_even(int value) {
  const int low = value / 2;
  return value % 2 == 0 || low % 2 == 0 ? low : low + 1;
}

// Of a picture that is only partly computed. Places in it stay far from the ends of an int.
constexpr int64_t kMaxScaledSide = int64_t{1} << 24;

// torchvision's Resize(resize) and CenterCrop((height, width)).
Result<ResizePlan> plan_shorter_side(int width, int height, const Recipe& recipe,
                                     const InputLayout& layout) {
  const int target = recipe.resize != 0 ? recipe.resize : std::max(layout.width, layout.height);
  if (target < layout.width || target < layout.height) {
    return Status(Code::kArgument, Stage::kImage, "the crop is larger than the resized picture")
        .attribute("resize")
        .got(concat(target))
        .expected(concat("at least ", std::max(layout.width, layout.height)));
  }
  const int64_t shorter = std::min(width, height);
  const auto scaled = [&](int64_t side) { return target * side / shorter; };
  const int64_t longer = scaled(std::max(width, height));
  if (longer > kMaxScaledSide) {
    return Status(Code::kImage, Stage::kImage, "the picture is too long and thin to be enlarged")
        .got(concat(width, " x ", height, ", ", longer, " pixels when resized"))
        .expected(concat("at most ", kMaxScaledSide));
  }
  ResizePlan plan;
  plan.width = static_cast<int>(scaled(width));
  plan.height = static_cast<int>(scaled(height));
  plan.crop_width = layout.width;
  plan.crop_height = layout.height;
  plan.crop_x = half_to_even(plan.width - layout.width);
  plan.crop_y = half_to_even(plan.height - layout.height);
  return plan;
}

// Where channel c of the recipe stands in a pixel of RGBX; 0 in one of gray.
size_t pixel_channel(const Recipe& recipe, int pixel_bytes, size_t c) {
  if (pixel_bytes == 1) return 0;
  return recipe.channels == Recipe::Channels::kBgr ? 2 - c : c;
}

// PIL's ImageOps.pad: the picture as large as fits, in the middle. At least one pixel is kept of a
// very long picture, where PIL would refuse.
ResizePlan plan_letterbox(int picture_width, int picture_height, const InputLayout& layout) {
  const double ratio = static_cast<double>(picture_width) / picture_height;
  const double target = static_cast<double>(layout.width) / layout.height;
  int width = layout.width;
  int height = layout.height;
  if (ratio > target) {
    const double inverse = static_cast<double>(picture_height) / picture_width;
    height = std::max(static_cast<int>(std::nearbyint(inverse * layout.width)), 1);
  } else if (ratio < target) {
    width = std::max(static_cast<int>(std::nearbyint(ratio * layout.height)), 1);
  }
  return ResizePlan::whole(width, height);
}

Status fit_letterbox(const PixelRows& source, const Recipe& recipe, const ResizePlan& plan,
                     const InputLayout& layout, uint8_t* out) {
  const int left = half_to_even(layout.width - plan.width);
  const int top = half_to_even(layout.height - plan.height);
  const size_t pixel_bytes = static_cast<size_t>(source.pixel_bytes());
  const size_t row_bytes = static_cast<size_t>(layout.width) * pixel_bytes;
  for (size_t c = 0; c < 3; ++c) {
    const size_t end = row_bytes * static_cast<size_t>(layout.height);
    for (size_t i = pixel_channel(recipe, source.pixel_bytes(), c); i < end; i += pixel_bytes) {
      out[i] = static_cast<uint8_t>(recipe.fill[c]);
    }
  }
  return resize(
      source, plan, recipe.filter,
      out + static_cast<size_t>(top) * row_bytes + static_cast<size_t>(left) * pixel_bytes,
      row_bytes);
}

// How the picture comes to size; not asked for kForeground, which has steps of its own.
Result<ResizePlan> plan_fit(int width, int height, const Recipe& recipe,
                            const InputLayout& layout) {
  if (recipe.fit == Recipe::Fit::kShorterSide) {
    return plan_shorter_side(width, height, recipe, layout);
  }
  if (recipe.fit == Recipe::Fit::kLetterbox) return plan_letterbox(width, height, layout);
  return ResizePlan::whole(layout.width, layout.height);
}

Status fit(const PixelRows& source, const Recipe& recipe, const ResizePlan& plan,
           const InputLayout& layout, uint8_t* out) {
  if (recipe.fit == Recipe::Fit::kLetterbox) {
    return fit_letterbox(source, recipe, plan, layout, out);
  }
  const auto pixel_bytes = static_cast<size_t>(source.pixel_bytes());
  return resize(source, plan, recipe.filter, out, static_cast<size_t>(layout.width) * pixel_bytes);
}

// What the input shows of the picture: a crop, or the whole picture with bars at its sides.
SeenPart seen_part(const ResizePlan& plan, const InputLayout& layout) {
  const auto axis = [](int scaled, int crop, int crop_begin, int extent) {
    // Of a picture that is smaller than the input, the bars.
    const double begin = crop < extent ? -half_to_even(extent - crop) : crop_begin;
    return std::pair{begin / scaled, (begin + extent) / scaled};
  };
  const auto [left, right] = axis(plan.width, plan.crop_width, plan.crop_x, layout.width);
  const auto [top, bottom] = axis(plan.height, plan.crop_height, plan.crop_y, layout.height);
  return {left, top, right, bottom};
}

Result<int> foreground_box(const Recipe& recipe, const InputLayout& layout) {
  const int shorter = std::min(layout.width, layout.height);
  const int box = recipe.box != 0 ? recipe.box : std::max(shorter * 5 / 7, 1);
  if (box <= std::min(shorter, kMaxFigureSide)) return box;
  return Status(Code::kArgument, Stage::kImage,
                box > shorter ? "the box is larger than the input" : "the box is too large")
      .attribute("box")
      .got(concat(box))
      .expected(concat("at most ", std::min(shorter, kMaxFigureSide)));
}

// Errors: BUDGET when the pixels brought to size and the work on them take more than allowed.
Status check_memory(uint64_t fitted, uint64_t work, uint64_t max_bytes) {
  const uint64_t needed = fitted + work;
  if (needed > max_bytes) {
    return Status(Code::kBudget, Stage::kImage,
                  "preparing the picture needs more memory than allowed")
        .got(concat(needed, " bytes"))
        .expected(concat("at most ", max_bytes, " bytes"));
  }
  if (fitted <= std::numeric_limits<size_t>::max() / 2) return Status::ok();
  return Status(Code::kOom, Stage::kImage, "preparing the picture exceeds the address space")
      .got(concat(fitted, " bytes"));
}

// A value as the bits of an element: rounded to nearest, ties to even, and to the nearest there is
// where bytes cannot hold it.
uint64_t element_bits(float value, DataType type) {
  uint64_t bits = 0;
  switch (type) {
    case DataType::kFloat16:
    case DataType::kBfloat16:
    case DataType::kFloat64:
      from_float32(&value, type, &bits, 1);
      return bits;
    case DataType::kUint8:
      return static_cast<uint8_t>(std::clamp(std::nearbyint(value), 0.0f, 255.0f));
    case DataType::kInt8:
      return static_cast<uint8_t>(
          static_cast<int8_t>(std::clamp(std::nearbyint(value), -128.0f, 127.0f)));
    default:
      return std::bit_cast<uint32_t>(value);
  }
}

// `pixels` has `pixel_bytes` bytes a pixel.
void normalise(const uint8_t* pixels, int pixel_bytes, const Recipe& recipe,
               const InputLayout& layout, uint8_t* out) {
  const size_t size = data_type_size(layout.type);
  const double scale = recipe.scale != 0 ? static_cast<double>(recipe.scale)
                       : size == 1       ? 1.0
                                         : 1.0 / 255.0;
  const size_t area = static_cast<size_t>(layout.width) * static_cast<size_t>(layout.height);
  const size_t channels = static_cast<size_t>(layout.channels);
  const size_t step = size * (layout.channels_first ? 1 : channels);
  for (size_t c = 0; c < channels; ++c) {
    std::array<uint64_t, 256> table;
    for (size_t v = 0; v < table.size(); ++v) {
      const double centred = static_cast<double>(v) * scale - static_cast<double>(recipe.mean[c]);
      table[v] = element_bits(static_cast<float>(centred / static_cast<double>(recipe.std[c])),
                              layout.type);
    }
    const uint8_t* in = pixels + pixel_channel(recipe, pixel_bytes, c);
    uint8_t* target = out + size * c * (layout.channels_first ? area : 1);
    for (size_t i = 0; i < area; ++i, in += pixel_bytes, target += step) {
      const uint64_t bits = table[*in];
      // The lower bytes of the bits; a copy of `size` bytes would be a call.
      if (size == 8) {
        std::memcpy(target, &bits, 8);
      } else if (size == 4) {
        std::memcpy(target, &bits, 4);
      } else if (size == 2) {
        std::memcpy(target, &bits, 2);
      } else {
        std::memcpy(target, &bits, 1);
      }
    }
  }
}

}  // namespace

Status prepare(const ImageView& image, const Recipe& recipe, const MutableTensorView& input,
               uint64_t max_bytes, SeenPart* seen) {
  GOSSAMER_TRY(check_image(image));
  GOSSAMER_ASSIGN(const InputLayout layout, read_layout(input));
  const bool other_size = image.width != layout.width || image.height != layout.height;
  const bool foreground = recipe.fit == Recipe::Fit::kForeground &&
                          (other_size || recipe.exact != Recipe::Exact::kKeep);
  const bool gray = recipe.fit == Recipe::Fit::kForeground || layout.channels == 1 ||
                    recipe.channels == Recipe::Channels::kGray;
  const PixelRows source(image, gray);
  const int pixel_bytes = source.pixel_bytes();
  const uint64_t fitted_bytes = static_cast<uint64_t>(layout.width) *
                                static_cast<uint64_t>(layout.height) *
                                static_cast<uint64_t>(pixel_bytes);
  int box = 0;
  ResizePlan plan;
  uint64_t work_bytes = 0;
  if (foreground) {
    GOSSAMER_ASSIGN(box, foreground_box(recipe, layout));
    work_bytes = foreground_bytes(image.width, image.height, box);
  } else {
    GOSSAMER_ASSIGN(plan, plan_fit(image.width, image.height, recipe, layout));
    work_bytes = resize_bytes(image.width, image.height, pixel_bytes, plan);
  }
  GOSSAMER_TRY(check_memory(fitted_bytes, work_bytes, max_bytes));
  GOSSAMER_ASSIGN(AlignedBuffer fitted, AlignedBuffer::allocate(static_cast<size_t>(fitted_bytes)));
  uint8_t* pixels = fitted.as<uint8_t>();
  if (seen != nullptr) *seen = foreground ? SeenPart() : seen_part(plan, layout);
  GOSSAMER_TRY(foreground
                   ? extract_foreground(image, {box, layout.width, layout.height}, pixels, seen)
                   : fit(source, recipe, plan, layout, pixels));
  normalise(pixels, pixel_bytes, recipe, layout, input.as<uint8_t>());
  return Status::ok();
}

Status preprocess(const ImageView& image, const Recipe& recipe, const MutableTensorView& input,
                  uint64_t max_bytes) {
  return prepare(image, recipe, input, max_bytes, nullptr);
}

PixelArea used_pixels(int width, int height, const Recipe& recipe, const MutableTensorView& input) {
  const PixelArea whole{0, 0, width, height};
  const Result<InputLayout> layout = read_layout(input);
  if (width < 1 || height < 1 || !layout.is_ok() || recipe.fit != Recipe::Fit::kShorterSide) {
    return whole;
  }
  const Result<ResizePlan> plan = plan_shorter_side(width, height, recipe, *layout);
  if (!plan.is_ok()) return whole;
  const Span columns = source_span(width, plan->width, plan->crop_x, plan->crop_width);
  const Span rows = source_span(height, plan->height, plan->crop_y, plan->crop_height);
  return {columns.begin, rows.begin, columns.end - columns.begin, rows.end - rows.begin};
}

}  // namespace gossamer
