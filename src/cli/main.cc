// gossamer: the command line. Picks the command and prints help.
#include <cstdio>
#include <string_view>

#include "cli/command.h"

namespace {

using gossamer::cli::Command;

constexpr const Command* kCommands[] = {
    &gossamer::cli::kClassify, &gossamer::cli::kInfo, &gossamer::cli::kRun, &gossamer::cli::kTest,
    &gossamer::cli::kBench,    &gossamer::cli::kEdit, &gossamer::cli::kOps};

void print_overview(std::FILE* to) {
  std::fputs("gossamer " GOSSAMER_VERSION ": classifies images with ONNX models\n\nCommands:\n",
             to);
  for (const Command* command : kCommands) {
    std::fprintf(to, "  %-10s %s\n", command->name.data(), command->summary.data());
  }
  std::fputs("\n\"gossamer COMMAND --help\" explains a command.\n", to);
}

bool asks_for_help(std::span<char*> arguments) {
  for (const std::string_view argument : arguments) {
    if (argument == "--") return false;
    if (argument == "--help" || argument == "-h") return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  std::span<char*> arguments(argv, static_cast<size_t>(argc));
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name.empty() || name == "--help" || name == "-h" || name == "help") {
    print_overview(name.empty() ? stderr : stdout);
    return name.empty() ? gossamer::cli::kUsage : gossamer::cli::kSuccess;
  }
  if (name == "--version") {
    std::puts(GOSSAMER_VERSION);
    return gossamer::cli::kSuccess;
  }
  for (const Command* command : kCommands) {
    if (command->name != name) continue;
    arguments = arguments.subspan(2);
    if (!asks_for_help(arguments)) return command->run(arguments);
    std::fputs(command->help.data(), stdout);
    return gossamer::cli::kSuccess;
  }
  std::fprintf(stderr, "gossamer: there is no command '%s'\n\n", argv[1]);
  print_overview(stderr);
  return gossamer::cli::kUsage;
}
