// Threads as a session's caller sees them: how many there are and why, and stopping a run.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <thread>

#include "base/workers.h"
#include "gossamer/session.h"
#include "session/describe.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::ModelBuilder;

// A row of 5x5 convolutions, each worth sharing: 41 million multiply-adds.
std::string convolutions(int count) {
  constexpr int64_t kChannels = 32;
  ModelBuilder builder;
  builder.input("v0", {1, kChannels, 40, 40});
  builder.floats("w", {kChannels, kChannels, 5, 5},
                 std::vector<float>(kChannels * kChannels * 25, 0.00125f));
  for (int i = 0; i < count; ++i) {
    builder.node("Conv", {"v" + std::to_string(i), "w"}, {"v" + std::to_string(i + 1)},
                 {testing::attribute_ints("pads", {2, 2, 2, 2})});
  }
  return builder.output("v" + std::to_string(count)).build();
}

Result<std::unique_ptr<Session>> make_session(const std::string& model, int threads) {
  SessionOptions options;
  options.threads = threads;
  return Session::create(ModelSource::from_string(model), options);
}

void fill_input(Session& session, int from) {
  const MutableTensorView input = session.input(0);
  for (int64_t i = 0; i < input.elements(); ++i) {
    input.as<float>()[i] = static_cast<float>((i + from) % 17) - 8;
  }
}

std::string output_of(const Session& session) {
  const TensorView output = session.output(0);
  return {static_cast<const char*>(output.data), output.bytes()};
}

std::string result_of(Session& session, int from = 0) {
  fill_input(session, from);
  const Status done = session.run();
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  return output_of(session);
}

TEST(SessionThreads, AreWhatWasAskedForAndChangeNothing) {
  const std::string model = convolutions(4);
  auto alone = make_session(model, 1);
  ASSERT_TRUE(alone.is_ok());
  EXPECT_EQ((*alone)->threads().count, 1);
  const std::string expected = result_of(**alone);
  for (const int threads : {2, 3, 4, 8}) {
    auto session = make_session(model, threads);
    ASSERT_TRUE(session.is_ok());
    const ThreadInfo info = (*session)->threads();
    EXPECT_EQ(info.count, threads);
    EXPECT_EQ(info.reason, "asked for");
    const auto steps = (*session)->steps();
    EXPECT_EQ(std::ranges::max(steps, {}, &StepInfo::threads).threads, threads);
    EXPECT_EQ(result_of(**session), expected);
  }
}

TEST(SessionThreads, AreOneForEachCoreByDefault) {
  auto session = make_session(convolutions(1), 0);
  ASSERT_TRUE(session.is_ok());
  EXPECT_EQ((*session)->threads().count, default_threads());
  EXPECT_EQ((*session)->threads().reason, "one for each core, up to 8");
  EXPECT_LE(default_threads(), 8);
}

TEST(SessionThreads, AreRefusedBeyondReason) {
  for (const int threads : {-1, 65, 1'000'000}) {
    const auto session = make_session(convolutions(1), threads);
    EXPECT_EQ(session.status().code(), Code::kArgument) << threads;
  }
  EXPECT_EQ(parse_options("threads=4\n")->threads, 4);
  EXPECT_EQ(parse_options("threads=many").status().code(), Code::kArgument);
}

// Two sessions on two threads share the pool, one loop at a time.
TEST(SessionThreads, ServeTwoSessionsSideBySide) {
  const std::string model = convolutions(3);
  auto first = make_session(model, 3), second = make_session(model, 3);
  ASSERT_TRUE(first.is_ok() && second.is_ok());
  const std::string expected = result_of(**first);
  std::thread other([&] {
    for (int i = 0; i < 20; ++i) EXPECT_EQ(result_of(**second), expected);
  });
  for (int i = 0; i < 20; ++i) EXPECT_EQ(result_of(**first), expected);
  other.join();
}

TEST(SessionThreads, StopWhenTheFlagIsSet) {
  for (const int threads : {1, 2}) {
    auto session = make_session(convolutions(2), threads);
    ASSERT_TRUE(session.is_ok());
    const std::string expected = result_of(**session);
    (*session)->stop_flag() = 1;
    const Status status = (*session)->run();
    EXPECT_EQ(status.code(), Code::kCancelled);
    EXPECT_EQ(status.info().stage, Stage::kRun);
    EXPECT_EQ((*session)->run_slice(1e9, true).status().code(), Code::kCancelled);
    (*session)->stop_flag() = 0;
    EXPECT_EQ(result_of(**session), expected);
  }
}

// Slices of no time at all: a work item each, or a step where threads share it.
TEST(SessionThreads, ComputeTheSameInSlices) {
  for (const int threads : {1, 2}) {
    auto session = make_session(convolutions(2), threads);
    ASSERT_TRUE(session.is_ok());
    const std::string expected = result_of(**session);
    ASSERT_NE(result_of(**session, 5), expected);
    // Given up after some slices; then begun anew.
    for (const int most : {1, 2, 1'000'000}) {
      fill_input(**session, 0);
      bool finished = false;
      int slices = 0;
      for (; slices < most && !finished; ++slices) {
        auto slice = (*session)->run_slice(0, slices == 0);
        ASSERT_TRUE(slice.is_ok()) << slice.status().to_string();
        finished = *slice;
      }
      ASSERT_EQ(finished, most > 2);
      EXPECT_GE(slices, 2 - (most == 1));
      if (finished) {
        EXPECT_EQ(output_of(**session), expected);
      }
    }
    // With nothing under way, or after a whole run, there is nothing to go on with.
    fill_input(**session, 5);
    ASSERT_FALSE((*session)->run_slice(0, false).value());
    ASSERT_TRUE((*session)->run().is_ok());
    const std::string other = output_of(**session);
    EXPECT_NE(other, expected);
    fill_input(**session, 0);
    ASSERT_TRUE((*session)->run_slice(1e9, false).value());
    EXPECT_EQ(output_of(**session), expected);
    fill_input(**session, 5);
    ASSERT_TRUE((*session)->run_slice(1e9, true).value());
    EXPECT_NE(output_of(**session), expected);
    fill_input(**session, 0);
    ASSERT_TRUE((*session)->run_slice(1e9, true).value());
    EXPECT_EQ(output_of(**session), expected);
  }
}

// From another thread, in the middle of a run that would take long.
TEST(SessionThreads, StopInTheMiddleOfARun) {
  auto session = make_session(convolutions(200), 2);
  ASSERT_TRUE(session.is_ok());
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    (*session)->stop_flag() = 1;
  });
  EXPECT_EQ((*session)->run().code(), Code::kCancelled);
  stopper.join();
}

}  // namespace
}  // namespace gossamer
