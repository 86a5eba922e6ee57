// Session: the pipeline from bytes to plans, and what a caller does with the results. See
// gossamer/session.h. A session is fixed, with one plan made at once that reads the caller's input
// in its own arena; or flexible, with inputs of its own and a plan per combination of shapes.
#include "gossamer/session.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/text.h"
#include "base/workers.h"
#include "graph/import.h"
#include "onnx/decode.h"
#include "ops/registry.h"
#include "session/blueprint.h"
#include "session/open_extents.h"
#include "session/pictures.h"
#include "session/probe.h"
#include "session/properties.h"
#include "session/rescaling.h"
#include "session/thread_count.h"
#include "session/top_classes.h"
#include "session/variants.h"

namespace gossamer {
namespace {

// An input of a flexible session.
struct Slot {
  AlignedBuffer data;  // empty until the shape is known
};

}  // namespace

struct Session::Impl {
  std::shared_ptr<Workers> workers;  // null: one thread
  ThreadCount asked_threads;
  StopFlag stop{0};
  std::unique_ptr<ModelSource> source;   // flexible only: constants of the blueprint lie in it
  std::unique_ptr<Blueprint> blueprint;  // flexible only
  Variants variants;
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<Slot> slots;  // flexible only
  Properties metadata;
  Recipe recipe;
  std::vector<std::string> labels;  // see Session::labels
  std::string labels_source;
  bool labels_given = false;  // by the caller or by the model's properties
  std::shared_ptr<StringTable> strings;
  int asked_output = -1;                // by the options
  Recipe::Scores asked_scores = {};     // by the options
  std::map<int, ScoresInfo> found_out;  // by output, where the graph did not show it
  uint64_t max_memory_bytes = 0;
  bool planned = false;  // a fixed session; or: the current variant is for the inputs as they stand

  Execution& current() { return variants.current().execution; }
  const Execution& current() const { return variants.current().execution; }

  // An empty list leaves it to the model to name the classes: its properties, then its graph.
  void set_labels(std::vector<std::string> given) {
    const bool by_caller = !given.empty();
    labels = by_caller ? std::move(given) : labels_of(metadata);
    labels_given = !labels.empty();
    labels_source = by_caller      ? "the caller"
                    : labels_given ? "the model's property gossamer.labels"
                                   : "";
    if (!labels_given && !variants.empty()) take_class_names();
  }

  Status set_shape(size_t index, const Shape& shape) {
    const auto bytes = checked_bytes(inputs[index].type, shape);
    if (!bytes.has_value()) {
      return Status(Code::kShape, Stage::kApi, "an input is too large")
          .tensor(inputs[index].name)
          .got(shape.to_string());
    }
    if (*bytes > max_memory_bytes) {
      return Status(Code::kBudget, Stage::kApi, "an input needs more memory than allowed")
          .tensor(inputs[index].name)
          .got(concat(*bytes, " bytes"))
          .expected(concat("at most ", max_memory_bytes, " bytes"));
    }
    GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(*bytes));
    if (*bytes > 0) std::memset(data.data(), 0, *bytes);
    // Together, so that a failure leaves the input as it was.
    slots[index].data = std::move(data);
    inputs[index].shape = shape;
    planned = false;
    return Status::ok();
  }

  std::vector<TensorView> views() const {
    std::vector<TensorView> all;
    for (size_t i = 0; i < inputs.size(); ++i) {
      all.push_back({inputs[i].type, inputs[i].shape, slots[i].data.data()});
    }
    return all;
  }

  // What a plan depends on: every shape, and the elements of the inputs that decide shapes.
  std::string key() const {
    std::string text;
    for (size_t i = 0; i < inputs.size(); ++i) {
      text += inputs[i].shape.to_string();
      if (!blueprint->decides_shapes()[i]) continue;
      const AlignedBuffer& data = slots[i].data;
      text.append(reinterpret_cast<const char*>(data.data()), data.size());
    }
    return text;
  }

  Status require_result() const {
    if (!variants.empty()) return Status::ok();
    return Status(Code::kArgument, Stage::kApi, "there is no result before the first run");
  }

