// What the commands of the command line share: their entry points, reading of options and files,
// and timing. Only this folder prints.
#ifndef GOSSAMER_CLI_COMMAND_H_
#define GOSSAMER_CLI_COMMAND_H_

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gossamer/session.h"
#include "gossamer/status.h"

namespace gossamer::cli {

// Exit codes: the answer is yes (or the work is done), no (or it failed), or the question was
// wrong.
enum ExitCode : int { kSuccess = 0, kFailure = 1, kUsage = 2 };

// One command: its name, a line for the overview, the full help, and what it does with the
// arguments that follow its name.
struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view help;
  int (*run)(std::span<char*> arguments);
};
extern const Command kClassify;
extern const Command kRun;
extern const Command kTest;
extern const Command kInfo;
extern const Command kEdit;
extern const Command kBench;
extern const Command kOps;

// The arguments of a command, taken apart: "--name value" or "--name=value", flags "--name", and
// the rest in order. "--" ends the options.
class Arguments {
 public:
  struct Option {
    std::string_view name;  // without the dashes
    bool takes_value;
  };
  // Errors: ARGUMENT for unknown options and missing values.
  static Result<Arguments> parse(std::span<char*> arguments, std::span<const Option> known);

  const std::vector<std::string>& positional() const { return positional_; }
  bool has(std::string_view name) const;
  // The last value given; nothing when the option is absent.
  std::optional<std::string> get(std::string_view name) const;
  std::vector<std::string> get_all(std::string_view name) const;
  // Errors: ARGUMENT when the value is not a number of at least `low`.
  Result<double> get_number(std::string_view name, double fallback, double low) const;
  Result<int> get_count(std::string_view name, int fallback, int low) const;

 private:
  std::vector<std::string> positional_;
  std::vector<std::pair<std::string, std::string>> options_;
};

// Prints "gossamer: <subject>: <error>" to standard error and gives the exit code for it.
int report(const Status& status, std::string_view subject = {});
// Says what a command was not given, and how it is used.
int report_missing(const Command& command, std::string_view what);
// The whole of a file. Errors: IO.
Result<std::string> read_file(const std::string& path);
Status write_file(const std::string& path, std::string_view bytes);
// What a session is for: plain runs, runs with timings per step, or tensors from files, which bring
// their own shapes.
enum class Use { kPlain, kProfile, kTensors };
// A session on a model file, with options from --recipe, --dim NAME=N, --max-memory and the like.
Result<std::unique_ptr<Session>> open_session(const std::string& path, const Arguments& arguments,
                                              Use use);
// The options open_session understands, followed by a command's own.
std::vector<Arguments::Option> with_session_options(std::initializer_list<Arguments::Option> own);

// Milliseconds since it was made.
class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace gossamer::cli

#endif  // GOSSAMER_CLI_COMMAND_H_
