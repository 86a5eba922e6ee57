// Which input of a network takes the picture.
#ifndef GOSSAMER_SESSION_PICTURES_H_
#define GOSSAMER_SESSION_PICTURES_H_

#include <span>
#include <string>

#include "gossamer/status.h"
#include "gossamer/tensor.h"

namespace gossamer {

// Of the inputs that are not `given`, the one whose shape looks most like a picture's: four
// extents, then three, then fewer; then the largest; then the first. -1 when there is none.
int find_picture(std::span<const TensorInfo> inputs, std::span<const int> given);
// The same as a duty. Errors: ARGUMENT, also when yet another input is not given.
Result<int> choose_picture(std::span<const TensorInfo> inputs, std::span<const int> given);
// "28 x 28, gray"; empty when the input takes no picture.
std::string describe_picture(const TensorInfo& input);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_PICTURES_H_
