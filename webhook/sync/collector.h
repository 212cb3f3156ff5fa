// The garbage collection of Distribution: runs on a schedule, with all writers stopped. Also closes the
// registry to pushes while its volume is full.
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
  std::optional<Schedule> schedule = {};  // none: no garbage collection
  std::string program = "registry";
  std::filesystem::path configuration = {};  // Distribution's
  std::filesystem::path gate = {};           // directory shared with nginx: files lock, closed, full
  std::filesystem::path storage = {};        // directory whose file system must have room; empty: not checked
  double minimum_free = 0.05;                // free share below which pushes are refused
  std::chrono::milliseconds tick{2'000};
  std::chrono::milliseconds drain{5'000};  // from closing the gate until requests under way have ended
};

using RunProgram = std::function<Result<ProcessResult>(const ProcessRequest&, const std::stop_token&,
                                                       const std::function<void(std::string_view)>&)>;

// Runs until `stop`. While the file `closed` or the file `full` is in the gate, nginx refuses every write. A
// file that an earlier process left behind is removed first.
void collect_garbage(const CollectorRequest& request, const std::stop_token& stop,
                     const RunProgram& run = run_process, const Clock& clock = system_now);

}  // namespace connected_registry::sync
