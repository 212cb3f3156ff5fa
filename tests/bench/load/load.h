// A closed loop of requests: each connection sends its next as soon as it has its answer.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace connected_registry::worker {

struct LoadRequest {
  std::vector<int> ports;  // on 127.0.0.1; connections are spread over them, and go to the next on a refusal
  std::size_t connections = 1;
  bool keep_alive = true;
  std::chrono::milliseconds warm_up{500};
  std::chrono::milliseconds duration{3'000};
  std::size_t size = 8'700;  // of a review
  std::string image_host = "192.100.100.1";
  bool expects_patch = true;   // of every answer, beside its uid; else any 200 will do
  std::vector<int> processes;  // the server's, whose CPU time is taken
  // Of the pause between an answer and the next request, drawn evenly; 0: none.
  std::chrono::milliseconds least_pause{0};
  std::chrono::milliseconds longest_pause{0};
  std::chrono::milliseconds client_idle{
      90'000};               // after which a client closes and connects anew, as API servers do
  std::size_t requests = 0;  // ends after so many instead
};

struct LoadResult {
  std::uint64_t answered = 0;  // within the duration, without the warm-up
  std::uint64_t failed = 0;    // sent without a good answer: what a user would see
  std::uint64_t connected = 0;
  double seconds = 0;
  double server_cpu_seconds = 0;
  std::vector<std::uint32_t> latencies;  // nanoseconds, sorted
  std::size_t request_bytes = 0;
  std::string first_failure;

  double percentile(double share) const;  // microseconds
};

LoadResult run_load(const LoadRequest& request);

}  // namespace connected_registry::worker
