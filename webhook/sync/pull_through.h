// Keeps Distribution running in proxy mode, with the current credentials of the parent. Starts Distribution
// only while the parent answers, because Distribution does not start without the parent.
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
  std::filesystem::path configuration = {};  // configuration file of Distribution, without the parent
  std::chrono::milliseconds tick{1'000};     // time between two checks of the credentials
  std::chrono::milliseconds pause{2'000};    // time before a restart
};

// Runs until `stop`. A change of the credentials restarts Distribution. `reach` checks that the parent
// answers.
void pull_through(const PullThroughRequest& request, const std::function<Status(const Parent&)>& reach,
                  const std::stop_token& stop, const RunProgram& run = run_process);

}  // namespace connected_registry::sync
