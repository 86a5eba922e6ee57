// See resize.h. The row pass reads the source through PixelRows and keeps only the rows and columns
// that the crop needs.
#include "image/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/aligned_buffer.h"
#include "base/text.h"
#include "image/axis_weights.h"
#include "image/resample.h"

namespace gossamer {
namespace {

Status resize_smooth(const PixelRows& source, const ResizePlan& plan, Recipe::Filter filter,
                     Span span, uint8_t* scratch, uint8_t* out, size_t out_stride) {
  GOSSAMER_ASSIGN(const AxisWeights columns,
                  AxisWeights::make(source.width(), plan.width, plan.crop_x, plan.crop_width,
                                    filter, resample_step(source.pixel_bytes())));
  GOSSAMER_ASSIGN(
      const AxisWeights rows,
      AxisWeights::make(source.height(), plan.height, plan.crop_y, plan.crop_height, filter, 1));
  const int first = rows.first(0);
  const size_t pixel_bytes = static_cast<size_t>(source.pixel_bytes());
  const size_t row_bytes = static_cast<size_t>(plan.crop_width) * pixel_bytes;
  const uint64_t middle_bytes = uint64_t{row_bytes} * static_cast<uint64_t>(rows.end() - first);
  if (middle_bytes > std::numeric_limits<size_t>::max() / 2) {
    return Status(Code::kOom, Stage::kImage, "resizing the picture exceeds the address space")
        .got(concat(plan.crop_width, " x ", rows.end() - first, " pixels in between"));
  }
  GOSSAMER_ASSIGN(AlignedBuffer middle,
                  AlignedBuffer::allocate(static_cast<size_t>(middle_bytes) + kResampleSlack));
  uint8_t* narrow = middle.as<uint8_t>();
  for (int y = first; y < rows.end(); ++y) {
    const uint8_t* in = source.row(y, span, scratch);
    if (in != scratch && columns.end() > source.width()) {
      std::memcpy(scratch, in, static_cast<size_t>(source.width()) * pixel_bytes);
      in = scratch;
    }
    resample_row(in, source.pixel_bytes(), columns, plan.crop_width,
                 narrow + static_cast<size_t>(y - first) * row_bytes);
  }
  for (int y = 0; y < plan.crop_height; ++y) {
    resample_column(narrow + static_cast<size_t>(rows.first(y) - first) * row_bytes, row_bytes,
                    rows, y, out + static_cast<size_t>(y) * out_stride);
  }
  return Status::ok();
}

// Sums up the position from the start of the axis, as Pillow does, so that rounding agrees.
class NearestWalk {
 public:
  NearestWalk(int in, int out, int crop) : step_(static_cast<double>(in) / out), limit_(in - 1) {
    position_ = step_ * 0.5;
    for (int i = 0; i < crop; ++i) position_ += step_;
  }
  int next() {
    const int index = std::min(static_cast<int>(position_), limit_);
    position_ += step_;
    return index;
  }

 private:
  double step_;
  double position_;
  int limit_;
};

void resize_nearest(const PixelRows& source, const ResizePlan& plan, Span span, uint8_t* scratch,
                    uint8_t* out, size_t out_stride) {
  const size_t pixel_bytes = static_cast<size_t>(source.pixel_bytes());
  NearestWalk rows(source.height(), plan.height, plan.crop_y);
  const NearestWalk start(source.width(), plan.width, plan.crop_x);
  for (int y = 0; y < plan.crop_height; ++y) {
    const uint8_t* in = source.row(rows.next(), span, scratch);
    uint8_t* target = out + static_cast<size_t>(y) * out_stride;
    NearestWalk columns = start;
    for (int x = 0; x < plan.crop_width; ++x, target += pixel_bytes) {
      std::memcpy(target, in + static_cast<size_t>(columns.next()) * pixel_bytes, pixel_bytes);
    }
  }
}

// The copy of one row. Widened windows end within 8 pixels of it.
uint64_t row_copy_bytes(int width) {
  return 4 * (static_cast<uint64_t>(width) + 8);
}

}  // namespace

Span source_span(int in, int out, int crop, int count) {
  const double scale = static_cast<double>(in) / out;
  const double reach = 2 * std::max(scale, 1.0) + 8;
  const double end = std::ceil((crop + count) * scale + reach);
  return {std::max(static_cast<int>(crop * scale - reach), 0),
          static_cast<int>(std::min(end, static_cast<double>(in)))};
}

uint64_t resize_bytes(int width, int height, int pixel_bytes, const ResizePlan& plan) {
  const Span rows = source_span(height, plan.height, plan.crop_y, plan.crop_height);
  const uint64_t middle = static_cast<uint64_t>(plan.crop_width) *
                          static_cast<uint64_t>(pixel_bytes) *
                          static_cast<uint64_t>(rows.end - rows.begin);
  return row_copy_bytes(width) + middle + kResampleSlack +
         AxisWeights::most_bytes(width, plan.width, plan.crop_width) +
         AxisWeights::most_bytes(height, plan.height, plan.crop_height);
}

Status resize(const PixelRows& source, const ResizePlan& plan, Recipe::Filter filter, uint8_t* out,
              size_t out_stride) {
  GOSSAMER_ASSIGN(AlignedBuffer scratch,
                  AlignedBuffer::allocate(static_cast<size_t>(row_copy_bytes(source.width()))));
  uint8_t* row = scratch.as<uint8_t>();
  const Span span = source_span(source.width(), plan.width, plan.crop_x, plan.crop_width);
  if (filter == Recipe::Filter::kNearest) {
    resize_nearest(source, plan, span, row, out, out_stride);
    return Status::ok();
  }
  return resize_smooth(source, plan, filter, span, row, out, out_stride);
}

Result<Plane<uint8_t>> resize_gray(const ImageView& image, const ResizePlan& plan) {
  GOSSAMER_ASSIGN(Plane<uint8_t> plane, Plane<uint8_t>::make(plan.crop_width, plan.crop_height));
  GOSSAMER_TRY(resize(PixelRows(image, /*gray=*/true), plan, Recipe::Filter::kBilinear,
                      plane.data(), static_cast<size_t>(plan.crop_width)));
  return plane;
}

}  // namespace gossamer
