// Networks that take the pixels of a picture as they are, 0 to 255, and bring them to a smaller
// range themselves, as exports of keras.applications do. Enters: the graph as the model states it.
// Leaves: the scale of a recipe that states none.
#ifndef GOSSAMER_SESSION_RESCALING_H_
#define GOSSAMER_SESSION_RESCALING_H_

#include <span>

#include "gossamer/image.h"
#include "graph/graph.h"

namespace gossamer {

// Sets the scale to 1, and says so, where the recipe states neither scale nor mean nor std, and the
// picture's only reader makes numbers of 0 to 255 smaller. `inputs` are the graph's.
bool settle_scale(const Graph& graph, std::span<const TensorInfo> inputs, Recipe& recipe);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_RESCALING_H_
