// Runs the garbage collection of Distribution on a schedule. All writes are stopped while it runs. Also
// refuses pushes while the registry's volume is nearly full.
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
  std::optional<Schedule> schedule = {};  // nullopt: no garbage collection
  std::string program = "registry";
  std::filesystem::path configuration = {};  // configuration file of Distribution
  std::filesystem::path gate = {};           // directory shared with nginx: files lock, closed, full
  std::filesystem::path storage = {};        // directory on the file system to check; empty: no check
  double minimum_free = 0.05;  // minimum free share of the file system (0 to 1) to accept pushes
  std::chrono::milliseconds tick{2'000};
  // Time between the creation of the file `closed` and the garbage collection, so that running requests can
  // end.
  std::chrono::milliseconds drain{5'000};
};

using RunProgram = std::function<Result<ProcessResult>(const ProcessRequest&, const std::stop_token&,
                                                       const std::function<void(std::string_view)>&)>;

// Runs until `stop`. nginx refuses all writes while the file `closed` or the file `full` exists in the gate
// directory. At the start, files of an earlier process are removed.
void collect_garbage(const CollectorRequest& request, const std::stop_token& stop,
                     const RunProgram& run = run_process, const Clock& clock = system_now);

}  // namespace connected_registry::sync
