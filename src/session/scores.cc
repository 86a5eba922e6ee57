// See scores.h.
#include "session/scores.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/elements.h"
#include "session/value_ranges.h"

namespace gossamer {
namespace {

using Scores = Recipe::Scores;

// 0: not known, or decisions; 1: logits; 2: probabilities.
int rank(const OutputFacts& facts) {
  if (facts.scores == Scores::kFound || facts.decision) return 0;
  return facts.scores == Scores::kUnchanged || facts.scores == Scores::kExp ? 2 : 1;
}

// What a value is computed from. The masks have a bit for each of the first 64 graph outputs.
struct Ancestry {
  int depth = 0;
  uint64_t outputs = 0;  // a value that is an output counts itself
  uint64_t layered = 0;  // those with a layer on the way
  uint64_t alone = 0;    // those that each determine it
};

void trace(const Graph& graph, std::span<const NodeId> order, std::vector<OutputFacts>& facts) {
  std::vector<uint64_t> own(static_cast<size_t>(graph.value_count()));
  for (size_t i = 0; i < std::min<size_t>(graph.outputs().size(), 64); ++i) {
    own[static_cast<size_t>(graph.outputs()[i])] |= uint64_t{1} << i;
  }
  std::vector<Ancestry> all(own.size());
  for (NodeId id : order) {
    Ancestry made{.alone = ~uint64_t{0}};
    for (ValueId input : graph.node(id).inputs) {
      if (input == kNone || graph.value(input).constant != nullptr) continue;
      const Ancestry& from = all[static_cast<size_t>(input)];
      made.depth = std::max(made.depth, from.depth);
      made.outputs |= from.outputs;
      made.layered |= from.layered;
      made.alone &= from.alone;
    }
    ++made.depth;
    made.alone &= made.outputs;
    if (is_layer(*graph.node(id).op)) made.layered = made.outputs;
    for (ValueId output : graph.node(id).outputs) {
      if (output == kNone) continue;
      const auto at = static_cast<size_t>(output);
      all[at] = made;
      all[at].outputs |= own[at];
      all[at].alone |= own[at];
    }
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    const auto at = static_cast<size_t>(graph.outputs()[i]);
    facts[i].depth = all[at].depth;
    facts[i].fed_by = all[at].outputs & ~own[at];
    facts[i].layered_on = all[at].layered;
    facts[i].made_of = all[at].alone & ~(own[at] | all[at].layered);
  }
}

std::string cause(const Graph& graph, const ValueRange& range) {
  if (range.cause == kNone) return "";
  return concat(", by ", graph.node(range.cause).op->type(), " '", graph.node_label(range.cause),
                "'");
}

// What the graph shows of a row of scores.
void judge(const Graph& graph, const Value& value, const ValueRange& range, OutputFacts& facts) {
  if (range.scale != 0) {
    facts.scale = range.scale;
    facts.zero_point = range.zero_point;
  }
  facts.decision = range.decision;
  const bool distribution = holds_distribution(range);
  if (range.logarithm) {
    facts.scores = Scores::kExp;
    facts.shares = holds_distribution({.low = 0, .high = 1, .total = range.total});
    facts.reason = concat("logarithms of probabilities", cause(graph, range));
  } else if (holds_probabilities(range)) {
    facts.scores = Scores::kUnchanged;
    facts.shares = distribution;
    facts.reason =
        concat("values in [0, 1]", distribution ? " that add up to 1" : "", cause(graph, range));
  } else if (const double whole = range.high == 100 ? 100 : range.total;  // percent
             range.low >= 0 && whole > 0 && std::isfinite(whole)) {
    facts.scores = Scores::kUnchanged;
    facts.scale /= whole;
    facts.shares = std::abs(range.total / whole - 1) <= 1e-3;
    facts.reason = concat("values ", facts.shares ? "that add up to " : "from 0 to ", whole,
                          cause(graph, range));
  } else if (data_type_size(value.type) == 1 && range.scale == 0) {
    facts.scores = Scores::kUnchanged;
    facts.scale = 1.0 / 255;
    facts.zero_point = value.type == DataType::kInt8 ? -128 : 0;
    facts.reason = "bytes of a scale that the graph does not show, taken as parts of 255";
  } else if (range.affine) {
    facts.scores = facts.classes == 1 ? Scores::kSigmoid : Scores::kSoftmax;
    facts.reason = "logits: an affine layer, whose values have no bounds";
  }
}

// How many classes an output of this type and shape could hold scores of; 0 when it is no row.
int64_t count_classes(const Value& value, const ValueRange& range) {
  const bool bytes = value.type == DataType::kUint8 || value.type == DataType::kInt8;
  if (!is_real(value.type) && !bytes && range.scale == 0) return 0;
  if (range.picked) return 0;
  const int64_t classes =
      value.shape.rank() == 0 ? 1 : *std::ranges::max_element(value.shape.dims());
  return classes == value.shape.elements() ? classes : 0;
}

// `a` holds class scores rather than `b` does.
bool beats(const OutputFacts& a, const OutputFacts& b) {
  const bool a_has_several = a.classes > 1, b_has_several = b.classes > 1;
  if (a_has_several != b_has_several) return a_has_several && rank(a) >= rank(b);
  // A box or tags beside logits of classes: values in [0, 1] may be of anything.
  if (a.classes != b.classes && rank(a) == 2 && rank(b) == 1 && !a.shares) return false;
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  return a.classes == b.classes && a.depth > b.depth;
}

Status unclear(std::string_view message, std::span<const TensorInfo> outputs) {
  return Status(Code::kArgument, Stage::kApi, message)
      .got(list_tensors(outputs))
      .hint("name one: the option `output`, on the command line --output");
}

bool fits_labels(const OutputFacts& facts, size_t label_count) {
  const auto classes = static_cast<size_t>(facts.classes);
  return classes == label_count || (classes == 1 && label_count == 2);
}

bool has(uint64_t outputs, size_t i) {
  return i < 64 && (outputs >> i & 1) != 0;
}

// Output `i` is one number that is made of several scores, `j`, by no layer: their entropy, say.
bool sums_up(std::span<const OutputFacts> facts, size_t i, size_t j) {
  const OutputFacts& one = facts[i];
  return one.classes == 1 && facts[j].classes > 1 && rank(facts[j]) > 0 &&
         has(one.fed_by & ~one.layered_on, j);
}

// Candidate `i` is no answer beside candidate `j`.
bool gives_way(std::span<const OutputFacts> facts, size_t i, size_t j) {
  const OutputFacts& a = facts[i];
  const OutputFacts& b = facts[j];
  if (a.classes == b.classes) {
    // What is made of probabilities alone adds nothing to them; decisions hold less.
    if (a.decision ? has(a.fed_by, j) : rank(b) == 2 && has(a.made_of, j)) return true;
    if (b.decision) return false;
  }
  if (sums_up(facts, i, j)) return true;
  if (!has(b.fed_by, i) || sums_up(facts, j, i)) return false;
  if (rank(a) < 2) return rank(a) <= rank(b);
  // Probabilities stay one, whatever is made of them, unless a layer leads on to scores of classes,
  // or they are mixed with something else into other classes: then they are weights of attention,
  // gates or a hidden layer.
  const bool mixed = a.classes != b.classes && !has(b.made_of | b.layered_on, i);
  return b.classes > 1 && (mixed || (has(b.layered_on, i) && rank(b) > 0));
}

// The outputs to choose from, as indices.
std::vector<size_t> candidates(std::span<const OutputFacts> facts, size_t label_count) {
  const auto labelled = [&](const OutputFacts& each) {
    return each.classes > 0 && fits_labels(each, label_count);
  };
  const bool by_labels = std::ranges::any_of(facts, labelled);
  std::vector<size_t> all, left;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].classes > 0 && (!by_labels || labelled(facts[i]))) all.push_back(i);
  }
  // The masks know of the first 64 outputs.
  const auto low = static_cast<size_t>(std::ranges::lower_bound(all, size_t{64}) - all.begin());
  for (size_t i : all) {
    const auto others = std::span(all).first(i < 64 ? all.size() : low);
    const auto before = [&](size_t j) { return gives_way(facts, i, j); };
    if (std::ranges::none_of(others, before)) left.push_back(i);
  }
  return left;
}

}  // namespace

