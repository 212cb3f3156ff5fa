// Runs another program to its end, with input from memory and output line by line; ends it at a stop or a
// deadline.
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
  std::vector<std::string> arguments;                   // the program first, searched for on the PATH
  std::string input = {};                               // its standard input, which no other process sees
  std::map<std::string, std::string> environment = {};  // added to this process's; may hold secrets
  std::optional<std::chrono::steady_clock::time_point> deadline = {};  // SIGTERM is sent then
  std::chrono::milliseconds grace{15'000};                             // from SIGTERM to SIGKILL
};

enum class ProcessEnd {
  kExited,   // by itself, with exit_code
  kStopped,  // at the stop
  kTimeUp,   // at the deadline
};

struct ProcessResult {
  ProcessEnd end = ProcessEnd::kExited;
  int exit_code = 0;  // 128 + the signal that ended it, if one did
};

// Calls `on_line` with each line of standard output and standard error, without its line break; a line longer
// than 64 KiB comes in pieces. The error says why the program could not be started.
Result<ProcessResult> run_process(const ProcessRequest& request, const std::stop_token& stop,
                                  const std::function<void(std::string_view line)>& on_line);

}  // namespace connected_registry::sync
