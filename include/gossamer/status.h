// How Gossamer reports failure. Nothing in the library throws, prints or aborts on bad input: every
// function that can fail returns a Status or a Result<T>, and the Status says what failed, at which
// stage, for which node, tensor or attribute, what was found and what would have been accepted.
//
// Ownership: a Status owns its text. Moving is cheap (one pointer); success allocates nothing.
// Thread safety: like a std::string, safe to read from many threads, not to mutate.
#ifndef GOSSAMER_STATUS_H_
#define GOSSAMER_STATUS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gossamer {

// One entry per kind of failure a caller may want to tell apart. The names (code_name) are part of
// the stable surface: the JavaScript library and the command line print them. Keep in step with
// docs/API.md; every code has a test that provokes it.
enum class Code {
  kOk = 0,
  kParse,        // the bytes are not a well-formed ONNX model
  kLimit,        // well formed, but larger or deeper than the decoder accepts
  kUnsupported,  // valid ONNX that this runtime does not implement
  kGraph,        // the graph is inconsistent: undefined or duplicate names, cycles
  kShape,        // tensor shapes do not fit together, or do not fit in memory
  kInitializer,  // a stored tensor contradicts its declared type or shape
  kAttribute,    // an operator's attribute is missing, of the wrong type or out of range
  kIndex,        // an index computed or stored in the model lies outside its tensor
  kNumeric,      // integer division by zero or overflow that has no defined result
  kBudget,       // the plan would need more memory or work than the caller allowed
  kOom,          // an allocation failed
  kImage,        // the picture cannot be decoded or has unusable dimensions
  kArgument,     // the caller passed something of the wrong type, shape or name
  kHandle,       // the object was already disposed of
  kIo,           // a file cannot be read or written
  kCancelled,    // the caller asked to stop
  kInternal,     // a bug in Gossamer
};

// Where in the pipeline the failure was noticed.
enum class Stage { kNone = 0, kDecode, kGraph, kPasses, kPlan, kRun, kImage, kApi };

std::string_view code_name(Code code);     // "PARSE", "LIMIT", ...
std::string_view stage_name(Stage stage);  // "decode", "graph", ...

// The full description of a failure. Empty strings mean "does not apply".
struct ErrorInfo {
  Code code = Code::kInternal;
  Stage stage = Stage::kNone;
  std::string message;    // one sentence, no trailing full stop
  std::string node;       // name (or index, "#12") of the node
  std::string op;         // its operator type
  std::string tensor;     // name of the value or initializer
  std::string attribute;  // name of the attribute
  std::string got;        // what was found
  std::string expected;   // what is allowed
  std::string hint;       // what the user can do about it
  std::string operators;  // those that this build lacks: "Einsum x2, ai.onnx.ml.ZipMap x1"
};

class [[nodiscard]] Status {
 public:
  Status() = default;  // success
  Status(Code code, Stage stage, std::string_view message);
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;
  Status(const Status& other);
  Status& operator=(const Status& other);

  static Status ok() { return {}; }
  bool is_ok() const { return info_ == nullptr; }
  Code code() const { return info_ ? info_->code : Code::kOk; }
  // Requires !is_ok().
  const ErrorInfo& info() const { return *info_; }

  // Fill in details on the way up; each keeps a detail that is already set, because the innermost
  // function knows best. All are no-ops on success.
  Status&& at_stage(Stage stage) &&;
  Status&& at_node(std::string_view name, std::string_view op) &&;
  Status&& tensor(std::string_view name) &&;
  Status&& attribute(std::string_view name) &&;
  Status&& got(std::string_view text) &&;
  Status&& expected(std::string_view text) &&;
  Status&& hint(std::string_view text) &&;
  Status&& operators(std::string_view list) &&;

  // One line for people: "ATTRIBUTE (graph): stride must be positive; node 'c1' (Conv), attribute
  // 'strides', got 0, expected > 0".
  std::string to_string() const;
  // The same as a JSON object {code, stage, message, node, op, tensor, attribute, got, expected,
  // hint, operators}, empty fields left out.
  std::string to_json() const;

 private:
  // Out of line, so that the many places that drop a Status do not each free eight strings.
  struct Delete {
    void operator()(ErrorInfo* info) const;
  };
  std::unique_ptr<ErrorInfo, Delete> info_;
};

// A T, or the Status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    if (status_.is_ok()) status_ = Status(Code::kInternal, Stage::kNone, "result without a value");
  }
  bool is_ok() const { return value_.has_value(); }
  const Status& status() const& { return status_; }
  Status&& status() && { return std::move(status_); }
  // These require is_ok().
  // NOLINTBEGIN(bugprone-unchecked-optional-access)
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return std::move(*value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  // NOLINTEND(bugprone-unchecked-optional-access)

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace gossamer

// Leave the current function with the error, if `expression` is one.
#define GOSSAMER_TRY(expression)                                                     \
  do {                                                                               \
    if (::gossamer::Status gossamer_status = (expression); !gossamer_status.is_ok()) \
      return gossamer_status;                                                        \
  } while (false)

// Declare or assign `target` from a Result, or leave the current function with its error.
#define GOSSAMER_ASSIGN(target, expression) \
  GOSSAMER_ASSIGN_IMPL_(GOSSAMER_CONCAT_(gossamer_result_, __LINE__), target, expression)
#define GOSSAMER_ASSIGN_IMPL_(result, target, expression) \
  auto result = (expression);                             \
  if (!result.is_ok()) return std::move(result).status(); \
  target = std::move(result).value()
#define GOSSAMER_CONCAT_(a, b) GOSSAMER_CONCAT_IMPL_(a, b)
#define GOSSAMER_CONCAT_IMPL_(a, b) a##b

#endif  // GOSSAMER_STATUS_H_
