// What a model says of itself, and the properties by which it tells this runtime how it is to be
// used: read for a session, and checked before somebody writes them into a model.
#ifndef GOSSAMER_SESSION_PROPERTIES_H_
#define GOSSAMER_SESSION_PROPERTIES_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gossamer/status.h"
#include "onnx/model.h"

namespace gossamer {

inline constexpr std::string_view kRecipeProperty = "gossamer.recipe";  // see parse_recipe
inline constexpr std::string_view kLabelsProperty = "gossamer.labels";  // a line for each class

using Properties = std::map<std::string, std::string, std::less<>>;

// The model's own, with its versions and producer; and a recipe where other exporters' properties
// amount to one.
Properties properties_of(const onnx_model::Model& model);
// A name for each class; empty without such a property.
std::vector<std::string> labels_of(const Properties& properties);

// Errors: ARGUMENT for a recipe that cannot be understood, and labels of which one is empty.
// Properties of other names may hold any text.
Status check_property(std::string_view key, std::string_view value);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_PROPERTIES_H_
