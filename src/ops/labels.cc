// See labels.h.
#include "ops/labels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/convert.h"
#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using ConstantResult = Result<std::shared_ptr<const Constant>>;

template <typename T>
ConstantResult list_of(DataType type, const std::vector<T>& values) {
  return Constant::copy_of({type, Shape{static_cast<int64_t>(values.size())}, values.data()});
}

// "keys_strings", "keys_int64s", "keys_floats" or "keys_tensor", for the prefix "keys"; null when
// there is none of them.
ConstantResult read_list(AttributeReader& attributes, const std::string& prefix) {
  if (const auto texts = attributes.get_strings(prefix + "_strings")) {
    return list_of(DataType::kString, *texts);
  }
  if (const auto ints = attributes.get_ints(prefix + "_int64s")) {
    return list_of(DataType::kInt64, *ints);
  }
  if (const auto floats = attributes.get_floats(prefix + "_floats")) {
    return list_of(DataType::kFloat32, *floats);
  }
  const auto tensor = attributes.get_tensor(prefix + "_tensor");
  return tensor == nullptr ? tensor : Constant::make_resident(tensor);
}

// What a value of this type is where there is no key: an attribute of its own for each type.
ConstantResult read_fallback(AttributeReader& attributes, DataType type) {
  const float real = attributes.get_float("default_float", -0.0f);
  const int64_t integer = attributes.get_int("default_int64", -1);
  const int32_t text = attributes.number_of(attributes.get_string("default_string", "_Unused"));
  const auto tensor = attributes.get_tensor("default_tensor");
  if (tensor != nullptr) {
    if (tensor->type() == type && tensor->shape().elements() == 1) {
      return Constant::make_resident(tensor);
    }
    attributes.fail("default_tensor", "attribute must hold one value of the values' type",
                    concat(data_type_name(tensor->type()), " ", tensor->shape().to_string()),
                    data_type_name(type));
  }
  int64_t space = 0;
  const MutableTensorView value{type, Shape{1}, &space};
  if (type == DataType::kString) {
    std::memcpy(&space, &text, sizeof(text));
  } else if (is_real(type)) {
    put_real(value, 0, static_cast<double>(real));
  } else {
    put_int(value, 0, integer);
  }
  return Constant::copy_of(value);
}

bool is_nan(const TensorView& view, int64_t i) {
  return is_real(view.type) && std::isnan(real_at(view, i));
}

// Equal for equal elements: of real numbers the bits, with one zero and one NaN.
int64_t key_at(const TensorView& view, int64_t i) {
  if (!is_real(view.type)) return int_at(view, i);
  const double value = real_at(view, i);
  if (std::isnan(value)) return std::bit_cast<int64_t>(std::numeric_limits<double>::quiet_NaN());
  return std::bit_cast<int64_t>(value == 0 ? 0.0 : value);
}

// Requires lists of one length. Of equal keys the first counts.
LabelMap make_map(const TensorView& keys, std::shared_ptr<const Constant> values,
                  std::shared_ptr<const Constant> fallback, bool finds_nan) {
  LabelMap map{.key_type = keys.type,
               .places = {},
               .finds_nan = finds_nan,
               .counts = is_integer(keys.type),
               .values = std::move(values),
               .fallback = std::move(fallback)};
  for (int64_t i = 0; i < keys.elements(); ++i) {
    map.places.emplace_back(key_at(keys, i), i);
    map.counts = map.counts && map.places.back().first == i;
  }
  // All of them: sort() would take three kilobytes more of the module.
  std::ranges::partial_sort(map.places, map.places.end());
  return map;
}

// LabelEncoder-1: a list of names, by which either way is found, from name to place or back.
OpResult make_by_place(AttributeReader& attributes) {
  const auto names = attributes.get_strings("classes_strings");
  if (!names) attributes.fail("classes_strings", "attribute is missing");
  GOSSAMER_ASSIGN(auto texts, list_of(DataType::kString, names.value_or(std::vector<int32_t>())));
  std::vector<int64_t> counted(static_cast<size_t>(texts->shape()[0]));
  for (size_t i = 0; i < counted.size(); ++i) counted[i] = static_cast<int64_t>(i);
  GOSSAMER_ASSIGN(auto places, list_of(DataType::kInt64, counted));
  GOSSAMER_ASSIGN(auto no_text, read_fallback(attributes, DataType::kString));
  GOSSAMER_ASSIGN(auto no_place, read_fallback(attributes, DataType::kInt64));
  std::vector<LabelMap> maps;
  maps.push_back(make_map(places->view(), texts, std::move(no_text), false));
  maps.push_back(make_map(texts->view(), places, std::move(no_place), false));
  return make_op<LabelEncoderOp>(std::move(maps));
}

}  // namespace

OpResult make_array_feature_extractor(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<ArrayFeatureExtractorOp>();
}

OpResult make_label_encoder(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  if (attributes.opset() < 2) return make_by_place(attributes);
  GOSSAMER_ASSIGN(const auto keys, read_list(attributes, "keys"));
  GOSSAMER_ASSIGN(auto values, read_list(attributes, "values"));
  if (keys == nullptr) attributes.fail("keys_*", "attribute is missing");
  if (values == nullptr) attributes.fail("values_*", "attribute is missing");
  std::vector<LabelMap> maps;
  if (keys == nullptr || values == nullptr) return make_op<LabelEncoderOp>(std::move(maps));
  if (keys->shape() != values->shape() || keys->shape().rank() != 1) {
    attributes.fail("values_*", "attribute must hold a value for each key",
                    values->shape().to_string(), keys->shape().to_string());
    return make_op<LabelEncoderOp>(std::move(maps));
  }
  GOSSAMER_ASSIGN(auto fallback, read_fallback(attributes, values->type()));
  constexpr int kNanIsAKey = 4;
  const bool finds_nan = attributes.opset() >= kNanIsAKey;
  if (narrows_from_float32(keys->type())) {  // the network may compute in float32
    GOSSAMER_ASSIGN(const auto narrow, Constant::make_resident(Constant::as_float32(keys)));
    maps.push_back(make_map(narrow->view(), values, fallback, finds_nan));
  }
  maps.push_back(make_map(keys->view(), std::move(values), std::move(fallback), finds_nan));
  return make_op<LabelEncoderOp>(std::move(maps));
}

