// Permutations of axes, slices and repetitions, in three forms chosen from the merged axes:
//   - rows: the innermost axis stays, so runs of it are copied;
//   - swap: the two innermost axes change places (channels first <-> last), done in square tiles so
//     that the cache lines on both sides are used whole;
//   - strided: anything else, element by element along the innermost axis.
#include <algorithm>
#include <cstring>

#include "kernels/movement/movement.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kTile = 16;
constexpr int64_t kItemElements = 4096;

enum class Form { kRows, kSwap, kStrided };

class Transpose final : public Kernel {
 public:
  Transpose(const StridedAxes<1>& axes, int element_bytes, int64_t first)
      : axes_(axes), element_bytes_(element_bytes), first_(first) {
    const int rank = axes_.rank();
    if (rank == 0 || axes_.stride(rank - 1, 0) == 1) {
      form_ = Form::kRows;
    } else if (rank >= 2 && axes_.stride(rank - 2, 0) == 1) {
      form_ = Form::kSwap;
    }
    if (rank > 0) {
      length_ = axes_.extent(rank - 1);
      step_ = axes_.stride(rank - 1, 0);
    }
    outer_rank_ = std::max(0, rank - (form_ == Form::kSwap ? 2 : 1));
    rows_ = form_ == Form::kSwap ? axes_.extent(rank - 2) : 1;
    outer_ = axes_.count_before(outer_rank_);
    row_block_ = round_up(units_per_item(rows_, length_, kItemElements), kTile);
    outer_per_item_ =
        rows_ <= row_block_ ? units_per_item(outer_, rows_ * length_, kItemElements) : 1;
  }

  std::string_view name() const override {
    switch (form_) {
      case Form::kRows:
        return kernel_name::kTransposeRows;
      case Form::kSwap:
        return kernel_name::kTransposeSwap;
      case Form::kStrided:
        break;
    }
    return kernel_name::kTransposeStrided;
  }
  int64_t items() const override {
    if (axes_.elements() == 0) return 0;
    return ceil_div(outer_, outer_per_item_) * ceil_div(rows_, row_block_);
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    switch (element_bytes_) {
      case 1:
        run_as<uint8_t>(args, begin, end);
        break;
      case 2:
        run_as<uint16_t>(args, begin, end);
        break;
      case 4:
        run_as<uint32_t>(args, begin, end);
        break;
      default:
        run_as<uint64_t>(args, begin, end);
        break;
    }
    return Status::ok();
  }

 private:
  template <typename T>
  void run_as(const KernelArgs& args, int64_t begin, int64_t end) const {
    const auto* x = static_cast<const T*>(args.inputs[0]) + first_;
    auto* y = static_cast<T*>(args.outputs[0]);
    const int64_t row_blocks = ceil_div(rows_, row_block_);
    for (int64_t item = begin; item < end; ++item) {
      const int64_t first = item / row_blocks * outer_per_item_;
      const int64_t last = std::min(first + outer_per_item_, outer_);
      StridedAxes<1>::Walk walk(axes_, outer_rank_, first);
      for (int64_t outer = first; outer < last; ++outer, walk.next()) {
        const T* from = x + walk.offset(0);
        T* to = y + outer * rows_ * length_;
        if (form_ == Form::kRows) {
          std::memcpy(to, from, static_cast<size_t>(length_) * sizeof(T));
        } else if (form_ == Form::kSwap) {
          swap(from, to, item % row_blocks * row_block_);
        } else {
          for (int64_t i = 0; i < length_; ++i) to[i] = from[i * step_];
        }
      }
    }
  }

  // y[row][i] = x[i][row] for a block of rows.
  template <typename T>
  void swap(const T* x, T* y, int64_t first_row) const {
    const int64_t row_end = std::min(first_row + row_block_, rows_);
    for (int64_t row_tile = first_row; row_tile < row_end; row_tile += kTile) {
      const int64_t tile_end = std::min(row_tile + kTile, row_end);
      for (int64_t tile = 0; tile < length_; tile += kTile) {
        const int64_t end = std::min(tile + kTile, length_);
        // Rows inside: length_ can be as short as a picture's three channels.
        for (int64_t i = tile; i < end; ++i) {
          for (int64_t row = row_tile; row < tile_end; ++row) {
            y[row * length_ + i] = x[i * step_ + row];
          }
        }
      }
    }
  }

  StridedAxes<1> axes_;
  int element_bytes_;
  int64_t first_;  // element of the input at which the output starts
  Form form_ = Form::kStrided;
  int outer_rank_;  // axes before those that an item covers
  int64_t outer_;   // their positions
  int64_t outer_per_item_;
  int64_t rows_;        // kSwap: extent of the last axis but one
  int64_t row_block_;   // of which an item takes this many
  int64_t length_ = 1;  // extent of the innermost axis
  int64_t step_ = 1;    // and the input's stride along it
};

}  // namespace

std::unique_ptr<Kernel> make_transpose(const StridedAxes<1>& axes, int element_bytes,
                                       int64_t first) {
  return std::make_unique<Transpose>(axes, element_bytes, first);
}

}  // namespace gossamer
