// Every operator with random, mostly senseless attributes, shapes and types. What infer() accepts
// is lowered, in the operator's form for channels last, too, and both the kernel and the reference
// run when it is small. Nothing is asserted about results: the point is that nothing is read or
// written out of bounds (the sanitizer build watches), that nothing overflows, and that every
// refusal is a proper error. The sequence is the same in every run.
#include <algorithm>
#include <random>

#include "base/aligned_buffer.h"
#include "ops/registry.h"
#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr int kRounds = 6000;           // per operator
constexpr int64_t kMaxEvaluated = 512;  // elements of any operand
// Tables for outputs of up to this extent are made in no time, and for those beyond the other no
// memory is granted. In between a kernel may be made that is never run, after a long time.
constexpr int64_t kFewElements = int64_t{1} << 16, kMoreThanThereIs = int64_t{1} << 46;

class Hostile {
 public:
  explicit Hostile(uint32_t seed) : random_(seed) {}

  int64_t below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }
  bool once_in(int64_t n) { return below(n) == 0; }

  // Mostly what a model would say, now and then an extreme.
  int64_t integer() {
    static constexpr int64_t kExtremes[] = {
        INT64_MIN,        INT64_MIN + 1,    -(int64_t{1} << 32), -9,       9, int64_t{1} << 20,
        int64_t{1} << 31, int64_t{1} << 62, INT64_MAX - 1,       INT64_MAX};
    if (once_in(12)) return kExtremes[below(std::ssize(kExtremes))];
    return below(7) - 2;
  }
  std::vector<int64_t> integers() {
    const int64_t spatial = std::max<int64_t>(1, rank_ - 2);
    const int64_t length = once_in(2) ? below(6) : once_in(3) ? 2 * spatial : spatial;
    std::vector<int64_t> values(static_cast<size_t>(length));
    const bool alike = !once_in(4);  // likelier to be accepted
    for (int64_t& value : values) value = alike ? below(3) : integer();
    return values;
  }
  Shape shape() {
    Shape s;
    const int64_t rank = once_in(3) ? below(Shape::kMaxRank + 1) : rank_;
    const int64_t largest = once_in(20) ? INT64_MAX : 3;
    for (int64_t i = 0; i < rank; ++i) {
      s.push_back(once_in(15) ? 0 : once_in(4) ? 1 : below(largest) + 1);
    }
    return s;
  }
  // Starts a round: most of its operands will have this type and rank.
  void choose_habits() {
    static constexpr DataType kTypes[] = {DataType::kFloat32, DataType::kFloat32, DataType::kInt64,
                                          DataType::kInt32,   DataType::kBool,    DataType::kUint8};
    type_ = once_in(2) ? DataType::kFloat32 : kTypes[below(std::ssize(kTypes))];
    rank_ = once_in(2) ? 4 : below(5);
    numbers_ = once_in(40);
  }
  void choose_bytes() {
    if (!once_in(4)) type_ = once_in(2) ? DataType::kUint8 : DataType::kInt8;
  }
  DataType type() { return once_in(10) ? static_cast<DataType>(below(14)) : type_; }
  Tensor operand(const Shape& like, bool first) {
    if (once_in(15)) return absent();
    if (once_in(first ? 10 : 3)) return once_in(4) ? scales() : list(integers());
    if (numbers_ || once_in(10))
      return !numbers_ && once_in(3) ? marks() : known(int64s({}, {integer()}));
    const bool per_channel =
        !first && like.rank() > 1 && once_in(2);  // as biases and statistics are
    Tensor t = only_shape(type(), per_channel ? Shape{like[1]} : once_in(2) ? like : shape());
    const auto elements = t.shape.checked_elements();
    if (!elements) return absent();  // the importer lets no such tensor pass
    if (*elements > kMaxEvaluated || t.type == DataType::kUndefined) return t;
    t.data.resize(t.view().bytes());
    for (std::byte& b : t.data) b = static_cast<std::byte>(once_in(3) ? below(256) : below(2));
    t.known = !first && once_in(2);  // as weights are
    return t;
  }
  // As Compress has them.
  Tensor marks() {
    std::vector<uint8_t> values(static_cast<size_t>(below(5)));
    for (uint8_t& value : values) value = static_cast<uint8_t>(below(2));
    return known(bytes(DataType::kBool, {std::ssize(values)}, values));
  }
  // As Resize has them.
  Tensor scales() {
    std::vector<float> values(static_cast<size_t>(below(6)), 1);
    for (float& value : values) {
      if (once_in(3)) value = once_in(9) ? -1e30f : 0.5f * static_cast<float>(below(7));
    }
    return known(floats({std::ssize(values)}, values));
  }
  // Scales and zero points of the quantised operators, of which there are so many that all of them
  // would hardly ever fit.
  Tensor parameter(char role) {
    if (once_in(20)) return operand({}, false);
    if (role == 's') return floats({}, {0.25f * static_cast<float>(below(5))});
    return bytes(role == 'r' || once_in(4) ? DataType::kUint8 : type_, {1}, {200});
  }
  std::vector<Attribute> attributes() {
    static constexpr const char* kInts[] = {"axis",
                                            "group",
                                            "ceil_mode",
                                            "to",
                                            "allowzero",
                                            "transA",
                                            "transB",
                                            "count_include_pad",
                                            "start",
                                            "end",
                                            "value_int",
                                            "training_mode",
                                            "keepdims",
                                            "fmod",
                                            "k",
                                            "noop_with_empty_axes",
                                            "exclusive",
                                            "reverse",
                                            "largest",
                                            "sorted",
                                            "select_last_index",
                                            "blocksize",
                                            "dtype",
                                            "batch_dims",
                                            "upper",
                                            "antialias",
                                            "p",
                                            "channels_last",
                                            "is_causal",
                                            "interleaved"};
    // Cannot be left out.
    static constexpr const char* kCounts[] = {"size", "num_groups", "num_heads"};
    static constexpr const char* kLists[] = {
        "axes",      "perm", "pads",       "strides",      "kernel_shape",   "starts",
        "dilations", "ends", "value_ints", "output_shape", "output_padding", "border"};
    static constexpr const char* kModes[] = {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "?"};
    std::vector<Attribute> out;
    for (const char* name : kInts) {
      if (once_in(6)) out.push_back(attr_int(name, integer()));
    }
    for (const char* name : kCounts) {
      if (!once_in(4)) out.push_back(attr_int(name, integer()));
    }
    for (const char* name : kLists) {
      if (once_in(3)) out.push_back(attr_ints(name, integers()));
    }
    if (!once_in(3)) out.push_back(attr_text("direction", once_in(2) ? "LEFT" : "RIGHT"));
    static constexpr const char* kEquations[] = {"ij,jk->ik", "...i,...j->...", "iij", "b...,...",
                                                 "ab->ba",    "...ii->...i",    "->",  "a,b,"};
    out.push_back(attr_text("equation", kEquations[below(std::ssize(kEquations))]));
    if (once_in(6)) out.push_back(attr_text("auto_pad", kModes[below(std::ssize(kModes))]));
    return out;
  }

 private:
  std::mt19937_64 random_;
  DataType type_ = DataType::kFloat32;
  int64_t rank_ = 4;
  bool numbers_ = false;  // all operands are single known numbers, as those of Range
};

