// A closed loop of requests: each connection sends the next request when it has the response to the last.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace connected_registry::bench {

struct LoadRequest {
  std::vector<int> ports;  // on 127.0.0.1, used in turn; a refused connection goes to the next
  std::size_t connections = 1;
  bool keep_alive = true;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{3'000};
  std::size_t size = 8'700;  // of a review, in bytes
  std::string image_host = "192.100.100.1";
  bool expects_patch = true;   // every response must have one, and the uid; else any 200 is good
  std::vector<int> processes;  // of the server, whose CPU time is measured
  // Bounds of the pause between a response and the next request, uniformly distributed; 0: no pause.
  std::chrono::milliseconds least_pause{0};
  std::chrono::milliseconds longest_pause{0};
  std::chrono::milliseconds client_idle{90'000};  // then a client closes and reconnects, as API servers do
  std::size_t requests = 0;                       // if not 0, ends after so many instead
};

struct LoadResult {
  std::uint64_t answered = 0;  // within the duration, without the warm-up
  std::uint64_t failed = 0;    // sent without a good response: errors that a user would see
  std::uint64_t connected = 0;
  double seconds = 0;
  double server_cpu_seconds = 0;
  std::vector<std::uint32_t> latencies;  // nanoseconds, sorted
  std::size_t request_bytes = 0;
  std::string first_failure;

  double percentile(double share) const;  // microseconds
};

LoadResult run_load(const LoadRequest& request);

}  // namespace connected_registry::bench
