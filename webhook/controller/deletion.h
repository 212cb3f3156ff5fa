// Deletes objects by name and sees to it that they stay away.
#pragma once

#include <chrono>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include "kube/client.h"
#include "kube/resource.h"

namespace connected_registry::controller {

struct ObjectReference {
  kube::Resource resource;
  std::string name;
};

struct DeletionRequest {
  std::string namespace_;
  std::vector<ObjectReference> objects;
  std::chrono::steady_clock::time_point deadline;
  std::chrono::milliseconds interval;  // between two rounds
};

// Deletes all, and again what somebody makes anew, until three rounds in a row found nothing, or until the
// deadline. Names in `out` what was deleted, and what could not be, why, and the command for it. True if all
// are gone.
bool delete_until_gone(kube::Client& client, const DeletionRequest& request, std::ostream& out,
                       const std::stop_token& stop);

}  // namespace connected_registry::controller
