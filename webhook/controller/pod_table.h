// What the leader knows of the cluster's pods: which are injected, and which are not as they should be.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "controller/pod_classification.h"

namespace connected_registry::controller {

struct PodName {
  std::string namespace_;
  std::string name;
  std::string uid;
};

// Names are "namespace/name", sorted.
struct PodSummary {
  std::size_t injected = 0;
  std::size_t outdated = 0;  // of them, those that are yet to be updated
  std::vector<std::string> missed;
  std::vector<std::string> restart;

  bool operator==(const PodSummary&) const = default;
};

// Thread-safe.
class PodTable {
 public:
  void set(const PodName& pod, const PodClassification& judgement);
  void erase(const std::string& uid);
  // After a list: what is not in it is gone.
  void keep_only(const std::set<std::string>& uids);

  // A pod to update, taken out of the line; waits for one until `stop` or the time.
  std::optional<PodName> next_outdated(const std::stop_token& stop, std::chrono::milliseconds limit);
  // It was updated: outdated no more, until set() says otherwise.
  void updated(const std::string& uid);
  // Puts it back at the end of the line, if it is still outdated.
  void retry(const std::string& uid);

  // nullopt until keep_only() was called once: before, nobody has looked.
  std::optional<PodSummary> summary() const;

 private:
  struct Entry {
    PodName name;
    PodClassification judgement;
  };

  void line_up(const std::string& uid) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Entry> entries_ GUARDED_BY(mutex_);  // by uid: those that are injected or not fine
  // Uids of outdated ones, the next first; some may be gone. Then the same as a set.
  std::deque<std::string> line_ GUARDED_BY(mutex_);
  std::set<std::string> in_line_ GUARDED_BY(mutex_);
  bool listed_ GUARDED_BY(mutex_) = false;
};

}  // namespace connected_registry::controller
