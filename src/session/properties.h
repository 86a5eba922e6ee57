// The properties by which a model tells this runtime how it is to be used. Enters: what somebody is
// about to write into a model; leaves: whether a session will be able to read it.
#ifndef GOSSAMER_SESSION_PROPERTIES_H_
#define GOSSAMER_SESSION_PROPERTIES_H_

#include <string_view>

#include "gossamer/status.h"

namespace gossamer {

inline constexpr std::string_view kRecipeProperty = "gossamer.recipe";  // see parse_recipe
inline constexpr std::string_view kLabelsProperty = "gossamer.labels";  // a line for each class

// Errors: ARGUMENT for a recipe that cannot be understood, and labels of which one is empty.
// Properties of other names may hold any text.
Status check_property(std::string_view key, std::string_view value);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_PROPERTIES_H_
