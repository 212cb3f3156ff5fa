// Deletes objects by name until they are not recreated any more.
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
  std::chrono::milliseconds interval;  // time between two rounds
};

// Deletes all objects, including objects that are recreated. Ends after three consecutive rounds without an
// object to delete, at the deadline, or at `stop`. Prints the deleted objects to `out`. For each object that
// could not be deleted, also prints the reason and the command to delete it. Returns true if all objects are
// deleted.
bool delete_until_gone(kube::Client& client, const DeletionRequest& request, std::ostream& out,
                       const std::stop_token& stop);

}  // namespace connected_registry::controller
