// The plans that a session has at work: one of a fixed session; of a flexible one those of its
// latest shapes, so that shapes which alternate are planned once.
#ifndef GOSSAMER_SESSION_VARIANTS_H_
#define GOSSAMER_SESSION_VARIANTS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plan/execution.h"
#include "session/blueprint.h"

namespace gossamer {

struct Variant {
  std::string key;  // the shapes and elements it was made for
  Execution execution;
  std::vector<OutputFacts> outputs;     // what the graph shows of them
  std::vector<ClassNames> class_names;  // per output
};

class Variants {
 public:
  struct Settings {
    bool profile = false;
    std::shared_ptr<Workers> workers;
    uint64_t max_memory_bytes = 0;  // of all plans together, where there are several
  };
  void set(Settings settings) { settings_ = std::move(settings); }

  bool empty() const { return all_.empty(); }
  // Requires one.
  Variant& current() { return all_.back(); }
  const Variant& current() const { return all_.back(); }

  // Makes the one of this key the current one; false when there is none.
  bool choose(std::string_view key);
  // Puts a plan to work, as the current one. The oldest go before, where there are too many, or
  // all would need too much memory. Errors: OOM.
  Status add(PreparedPlan prepared, std::string key);

 private:
  Settings settings_;
  std::vector<Variant> all_;  // of which the last is the current one
};

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_VARIANTS_H_
