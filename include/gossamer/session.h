// Start here. A Session is a model made ready to run: decoded, checked, optimised, its weights
// packed and its memory laid out. Creating one does all work that can be done once; run() then
// allocates nothing.
//
//   #include <cstdio>
//   #include "gossamer/session.h"
//
//   gossamer::Status print_classes(const std::string& model, std::span<const uint8_t> picture) {
//     auto source = gossamer::ModelSource::from_file(model);
//     if (!source.is_ok()) return source.status();
//     auto session = gossamer::Session::create(std::move(*source), {});
//     if (!session.is_ok()) return session.status();
//     auto image = gossamer::decode_image(picture);  // a JPEG or PNG file
//     if (!image.is_ok()) return image.status();
//     auto status = (*session)->set_image(/*index=*/0, image->view());
//     if (status.is_ok()) status = (*session)->run();
//     if (!status.is_ok()) return status;
//     auto top = (*session)->classify(/*count=*/3);
//     if (!top.is_ok()) return top.status();
//     for (const gossamer::Category& c : top->categories) {
//       std::printf("%s %.3f\n", c.label.c_str(), static_cast<double>(c.probability));
//     }
//     return gossamer::Status::ok();
//   }
#ifndef GOSSAMER_SESSION_H_
#define GOSSAMER_SESSION_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gossamer/image.h"
#include "gossamer/model_source.h"
#include "gossamer/status.h"
#include "gossamer/tensor.h"