std::vector<OutputFacts> read_outputs(const Graph& graph) {
  const std::vector<NodeId> order = graph.topological_order();
  const std::vector<ValueRange> ranges = value_ranges(graph, order);
  std::vector<OutputFacts> facts(graph.outputs().size());
  trace(graph, order, facts);
  for (size_t i = 0; i < facts.size(); ++i) {
    const ValueId id = graph.outputs()[i];
    const Value& value = graph.value(id);
    const ValueRange& range = ranges[static_cast<size_t>(id)];
    facts[i].classes = count_classes(value, range);
    if (facts[i].classes > 0 && value.constant == nullptr) judge(graph, value, range, facts[i]);
  }
  return facts;
}

Result<OutputChoice> choose_output(std::span<const OutputFacts> facts,
                                   std::span<const TensorInfo> outputs, size_t label_count) {
  const std::vector<size_t> all = candidates(facts, label_count);
  if (all.empty()) return unclear("no output is a row of class scores", outputs);
  size_t best = all[0];
  for (size_t i : all) {
    if (beats(facts[i], facts[best])) best = i;
  }
  size_t alike = 0;
  for (size_t i : all) {
    const bool equal =
        rank(facts[i]) == rank(facts[best]) && facts[i].classes == facts[best].classes;
    if (!equal && !beats(facts[best], facts[i])) {
      return unclear("which output holds the class scores is not clear", outputs);
    }
    alike += equal;
  }
  OutputChoice choice{.output = static_cast<int>(best), .reason = {}};
  if (alike > 1) {
    choice.reason = concat("the deepest of ", alike, " heads alike");
  } else if (outputs.size() > 1) {
    choice.reason = concat("of ", outputs.size(), " outputs the one of class scores");
  }
  return choice;
}

