// See properties.h.
#include "session/properties.h"

#include "base/text.h"
#include "gossamer/image.h"
#include "graph/opsets.h"
#include "session/image_properties.h"

namespace gossamer {

Properties properties_of(const onnx_model::Model& model) {
  Properties properties = model.metadata;
  properties["ir_version"] = concat(model.ir_version);
  properties["producer"] = model.producer;
  const auto opset = model.opsets.find("");
  if (opset != model.opsets.end()) {
    properties["opset"] = concat(opset->second);
    const int64_t read = version_read(opset->second);
    if (read != opset->second) properties["opset_read_as"] = concat(read);
  }
  std::string recipe = recipe_of_image_properties(properties);
  if (!recipe.empty()) properties.emplace(kRecipeProperty, std::move(recipe));
  return properties;
}

std::vector<std::string> labels_of(const Properties& properties) {
  std::vector<std::string> labels;
  const auto found = properties.find(kLabelsProperty);
  if (found == properties.end()) return labels;
  for (std::string_view line : split(trim(found->second), '\n')) labels.emplace_back(trim(line));
  return labels;
}

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
