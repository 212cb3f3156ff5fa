// The leader's table of the pods that are injected or need something, with a queue of those to update.
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
#include <string_view>
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
  std::size_t outdated = 0;  // those of the injected that have to be updated
  std::vector<std::string> missed;
  std::vector<std::string> restart;

  bool operator==(const PodSummary&) const = default;
};

// Thread-safe. Holds nothing of pods that are gone, except that a uid stays in the queue until its turn.
class PodTable {
 public:
  // Records the classification of a pod against the policy whose bundle has this SHA-256.
  void set(const PodName& pod, const PodClassification& classification, const std::string& bundle_sha256);
  void erase(const std::string& uid);
  // Erases all pods that are not in a complete list.
  void keep_only(const std::set<std::string>& uids);

  // Takes the next outdated pod from the queue. Waits for one until `stop` or `limit`.
  std::optional<PodName> next_outdated(const std::stop_token& stop, std::chrono::milliseconds limit);
  // Records that the pod was updated to the bundle with this SHA-256. A pod that was classified against
  // another bundle meanwhile stays outdated, so that the newer bundle is not lost.
  void updated(const std::string& uid, const std::string& bundle_sha256);
  // Puts the pod back at the end of the queue if it is still outdated.
  void retry(const std::string& uid);

  // The name of the last Event that was recorded for a pod of the table, so that it is not created twice. An
  // Event of a pod that has left the table is forgotten.
  void set_event(const std::string& uid, const std::string& event);
  bool has_event(const std::string& uid, const std::string& event) const;

  // Returns nullopt until keep_only() was called: before, the pods are not known.
  std::optional<PodSummary> summary() const;

 private:
  struct Entry {
    PodName name;
    PodClassification classification;
    std::string bundle_sha256;  // of the policy that it was classified against
    std::string event;
  };

  void enqueue(const std::string& uid) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Entry> entries_ GUARDED_BY(mutex_);  // by uid: pods that are injected or not fine
  // uids of outdated pods, the next first; some may be gone.
  std::deque<std::string> queue_ GUARDED_BY(mutex_);
  std::set<std::string> queued_ GUARDED_BY(mutex_);  // the same uids
  bool listed_ GUARDED_BY(mutex_) = false;
};

}  // namespace connected_registry::controller
