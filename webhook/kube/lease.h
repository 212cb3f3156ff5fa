// Leases (coordination.k8s.io/v1). Only this module reads and writes their spec. Pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace connected_registry::kube {

struct LeaseRecord {
  std::string holder = {};           // empty: the Lease has no holder
  std::chrono::seconds duration{0};  // 0: not given
  std::string acquire_time = {};     // metav1.MicroTime; empty: not given
  std::string renew_time = {};       // metav1.MicroTime; empty: not given
  std::int64_t transitions = 0;

  bool operator==(const LeaseRecord&) const = default;
};

// Returns the Lease's spec. A field that is missing or has another type gets its default.
LeaseRecord read_lease(const json::Value& lease);

// Sets the fields of the object's spec and keeps all other fields. Fields that are not given are removed,
// because the API refuses an empty time and a duration of 0. The holder is always written.
void write_lease(json::Document& lease, const LeaseRecord& record);

// Returns a Lease with that name.
json::Document make_lease(std::string_view namespace_, std::string_view name, const LeaseRecord& record);

}  // namespace connected_registry::kube
