// See layer.h. One list of columns per family serves reading, writing and the description.
#include "bench/kernels/layer.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/text.h"

namespace gossamer::bench {
namespace {

struct Column {
  std::string_view name;
  int64_t* value;
};
using Columns = std::vector<Column>;

Columns columns_of(ConvParams& p) {
  return {{"batch", &p.batch},
          {"in_h", &p.in_h},
          {"in_w", &p.in_w},
          {"in_channels", &p.in_channels},
          {"out_h", &p.out_h},
          {"out_w", &p.out_w},
          {"out_channels", &p.out_channels},
          {"kernel_h", &p.kernel_h},
          {"kernel_w", &p.kernel_w},
          {"stride_h", &p.stride_h},
          {"stride_w", &p.stride_w},
          {"dilation_h", &p.dilation_h},
          {"dilation_w", &p.dilation_w},
          {"pad_top", &p.pad_top},
          {"pad_left", &p.pad_left},
          {"groups", &p.groups}};
}
Columns columns_of(GemmShape& p) {
  return {{"m", &p.m}, {"k", &p.k}, {"n", &p.n}};
}
Columns columns_of(MatMulShape& p) {
  return {{"batch", &p.batch}, {"m", &p.m}, {"k", &p.k}, {"n", &p.n}};
}
Columns columns_of(PoolParams& p) {
  return {{"batch", &p.batch},
          {"in_h", &p.in_h},
          {"in_w", &p.in_w},
          {"channels", &p.channels},
          {"out_h", &p.out_h},
          {"out_w", &p.out_w},
          {"kernel_h", &p.kernel_h},
          {"kernel_w", &p.kernel_w},
          {"stride_h", &p.stride_h},
          {"stride_w", &p.stride_w},
          {"dilation_h", &p.dilation_h},
          {"dilation_w", &p.dilation_w},
          {"pad_top", &p.pad_top},
          {"pad_left", &p.pad_left},
          {"pad_bottom", &p.pad_bottom},
          {"pad_right", &p.pad_right}};
}

PoolParams pool_of(PoolParams::Kind kind, bool count_include_pad = false) {
  PoolParams p;
  p.kind = kind;
  p.count_include_pad = count_include_pad;
  return p;
}

struct Family {
  std::string_view name;
  Layer empty;
};
std::vector<Family> families() {
  using Kind = PoolParams::Kind;
  return {{"conv", ConvParams()},
          {"depthwise", ConvParams()},
          {"gemm", GemmShape()},
          {"matmul", MatMulShape()},
          {"maxpool", pool_of(Kind::kMax)},
          {"avgpool", pool_of(Kind::kAverage)},
          {"avgpool_with_pads", pool_of(Kind::kAverage, true)}};
}

struct Namer {
  std::string_view operator()(const ConvParams& p) const {
    return p.is_depthwise() ? "depthwise" : "conv";
  }
  std::string_view operator()(const GemmShape& /*shape*/) const { return "gemm"; }
  std::string_view operator()(const MatMulShape& /*shape*/) const { return "matmul"; }
  std::string_view operator()(const PoolParams& p) const {
    if (p.kind == PoolParams::Kind::kMax) return "maxpool";
    return p.count_include_pad ? "avgpool_with_pads" : "avgpool";
  }
};

Columns columns_of(Layer& layer) {
  return std::visit([](auto& shape) { return columns_of(shape); }, layer);
}

// Every family has extents of at least 1 but for pads.
bool is_plausible(const Columns& columns) {
  return std::ranges::all_of(columns, [](const Column& column) {
    return *column.value >= (column.name.starts_with("pad_") ? 0 : 1) && *column.value < 1 << 30;
  });
}

template <typename Window>
std::string window_label(std::string_view name, const Window& p, int64_t in, int64_t out) {
  std::string text = concat(name, " ", p.in_h, "x", p.in_w, "x", in, " > ", p.out_h, "x", p.out_w,
                            "x", out, ", ", p.kernel_h, "x", p.kernel_w);
  if (p.stride_h > 1 || p.stride_w > 1) text += concat(" /", std::max(p.stride_h, p.stride_w));
  return text;
}

struct Labeller {
  std::string operator()(const ConvParams& p) const {
    const std::string groups =
        p.groups > 1 && !p.is_depthwise() ? concat(", ", p.groups, " groups") : "";
    return window_label(Namer()(p), p, p.in_channels, p.out_channels) + groups;
  }
  std::string operator()(const GemmShape& p) const {
    return concat("gemm ", p.m, "x", p.k, "x", p.n);
  }
  std::string operator()(const MatMulShape& p) const {
    return concat("matmul ", p.batch, " of ", p.m, "x", p.k, "x", p.n);
  }
  std::string operator()(const PoolParams& p) const {
    return window_label(Namer()(p), p, p.channels, p.channels);
  }
};

struct Counter {
  uint64_t operator()(const ConvParams& p) const { return p.multiply_adds(); }
  uint64_t operator()(const GemmShape& p) const { return static_cast<uint64_t>(p.m * p.k * p.n); }
  uint64_t operator()(const MatMulShape& p) const {
    return static_cast<uint64_t>(p.batch * p.m * p.k * p.n);
  }
  uint64_t operator()(const PoolParams& /*shape*/) const { return 0; }
};

}  // namespace

std::string write_layer(const Layer& layer) {
  std::string text(std::visit(Namer(), layer));
  Layer copy = layer;
  for (const Column& column : columns_of(copy)) text += concat(" ", *column.value);
  return text;
}

Result<Layer> parse_layer(std::string_view text) {
  const auto malformed = [&] {
    return Status(Code::kParse, Stage::kApi, "this line describes no layer").got(text);
  };
  const std::vector<std::string_view> words = split(text, ' ');
  for (const Family& family : families()) {
    if (words.empty() || words[0] != family.name) continue;
    Layer layer = family.empty;
    const Columns columns = columns_of(layer);
    if (words.size() != columns.size() + 1) return malformed();
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string_view word = words[i + 1];
      const auto [end, error] =
          std::from_chars(word.data(), word.data() + word.size(), *columns[i].value);
      if (error != std::errc() || end != word.data() + word.size()) return malformed();
    }
    if (!is_plausible(columns)) return malformed();
    return layer;
  }
  return malformed();
}

std::string name_columns(const Layer& layer) {
  std::string text(std::visit(Namer(), layer));
  Layer copy = layer;
  for (const Column& column : columns_of(copy)) text += concat(" ", column.name);
  return text;
}

std::string label_of(const Layer& layer) {
  return std::visit(Labeller(), layer);
}

uint64_t multiply_adds(const Layer& layer) {
  return std::visit(Counter(), layer);
}

}  // namespace gossamer::bench
