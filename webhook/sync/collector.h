// Runs Distribution's garbage collection by a schedule, with all writers stopped, and closes the registry to
// pushes while its volume is full.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/schedule.h"
#include "base/timestamp.h"
#include "sync/process.h"

namespace connected_registry::sync {

struct CollectorRequest {
  std::optional<Schedule> schedule = {};  // none: garbage is not collected
  std::string program = "registry";
  std::filesystem::path configuration = {};  // Distribution's
  std::filesystem::path gate = {};           // directory shared with nginx: lock, closed, full
  std::filesystem::path storage = {};  // directory whose file system must have room; empty: not looked at
  double minimum_free = 0.05;          // share of it below which pushes are refused
  std::chrono::milliseconds tick{2'000};
  std::chrono::milliseconds drain{5'000};  // from the gate's closing until requests under way have ended
};

using RunProgram = std::function<Result<ProcessResult>(const ProcessRequest&, const std::stop_token&,
                                                       const std::function<void(std::string_view)>&)>;

// Until `stop`. While the file `closed` is in the gate, nginx refuses everything that writes; while `full`
// is, too. A `closed` that an ended predecessor left is removed first.
void collect_garbage(const CollectorRequest& request, const std::stop_token& stop,
                     const RunProgram& run = run_process, const Clock& clock = system_now);

}  // namespace connected_registry::sync
