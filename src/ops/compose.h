// The small steps that composites (ops/composite.h) are made of.
#ifndef GOSSAMER_OPS_COMPOSE_H_
#define GOSSAMER_OPS_COMPOSE_H_

#include <string_view>
#include <vector>

#include "ops/checks.h"
#include "ops/composite.h"

namespace gossamer::compose {

// What a maker returns for a composite.
OpResult make(std::string_view type, CompositeOp::Compose compose);

// Constants: a scalar of a floating-point type, and a list of int64. Errors: UNSUPPORTED for other
// types, OOM.
Result<ValueId> number(Composition& c, DataType type, double value);
Result<ValueId> integers(Composition& c, const std::vector<int64_t>& values);

// Nodes with one output.
ValueId sum(Composition& c, ValueId a, ValueId b);
ValueId product(Composition& c, ValueId a, ValueId b);
ValueId quotient(Composition& c, ValueId a, ValueId b);
ValueId matrix_product(Composition& c, ValueId a, ValueId b);
ValueId sigmoid(Composition& c, ValueId x);
ValueId cast(Composition& c, ValueId x, DataType to);
ValueId transpose(Composition& c, ValueId x, std::vector<int> perm);
ValueId join(Composition& c, std::vector<ValueId> parts, int64_t axis);
// The same with a constant beside. Errors: as those.
Result<ValueId> scaled(Composition& c, ValueId x, DataType type, double factor);
Result<ValueId> reshape(Composition& c, ValueId x, const std::vector<int64_t>& extents);
// Pieces of these extents along the axis.
std::vector<ValueId> split(Composition& c, ValueId x, int64_t axis, std::vector<int64_t> extents);

// From [N, ..., C] to [N, C, ...] and back.
ValueId to_channels_first(Composition& c, ValueId x, int rank);
ValueId to_channels_last(Composition& c, ValueId x, int rank);

}  // namespace gossamer::compose

#endif  // GOSSAMER_OPS_COMPOSE_H_
