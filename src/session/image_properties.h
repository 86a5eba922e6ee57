// The properties by which ONNX itself lets a model say how its pictures are made, as Azure Custom
// Vision and Windows ML write them: Image.BitmapPixelFormat and Image.NominalPixelRange. Enters: a
// model's properties; leaves: a recipe.
// Source: https://onnx.ai/onnx/repo-docs/MetadataProps.html
#ifndef GOSSAMER_SESSION_IMAGE_PROPERTIES_H_
#define GOSSAMER_SESSION_IMAGE_PROPERTIES_H_

#include <map>
#include <string>

namespace gossamer {

// Empty where the properties do not tell the pixel format. Pixels are 0 to 255 unless another range
// is named, as in Windows ML. Keys and values count in any case.
std::string recipe_of_image_properties(
    const std::map<std::string, std::string, std::less<>>& properties);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_IMAGE_PROPERTIES_H_
