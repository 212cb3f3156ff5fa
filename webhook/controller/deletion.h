// Deletes objects by name until they stay deleted.
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

// Deletes all objects, and again those that are recreated, until three rounds in a row found none, or until
// the deadline. Prints to `out` the deleted objects, and for each object that could not be deleted the reason
// and the command that deletes it. Returns true if all objects are gone.
bool delete_until_gone(kube::Client& client, const DeletionRequest& request, std::ostream& out,
                       const std::stop_token& stop);

}  // namespace connected_registry::controller
