// The leader's table of pods. It contains the pods that are injected or that must be updated or recreated.
// It has a queue of the pods to update.
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

// The number and the names of pods by state. Names have the form "namespace/name". The lists are sorted.
struct PodSummary {
  std::size_t injected = 0;
  std::size_t outdated = 0;  // number of injected pods that must be updated
  std::vector<std::string> missed;
  std::vector<std::string> restart;

  bool operator==(const PodSummary&) const = default;
};

// Thread-safe. The table removes deleted pods, except that the uid of a deleted pod stays in the queue until
// it is next.
class PodTable {
 public:
  // Records the classification of a pod. `bundle_sha256` is the SHA-256 of the bundle in the policy that the
  // pod was classified with.
  void set(const PodName& pod, const PodClassification& classification, const std::string& bundle_sha256);
  void erase(const std::string& uid);
  // Erases all pods that are not in the list, which must be complete.
  void keep_only(const std::set<std::string>& uids);

  // Removes the next outdated pod from the queue and returns it. Waits for an outdated pod until `stop` or
  // `limit`, and then returns nullopt.
  std::optional<PodName> next_outdated(const std::stop_token& stop, std::chrono::milliseconds limit);
  // Records that the pod was updated to the bundle with this SHA-256. If the pod was classified against
  // another bundle in the meantime, it stays outdated, so that it gets the newer bundle.
  void updated(const std::string& uid, const std::string& bundle_sha256);
  // Adds the pod to the end of the queue again if it is still outdated.
  void retry(const std::string& uid);

  // Store and compare the name of the last Event for a pod, so that the Event is not created twice. The name
  // is removed together with the pod.
  void set_event(const std::string& uid, const std::string& event);
  bool has_event(const std::string& uid, const std::string& event) const;

  // Returns nullopt until the first call of keep_only(), because the pods are not known before.
  std::optional<PodSummary> summary() const;

 private:
  struct Entry {
    PodName name;
    PodClassification classification;
    std::string bundle_sha256;  // SHA-256 of the bundle in the policy that the pod was classified with
    std::string event;
  };

  void enqueue(const std::string& uid) REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Entry> entries_ GUARDED_BY(mutex_);  // by uid; pods that are injected or not fine()
  // uids of outdated pods. The first uid is next. Some of the pods may be deleted.
  std::deque<std::string> queue_ GUARDED_BY(mutex_);
  std::set<std::string> queued_ GUARDED_BY(mutex_);  // the uids in queue_
  bool listed_ GUARDED_BY(mutex_) = false;
};

}  // namespace connected_registry::controller