Result<int> find_output(std::span<const TensorInfo> outputs, std::string_view name) {
  const auto found = std::ranges::find(outputs, name, &TensorInfo::name);
  if (found != outputs.end()) return static_cast<int>(found - outputs.begin());
  return Status(Code::kArgument, Stage::kApi, "there is no output of this name")
      .got(name)
      .expected(list_tensors(outputs));
}

std::string list_tensors(std::span<const TensorInfo> tensors) {
  constexpr size_t kMaxListed = 8;
  std::string list;
  for (const TensorInfo& tensor : tensors.first(std::min(tensors.size(), kMaxListed))) {
    list += concat(list.empty() ? "" : ", ", tensor.name, " ", data_type_name(tensor.type), " ",
                   tensor.shape.to_string());
  }
  if (tensors.size() > kMaxListed) list += concat(" and ", tensors.size() - kMaxListed, " more");
  return list;
}

Result<std::span<const float>> read_scores(const TensorView& output, const OutputFacts& facts,
                                           AlignedBuffer& buffer) {
  const auto count = static_cast<size_t>(output.elements());
  if (output.type == DataType::kFloat32 && facts.scale == 1 && facts.zero_point == 0) {
    return std::span(output.as<float>(), count);
  }
  GOSSAMER_ASSIGN(buffer, AlignedBuffer::allocate(count * sizeof(float)));
  float* scores = buffer.as<float>();
  for (size_t i = 0; i < count; ++i) {
    const double element = real_at(output, static_cast<int64_t>(i));
    scores[i] = static_cast<float>((element - facts.zero_point) * facts.scale);
  }
  return std::span<const float>(scores, count);
}

}  // namespace gossamer