ConstantResult read_classes(AttributeReader& attributes, std::string_view integers) {
  const auto texts = attributes.get_strings("classlabels_strings");
  const auto ints = attributes.get_ints(integers);
  const bool has_texts = texts && !texts->empty();
  const bool has_ints = ints && !ints->empty();
  if (has_texts == has_ints) {
    attributes.fail("classlabels_strings", "the classes must be named in one way",
                    has_ints ? "two lists" : "no list", "one list");
  }
  if (has_ints) return list_of(DataType::kInt64, *ints);
  return list_of(DataType::kString, texts.value_or(std::vector<int32_t>()));
}

OpResult make_zip_map(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  GOSSAMER_ASSIGN(auto classes, read_classes(attributes, "classlabels_int64s"));
  return make_op<ZipMapOp>(std::move(classes));
}

Status ArrayFeatureExtractorOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt64}));
  Shape shape = context.shape(0);
  const int64_t count = context.shape(1).elements();
  if (shape.rank() == 0) return shape_error("input 0 has no axis to pick from");
  if (count == 0) return shape_error("input 1 picks nothing").got(context.shape(1).to_string());
  shape[shape.rank() - 1] = count;
  return set_output(context, 0, context.type(0), shape.rank() == 1 ? Shape{1, count} : shape);
}

Status ArrayFeatureExtractorOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const TensorView& picked = args.inputs[1];
  const size_t size = data_type_size(x.type);
  const int64_t extent = x.shape[x.shape.rank() - 1];
  const int64_t count = picked.elements();
  const int64_t rows = args.outputs[0].elements() / count;
  auto* to = args.outputs[0].as<std::byte>();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < count; ++i, to += size) {
      const int64_t index = picked.as<int64_t>()[i];
      if (index < 0 || index >= extent) {  // here negative ones do not count from the end
        return Status(Code::kIndex, Stage::kRun, "index lies outside the tensor")
            .got(concat(index))
            .expected(concat("0 to ", extent - 1));
      }
      std::memcpy(to, x.as<std::byte>() + static_cast<size_t>(row * extent + index) * size, size);
    }
  }
  return Status::ok();
}

std::shared_ptr<const Constant> ArrayFeatureExtractorOp::class_names(
    const OpContext& context) const {
  return context.shape(0).rank() == 1 ? context.constant(0) : nullptr;
}

const LabelMap* LabelEncoderOp::map_for(DataType key_type) const {
  const auto found = std::ranges::find(maps_, key_type, &LabelMap::key_type);
  return found != maps_.end() ? &*found : nullptr;
}

Status LabelEncoderOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  const LabelMap* map = map_for(context.type(0));
  if (map == nullptr) {
    return unsupported("the input is not of the keys' type")
        .got(data_type_name(context.type(0)))
        .expected(data_type_name(maps_.empty() ? DataType::kUndefined : maps_[0].key_type));
  }
  return set_output(context, 0, map->values->type(), context.shape(0));
}

// A search among sorted keys for each element. The natural logarithm will do, whose code is there:
// that to base 2 brings tables of 2 KB.
double LabelEncoderOp::work(const OpContext& context) const {
  const LabelMap* map = map_for(context.type(0));
  const double keys = map != nullptr ? static_cast<double>(map->places.size()) : 0;
  return static_cast<double>(context.shape(0).elements()) * (1 + 1.5 * std::log(keys + 1));
}

Status LabelEncoderOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const LabelMap& map = *map_for(x.type);
  const TensorView values = map.values->view();
  const size_t size = data_type_size(values.type);
  auto* to = args.outputs[0].as<std::byte>();
  const int64_t count = x.elements();
  for (int64_t i = 0; i < count; ++i, to += size) {
    const int64_t key = key_at(x, i);
    const auto found =
        std::ranges::lower_bound(map.places, key, {}, &std::pair<int64_t, int64_t>::first);
    const bool known =
        found != map.places.end() && found->first == key && (map.finds_nan || !is_nan(x, i));
    const auto* from = known ? values.as<std::byte>() + static_cast<size_t>(found->second) * size
                             : map.fallback->view().as<std::byte>();
    std::memcpy(to, from, size);
  }
  return Status::ok();
}

std::shared_ptr<const Constant> LabelEncoderOp::class_names(const OpContext& context) const {
  const LabelMap* map = map_for(context.type(0));
  return map != nullptr && map->counts ? map->values : nullptr;
}

Status ZipMapOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_floats(context));
  GOSSAMER_TRY(require_rank(context, 0, 1, 2));
  const Shape& shape = context.shape(0);
  const int64_t classes = classes_->shape().elements();
  if (shape[shape.rank() - 1] != classes) {
    return shape_error("input 0 must hold a score for each class")
        .got(shape.to_string())
        .expected(concat(classes, " classes"));
  }
  return set_output(context, 0, context.type(0), shape);
}

Status ZipMapOp::evaluate(const EvaluateArgs& args) const {
  copy_elements(args.inputs[0], args.outputs[0]);
  return Status::ok();
}

}  // namespace gossamer
