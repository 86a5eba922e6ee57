// The operators of ai.onnx.ml that turn the place of a class into its name:
//   ArrayFeatureExtractor  elements of the last axis, picked by index; a list gives [1, indices]
//   LabelEncoder           each element looked up in a table of keys and values
//   ZipMap                 rows of scores as maps from class to score
// A map is not a tensor, and nothing but the end of a model takes one. ZipMap therefore hands its
// scores on, and says what the classes are called.
// Source: https://onnx.ai/onnx/operators/onnx_aionnxml_ArrayFeatureExtractor.html, its neighbours
#ifndef GOSSAMER_OPS_LABELS_H_
#define GOSSAMER_OPS_LABELS_H_

#include <utility>
#include <vector>

#include "ops/checks.h"

namespace gossamer {

class ArrayFeatureExtractorOp final : public Op {
 public:
  std::string_view type() const override { return "ArrayFeatureExtractor"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  // Its first input, where that is a list.
  std::shared_ptr<const Constant> class_names(const OpContext& context) const override;
};

// One direction of a LabelEncoder.
struct LabelMap {
  DataType key_type = DataType::kUndefined;
  std::vector<std::pair<int64_t, int64_t>> places;  // key, where its value stands; sorted
  bool finds_nan = false;                           // NaN is a key like others
  bool counts = false;                              // the keys are 0, 1, 2, ...
  std::shared_ptr<const Constant> values;           // as many as keys
  std::shared_ptr<const Constant> fallback;         // one value, for everything that is no key
};

class LabelEncoderOp final : public Op {
 public:
  // Maps of different key types, of which the input's type chooses one.
  explicit LabelEncoderOp(std::vector<LabelMap> maps) : maps_(std::move(maps)) {}
  std::string_view type() const override { return "LabelEncoder"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  double work(const OpContext& context) const override;
  std::shared_ptr<const Constant> class_names(const OpContext& context) const override;

 private:
  const LabelMap* map_for(DataType key_type) const;
  std::vector<LabelMap> maps_;
};

class ZipMapOp final : public Op {
 public:
  static constexpr std::string_view kType = "ZipMap";
  explicit ZipMapOp(std::shared_ptr<const Constant> classes) : classes_(std::move(classes)) {}
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  bool is_view() const override { return true; }
  std::shared_ptr<const Constant> class_names(const OpContext& /*context*/) const override {
    return classes_;
  }

 private:
  std::shared_ptr<const Constant> classes_;  // a list
};

OpResult make_array_feature_extractor(AttributeReader& attributes);
OpResult make_label_encoder(AttributeReader& attributes);
OpResult make_zip_map(AttributeReader& attributes);

// The classes in "classlabels_strings" or in the attribute `integers`, as a list; empty, with an
// error recorded, when neither or both are there. Errors: OOM.
Result<std::shared_ptr<const Constant>> read_classes(AttributeReader& attributes,
                                                     std::string_view integers);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_LABELS_H_