// The inputs of operators that have scales (s) and zero points (z, or r for that of the result);
// all others are operands.
std::string_view roles_of(std::string_view type) {
  struct Roles {
    std::string_view type, roles;
  };
  static constexpr Roles kRoles[] = {{"MatMulIntegerToFloat", "oosszz"},
                                     {"QGemm", "oszoszosr"},
                                     {"QLinearAdd", "oszoszsr"},
                                     {"QLinearAveragePool", "oszsr"},
                                     {"QLinearConcat", "srosz"},
                                     {"QLinearConv", "oszoszsr"},
                                     {"QLinearGlobalAveragePool", "oszsr"},
                                     {"QLinearLeakyRelu", "oszsr"},
                                     {"QLinearMatMul", "oszoszsr"},
                                     {"QLinearMul", "oszoszsr"},
                                     {"QLinearSigmoid", "oszsr"},
                                     {"QLinearSoftmax", "oszsr"},
                                     {"QLinearWhere", "ooszoszsr"}};
  const auto* found = std::ranges::find(kRoles, type, &Roles::type);
  return found != std::end(kRoles) ? found->roles : std::string_view();
}

// What was accepted fits its type and can be addressed.
void check_output(const OpContext::Operand& output) {
  const auto elements = output.shape.checked_elements();
  ASSERT_TRUE(elements.has_value()) << output.shape.to_string();
  EXPECT_LE(*elements, PTRDIFF_MAX / static_cast<int64_t>(data_type_size(output.type)));
}

