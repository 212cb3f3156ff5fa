// The spec of a Lease (coordination.k8s.io/v1) as leader election uses it. Internal to this module.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/json.h"

namespace connected_registry::kube {

struct LeaseRecord {
  std::string holder;                // empty: nobody
  std::chrono::seconds duration{0};  // 0: not given
  std::string acquire_time;          // metav1.MicroTime
  std::string renew_time;
  std::int64_t transitions = 0;

  bool operator==(const LeaseRecord&) const = default;
};

// Fields that are missing, or of another type, are left at their defaults.
LeaseRecord read_lease(const json::Value& lease);

// Sets the spec's fields; everything else in the object stays.
void write_lease(json::Document& lease, const LeaseRecord& record);

}  // namespace connected_registry::kube
