// Resize's scalar reference, one pass over the tensor for each axis, and the choice of its kernel.
// Interpolation computes in double whatever the type; the nearest element is moved as it is.
#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/resize/resize.h"
#include "kernels/sizes.h"
#include "ops/elements.h"
#include "ops/resize.h"

namespace gossamer {
namespace {

// A dense tensor [outer, in, inner] to [outer, out, inner].
struct Pass {
  int64_t outer = 1;
  int64_t in = 1;
  int64_t out = 1;
  int64_t inner = 1;
};

// The scratch memory of the reference: what goes into a pass and what comes out of it, in turns,
// and the table of one axis.
struct Workspace {
  size_t buffers[2] = {};
  size_t taps = 0;
};

// For elements of `size` bytes.
Result<Workspace> workspace_for(const ResampleStyle& style, const ResizeGeometry& all,
                                size_t size) {
  constexpr int64_t kAlign = AlignedBuffer::kAlignment;
  const auto rounded = [&](int64_t count, size_t bytes_each) -> Result<size_t> {
    GOSSAMER_ASSIGN(const size_t bytes, checked_bytes(count, bytes_each));
    return checked_bytes(ceil_div(static_cast<int64_t>(bytes), kAlign), kAlign);
  };
  Shape shape;
  for (int k = 0; k < all.rank; ++k) shape.push_back(all.axes[static_cast<size_t>(k)].in);
  Workspace room;
  size_t turn = 0;
  GOSSAMER_ASSIGN(room.buffers[0], rounded(shape.elements(), size));
  for (int k = 0; k < all.rank; ++k) {
    const ResampleAxis& axis = all.axes[static_cast<size_t>(k)];
    if (is_identity(style, axis)) continue;
    shape[k] = axis.out;
    turn = 1 - turn;
    GOSSAMER_ASSIGN(const size_t taps, Taps::bytes_for(style, axis));
    GOSSAMER_ASSIGN(const size_t bytes, rounded(shape.checked_elements().value_or(-1), size));
    room.taps = std::max(room.taps, taps);
    room.buffers[turn] = std::max(room.buffers[turn], bytes);
  }
  return room;
}

void move_nearest(const Pass& pass, const Taps& taps, size_t size, const std::byte* x,
                  const std::byte* extrapolation, std::byte* y) {
  const size_t block = static_cast<size_t>(pass.inner) * size;
  for (int64_t n = 0; n < pass.outer; ++n) {
    for (int64_t o = 0; o < pass.out; ++o, y += block) {
      const int32_t index = taps.indices(o)[0];
      if (index >= 0) {
        std::memcpy(y, x + static_cast<size_t>(n * pass.in + index) * block, block);
      } else {
        for (size_t at = 0; at < block; at += size) std::memcpy(y + at, extrapolation, size);
      }
    }
  }
}

void interpolate(const Pass& pass, const Taps& taps, const double* x, double extrapolation,
                 double* y) {
  for (int64_t n = 0; n < pass.outer; ++n) {
    for (int64_t o = 0; o < pass.out; ++o) {
      const int32_t* indices = taps.indices(o);
      for (int64_t i = 0; i < pass.inner; ++i) {
        double sum = indices[0] < 0 ? extrapolation : 0;
        for (int64_t k = 0; indices[0] >= 0 && k < taps.count(); ++k) {
          sum += static_cast<double>(taps.weights(o)[k]) *
                 x[(n * pass.in + indices[k]) * pass.inner + i];
        }
        *y++ = sum;
      }
    }
  }
}

}  // namespace

// The nearest element is moved as it is, others are computed with as doubles.
size_t ResizeOp::working_size(DataType type) const {
  return settings_.style.interpolation == Interpolation::kNearest ? data_type_size(type)
                                                                  : sizeof(double);
}

Result<size_t> ResizeOp::scratch_bytes(const OpContext& context) const {
  GOSSAMER_ASSIGN(const ResizeGeometry all, geometry(Parameters(context)));
  GOSSAMER_ASSIGN(const Workspace room,
                  workspace_for(settings_.style, all, working_size(context.type(0))));
  size_t sum = room.taps;
  for (const size_t bytes : room.buffers) {
    // What overflows is more than any address space holds.
    if (__builtin_add_overflow(sum, bytes, &sum)) return checked_bytes(-1, 1);
  }
  return sum;
}

Status ResizeOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  if (y.elements() == 0) return Status::ok();
  GOSSAMER_ASSIGN(const ResizeGeometry all, geometry(Parameters(args)));
  const bool nearest = settings_.style.interpolation == Interpolation::kNearest;
  const size_t size = working_size(x.type);
  const auto extrapolation = static_cast<double>(settings_.style.extrapolation);
  std::array<std::byte, sizeof(double)> outside{};
  put_number({x.type, {}, outside.data()}, 0, extrapolation);