bool takes_long(const Shape& shape) {
  return std::ranges::any_of(shape.dims(), [](int64_t extent) {
    return extent > kFewElements && extent < kMoreThanThereIs;
  });
}

// Makes the kernel, and runs it when every operand is small. Requires that infer() accepted them.
void try_kernel(const Op& op, const std::vector<Tensor>& inputs, OpContext& context, bool small) {
  const OpContext::Operand output = context.output(0);
  // Plans have no steps for what is empty.
  bool lowered = output.shape.elements() > 0 && !takes_long(output.shape);
  for (const Tensor& input : inputs) lowered = lowered && !takes_long(input.shape);
  if (!lowered) return;
  EXPECT_GE(op.work(context), 0);
  const auto kernel = op.lower(context);
  if (!kernel.is_ok()) {
    EXPECT_EQ(kernel.status().code(), Code::kOom) << kernel.status().to_string();
    return;
  }
  EXPECT_GE((*kernel)->items(), 0);
  (*kernel)->multiply_adds();
  if (!small) return;
  std::vector<const void*> in;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const bool absorbed = context.input(static_cast<int>(i)).absorbed;
    in.push_back(absorbed ? nullptr : inputs[i].view().data);
  }
  auto result = AlignedBuffer::allocate(MutableTensorView{output.type, output.shape}.bytes());
  auto scratch = AlignedBuffer::allocate((*kernel)->scratch_bytes());
  ASSERT_TRUE(result.is_ok() && scratch.is_ok());
  void* out[] = {result->data()};
  const Status ran = (*kernel)->run({in, out, scratch->data()}, 0, (*kernel)->items());
  if (ran.is_ok()) return;
  EXPECT_TRUE(ran.code() == Code::kIndex || ran.code() == Code::kNumeric) << ran.to_string();
}

void check_refusal(const Status& status) {
  EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
  EXPECT_NE(status.code(), Code::kOom) << status.to_string();
}

// The same for an operator that stands for others: what it amounts to is inferred, folded, planned
// and run.
bool try_composite(const std::shared_ptr<const Op>& op, const std::vector<Tensor>& inputs) {
  for (const Tensor& input : inputs) {
    if (input.type == DataType::kUndefined) continue;
    if (input.shape.elements() > kMaxEvaluated) return false;
    if (input.data.size() < input.view().bytes())
      return false;  // of a type without random elements
  }
  const auto outputs = run_by_reference(op, inputs);
  check_refusal(outputs.status());
  if (!outputs.is_ok() || outputs->front().shape.elements() > 64 * kMaxEvaluated) return false;
  const auto planned = run_by_kernels(op, inputs);
  check_refusal(planned.status());
  return true;
}

// Infers, lowers, and evaluates when every operand is small. True when it came to that.
bool try_node(const std::shared_ptr<const Op>& made, const std::vector<Tensor>& inputs) {
  if (made->macro() != nullptr) return try_composite(made, inputs);
  const Op& op = *made;
  std::vector<OpContext::Operand> operands;
  bool small = true;
  for (const Tensor& input : inputs) {
    operands.push_back({input.type, input.shape, nullptr, false});
    if (input.type == DataType::kUndefined) continue;
    small = small && input.shape.elements() <= kMaxEvaluated;
    if (input.known) operands.back().constant = *Constant::copy_of(input.view());
  }
  OpContext context(std::move(operands), 1);
  const Status inferred = op.infer(context);
  if (!inferred.is_ok()) {
    check_refusal(inferred);
    return false;
  }
  check_output(context.output(0));
  small = small && context.output(0).shape.elements() <= 64 * kMaxEvaluated;
  try_kernel(op, inputs, context, small);
  if (!small) return false;
  const auto outputs = run(op, inputs);
  if (!outputs.is_ok()) {
    const Code code = outputs.status().code();
    EXPECT_TRUE(code == Code::kIndex || code == Code::kNumeric) << outputs.status().to_string();
  }
  return outputs.is_ok();
}