namespace gossamer {

struct SessionOptions {
  // Extents for dimensions that the model leaves open, by their name in it ("batch" -> 4), or by
  // input and axis ("image.2" -> 224).
  std::map<std::string, int64_t, std::less<>> dimensions;
  // Dimensions that stay open are bound by set_input_shape() before a run, and may change from run
  // to run; the model's bytes are kept for that. Otherwise an open first dimension, the batch,
  // becomes 1. A model with other open dimensions, or with inputs whose elements decide shapes, is
  // always flexible.
  bool flexible = false;
  // Replaces the recipe stored in the model; empty keeps it. See parse_recipe.
  std::string recipe;
  // The output that holds class scores; empty: found, see Session::scores.
  std::string output;
  // What makes probabilities of it, in place of what the recipe says, or the graph shows.
  Recipe::Scores scores = Recipe::Scores::kFound;
  // No kernels whose packed weights are larger than the model's (Winograd's: up to 4 times), which
  // are also the ones whose rounding errors are larger. Slower, and done anyway where the memory
  // allowed demands it.
  bool small_weights = false;
  // Threads that compute, the one that calls run() among them; 0: one for each core, up to 8. At
  // most 64. They are shared with other sessions of the same number, one run at a time, and end
  // with the last such session. Fewer are used where so many cannot be started, and in builds
  // without threads: see Session::threads. Results do not depend on it, to the bit.
  int threads = 1;
  // Refuse plans that need more than this for weights and activations together, and pictures whose
  // preparation needs more beside the plan at work (code BUDGET).
  uint64_t max_memory_bytes = uint64_t{3} << 30;
  // Refuse plans with more multiply-adds, or steps like them (a comparison, a copy), than this per
  // run (code BUDGET); 0 means no limit. The default is twenty times what the largest classifiers
  // take, and most of a minute of computing: a hostile model of a few bytes can ask for years.
  uint64_t max_multiply_adds = uint64_t{1} << 40;
  // Keep timings per step for `steps()`.
  bool profile = false;
};

// One class and how likely it is.
struct Category {
  int index = 0;
  float probability = 0;
  std::string label;  // the class number when the model carries no labels
};

struct Classification {
  std::vector<Category> categories;  // most likely first
  bool finite = true;  // false when the output holds NaN or infinity: "NONFINITE"; NaN ranks last
};

// Which output holds class scores, and what makes probabilities of them.
struct ScoresInfo {
  int output = 0;
  Recipe::Scores scores = Recipe::Scores::kFound;
  std::string reason;  // for people: what shows it
};

// What one step of the plan is and does, for `gossamer info` and the profiler.
struct StepInfo {
  std::string node;
  std::string op;
  std::string kernel;  // "f32_gemm_6x8__relaxed"
  std::string output_shape;
  uint64_t multiply_adds = 0;
  uint64_t work = 0;  // multiply-adds, or steps like them (a comparison, a copy)
  uint64_t weight_bytes = 0;
  int threads = 1;                  // that share it
  double milliseconds = 0;          // mean over the profiled runs; 0 without profiling
  double fastest_milliseconds = 0;  // of any of these runs: what a busy machine disturbs least
  double last_milliseconds = 0;     // of the last one
};

struct ThreadInfo {
  int count = 1;       // of threads at work
  std::string reason;  // for people: why so many
};

struct MemoryInfo {
  uint64_t weight_bytes = 0;  // packed weights held by the plan
  uint64_t arena_bytes = 0;   // activations and scratch, one block
  uint64_t live_bytes = 0;    // the most that is in use at once: what a perfect arena would need
};

// Not thread-safe: one call at a time, but for stop_flag(). Different sessions are independent.
class Session {
 public:
  // Loads, checks and plans a model. Errors: any code; see docs/API.md.
  static Result<std::unique_ptr<Session>> create(std::unique_ptr<ModelSource> source,
                                                 const SessionOptions& options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // An extent of -1 is not known yet: of an input until set_input_shape(), of an output until the
  // first run.
  const std::vector<TensorInfo>& inputs() const;
  const std::vector<TensorInfo>& outputs() const;
  // True when plans are made as runs bring new shapes; false when all is planned.
  bool is_flexible() const;
  // Binds the open dimensions of an input, whose elements become 0. Requires 0 <= index <
  // inputs().size(). Errors: SHAPE when the model fixes another shape; OOM.
  Status set_input_shape(int index, const Shape& shape);
  // The model's metadata_props, plus "opset", "producer", "ir_version" and, where the model has no
  // "gossamer.recipe" but ONNX's properties of images (Image.BitmapPixelFormat), the recipe of
  // these.
  const std::map<std::string, std::string, std::less<>>& metadata() const;

  // Class names: those of set_labels(); else of the model's property "gossamer.labels" (one per
  // line); else those that operators of the graph give the classes (ZipMap, LinearClassifier, a
  // list that an ArgMax picks from), as many as there are scores. Empty when there are none; of a
  // flexible session the graph's are known after the first run.
  const std::vector<std::string>& labels() const;
  // Where they come from: "the caller", "the model's property gossamer.labels", "ZipMap 'loss'";
  // empty when there are none.
  const std::string& labels_source() const;
  // Replaces them; an empty list brings the model's own back. May be called at any time.
  void set_labels(std::vector<std::string> labels);

  // The memory of an input, to be filled before run(); null data while its shape is not known.
  // Requires 0 <= index < inputs().size().
  MutableTensorView input(int index);
  // The memory of an output, valid until the next run(); null data before the first run of a
  // flexible session. Requires 0 <= index < outputs().size().
  TensorView output(int index) const;

  // The elements of a tensor of strings are numbers, int32: the text of such a number, and the
  // number of a text, for inputs. Number 0 is the empty string, which stands for unknown numbers,
  // too.
  const std::string& text(int32_t number) const;
  int32_t number_of(std::string_view text);

  // Prepares a picture by the recipe and writes it into an input. Errors: IMAGE, ARGUMENT, BUDGET,
  // OOM.
  Status set_image(int index, const ImageView& image);
  // The part of a picture of this size that set_image looks at: see image.h. Requires 0 <= index <
  // inputs().size().
  PixelArea used_pixels(int index, int width, int height);

  // The input that a picture goes to, given the inputs that hold tensors of the caller's: of those
  // left, the one that looks most like a picture. Errors: ARGUMENT when there is none, or another
  // one is left, which would be computed with as it is: it names the first.
  Result<int> image_input(std::span<const int> given = {}) const;

  // Computes every output from the inputs as they stand. Errors: NUMERIC, INDEX; of a flexible
  // session also those of create(), and SHAPE when an input's shape is not known.
  Status run();
  // Does a part of that: computes for about so long, a work item at least, or a step where threads
  // share it. The next call goes on where this one has stopped, unless it is to begin `anew`; it
  // begins anew also after run(), an error, and a change of shapes. True once every output is
  // computed; until then they hold nothing of use, and inputs must not be written. Errors: those of
  // run().
  Result<bool> run_slice(double milliseconds, bool anew);

  // Which output holds class scores, and what they are. The graph shows it as a rule: it is
  // followed from Softmax, Sigmoid and affine layers through whatever keeps values in [0, 1]. Where
  // it does not, two synthetic inputs are tried, once, in memory of their own: several values in
  // [0, 1] with a sum of 1 both times are probabilities. Errors: ARGUMENT when no output, or no
  // single one, qualifies, and before the first run of a flexible session; where inputs are tried,
  // BUDGET, OOM, and those of a run.
  Result<ScoresInfo> scores() const;
  // The `count` most likely classes, of that output. An output of one number is the probability of
  // class 0; with two labels, of the second, and the first has the rest. Errors: those of scores().
  Result<Classification> classify(int count) const;
  // The same of any output of shape [1, classes] (any extents of 1 besides the class axis are
  // fine), of real numbers or quantised. Errors: also ARGUMENT when the output is no such row.
  Result<Classification> classify(int output, int count) const;

  // The threads that this session computes on.
  ThreadInfo threads() const;
  // While this is not 0, runs end with the error CANCELLED, as soon as each thread is done with the
  // work item at hand. Any thread may write it.
  std::atomic<uint32_t>& stop_flag();

  std::vector<StepInfo> steps() const;
  MemoryInfo memory() const;

 private:
  struct Impl;
  explicit Session(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_H_