  // Puts the variant for the inputs as they stand last, making it if need be.
  Status choose_variant() {
    for (const TensorInfo& input : inputs) {
      if (!is_bound(input.shape)) return unbound(input);
    }
    if (!variants.choose(key())) {
      GOSSAMER_ASSIGN(auto prepared, blueprint->plan(views()));
      // Planning may have found more inputs that decide shapes.
      GOSSAMER_TRY(variants.add(std::move(prepared), key()));
    }
    take_results();
    return Status::ok();
  }

  // What preparing a picture may take beside the plan at work.
  uint64_t memory_left() const {
    if (variants.empty()) return max_memory_bytes;
    const MemoryInfo& memory = current().plan().memory;
    return max_memory_bytes - std::min(max_memory_bytes, memory.weight_bytes + memory.arena_bytes);
  }

  // What the current variant tells of its outputs and their classes.
  void take_results() {
    for (size_t i = 0; i < outputs.size(); ++i) {
      const bool is_map = outputs[i].is_map;
      outputs[i] = current().plan().outputs[i];
      outputs[i].is_map = is_map;
    }
    planned = true;
    if (!labels_given) take_class_names();
  }

  // By the output that was asked for, or the first one that the graph has names for.
  void take_class_names() {
    const auto& all = variants.current().class_names;
    const auto named = std::ranges::find_if(all, [](const auto& c) { return !c.names.empty(); });
    ClassNames found;
    if (asked_output >= 0) {
      found = all[static_cast<size_t>(asked_output)];
    } else if (named != all.end()) {
      found = *named;
    }
    labels = std::move(found.names);
    labels_source = std::move(found.source);
  }

  // What an output holds: as asked for, as the graph shows it, or as it is found out now.
  Result<ScoresInfo> judge(int index) {
    const auto at = static_cast<size_t>(index);
    const OutputFacts& facts = variants.current().outputs[at];
    if (facts.classes == 0) {
      return Status(Code::kArgument, Stage::kApi, "the output is not one row of class scores")
          .tensor(outputs[at].name)
          .got(list_tensors({&outputs[at], 1}))
          .expected("[1, classes] of real numbers, or quantised");
    }
    if (asked_scores != Recipe::Scores::kFound) return ScoresInfo{index, asked_scores, "asked for"};
    if (recipe.scores != Recipe::Scores::kFound) {
      return ScoresInfo{index, recipe.scores, "the recipe says so"};
    }
    if (facts.scores != Recipe::Scores::kFound) {
      return ScoresInfo{index, facts.scores, facts.reason};
    }
    const auto known = found_out.find(index);
    if (known != found_out.end()) return known->second;
    std::vector<TensorView> given;
    for (size_t i = 0; i < inputs.size(); ++i) given.push_back(given_input(i));
    const ProbeSubject subject{.plan = current().shared_plan(),
                               .inputs = given,
                               .picture = find_picture(inputs, {}),
                               .recipe = recipe,
                               .max_memory_bytes = max_memory_bytes};
    GOSSAMER_ASSIGN(ScoresInfo info, probe(subject, index, facts));
    return found_out.emplace(index, std::move(info)).first->second;
  }

  // An input as it stands; without data where the plan holds it.
  TensorView given_input(size_t i) {
    const TensorInfo& info = inputs[i];
    if (blueprint == nullptr) return {info.type, info.shape, current().input(i)};
    const void* data = blueprint->decides_shapes()[i] ? nullptr : slots[i].data.data();
    return {info.type, info.shape, data};
  }

  // Makes a run possible: a plan for the inputs as they stand, and these where it reads them.
  Status prepare() {
    if (blueprint == nullptr) return Status::ok();
    if (!planned) GOSSAMER_TRY(choose_variant());
    feed();
    return Status::ok();
  }

  // Copies the inputs to where the current plan reads them; it holds those that decide shapes.
  void feed() {
    for (size_t i = 0; i < inputs.size(); ++i) {
      const TensorView given = given_input(i);
      if (given.data == nullptr || given.bytes() == 0) continue;
      std::memcpy(current().input(i), given.data, given.bytes());
    }
  }
};

