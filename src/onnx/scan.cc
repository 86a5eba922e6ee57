// See scan.h. The walk keeps its own stack of open messages, so nesting costs no call depth.
#include "onnx/scan.h"

#include <array>

#include "base/text.h"
#include "onnx/schema.h"
#include "onnx/wire_reader.h"

namespace gossamer::onnx_model {
namespace {

constexpr uint32_t kRawData = 9;     // of a tensor
constexpr int64_t kFieldBytes = 16;  // of structure, that a field counts for besides its text

uint64_t text_bytes(const WireField& field) {
  return field.has_length() ? field.length() : 0;
}

class Scanner {
 public:
  Scanner(const ModelSource& source, const ScanLimits& limits)
      : limits_(limits), reader_(source), memory_allowed_(limits.structure_memory) {
    const auto size = static_cast<int64_t>(source.size());
    memory_allowed_ += std::min(size, INT64_MAX / 4) * 2;
  }

  Status run() {
    stack_[0] = {Message::kModel, reader_.source().size()};
    for (;;) {
      while (depth_ > 0 && reader_.position() == stack_[depth_].end) --depth_;
      if (reader_.position() == stack_[depth_].end) return Status::ok();
      WireField field;
      if (!reader_.field(stack_[depth_].end, field)) return reader_.malformed();
      GOSSAMER_TRY(visit(field));
    }
  }

 private:
  struct Open {
    Message message;
    uint64_t end;
  };
  // Deep enough for graph_depth graphs with node, attribute, value and type levels between them.
  static constexpr size_t kMaxDepth = 100;

  Status visit(const WireField& field) {
    const FieldRow* row = find_field(stack_[depth_].message, field.number, field.wire);
    if (row == nullptr || row->form == Form::kPlace || row->count == Count::kElements) {
      reader_.seek(field.end);
      if (row != nullptr && row->count == Count::kElements) return elements(field);
      return structure(text_bytes(field));
    }
    GOSSAMER_TRY(count(*row));
    if (row->form == Form::kMessage) return open(*row, field);
    int64_t numbers = 0;
    const bool list = row->form == Form::kInts || row->form == Form::kFloats;
    if (list && !for_each_number(reader_, field, row->form == Form::kFloats ? 4 : 0,
                                 [&](uint64_t) { ++numbers; })) {
      return reader_.malformed();
    }
    reader_.seek(field.end);
    GOSSAMER_TRY(memory(row->cost * (list ? numbers : 1)));
    return structure(text_bytes(field));
  }

  Status open(const FieldRow& row, const WireField& field) {
    if (row.is == Message::kGraph && graphs_open() >= limits_.graph_depth) {
      return limit("nested graphs", limits_.graph_depth);
    }
    if (depth_ + 1 >= kMaxDepth) return limit("nested messages", kMaxDepth);
    stack_[++depth_] = {row.is, field.end};
    GOSSAMER_TRY(memory(row.cost));
    return structure(0);
  }

  // Of a tensor: raw ones stay where they are.
  Status elements(const WireField& field) {
    const uint64_t bytes = field.has_length() ? field.length() : sizeof(uint64_t);
    const bool sparse = stack_[depth_ - 1].message == Message::kSparseTensor;
    if (sparse || field.number != kRawData) unpacked_ += bytes;
    return unpacked_ > limits_.unpacked_bytes ? over_budget() : structure(0);
  }

  Status count(const FieldRow& row) {
    struct Limit {
      const char* name;
      int64_t most;
    };
    const std::array<Limit, 5> limits = {{{"", INT64_MAX},
                                          {"nodes", limits_.nodes},
                                          {"initializers", limits_.initializers},
                                          {"attributes", limits_.attributes},
                                          {"names", limits_.names}}};
    const auto i = static_cast<size_t>(row.count);
    // Every graph around a name may hand it on, to every graph around that.
    const int64_t around = row.count == Count::kName ? std::max(graphs_open(), 1) : 1;
    counts_[i] += around * around;
    return counts_[i] > limits[i].most ? limit(limits[i].name, limits[i].most) : Status::ok();
  }

  // Every field counts, so that empty ones end as well.
  Status structure(uint64_t bytes) {
    structure_ += kFieldBytes + static_cast<int64_t>(bytes);
    return structure_ > limits_.structure_bytes
               ? limit("bytes of structure", limits_.structure_bytes)
               : Status::ok();
  }

  Status memory(int64_t bytes) {
    memory_ += bytes;
    return memory_ > memory_allowed_ ? limit("parts for its size, in bytes", memory_allowed_)
                                     : Status::ok();
  }

  int graphs_open() const {
    int open = 0;
    for (size_t i = 0; i <= depth_; ++i) open += stack_[i].message == Message::kGraph ? 1 : 0;
    return open;
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
  WireReader reader_;
  int64_t memory_allowed_;
  std::array<Open, kMaxDepth> stack_{};
  size_t depth_ = 0;
  std::array<int64_t, 5> counts_{};
  int64_t structure_ = 0;
  int64_t memory_ = 0;
  uint64_t unpacked_ = 0;
};

}  // namespace

Status scan(const ModelSource& source, const ScanLimits& limits) {
  return Scanner(source, limits).run();
}

}  // namespace gossamer::onnx_model