// The op, without the attributes it does not know and with a number of inputs it accepts, so that
// few attempts end here; nothing when other attributes are refused.
std::shared_ptr<const Op> make_somehow(const OpEntry& entry, onnx_model::NodeDef& def, int opset) {
  for (int attempt = 0; attempt < 64; ++attempt) {
    AttributeReader reader(def, opset, strings());
    auto op = entry.make(reader);
    const Status status = op.is_ok() ? reader.finish() : op.status();
    if (status.is_ok()) return *op;
    EXPECT_NE(status.code(), Code::kInternal) << status.to_string();
    if (status.code() == Code::kGraph) {
      def.inputs.resize((def.inputs.size() + 1) % 10, "x");
      continue;
    }
    if (status.info().message != "attribute is not known for this operator") return nullptr;
    std::erase_if(def.attributes, [&](const Attribute& attribute) {
      return attribute.name == status.info().attribute;
    });
  }
  return nullptr;
}

Tensor small(const Shape& shape) {
  return known(noise(shape, 3));
}

// Nodes that fit, of operators that random operands hardly ever fit.
std::vector<Node> fitting_nodes() {
  const Tensor packed = known(bytes(DataType::kUint8, {3, 3, 8}, std::vector<uint8_t>(72, 90)));
  const Tensor zeros = known(bytes(DataType::kUint8, {6}, {1, 2, 3, 4, 5, 6}));
  return {
      {"MatMulNBits",
       1,
       {small({2, 40}), packed, small({9}), zeros, absent(), small({3})},
       {attr_int("K", 40), attr_int("N", 3), attr_int("bits", 4), attr_int("block_size", 16)},
       {"y"},
       "com.microsoft"},
      {"RotaryEmbedding",
       23,
       {small({1, 2, 8}), small({3, 2}), small({3, 2}), int64s({1, 2}, {2, 0})},
       {attr_int("num_heads", 2), attr_int("rotary_embedding_dim", 4), attr_int("interleaved", 1)}},
      {"Attention",
       24,
       {small({1, 2, 8}), small({1, 3, 4}), small({1, 3, 4}), small({2, 5}), small({1, 2, 2, 2}),
        small({1, 2, 2, 2})},
       {attr_int("q_num_heads", 4), attr_int("kv_num_heads", 2), attr_int("is_causal", 1)}},
      {"MultiHeadAttention",
       1,
       {small({1, 2, 4}), small({1, 3, 4}), small({1, 3, 4}), small({12})},
       {attr_int("num_heads", 2)},
       {"y"},
       "com.microsoft"},
      {"Attention",
       1,
       {small({1, 2, 3}), small({3, 12}), small({12})},
       {attr_int("num_heads", 2)},
       {"y"},
       "com.microsoft"},
      {"DynamicQuantizeMatMul",
       1,
       {small({2, 3}), known(tensor<int8_t>(DataType::kInt8, {3, 2}, {1, 2, 3, 4, 5, 6})),
        small({1})},
       {},
       {"y"},
       "com.microsoft"},
      {"DeformConv",
       19,
       {small({1, 2, 3, 3}), small({2, 1, 2, 2}), small({1, 16, 2, 2}), small({2}),
        small({1, 8, 2, 2})},
       {attr_int("group", 2), attr_int("offset_group", 2)}},
      {"FeatureVectorizer",
       1,
       {small({2, 3}), small({2, 1})},
       {attr_ints("inputdimensions", {3, 1})}},
      {"Imputer", 1, {small({2, 3})}, {attr_floats("imputed_value_floats", {1, 2, 3})}},
      {"LabelEncoder",
       2,
       {int64s({3}, {3, 5, 7})},
       {attr_ints("keys_int64s", {3, 5}), attr_floats("values_floats", {1, 2})}},
      {"LinearClassifier",
       1,
       {small({2, 3})},
       {attr_floats("coefficients", {1, 2, 3, 4, 5, 6}), attr_floats("intercepts", {0, 1}),
        attr_ints("classlabels_ints", {0, 1})}},
      {"LinearRegressor", 1, {small({2, 3})}, {attr_floats("coefficients", {1, 2, 3})}},
      {"Scaler",
       1,
       {small({2, 3})},
       {attr_floats("offset", {1, 2, 3}), attr_floats("scale", {1, 2, 3})}},
      {"ZipMap", 1, {small({2, 2})}, {attr_ints("classlabels_int64s", {4, 5})}},
      {"AffineGrid", 20, {small({1, 2, 3}), list({1, 1, 2, 3})}, {}},
      {"GridSample", 20, {small({1, 2, 3, 3}), small({1, 2, 2, 2})}, {}}};
}