Result<std::unique_ptr<Session>> Session::create(std::unique_ptr<ModelSource> source,
                                                 const SessionOptions& options) {
  GOSSAMER_ASSIGN(const ThreadCount threads, count_threads(options.threads));
  GOSSAMER_ASSIGN(onnx_model::Model model,
                  onnx_model::decode(*source, {.unpacked_bytes = options.max_memory_bytes}));
  GOSSAMER_TRY(replace_functions(model));
  auto impl = std::make_unique<Impl>();
  impl->asked_threads = threads;
  impl->workers = find_workers(threads.asked);
  impl->metadata = properties_of(model);
  impl->max_memory_bytes = options.max_memory_bytes;
  impl->variants.set({.profile = options.profile,
                      .workers = impl->workers,
                      .max_memory_bytes = options.max_memory_bytes});
  const auto stored = impl->metadata.find(kRecipeProperty);
  const std::string_view recipe_text = !options.recipe.empty() ? std::string_view(options.recipe)
                                       : stored != impl->metadata.end()
                                           ? std::string_view(stored->second)
                                           : std::string_view();
  GOSSAMER_ASSIGN(impl->recipe, parse_recipe(recipe_text));
  SessionOptions planned = options;
  planned.threads = threads.asked;
  GOSSAMER_ASSIGN(Blueprint blueprint, Blueprint::make(model, planned));
  impl->inputs = blueprint.inputs();
  impl->outputs = blueprint.outputs();
  if (settle_scale(blueprint.graph(), impl->inputs, impl->recipe)) {
    impl->metadata.emplace(kRecipeProperty, "scale=1");
  }
  impl->strings = blueprint.strings();
  impl->asked_scores = options.scores;
  if (!options.output.empty()) {
    GOSSAMER_ASSIGN(impl->asked_output, find_output(impl->outputs, options.output));
  }
  if (!options.flexible) fix_picture(impl->inputs);
  if (std::ranges::all_of(impl->inputs, is_bound, &TensorInfo::shape)) {
    std::vector<TensorView> inputs;
    for (const TensorInfo& input : impl->inputs)
      inputs.push_back({input.type, input.shape, nullptr});
    GOSSAMER_ASSIGN(auto prepared, blueprint.plan(inputs));
    if (prepared.plan != nullptr) {
      GOSSAMER_TRY(impl->variants.add(std::move(prepared), {}));
      impl->set_labels({});
      impl->take_results();
      return std::unique_ptr<Session>(new Session(std::move(impl)));
    }
  }
  impl->set_labels({});
  impl->slots.resize(impl->inputs.size());
  for (size_t i = 0; i < impl->inputs.size(); ++i) {
    if (!is_bound(impl->inputs[i].shape)) continue;
    GOSSAMER_TRY(impl->set_shape(i, Shape(impl->inputs[i].shape)));
  }
  impl->blueprint = std::make_unique<Blueprint>(std::move(blueprint));
  impl->source = std::move(source);
  return std::unique_ptr<Session>(new Session(std::move(impl)));
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

const std::vector<TensorInfo>& Session::inputs() const {
  return impl_->inputs;
}
const std::vector<TensorInfo>& Session::outputs() const {
  return impl_->outputs;
}
bool Session::is_flexible() const {
  return impl_->blueprint != nullptr;
}
const std::map<std::string, std::string, std::less<>>& Session::metadata() const {
  return impl_->metadata;
}
const std::vector<std::string>& Session::labels() const {
  return impl_->labels;
}
void Session::set_labels(std::vector<std::string> labels) {
  impl_->set_labels(std::move(labels));
}
const std::string& Session::labels_source() const {
  return impl_->labels_source;
}
const std::string& Session::text(int32_t number) const {
  return impl_->strings->text(number);
}
int32_t Session::number_of(std::string_view text) {
  return impl_->strings->intern(text);
}

Status Session::set_input_shape(int index, const Shape& shape) {
  const auto i = static_cast<size_t>(index);
  if (inputs()[i].shape == shape) return Status::ok();
  GOSSAMER_TRY(check_shape(is_flexible() ? impl_->blueprint->inputs()[i] : inputs()[i], shape));
  return impl_->set_shape(i, shape);
}

MutableTensorView Session::input(int index) {
  const auto i = static_cast<size_t>(index);
  const TensorInfo& info = inputs()[i];
  if (!is_flexible()) return {info.type, info.shape, impl_->current().input(i)};
  impl_->planned = false;  // the caller may change elements that decide shapes
  return {info.type, info.shape, impl_->slots[i].data.data()};
}

TensorView Session::output(int index) const {
  const auto i = static_cast<size_t>(index);
  const TensorInfo& info = outputs()[i];
  return {info.type, info.shape, impl_->variants.empty() ? nullptr : impl_->current().output(i)};
}

Status Session::set_image(int index, const ImageView& image) {
  if (index < 0 || index >= static_cast<int>(inputs().size())) {
    return Status(Code::kArgument, Stage::kApi, "there is no such input")
        .got(concat(index))
        .expected(concat("0 to ", inputs().size(), " exclusive"));
  }
  const TensorInfo& target = inputs()[static_cast<size_t>(index)];
  if (!is_bound(target.shape)) return unbound(target);
  return preprocess(image, impl_->recipe, input(index), impl_->memory_left());
}

PixelArea Session::used_pixels(int index, int width, int height) {
  return gossamer::used_pixels(width, height, impl_->recipe, input(index));
}

Status Session::run() {
  return run_slice(std::numeric_limits<double>::infinity(), /*anew=*/true).status();
}

Result<bool> Session::run_slice(double milliseconds, bool anew) {
  // Of a flexible session the inputs may have changed, and with them the plan.
  if (anew || !impl_->planned || !impl_->current().is_under_way()) {
    GOSSAMER_TRY(impl_->prepare());
    anew = true;
  }
  return impl_->current().run_slice(milliseconds, anew, &impl_->stop);
}

ThreadInfo Session::threads() const {
  const int at_work = impl_->workers == nullptr ? 1 : impl_->workers->threads();
  return explain_threads(impl_->asked_threads, at_work);
}

std::atomic<uint32_t>& Session::stop_flag() {
  return impl_->stop;
}

Result<int> Session::image_input(std::span<const int> given) const {
  return choose_picture(inputs(), given);
}

Result<ScoresInfo> Session::scores() const {
  GOSSAMER_TRY(impl_->require_result());
  if (impl_->asked_output >= 0) return impl_->judge(impl_->asked_output);
  GOSSAMER_ASSIGN(const OutputChoice choice,
                  choose_output(impl_->variants.current().outputs, outputs(), labels().size()));
  GOSSAMER_ASSIGN(ScoresInfo info, impl_->judge(choice.output));
  if (!choice.reason.empty()) info.reason += concat("; ", choice.reason);
  return info;
}

Result<Classification> Session::classify(int count) const {
  GOSSAMER_ASSIGN(const ScoresInfo info, scores());
  return classify(info.output, count);
}

Result<Classification> Session::classify(int output_index, int count) const {
  GOSSAMER_TRY(impl_->require_result());
  if (output_index < 0 || output_index >= static_cast<int>(outputs().size())) {
    return Status(Code::kArgument, Stage::kApi, "there is no such output")
        .got(concat(output_index))
        .expected(concat("0 to ", outputs().size(), " exclusive"));
  }
  const auto at = static_cast<size_t>(output_index);
  const OutputFacts& facts = impl_->variants.current().outputs[at];
  GOSSAMER_ASSIGN(const ScoresInfo info, impl_->judge(output_index));
  AlignedBuffer buffer;
  GOSSAMER_ASSIGN(const auto scores, read_scores(output(output_index), facts, buffer));
  const auto& labels =
      impl_->labels_given ? impl_->labels : impl_->variants.current().class_names[at].names;
  return name_classes(scores, count, info.scores, labels);
}

std::vector<StepInfo> Session::steps() const {
  std::vector<StepInfo> infos;
  if (impl_->variants.empty()) return infos;
  const std::vector<Execution::StepTime> times = impl_->current().step_times();
  for (const Step& step : impl_->current().plan().steps) {
    infos.push_back(step.info);
    if (times.empty()) continue;
    infos.back().milliseconds = times[infos.size() - 1].mean;
    infos.back().fastest_milliseconds = times[infos.size() - 1].fastest;
    infos.back().last_milliseconds = times[infos.size() - 1].last;
  }
  return infos;
}

MemoryInfo Session::memory() const {
  return impl_->variants.empty() ? MemoryInfo() : impl_->current().plan().memory;
}

}  // namespace gossamer
