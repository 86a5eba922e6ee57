// See profile.h. Speed counts the multiply-adds that the operator is defined by, the direct
// method's: a kernel that gets by with fewer, as Winograd's do, can be faster than the peak.
#include "cli/profile.h"

#include <algorithm>
#include <cstdio>

#include "session/describe.h"

namespace gossamer::cli {
namespace {

// Of one step, or of several together.
struct Cost {
  double mean = 0;  // milliseconds
  double fastest = 0;
  uint64_t multiply_adds = 0;

  double per_second() const {
    return fastest > 0 ? static_cast<double>(multiply_adds) / fastest * 1e3 : 0;
  }
  Cost& operator+=(const Cost& other) {
    mean += other.mean;
    fastest += other.fastest;
    multiply_adds += other.multiply_adds;
    return *this;
  }
};

Cost cost_of(const StepInfo& step) {
  return {step.milliseconds, step.fastest_milliseconds, step.multiply_adds};
}

struct KernelCost {
  std::string kernel;
  int steps = 0;
  Cost cost;
};

std::vector<KernelCost> by_kernel(const std::vector<StepInfo>& steps) {
  std::vector<KernelCost> kernels;
  for (const StepInfo& step : steps) {
    auto known = std::ranges::find(kernels, step.kernel, &KernelCost::kernel);
    if (known == kernels.end()) known = kernels.insert(known, {step.kernel, 0, {}});
    ++known->steps;
    known->cost += cost_of(step);
  }
  std::ranges::stable_sort(kernels, std::greater<>(),
                           [](const KernelCost& k) { return k.cost.fastest; });
  return kernels;
}

void print_head(const char* rest) {
  std::printf("\n%9s %9s %6s %8s %5s   %s\n", "fastest", "mean ms", "share", "GFLOPS", "peak",
              rest);
}

// The columns that both tables begin with; no speed where a kernel only moves or compares.
void print_cost(const Cost& cost, double total, double peak) {
  std::printf("%9.3f %9.3f %5.1f%%", cost.fastest, cost.mean,
              total > 0 ? 100 * cost.fastest / total : 0.0);
  if (cost.multiply_adds == 0) {
    std::printf(" %8s %5s   ", "", "");
  } else {
    std::printf(" %8.1f %4.0f%%   ", 2e-9 * cost.per_second(), 100 * cost.per_second() / peak);
  }
}

void write_cost(JsonWriter& json, const Cost& cost, double peak) {
  json.member("multiply_adds", cost.multiply_adds)
      .member("milliseconds", cost.mean)
      .member("fastest_milliseconds", cost.fastest);
  if (peak > 0) json.member("share_of_peak", cost.per_second() / peak);
}

}  // namespace

void print_profile(const std::vector<StepInfo>& steps, double peak) {
  std::vector<StepInfo> sorted = steps;
  std::ranges::stable_sort(sorted, std::greater<>(), &StepInfo::fastest_milliseconds);
  Cost total;
  for (const StepInfo& step : steps) total += cost_of(step);
  std::printf("\npeak of one thread: %.1f GFLOPS, multiplying and adding registers alone\n",
              2e-9 * peak);
  std::printf("speed counts the direct method's multiply-adds; Winograd's kernels need fewer\n");
  print_head("kernel                             output               node");
  for (const StepInfo& step : sorted) {
    print_cost(cost_of(step), total.fastest, peak);
    std::printf("%-34s %-20s %s\n", step.kernel.c_str(), step.output_shape.c_str(),
                step.node.c_str());
  }
  print_head("kernel                             steps");
  for (const KernelCost& kernel : by_kernel(steps)) {
    print_cost(kernel.cost, total.fastest, peak);
    std::printf("%-34s %d\n", kernel.kernel.c_str(), kernel.steps);
  }
  print_cost(total, total.fastest, peak);
  std::printf("%-34s %zu\n", "all", steps.size());
  if (const std::string text = reference_text(steps); !text.empty()) {
    std::printf("\n%s\n", text.c_str());
  }
}

void write_profile(JsonWriter& json, const std::vector<StepInfo>& steps, double peak) {
  json.key("steps").begin_array();
  for (const StepInfo& step : steps) {
    json.begin_object()
        .member("node", step.node)
        .member("kernel", step.kernel)
        .member("output_shape", step.output_shape);
    write_cost(json, cost_of(step), peak);
    json.end_object();
  }
  json.end_array();
  write_reference_steps(json, steps);
  if (peak <= 0) return;
  json.member("peak_gflops", 2e-9 * peak).key("kernels").begin_array();
  for (const KernelCost& kernel : by_kernel(steps)) {
    json.begin_object().member("kernel", kernel.kernel).member("steps", kernel.steps);
    write_cost(json, kernel.cost, peak);
    json.end_object();
  }
  json.end_array();
}

}  // namespace gossamer::cli
