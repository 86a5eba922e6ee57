// Extents of inputs that a model leaves open: which of them settle themselves, and what a caller's
// shapes must fit. Whatever stays open is kUnknownExtent.
#ifndef GOSSAMER_SESSION_OPEN_EXTENTS_H_
#define GOSSAMER_SESSION_OPEN_EXTENTS_H_

#include <vector>

#include "gossamer/status.h"
#include "gossamer/tensor.h"
#include "graph/graph.h"

namespace gossamer {

// An extent that the model leaves open although only one fits: the channels that a convolution with
// stored filters, which reads the input itself, wants. Optimum, for one, gives every extent of a
// picture a name.
void settle_channels(Graph& graph);

// Where the caller will not say more: an open first extent is the batch, one picture, and open
// channels of a picture whose sides are known are three colours.
void fix_picture(std::vector<TensorInfo>& inputs);

bool is_bound(const Shape& shape);
// The error of an input that is not.
Status unbound(const TensorInfo& input);

// Errors: SHAPE unless `shape` has the extents that the model fixes.
Status check_shape(const TensorInfo& declared, const Shape& shape);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_OPEN_EXTENTS_H_
