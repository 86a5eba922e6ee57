// See attention.h. Pairs are neighbours (interleaved) or lie half a head apart:
//
//   first' = cos * first - sin * second        second' = sin * first + cos * second
//
// with one angle for each position and pair, the same for all heads. What a head has beyond
// `rotary_embedding_dim` stays as it is.
#include "base/text.h"
#include "ops/arithmetic.h"
#include "ops/attention.h"
#include "ops/compose.h"
#include "ops/elements.h"
#include "ops/gather.h"

namespace gossamer {
namespace {

using compose::product;
using compose::reshape;

constexpr int kX = 0, kCos = 1, kSin = 2, kPositions = 3;

struct Rotary {
  bool interleaved = false;
  int64_t heads = 0;  // of an input of rank 3
  int64_t rotated = 0;
};

// [batch, length, heads, size], or [batch, heads, length, size] for an input of rank 4.
struct Extents {
  int64_t batch, length, heads, size;
  bool heads_first;
  std::vector<int64_t> list(int64_t last) const {
    if (heads_first) return {batch, heads, length, last};
    return {batch, length, heads, last};
  }
};

Result<Extents> extents_of(const Composition& c, const Rotary& r) {
  GOSSAMER_TRY(require_rank(c.operands(), kX, 3, 4));
  const Shape& x = c.operands().shape(kX);
  if (x.rank() == 4) return Extents{x[0], x[2], x[1], x[3], true};
  if (r.heads < 1 || x[2] % r.heads != 0) {
    return attribute_error("num_heads", "heads do not divide the width")
        .got(concat(r.heads, " for ", x.to_string()))
        .expected("a divisor");
  }
  return Extents{x[0], x[1], r.heads, x[2] / r.heads, false};
}

// Input i, for every position of every image and, with extent 1, every head.
Result<ValueId> angles(Composition& c, int i, const Extents& e, int64_t pairs) {
  ValueId table = c.input(i);
  if (c.has(kPositions)) {
    GOSSAMER_TRY(require_rank(c.operands(), i, 2, 2));
    GOSSAMER_TRY(require_shape(c.operands(), kPositions, {e.batch, e.length}, "a position each"));
    table = c.add(std::make_shared<GatherOp>(0), {table, c.input(kPositions)});
  } else {
    GOSSAMER_TRY(
        require_shape(c.operands(), i, {e.batch, e.length, pairs}, "an angle for each pair"));
  }
  Extents alike = e;
  alike.heads = 1;
  return reshape(c, table, alike.list(pairs));
}

Status expand(Composition& c, const Rotary& r) {
  GOSSAMER_TRY(require_inputs(c.operands(), 3));
  GOSSAMER_TRY(require_real(c.operands(), kX));
  GOSSAMER_ASSIGN(const Extents e, extents_of(c, r));
  const int64_t rotated = r.rotated != 0 ? r.rotated : e.size;
  if (rotated > e.size || rotated % 2 != 0) {
    return attribute_error("rotary_embedding_dim", "elements of a head cannot be paired")
        .got(concat(rotated, " of ", e.size))
        .expected("an even number, at most the size of a head");
  }
  const int64_t pairs = rotated / 2, rest = e.size - rotated;
  GOSSAMER_ASSIGN(const ValueId cosine, angles(c, kCos, e, pairs));
  GOSSAMER_ASSIGN(const ValueId sine, angles(c, kSin, e, pairs));
  GOSSAMER_ASSIGN(const ValueId x, reshape(c, c.input(kX), e.list(e.size)));
  std::vector<ValueId> parts = compose::split(c, x, 3, {rotated, rest});
  std::vector<ValueId> halves;
  if (r.interleaved) {
    std::vector<int64_t> apart = e.list(pairs);
    apart.push_back(2);
    GOSSAMER_ASSIGN(const ValueId couples, reshape(c, parts[0], apart));
    for (ValueId half : compose::split(c, couples, 4, {1, 1})) {
      GOSSAMER_ASSIGN(half, reshape(c, half, e.list(pairs)));
      halves.push_back(half);
    }
  } else {
    halves = compose::split(c, parts[0], 3, {pairs, pairs});
  }
  const ValueId first = c.add(std::make_shared<SubOp>(),
                              {product(c, cosine, halves[0]), product(c, sine, halves[1])});
  const ValueId second =
      compose::sum(c, product(c, sine, halves[0]), product(c, cosine, halves[1]));
  if (r.interleaved) {
    std::vector<int64_t> single = e.list(pairs);
    single.push_back(1);
    GOSSAMER_ASSIGN(const ValueId left, reshape(c, first, single));
    GOSSAMER_ASSIGN(const ValueId right, reshape(c, second, single));
    GOSSAMER_ASSIGN(parts[0], reshape(c, compose::join(c, {left, right}, 4), e.list(rotated)));
  } else {
    parts[0] = compose::join(c, {first, second}, 3);
  }
  const Shape& shape = c.operands().shape(kX);
  GOSSAMER_ASSIGN(const ValueId y,
                  reshape(c, compose::join(c, parts, 3), {shape.begin(), shape.end()}));
  c.set_output(0, y);
  return Status::ok();
}

}  // namespace

OpResult make_rotary_embedding(AttributeReader& attributes) {
  attributes.expect_inputs(3, 4);
  attributes.expect_outputs(1);
  Rotary r;
  r.interleaved = attributes.get_bool("interleaved", false);
  r.heads = attributes.get_int("num_heads", 0, 0, INT32_MAX);
  r.rotated = attributes.get_int("rotary_embedding_dim", 0, 0, INT32_MAX);
  return compose::make("RotaryEmbedding", [r](Composition& c) { return expand(c, r); });
}

}  // namespace gossamer
