// Keeps a Distribution in proxy mode running: with the parent's credentials as they are now, and only while
// the parent answers, for that program does not start without it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "sync/collector.h"
#include "sync/parent_source.h"
#include "sync/process.h"

namespace connected_registry::sync {

struct PullThroughRequest {
  ParentSource parent = {};
  std::string program = "registry";
  std::filesystem::path configuration = {};  // Distribution's, without the parent in it
  std::chrono::milliseconds tick{1'000};
  std::chrono::milliseconds pause{2'000};  // before it is started again
};

// Until `stop`. A change of the credentials restarts it.
void pull_through(const PullThroughRequest& request, const std::function<Status(const Parent&)>& reach,
                  const std::stop_token& stop, const RunProgram& run = run_process);

}  // namespace connected_registry::sync
