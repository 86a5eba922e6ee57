// See scan.h. The walk keeps its own stack of open messages, so nesting costs no call depth. A
// table says which field of which message holds which other message; everything else is skipped by
// length.
#include "onnx/scan.h"

#include <google/protobuf/io/coded_stream.h>

#include <array>
#include <limits>

#include "base/text.h"
#include "onnx/source_stream.h"

namespace gossamer::onnx_model {
namespace {

enum class Message : uint8_t {
  kModel,
  kGraph,
  kNode,
  kAttribute,
  kTensor,
  kValue,
  kType,
  kTensorType,
  kShape,
  kFunction,
  kOther
};
enum class Count : uint8_t { kNothing, kNode, kInitializer, kAttribute, kString };

// Field `number` of `in` is a message of kind `is` (or a plain string, kOther without descent), and
// counts towards a limit.
struct FieldRule {
  Message in;
  uint32_t number;
  bool descend;
  Message is;
  Count count;
};
constexpr FieldRule kRules[] = {
    {Message::kModel, 7, true, Message::kGraph, Count::kNothing},
    {Message::kModel, 8, false, Message::kOther, Count::kString},
    {Message::kModel, 14, false, Message::kOther, Count::kString},
    {Message::kModel, 25, true, Message::kFunction, Count::kNode},
    {Message::kFunction, 7, true, Message::kNode, Count::kNode},
    {Message::kGraph, 1, true, Message::kNode, Count::kNode},
    {Message::kGraph, 5, true, Message::kTensor, Count::kInitializer},
    {Message::kGraph, 11, true, Message::kValue, Count::kString},
    {Message::kGraph, 12, true, Message::kValue, Count::kString},
    {Message::kNode, 1, false, Message::kOther, Count::kString},
    {Message::kNode, 2, false, Message::kOther, Count::kString},
    {Message::kNode, 5, true, Message::kAttribute, Count::kAttribute},
    {Message::kAttribute, 5, true, Message::kTensor, Count::kInitializer},
    {Message::kAttribute, 6, true, Message::kGraph, Count::kNothing},
    {Message::kAttribute, 9, false, Message::kOther, Count::kString},
    {Message::kAttribute, 10, true, Message::kTensor, Count::kInitializer},
    {Message::kAttribute, 11, true, Message::kGraph, Count::kNothing},
    {Message::kTensor, 6, false, Message::kOther, Count::kString},
    {Message::kValue, 2, true, Message::kType, Count::kNothing},
    {Message::kType, 1, true, Message::kTensorType, Count::kNothing},
    {Message::kTensorType, 2, true, Message::kShape, Count::kNothing},
    {Message::kShape, 1, false, Message::kOther, Count::kString},
};

const FieldRule* rule_for(Message in, uint32_t number) {
  for (const FieldRule& rule : kRules) {
    if (rule.in == in && rule.number == number) return &rule;
  }
  return nullptr;
}

constexpr uint32_t kRawData = 9;  // of a tensor

// A tensor's elements, which stay where they are (initializers) or are copied once (attributes).
bool is_payload(Message in, uint32_t number) {
  return in == Message::kTensor && (number == 4 || number == 5 || number == 7 ||
                                    number == kRawData || number == 10 || number == 11);
}

class Scanner {
 public:
  Scanner(const ModelSource& source, const ScanLimits& limits)
      : limits_(limits), stream_(source, 0, source.size()), in_(&stream_) {
    in_.SetTotalBytesLimit(std::numeric_limits<int>::max());
    size_ = static_cast<int64_t>(source.size());
  }

  Status run() {
    stack_[0] = {Message::kModel, size_};
    while (true) {
      while (depth_ > 0 && in_.CurrentPosition() == stack_[depth_].end) --depth_;
      if (depth_ == 0 && in_.CurrentPosition() == size_) return Status::ok();
      GOSSAMER_TRY(field());
    }
  }

 private:
  struct Open {
    Message message;
    int64_t end;
  };
  // Deep enough for graph_depth graphs with node, attribute, value and type levels between them.
  static constexpr int kMaxDepth = 100;

  Status field() {
    const Open& open = stack_[depth_];
    const uint32_t tag = in_.ReadTag();
    const uint32_t number = tag >> 3;
    if (number == 0) return malformed("a field");
    switch (tag & 7) {
      case 0: {
        uint64_t value;
        if (!in_.ReadVarint64(&value)) return malformed("a number");
        break;
      }
      case 1:
        if (!in_.Skip(8)) return malformed("8 bytes");
        break;
      case 5:
        if (!in_.Skip(4)) return malformed("4 bytes");
        break;
      case 2:
        return length_delimited(open, number);
      default:
        return malformed("a known wire type");
    }
    // A number may not run over the end of the message it stands in.
    return in_.CurrentPosition() <= open.end ? structure(16) : malformed("the end of a message");
  }