bool is_fitting(const OpEntry& entry) {
  return std::ranges::any_of(fitting_nodes(), [&](const Node& node) {
    const bool same_domain = node.domain == entry.domain || entry.domain == "ai.onnx.ml";
    return node.type == entry.type && same_domain;
  });
}

TEST(Hostile, NothingButErrors) {
  for (const OpEntry& entry : op_table()) {
    // They have no shape rule: see tests/graph/macro_test.cc.
    if (entry.family == "branch" || entry.family == "loop" || entry.family == "sequence") continue;
    SCOPED_TRACE(entry.type);
    uint32_t seed = 0;
    for (char c : entry.type) seed = seed * 31 + static_cast<uint32_t>(c);
    Hostile random(seed);
    int evaluated = 0;
    for (int round = 0; round < kRounds; ++round) {
      random.choose_habits();
      onnx_model::NodeDef def;
      def.op_type = entry.type;
      def.outputs = {"y"};
      def.inputs.resize(static_cast<size_t>(random.below(6)), "x");
      def.attributes = random.attributes();
      const int opset = entry.first_opset +
                        static_cast<int>(random.below(entry.last_opset - entry.first_opset + 1));
      const std::string_view roles = roles_of(entry.type);
      if (!roles.empty() || entry.type.ends_with("Integer")) random.choose_bytes();
      auto op = make_somehow(entry, def, opset);
      if (op == nullptr) continue;
      const auto last = op->channels_last();
      if (last != nullptr && random.once_in(3)) op = last;
      std::vector<Tensor> inputs;
      const Shape like = random.shape();
      for (size_t i = 0; i < def.inputs.size(); ++i) {
        const bool parameter = i < roles.size() && roles[i] != 'o';
        inputs.push_back(parameter ? random.parameter(roles[i]) : random.operand(like, i == 0));
      }
      evaluated += try_node(op, inputs) ? 1 : 0;
    }
    RecordProperty(std::string(entry.type), evaluated);
    if (is_fitting(entry)) continue;
    EXPECT_GT(evaluated, 2) << "hardly an attempt came as far as evaluate()";
  }
}

// They are changed a little: extents, numbers in lists, attributes.
TEST(Hostile, NodesThatNearlyFit) {
  for (const Node& fitting : fitting_nodes()) {
    SCOPED_TRACE(fitting.type);
    Hostile random(11);
    int evaluated = 0;
    for (int round = 0; round < 1500; ++round) {
      Node node = fitting;
      node.inputs[0].known = false;
      for (Tensor& input : node.inputs) {
        if (input.type == DataType::kUndefined || !random.once_in(6)) continue;
        if (input.type == DataType::kInt64) {
          for (std::byte& b : input.data) {
            if (random.once_in(20)) b = static_cast<std::byte>(random.below(256));
          }
          continue;
        }
        const int axis = static_cast<int>(random.below(input.shape.rank()));
        input.shape[axis] = std::max<int64_t>(0, input.shape[axis] + random.below(3) - 1);
        input.data.resize(input.view().bytes());
      }
      for (Attribute& attribute : node.attributes) {
        if (random.once_in(12)) attribute.i = random.integer();
      }
      const auto op = make(node);
      if (op.is_ok()) evaluated += try_node(*op, node.inputs) ? 1 : 0;
    }
    EXPECT_GT(evaluated, 100);
  }
}

}  // namespace
}  // namespace gossamer::op_test
