// Leases (coordination.k8s.io/v1): the one reader and writer of their spec. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace connected_registry::kube {

struct LeaseRecord {
  std::string holder = {};           // empty: nobody
  std::chrono::seconds duration{0};  // 0: not given
  std::string acquire_time = {};     // metav1.MicroTime; empty: not given
  std::string renew_time = {};       // likewise
  std::int64_t transitions = 0;

  bool operator==(const LeaseRecord&) const = default;
};

// Returns the Lease's spec. Fields that are missing, or of another type, have their defaults.
LeaseRecord read_lease(const json::Value& lease);

// Sets the spec's fields in the object and keeps everything else. Fields that are not given are removed,
// since the API refuses an empty time and a duration of 0; the holder is always written.
void write_lease(json::Document& lease, const LeaseRecord& record);

// Makes a Lease of that name.
json::Document make_lease(std::string_view namespace_, std::string_view name, const LeaseRecord& record);

}  // namespace connected_registry::kube
