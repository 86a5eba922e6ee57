// From a row of scores to the most likely classes.
#ifndef GOSSAMER_SESSION_TOP_CLASSES_H_
#define GOSSAMER_SESSION_TOP_CLASSES_H_

#include <span>
#include <string>

#include "gossamer/session.h"

namespace gossamer {

// The `count` (clamped to what there is) largest of `scores`, largest first, ties by index; labels
// are left empty. `kind` says what makes probabilities of them; kFound is as kNone. NaN counts as
// less than everything and gets probability 0; infinity is likelier than any number; either clears
// `finite`.
Classification top_classes(std::span<const float> scores, int count, Recipe::Scores kind);

// The same with labels: the class numbers unless there are as many labels as scores, since others
// may be meant for other classes. One score of two labels is the second's, and the first gets the
// rest.
Classification name_classes(std::span<const float> scores, int count, Recipe::Scores kind,
                            std::span<const std::string> labels);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_TOP_CLASSES_H_
