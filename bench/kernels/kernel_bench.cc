// gossamer_kernel_bench: every kernel on the layers of bench/shapes. Each computes its layer once
// and is compared with the layer's definition; then those for the same layer are timed in turns.
// Speed is told as a share of the peak (kernels/peak.h), which is measured in the same process.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <vector>

#include "base/simd.h"
#include "base/text.h"
#include "bench/kernels/measure.h"
#include "bench/kernels/subject.h"
#include "gossamer/model_source.h"
#include "kernels/peak.h"

namespace gossamer::bench {
namespace {

constexpr const char* kHelp =
    R"(usage: gossamer_kernel_bench [options] FILE...

Times every kernel on the layers in the files, as bench/shapes/*.txt are. The first kernel of a layer
is the one that a plan takes.

  --filter TEXT   only layers or kernels with this in their line
  --seconds S     for each kernel on each layer (default: 0.5)
  --json          one JSON document instead of text
)";

struct Options {
  std::vector<std::string> files;
  std::string filter;
  double seconds = 0.5;
  bool json = false;
};

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view text = argv[i];
    const bool has_value = i + 1 < argc;
    if (text == "--json") {
      options.json = true;
    } else if (text == "--filter" && has_value) {
      options.filter = argv[++i];
    } else if (text == "--seconds" && has_value) {
      options.seconds = std::atof(argv[++i]);
    } else if (text.starts_with("-")) {
      return std::nullopt;
    } else {
      options.files.emplace_back(text);
    }
  }
  if (options.files.empty() || !(options.seconds > 0)) return std::nullopt;
  return options;
}

// Layers that models share are measured once.
struct Counted {
  std::string line;  // without the count
  Layer layer;
  int64_t count = 0;  // in all files together
};

Status read_layers(const std::string& path, std::vector<Counted>& layers) {
  GOSSAMER_ASSIGN(const auto file, ModelSource::from_file(path));
  std::string text(static_cast<size_t>(file->size()), '\0');
  GOSSAMER_TRY(file->read(0, {reinterpret_cast<std::byte*>(text.data()), text.size()}));
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty() || line.starts_with("#")) continue;
    const size_t space = std::min(line.find(' '), line.size() - 1);
    auto layer = parse_layer(trim(line.substr(space + 1)));
    if (!layer.is_ok()) return std::move(layer).status().tensor(path);
    auto known = std::ranges::find(layers, write_layer(*layer), &Counted::line);
    if (known == layers.end()) known = layers.insert(known, {write_layer(*layer), *layer, 0});
    known->count += std::atoll(std::string(line.substr(0, space)).c_str());
  }
  return Status::ok();
}

struct Row {
  std::string layer;
  int64_t count = 0;
  std::string_view kernel;
  bool taken = false;  // by a plan
  double seconds = 0;
  uint64_t multiply_adds = 0;

  double per_second() const { return static_cast<double>(multiply_adds) / seconds; }
};

// The rows of one layer.
Result<std::vector<Row>> measure_layer(const Counted& counted, const Options& options) {
  GOSSAMER_ASSIGN(Subject subject, Subject::make(counted.layer));
  const std::string label = label_of(counted.layer);
  std::vector<Contender> contenders;
  std::vector<Row> rows;
  for (const auto& kernel : subject.kernels()) {
    const std::string line = concat(counted.line, " ", label, " ", kernel->name());
    if (line.find(options.filter) == std::string::npos) continue;
    contenders.push_back({kernel->name(), [&subject, &kernel] { subject.run(*kernel); }});
    rows.push_back({label, counted.count, kernel->name(), kernel == subject.kernels().front(), 0,
                    multiply_adds(counted.layer)});
  }
  if (contenders.empty()) return rows;
  const std::vector<double> seconds = measure(contenders, options.seconds);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].seconds = seconds[i];
  return rows;
}

void print_row(const Row& row, double peak) {
  std::printf("%4lld %-46s %c %-32s %11.2f", static_cast<long long>(row.count), row.layer.c_str(),
              row.taken ? '*' : ' ', std::string(row.kernel).c_str(), 1e6 * row.seconds);
  if (row.multiply_adds > 0) {
    std::printf(" %8.1f %4.0f%%", 2e-9 * row.per_second(), 100 * row.per_second() / peak);
  }
  std::printf("\n");
  std::fflush(stdout);
}

void write_row(JsonWriter& json, const Row& row, double peak) {
  json.begin_object()
      .member("layer", row.layer)
      .member("count", row.count)
      .member("kernel", row.kernel)
      .member("taken", row.taken)
      .member("microseconds", 1e6 * row.seconds)
      .member("multiply_adds", row.multiply_adds);
  if (row.multiply_adds > 0) json.member("share_of_peak", row.per_second() / peak);
  json.end_object();
}

Status run(const Options& options) {
  std::vector<Counted> layers;
  for (const std::string& file : options.files) GOSSAMER_TRY(read_layers(file, layers));
  const double peak = measure_peak();
  JsonWriter json;
  json.begin_object()
      .member("level", GOSSAMER_SIMD_LEVEL)
      .member("measured_by", measured_by())
      .member("peak_gflops", 2e-9 * peak)
      .key("rows")
      .begin_array();
  if (!options.json) {
    std::printf("%zu layers, level %s, peak of one thread %.1f GFLOPS, measured by %s\n\n",
                layers.size(), GOSSAMER_SIMD_LEVEL, 2e-9 * peak,
                std::string(measured_by()).c_str());
    std::printf("%4s %-46s   %-32s %11s %8s %5s\n", "uses", "layer", "kernel (* in plans)", "us",
                "GFLOPS", "peak");
  }
  size_t measured = 0;
  for (const Counted& counted : layers) {
    GOSSAMER_ASSIGN(const std::vector<Row> rows, measure_layer(counted, options));
    measured += rows.size();
    for (const Row& row : rows) options.json ? write_row(json, row, peak) : print_row(row, peak);
  }
  if (measured == 0) {
    return Status(Code::kArgument, Stage::kApi, "no layer and kernel has this in its line")
        .got(options.filter);
  }
  if (options.json) std::puts(json.end_array().end_object().text().c_str());
  return Status::ok();
}

}  // namespace
}  // namespace gossamer::bench

int main(int argc, char** argv) {
  const auto options = gossamer::bench::parse_options(argc, argv);
  if (!options.has_value()) {
    std::fputs(gossamer::bench::kHelp, stderr);
    return 2;
  }
  const gossamer::Status done = gossamer::bench::run(*options);
  if (done.is_ok()) return 0;
  std::fprintf(stderr, "gossamer_kernel_bench: %s\n", done.to_string().c_str());
  return 1;
}