  Status length_delimited(const Open& open, uint32_t number) {
    uint32_t length;
    if (!in_.ReadVarint32(&length)) return malformed("a length");
    const int64_t end = in_.CurrentPosition() + int64_t{length};
    if (end > open.end) return malformed(concat(length, " more bytes"));
    const FieldRule* rule = rule_for(open.message, number);
    if (rule != nullptr) GOSSAMER_TRY(count(rule->count));
    if (rule != nullptr && rule->descend) {
      if (rule->is == Message::kGraph && graphs_open() >= limits_.graph_depth) {
        return limit("nested graphs", limits_.graph_depth);
      }
      if (depth_ + 1 >= kMaxDepth) return limit("nested messages", kMaxDepth);
      stack_[++depth_] = {rule->is, end};
      return structure(16);
    }
    if (is_payload(open.message, number)) {
      const bool initializer = depth_ == 2;  // model > graph > initializer
      payload_ += initializer ? 0 : int64_t{length};
      if (payload_ > limits_.payload_bytes_in_attributes) {
        return limit("bytes of tensors in attributes", limits_.payload_bytes_in_attributes);
      }
      if (!initializer || number != kRawData) unpacked_ += length;
      if (unpacked_ > limits_.unpacked_bytes) return over_budget();
    } else {
      GOSSAMER_TRY(structure(length));
    }
    return in_.Skip(static_cast<int>(length)) ? Status::ok() : malformed(concat(length, " bytes"));
  }

  Status count(Count what) {
    struct Row {
      const char* name;
      int64_t limit;
    };
    const std::array<Row, 5> rows = {{{"", 0},
                                      {"nodes", limits_.nodes},
                                      {"initializers", limits_.initializers},
                                      {"attributes", limits_.attributes},
                                      {"names", limits_.strings}}};
    if (what == Count::kNothing) return Status::ok();
    const auto i = static_cast<size_t>(what);
    return ++counts_[i] > rows[i].limit ? limit(rows[i].name, rows[i].limit) : Status::ok();
  }

  Status structure(int64_t bytes) {
    structure_ += bytes;
    return structure_ > limits_.structure_bytes
               ? limit("bytes of structure", limits_.structure_bytes)
               : Status::ok();
  }

  int graphs_open() const {
    int open = 0;
    for (int i = 0; i <= depth_; ++i) open += stack_[i].message == Message::kGraph ? 1 : 0;
    return open;
  }

  Status malformed(std::string_view wanted) const {
    if (!stream_.status().is_ok()) return stream_.status();
    return Status(Code::kParse, Stage::kDecode, "the file is not a complete ONNX model")
        .got(concat("something else, or the end, at byte ", in_.CurrentPosition(), " of ", size_))
        .expected(wanted)
        .hint("the download may be incomplete, or the file is damaged");
  }

  Status over_budget() const {
    return Status(Code::kBudget, Stage::kDecode, "the model needs more memory than allowed")
        .got(concat("at least ", unpacked_, " bytes of weights"))
        .expected(concat("at most ", limits_.unpacked_bytes, " bytes"));
  }

  static Status limit(std::string_view what, int64_t limit) {
    return Status(Code::kLimit, Stage::kDecode, concat("the model has too many ", what))
        .expected(concat("at most ", limit));
  }

  const ScanLimits& limits_;
  SourceStream stream_;
  google::protobuf::io::CodedInputStream in_;
  int64_t size_ = 0;
  std::array<Open, kMaxDepth> stack_{};
  int depth_ = 0;
  std::array<int64_t, 5> counts_{};
  int64_t structure_ = 0;
  int64_t payload_ = 0;
  uint64_t unpacked_ = 0;
};

}  // namespace

Status scan(const ModelSource& source, const ScanLimits& limits) {
  if (source.size() > std::numeric_limits<int>::max()) {
    return Status(Code::kLimit, Stage::kDecode, "the model file is too large")
        .got(concat(source.size(), " bytes"))
        .expected("less than 2 GiB, as protobuf requires");
  }
  return Scanner(source, limits).run();
}

}  // namespace gossamer::onnx_model
