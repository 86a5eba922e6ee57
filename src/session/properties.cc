// See properties.h.
#include "session/properties.h"

#include "base/text.h"
#include "gossamer/image.h"

namespace gossamer {

Status check_property(std::string_view key, std::string_view value) {
  if (key == kRecipeProperty) return parse_recipe(value).status();
  if (key != kLabelsProperty) return Status::ok();
  // One line break at the end is no class; more would be lost when a session reads them.
  int line = 0;
  for (const std::string_view label : split(value, '\n')) {
    ++line;
    if (!trim(label).empty()) continue;
    return Status(Code::kArgument, Stage::kApi, "a class has no name")
        .attribute(kLabelsProperty)
        .got(concat("an empty line ", line))
        .expected("a name on every line");
  }
  return Status::ok();
}

}  // namespace gossamer
