// See attention.h.
#include "ops/attention.h"

#include <array>
#include <cmath>

#include "base/text.h"
#include "ops/arithmetic.h"
#include "ops/compose.h"
#include "ops/elements.h"
#include "ops/fill.h"
#include "ops/rearrange.h"
#include "ops/softmax.h"
#include "ops/unary.h"

namespace gossamer {
namespace {

using compose::number;
using compose::product;
using compose::reshape;
using compose::sum;
using compose::transpose;

// [batch, heads, length, size], taken out of either layout.
struct Heads {
  ValueId value = kNone;
  int64_t batch = 0, heads = 0, length = 0, size = 0;
};

// Input i, of rank 4 or, with a number of heads, 3.
Result<Heads> heads_of(Composition& c, int i, int64_t heads) {
  const Shape& x = c.operands().shape(i);
  if (x.rank() == 4) return Heads{c.input(i), x[0], x[1], x[2], x[3]};
  GOSSAMER_TRY(require_rank(c.operands(), i, 3, 4));
  if (heads < 1 || x[2] % heads != 0) {
    return shape_error(concat("input ", i, " does not consist of heads of equal size"))
        .got(concat(x.to_string(), ", ", heads, " heads"))
        .expected("a number of heads that divides the last extent");
  }
  Heads h{kNone, x[0], heads, x[1], x[2] / heads};
  GOSSAMER_ASSIGN(const ValueId apart,
                  reshape(c, c.input(i), {h.batch, h.length, h.heads, h.size}));
  h.value = transpose(c, apart, {0, 2, 1, 3});
  return h;
}

struct Settings {
  double scale = 0;  // 0: 1 / sqrt(size)
  double softcap = 0;
  bool causal = false;
  int64_t past = 0;  // keys in front of those of the first query
};

// What is added to scores, and what the results of softmax are multiplied with; kNone for nothing.
struct Masks {
  ValueId added = kNone;
  ValueId kept = kNone;  // 1, or 0 for what takes no part
};

// The scores after each stage: products, softcap, mask, softmax.
using Stages = std::array<ValueId, 4>;

// So low that softmax makes 0 of it, in any of the types.
double lowest(DataType type) {
  return type == DataType::kFloat16 ? -65504 : -3.38e38;
}

// [queries, keys]: `value` on one side of the diagonal where each query's own key lies, else 0.
Result<ValueId> triangle(Composition& c, DataType type, const Shape& extents, int64_t diagonal,
                         bool upper, double value) {
  ConstantOfShapeOp::Element element{};
  put_real({type, {}, element.data()}, 0, value);
  GOSSAMER_ASSIGN(const ValueId list, compose::integers(c, {extents[0], extents[1]}));
  const ValueId full = c.add(std::make_shared<ConstantOfShapeOp>(type, element), {list});
  GOSSAMER_ASSIGN(const ValueId k, compose::integers(c, {diagonal}));
  return c.add(std::make_shared<TriluOp>(upper), {full, k});
}

// Hides from each query the keys behind its own. Where other masks hide keys, too, later ones take
// no part at all: a query of which every key is hidden must not see them for that.
Status hide_later_keys(Composition& c, Masks& masks, DataType type, const Shape& extents,
                       int64_t past) {
  if (masks.kept != kNone || masks.added != kNone) {
    GOSSAMER_ASSIGN(const ValueId earlier, triangle(c, type, extents, past, false, 1));
    masks.kept = masks.kept == kNone ? earlier : product(c, masks.kept, earlier);
    return Status::ok();
  }
  GOSSAMER_ASSIGN(masks.added, triangle(c, type, extents, past + 1, true, lowest(type)));
  return Status::ok();
}

// Adds `lowest` to the scores that are not kept.
Result<ValueId> hide(Composition& c, ValueId scores, ValueId kept, DataType type) {
  GOSSAMER_ASSIGN(const ValueId raised, compose::scaled(c, kept, type, -lowest(type)));
  GOSSAMER_ASSIGN(const ValueId low, number(c, type, lowest(type)));
  return sum(c, scores, sum(c, raised, low));
}

// The weights of every key for every query, [batch, heads, queries, keys]. `key` has as many heads
// as `query` or, with both of rank 5, [batch, key heads, heads for each, ...].
Result<Stages> weights(Composition& c, const Heads& q, const Heads& k, const Settings& settings,
                       Masks masks, DataType type) {
  Stages s{};
  const double scale =
      settings.scale != 0 ? settings.scale : 1 / std::sqrt(static_cast<double>(q.size));
  GOSSAMER_ASSIGN(ValueId query, compose::scaled(c, q.value, type, scale));
  ValueId key = transpose(c, k.value, {0, 1, 3, 2});
  if (k.heads != q.heads) {
    GOSSAMER_ASSIGN(query,
                    reshape(c, query, {q.batch, k.heads, q.heads / k.heads, q.length, q.size}));
    GOSSAMER_ASSIGN(key, reshape(c, key, {k.batch, k.heads, 1, k.size, k.length}));
  }
  s[0] = compose::matrix_product(c, query, key);
  if (k.heads != q.heads) {
    GOSSAMER_ASSIGN(s[0], reshape(c, s[0], {q.batch, q.heads, q.length, k.length}));
  }
  s[1] = s[0];
  if (settings.softcap != 0) {
    GOSSAMER_ASSIGN(const ValueId x, compose::scaled(c, s[0], type, 1 / settings.softcap));
    const FunctionOfOne tanh{Function::kTanh, 0, 0};
    const ValueId bent = c.add(std::make_shared<FunctionOp>("Tanh", tanh), {x});
    GOSSAMER_ASSIGN(s[1], compose::scaled(c, bent, type, settings.softcap));
  }
  if (settings.causal) {
    GOSSAMER_TRY(hide_later_keys(c, masks, type, {q.length, k.length}, settings.past));
  }
  s[2] = masks.added != kNone ? sum(c, s[1], masks.added) : s[1];
  if (masks.kept != kNone) {
    GOSSAMER_ASSIGN(s[2], hide(c, s[2], masks.kept, type));
  }
  s[3] = c.add(std::make_shared<SoftmaxOp>(-1, false), {s[2]});
  if (masks.kept != kNone) s[3] = product(c, s[3], masks.kept);
  return s;
}

// The weighted sums of V, as [batch, heads, length, size].
Result<ValueId> weighted(Composition& c, ValueId weights, const Heads& q, const Heads& v) {
  if (v.heads == q.heads) return compose::matrix_product(c, weights, v.value);
  const int64_t each = q.heads / v.heads;
  GOSSAMER_ASSIGN(const ValueId left,
                  reshape(c, weights, {q.batch, v.heads, each, q.length, v.length}));
  GOSSAMER_ASSIGN(const ValueId right,
                  reshape(c, v.value, {v.batch, v.heads, 1, v.length, v.size}));
  const ValueId y = compose::matrix_product(c, left, right);
  return reshape(c, y, {q.batch, q.heads, q.length, v.size});
}

// [batch, heads, length, size] to [batch, length, heads * size].
Result<ValueId> side_by_side(Composition& c, ValueId y, const Heads& q, const Heads& v) {
  return reshape(c, transpose(c, y, {0, 2, 1, 3}), {q.batch, q.length, q.heads * v.size});
}

Status check_heads(const Heads& q, const Heads& k, const Heads& v) {
  const bool shared = k.heads > 0 && q.heads % k.heads == 0 && k.heads == v.heads;
  const bool alike = q.batch == k.batch && k.batch == v.batch && k.length == v.length;
  if (shared && alike && q.size == k.size && q.size > 0) return Status::ok();
  const auto text = [](const Heads& h) {
    return Shape{h.batch, h.heads, h.length, h.size}.to_string();
  };
  return shape_error("query, key and value do not fit each other")
      .got(concat(text(q), ", ", text(k), ", ", text(v)))
      .expected("equal batches, sizes and lengths, and heads that divide those of the query");
}

// `h` behind a past of it, when there is one: input i, [batch, heads, past, size].
Status add_past(Composition& c, int i, Heads& h, int64_t& past) {
  past = 0;
  if (!c.has(i)) return Status::ok();
  GOSSAMER_TRY(require_rank(c.operands(), i, 4, 4));
  past = c.operands().shape(i)[2];
  GOSSAMER_TRY(require_shape(c.operands(), i, {h.batch, h.heads, past, h.size}, "a past"));
  h.value = compose::join(c, {c.input(i), h.value}, 2);
  if (__builtin_add_overflow(h.length, past, &h.length)) {
    return shape_error("the joined extent overflows");
  }
  return Status::ok();
}

// The mask (input 3) and the number of keys that are no padding (input 6).
Result<Masks> read_masks(Composition& c, DataType type, int64_t keys) {
  Masks masks;
  if (c.has(3)) {
    const bool boolean = c.operands().type(3) == DataType::kBool;
    (boolean ? masks.kept : masks.added) =
        boolean ? compose::cast(c, c.input(3), type) : c.input(3);
  }
  if (!c.has(6)) return masks;
  GOSSAMER_TRY(require_rank(c.operands(), 6, 1, 1));
  std::vector<ValueId> bounds;
  for (int64_t bound : {int64_t{0}, keys, int64_t{1}}) {
    GOSSAMER_ASSIGN(auto scalar, make_int64_constant({}, {bound}));
    bounds.push_back(c.add_constant(std::move(scalar)));
  }
  const ValueId places = c.add(std::make_shared<RangeOp>(), std::move(bounds));
  GOSSAMER_ASSIGN(const ValueId counts,
                  reshape(c, c.input(6), {c.operands().shape(6)[0], 1, 1, 1}));
  const auto less = std::make_shared<BinaryOp>("Less", BinaryOp::Kind::kLess, BinaryOp::kNumber);
  const ValueId kept = compose::cast(c, c.add(less, {places, counts}), type);
  masks.kept = masks.kept == kNone ? kept : product(c, masks.kept, kept);
  return masks;
}

struct AttentionAttributes {
  int64_t q_heads = 0, kv_heads = 0;
  size_t output_stage = 0;
  Settings settings;
};

Status expand_attention(Composition& c, const AttentionAttributes& a) {
  GOSSAMER_TRY(require_inputs(c.operands(), 3));
  GOSSAMER_TRY(require_real(c.operands(), 0));
  GOSSAMER_ASSIGN(const Heads q, heads_of(c, 0, a.q_heads));
  GOSSAMER_ASSIGN(Heads k, heads_of(c, 1, a.kv_heads));
  GOSSAMER_ASSIGN(Heads v, heads_of(c, 2, a.kv_heads));
  GOSSAMER_TRY(check_heads(q, k, v));
  Settings settings = a.settings;
  int64_t past_values = 0;
  GOSSAMER_TRY(add_past(c, 4, k, settings.past));
  GOSSAMER_TRY(add_past(c, 5, v, past_values));
  GOSSAMER_TRY(check_heads(q, k, v));
  if (settings.causal && c.has(6)) {
    return unsupported("nonpad_kv_seqlen is not supported together with is_causal");
  }
  const DataType type = c.operands().type(0);
  GOSSAMER_ASSIGN(const Masks masks, read_masks(c, type, k.length));
  GOSSAMER_ASSIGN(const Stages stages, weights(c, q, k, settings, masks, type));
  GOSSAMER_ASSIGN(ValueId y, weighted(c, stages[3], q, v));
  if (c.operands().shape(0).rank() == 3) {
    GOSSAMER_ASSIGN(y, side_by_side(c, y, q, v));
  }
  c.set_output(0, y);
  c.set_output(1, k.value);
  c.set_output(2, v.value);
  c.set_output(3, stages[a.output_stage]);
  return Status::ok();
}

// What both of onnxruntime's forms share. Absent inputs and outputs of theirs that have to do with
// masks and pasts are refused before.
Status set_attention(Composition& c, const Heads& q, const Heads& k, const Heads& v,
                     const Settings& settings, int bias) {
  GOSSAMER_TRY(check_heads(q, k, v));
  const Masks masks{.added = c.input(bias)};
  GOSSAMER_ASSIGN(const Stages stages, weights(c, q, k, settings, masks, c.operands().type(0)));
  GOSSAMER_ASSIGN(const ValueId y, weighted(c, stages[3], q, v));
  GOSSAMER_ASSIGN(const ValueId joined, side_by_side(c, y, q, v));
  c.set_output(0, joined);
  return Status::ok();
}

Status refuse_inputs(const Composition& c, std::initializer_list<int> inputs) {
  for (int i : inputs) {
    if (c.has(i)) return unsupported(concat("input ", i, " is not supported"));
  }
  return Status::ok();
}

// [batch, length, width] as heads.
Result<Heads> heads_of(Composition& c, ValueId x, const Shape& shape, int64_t heads) {
  const int64_t size = shape[2] / heads;
  GOSSAMER_ASSIGN(const ValueId apart, reshape(c, x, {shape[0], shape[1], heads, size}));
  return Heads{transpose(c, apart, {0, 2, 1, 3}), shape[0], heads, shape[1], size};
}

struct PackedAttributes {
  int64_t heads = 1;
  Settings settings;
};

PackedAttributes read_packed(AttributeReader& attributes) {
  PackedAttributes a;
  if (!attributes.has("num_heads")) attributes.fail("num_heads", "attribute is missing");
  a.heads = attributes.get_int("num_heads", 1, 1, INT32_MAX);
  a.settings.scale = static_cast<double>(attributes.get_float("scale", 0));
  a.settings.causal = attributes.get_bool("unidirectional", false);
  attributes.get_float("mask_filter_value", 0);  // of masks, which are refused
  return a;
}

// [width] in three, of which the last two are `parts` 1 and 2.
Status expand_multi_head(Composition& c, const PackedAttributes& a) {
  GOSSAMER_TRY(require_inputs(c.operands(), 3));
  GOSSAMER_TRY(refuse_inputs(c, {4, 6, 7}));
  std::array<Shape, 3> shapes;
  std::array<ValueId, 3> parts{};
  std::vector<int64_t> widths;
  for (int i = 0; i < 3; ++i) {
    GOSSAMER_TRY(require_rank(c.operands(), i, 3, 3));
    const auto k = static_cast<size_t>(i);
    shapes[k] = c.operands().shape(i);
    parts[k] = c.input(i);
    widths.push_back(shapes[k][2]);
    if (shapes[k][2] % a.heads == 0) continue;
    return attribute_error("num_heads", "heads do not divide the width")
        .got(concat(a.heads, " for ", shapes[k].to_string()))
        .expected("a divisor");
  }
  if (c.has(3)) {
    const std::vector<ValueId> biases = compose::split(c, c.input(3), 0, widths);
    for (size_t i = 0; i < parts.size(); ++i) parts[i] = sum(c, parts[i], biases[i]);
  }
  GOSSAMER_ASSIGN(const Heads q, heads_of(c, parts[0], shapes[0], a.heads));
  GOSSAMER_ASSIGN(const Heads k, heads_of(c, parts[1], shapes[1], a.heads));
  GOSSAMER_ASSIGN(const Heads v, heads_of(c, parts[2], shapes[2], a.heads));
  return set_attention(c, q, k, v, a.settings, 5);
}

Status expand_packed(Composition& c, const PackedAttributes& a,
                     const std::vector<int64_t>& stated) {
  GOSSAMER_TRY(require_inputs(c.operands(), 2));
  GOSSAMER_TRY(refuse_inputs(c, {3, 4, 6}));
  GOSSAMER_TRY(require_rank(c.operands(), 0, 3, 3));
  GOSSAMER_TRY(require_rank(c.operands(), 1, 2, 2));
  const Shape& x = c.operands().shape(0);
  const int64_t third = c.operands().shape(1)[1] / 3;
  const std::vector<int64_t> widths = stated.empty() ? std::vector<int64_t>(3, third) : stated;
  for (int64_t width : widths) {
    if (width > 0 && width % a.heads == 0) continue;
    return attribute_error("num_heads", "heads do not divide the width")
        .got(concat(a.heads, " for ", width))
        .expected("a divisor");
  }
  ValueId packed = compose::matrix_product(c, c.input(0), c.input(1));
  if (c.has(2)) packed = sum(c, packed, c.input(2));
  const std::vector<ValueId> parts = compose::split(c, packed, 2, widths);
  std::array<Heads, 3> heads;
  for (size_t i = 0; i < heads.size(); ++i) {
    GOSSAMER_ASSIGN(heads[i], heads_of(c, parts[i], {x[0], x[1], widths[i]}, a.heads));
  }
  return set_attention(c, heads[0], heads[1], heads[2], a.settings, 5);
}

}  // namespace

OpResult make_attention(AttributeReader& attributes) {
  attributes.expect_inputs(3, attributes.opset() < 24 ? 6 : 7);
  attributes.expect_outputs(4);
  AttentionAttributes a;
  a.q_heads = attributes.get_int("q_num_heads", 0, 0, INT32_MAX);
  a.kv_heads = attributes.get_int("kv_num_heads", 0, 0, INT32_MAX);
  a.output_stage = static_cast<size_t>(attributes.get_int("qk_matmul_output_mode", 0, 0, 3));
  a.settings.scale = static_cast<double>(attributes.get_float("scale", 0));
  a.settings.softcap = static_cast<double>(attributes.get_float("softcap", 0));
  a.settings.causal = attributes.get_bool("is_causal", false);
  attributes.get_int("softmax_precision", 1);  // never less than float32 here
  return compose::make("Attention", [a](Composition& c) { return expand_attention(c, a); });
}

OpResult make_multi_head_attention(AttributeReader& attributes) {
  attributes.expect_inputs(3, 8);
  attributes.expect_outputs(1);
  const PackedAttributes a = read_packed(attributes);
  return compose::make("MultiHeadAttention",
                       [a](Composition& c) { return expand_multi_head(c, a); });
}

OpResult make_packed_attention(AttributeReader& attributes) {
  attributes.expect_inputs(2, 7);
  attributes.expect_outputs(1);
  const PackedAttributes a = read_packed(attributes);
  const auto widths = attributes.get_ints("qkv_hidden_sizes").value_or(std::vector<int64_t>());
  if (!widths.empty() && widths.size() != 3) {
    attributes.fail("qkv_hidden_sizes", "attribute must be three widths");
  }
  return compose::make("Attention", [=](Composition& c) { return expand_packed(c, a, widths); });
}

}  // namespace gossamer