  GOSSAMER_ASSIGN(const Workspace room, workspace_for(settings_.style, all, size));
  std::byte* from = args.scratch;
  std::byte* to = from + room.buffers[0];
  std::byte* table = to + room.buffers[1];
  int64_t count = x.elements();
  if (nearest) {
    std::memcpy(from, x.data, x.bytes());
  } else {
    for (int64_t i = 0; i < count; ++i) reinterpret_cast<double*>(from)[i] = real_at(x, i);
  }
  for (int k = 0; k < all.rank; ++k) {
    const ResampleAxis& axis = all.axes[static_cast<size_t>(k)];
    if (is_identity(settings_.style, axis)) continue;
    Pass pass{1, axis.in, axis.out, 1};
    for (int j = 0; j < k; ++j) pass.outer *= y.shape[j];
    for (int j = k + 1; j < all.rank; ++j) pass.inner *= x.shape[j];
    const Taps taps = Taps::make_at(table, settings_.style, axis);
    count = pass.outer * pass.out * pass.inner;
    if (nearest) {
      move_nearest(pass, taps, size, from, outside.data(), to);
    } else {
      interpolate(pass, taps, reinterpret_cast<const double*>(from), extrapolation,
                  reinterpret_cast<double*>(to));
    }
    std::swap(from, to);
  }
  if (nearest) {
    std::memcpy(y.data, from, y.bytes());
  } else {
    for (int64_t i = 0; i < count; ++i) put_number(y, i, reinterpret_cast<const double*>(from)[i]);
  }
  return Status::ok();
}

Result<std::unique_ptr<Kernel>> ResizeOp::lower(OpContext& context) const {
  GOSSAMER_ASSIGN(const ResizeGeometry all, geometry(Parameters(context)));
  int first = all.rank;
  int last = -1;
  for (int k = 0; k < all.rank; ++k) {
    if (is_identity(settings_.style, all.axes[static_cast<size_t>(k)])) continue;
    first = std::min(first, k);
    last = k;
  }
  if (context.type(0) != DataType::kFloat32 || last < 0 || last - first > 1) {
    return Op::lower(context);
  }
  const ResampleAxis& columns = all.axes[static_cast<size_t>(last)];
  ResizeParams params;
  params.in_width = columns.in;
  params.out_width = columns.out;
  params.extrapolation = settings_.style.extrapolation;
  const Shape& x = context.shape(0);
  for (int k = 0; k < first; ++k) params.outer *= x[k];
  for (int k = last + 1; k < x.rank(); ++k) params.inner *= x[k];
  GOSSAMER_ASSIGN(Taps column_taps, Taps::make(settings_.style, columns));
  Taps row_taps;
  if (first < last) {
    const ResampleAxis& rows = all.axes[static_cast<size_t>(first)];
    params.in_height = rows.in;
    params.out_height = rows.out;
    GOSSAMER_ASSIGN(row_taps, Taps::make(settings_.style, rows));
  }
  return make_resize_f32(params, std::move(row_taps), std::move(column_taps));
}

}  // namespace gossamer
