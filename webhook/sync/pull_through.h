// Keeps a Distribution in proxy mode running, with the parent's current credentials. Starts it only while the
// parent answers, since Distribution does not start without it.
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
  std::filesystem::path configuration = {};  // Distribution's, without the parent
  std::chrono::milliseconds tick{1'000};
  std::chrono::milliseconds pause{2'000};  // before a restart
};

// Runs until `stop`. A change of the credentials restarts Distribution.
void pull_through(const PullThroughRequest& request, const std::function<Status(const Parent&)>& reach,
                  const std::stop_token& stop, const RunProgram& run = run_process);

}  // namespace connected_registry::sync
