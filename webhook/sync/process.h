// Runs another program until it ends. The input is in memory, and the output is delivered line by line. A
// stop or a deadline ends the program.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::sync {

struct ProcessRequest {
  std::vector<std::string> arguments;  // the first argument is the program, which is searched for in PATH
  std::string input = {};              // standard input of the program; no other process can read it
  // Variables to add to the environment of this process. May contain secrets.
  std::map<std::string, std::string> environment = {};
  std::optional<std::chrono::steady_clock::time_point> deadline = {};  // time to send SIGTERM
  std::chrono::milliseconds grace{15'000};                             // time between SIGTERM and SIGKILL
};

enum class ProcessEnd {
  kExited,   // the program ended by itself with exit_code
  kStopped,  // the stop ended the program
  kTimeUp,   // the deadline ended the program
};

struct ProcessResult {
  ProcessEnd end = ProcessEnd::kExited;
  int exit_code = 0;  // if a signal ended the program: 128 + number of the signal
};

// Runs the program until it ends. Calls `on_line` with each line of its standard output and standard error,
// without the line break. A line longer than 64 KiB is delivered in several parts. Fails if the program
// cannot be started.
Result<ProcessResult> run_process(const ProcessRequest& request, const std::stop_token& stop,
                                  const std::function<void(std::string_view line)>& on_line);

}  // namespace connected_registry::sync
