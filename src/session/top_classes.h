// From a row of scores to the most likely classes.
#ifndef GOSSAMER_SESSION_TOP_CLASSES_H_
#define GOSSAMER_SESSION_TOP_CLASSES_H_

#include <span>

#include "gossamer/session.h"

namespace gossamer {

// The `count` (clamped to what there is) largest of `scores`, largest first, ties by index; labels
// are left empty. `probabilities` says that the scores went through softmax already; otherwise they
// do here. NaN counts as less than everything and gets probability 0; infinity is likelier than any
// number; either clears `finite`.
Classification top_classes(std::span<const float> scores, int count, bool probabilities);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_TOP_CLASSES_H_
