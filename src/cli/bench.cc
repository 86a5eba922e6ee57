// gossamer bench: how long a model takes to load and to run on this machine.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/text.h"
#include "cli/command.h"
#include "cli/profile.h"
#include "kernels/peak.h"

namespace gossamer::cli {
namespace {

constexpr std::string_view kHelp = R"(usage: gossamer bench MODEL [options]

Times loading, the first inference and the steady state, on an input of pseudo-random numbers.

  --runs N          timed runs (default: as many as fit into 2 seconds, at least 10)
  --threads N       threads that compute (default 1; 0: one for each core, up to 8)
  --profile         tables of the steps and of their kernels, most expensive first, with speed and its
                    share of the machine's peak; both count the multiply-adds of the direct method,
                    so that Winograd's kernels, which need fewer, can exceed 100 %
  --turns           for benchmarks that alternate programs: prints the times of loading and of the first
                    inference, then reads numbers of runs from standard input and answers each with a
                    line of JSON, the milliseconds of each run
  --memory small    no kernels that keep larger weights than the model's, for speed
  --dim NAME=N      the extent of a symbolic input dimension
  --max-memory N    refuse models that need more bytes
  --max-work N      refuse models with more multiply-adds a run (default 2^40; 0: no limit)
  --json            one JSON document instead of text
)";

struct Statistics {
  double median = 0;
  double p95 = 0;
  double mean = 0;
  double deviation = 0;  // standard deviation of the sample
};

// Requires at least one sample.
Statistics summarise(std::vector<double> samples) {
  std::ranges::sort(samples);
  const auto count = static_cast<double>(samples.size());
  Statistics s;
  const size_t middle = samples.size() / 2;
  s.median =
      samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
  s.p95 = samples[static_cast<size_t>(std::ceil(0.95 * count)) - 1];
  s.mean = std::accumulate(samples.begin(), samples.end(), 0.0) / count;
  double squares = 0;
  for (double x : samples) squares += (x - s.mean) * (x - s.mean);
  s.deviation = samples.size() > 1 ? std::sqrt(squares / (count - 1)) : 0;
  return s;
}

// Numbers in [-1, 1) for float inputs; the same on every machine (a linear congruential generator).
void fill_inputs(Session& session) {
  uint32_t state = 1;
  for (int i = 0; i < std::ssize(session.inputs()); ++i) {
    const MutableTensorView input = session.input(i);
    if (input.type != DataType::kFloat32) continue;
    for (int64_t k = 0; k < input.elements(); ++k) {
      state = state * 1664525u + 1013904223u;
      input.as<float>()[k] = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
    }
  }
}

// One line to standard output, at once: whoever reads it is waiting for it.
void answer(const JsonWriter& json) {
  std::puts(json.text().c_str());
  std::fflush(stdout);
}

// Until standard input ends or holds something that is no number of runs.
Status take_turns(Session& session, double load) {
  fill_inputs(session);
  const Stopwatch first;
  GOSSAMER_TRY(session.run());
  answer(JsonWriter()
             .begin_object()
             .member("load", load)
             .member("first", first.milliseconds())
             .end_object());
  for (int runs = 0; std::scanf("%d", &runs) == 1;) {
    JsonWriter json;
    json.begin_array();
    for (int i = 0; i < runs; ++i) {
      const Stopwatch one;
      GOSSAMER_TRY(session.run());
      json.value(one.milliseconds());
    }
    answer(json.end_array());
  }
  return Status::ok();
}

struct Report {
  double load = 0;
  double first = 0;
  std::vector<double> runs;
};

Status measure(Session& session, int wanted_runs, Report& report) {
  fill_inputs(session);
  const Stopwatch first;
  GOSSAMER_TRY(session.run());
  report.first = first.milliseconds();
  for (int i = 0; i < 3; ++i) GOSSAMER_TRY(session.run());  // warm up
  const Stopwatch total;
  while (wanted_runs > 0 ? std::ssize(report.runs) < wanted_runs
                         : report.runs.size() < 10 || total.milliseconds() < 2000) {
    const Stopwatch one;
    GOSSAMER_TRY(session.run());
    report.runs.push_back(one.milliseconds());
  }
  return Status::ok();
}

void print(const Report& report, const Statistics& s, const ThreadInfo& threads) {
  std::printf("threads %d: %s\n", threads.count, threads.reason.c_str());
  std::printf("load %.2f ms, first inference %.3f ms\n", report.load, report.first);
  std::printf("%zu runs: median %.3f ms, p95 %.3f ms, mean %.3f ms +- %.3f ms\n",
              report.runs.size(), s.median, s.p95, s.mean, s.deviation);
}

void print_json(const Report& report, const Statistics& s, const Session& session, double peak) {
  JsonWriter json;
  json.begin_object()
      .member("threads", session.threads().count)
      .member("load", report.load)
      .member("first", report.first)
      .member("runs", report.runs.size())
      .member("median", s.median)
      .member("p95", s.p95)
      .member("mean", s.mean)
      .member("deviation", s.deviation);
  write_profile(json, session.steps(), peak);
  std::puts(json.end_object().text().c_str());
}

int run(std::span<char*> raw) {
  const auto options =
      with_session_options({{"runs", true}, {"profile", false}, {"json", false}, {"turns", false}});
  const auto arguments = Arguments::parse(raw, options);
  if (!arguments.is_ok()) return report(arguments.status());
  if (arguments->positional().size() != 1) {
    return report_missing(kBench, "one MODEL");
  }
  const auto runs = arguments->get_count("runs", 0, 1);
  if (!runs.is_ok()) return report(runs.status());
  Report result;
  const Stopwatch loading;
  auto session = open_session(arguments->positional()[0], *arguments,
                              arguments->has("profile") ? Use::kProfile : Use::kPlain);
  result.load = loading.milliseconds();
  if (!session.is_ok()) return report(session.status());
  if (arguments->has("turns")) {
    const Status ended = take_turns(**session, result.load);
    return ended.is_ok() ? static_cast<int>(kSuccess) : report(ended);
  }
  if (Status measured = measure(**session, *runs, result); !measured.is_ok())
    return report(measured);
  const Statistics statistics = summarise(result.runs);
  const bool profile = arguments->has("profile");
  const double peak = profile ? measure_peak() : 0;
  if (arguments->has("json")) {
    print_json(result, statistics, **session, peak);
    return kSuccess;
  }
  print(result, statistics, (*session)->threads());
  if (profile) print_profile((*session)->steps(), peak);
  return kSuccess;
}

}  // namespace

const Command kBench = {"bench", "time a model", kHelp, run};

}  // namespace gossamer::cli
