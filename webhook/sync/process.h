// Runs another program to its end: its output line by line, its input from memory, and an end to it when we
// end or its time is up.
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
  std::vector<std::string> arguments;                   // the program first: looked for on the PATH
  std::string input = {};                               // its standard input, which no other process sees
  std::map<std::string, std::string> environment = {};  // beside our own; may hold secrets, unlike arguments
  std::optional<std::chrono::steady_clock::time_point> deadline = {};  // asked to end then
  std::chrono::milliseconds grace{15'000};  // from the request to end to the end by force
};

enum class ProcessEnd {
  kExited,   // by itself; exit_code says how
  kStopped,  // we were asked to stop
  kTimeUp,   // the deadline
};

struct ProcessResult {
  ProcessEnd end = ProcessEnd::kExited;
  int exit_code = 0;  // 128 + the signal where one ended it
};

// `on_line` gets each line of standard output and standard error without its end; one that is longer than 64
// KiB comes in pieces. The error says why the program could not be started.
Result<ProcessResult> run_process(const ProcessRequest& request, const std::stop_token& stop,
                                  const std::function<void(std::string_view line)>& on_line);

}  // namespace connected_registry::sync
