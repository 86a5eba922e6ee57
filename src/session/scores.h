// Which output of a classifier holds the scores of its classes, and what they are: probabilities
// already, their logarithms, or logits that a softmax or a sigmoid turns into some. Enters: the
// graph as the model states it. Leaves: facts per output, and a choice among them. It is decided
// once, from the graph where that shows it (value_ranges.h), else from synthetic inputs (probe.h),
// and never from a picture.
#ifndef GOSSAMER_SESSION_SCORES_H_
#define GOSSAMER_SESSION_SCORES_H_

#include <span>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "gossamer/session.h"
#include "graph/graph.h"

namespace gossamer {

struct OutputFacts {
  int64_t classes = 0;                             // 0: no row of scores
  Recipe::Scores scores = Recipe::Scores::kFound;  // kFound: the graph does not show it
  std::string reason;                              // why
  double scale = 1;                                // score = (element - zero_point) * scale
  double zero_point = 0;
  bool shares = false;      // probabilities of one class: they add up to 1, perhaps after scaling
  bool decision = false;    // no more than which classes: thresholds, Hardmax
  int depth = 0;            // nodes on the longest way from an input
  uint64_t fed_by = 0;      // of the first 64 outputs: this one is computed from them
  uint64_t layered_on = 0;  // of those: there is an affine layer on the way
  uint64_t made_of = 0;     // of those: this one depends on that one alone, by no layer
};

// Per output. Requires a graph after infer_and_fold, before passes.
std::vector<OutputFacts> read_outputs(const Graph& graph);

// The output that holds class scores, in this order:
// - only outputs with as many classes as there are labels, where there are such;
// - none that another one is computed from (features, or the logits before the probabilities);
//   probabilities are one all the same, unless a layer, or a product with something else, is on the
//   way (they are gates, attention), and so are scores of several classes beside one number that is
//   made of them by no layer;
// - no decisions about another, and nothing that is made of other probabilities alone;
// - several classes before one number, probabilities before logits before what is not clear; but
//   of different numbers of classes those before logits that add up to 1 alone;
// - among heads with as many classes, the one deepest in the graph (auxiliary ones branch off
//   early), then the first.
// `reason` is empty where there was nothing to choose from. Errors: ARGUMENT, listing the outputs,
// when there is none, or no order between them.
struct OutputChoice {
  int output = 0;
  std::string reason;
};
Result<OutputChoice> choose_output(std::span<const OutputFacts> facts,
                                   std::span<const TensorInfo> outputs, size_t label_count);

// The index of the output of this name. Errors: ARGUMENT.
Result<int> find_output(std::span<const TensorInfo> outputs, std::string_view name);

// "name float32 [1, 10], ..."; no more than a few of many.
std::string list_tensors(std::span<const TensorInfo> tensors);

// The row of scores in an output, as floats; in `buffer` unless they are some. Errors: OOM.
Result<std::span<const float>> read_scores(const TensorView& output, const OutputFacts& facts,
                                           AlignedBuffer& buffer);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_SCORES_H_
