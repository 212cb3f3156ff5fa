#include "controller/pod_table.h"

#include <algorithm>
#include <utility>

namespace connected_registry::controller {

void PodTable::set(const PodName& pod, const PodClassification& classification,
                   const std::string& bundle_sha256) {
  const MutexLock lock(mutex_);
  if (!classification.injected && classification.fine()) {
    entries_.erase(pod.uid);
    return;
  }
  Entry& entry = entries_[pod.uid];
  entry.name = pod;
  entry.classification = classification;
  entry.bundle_sha256 = bundle_sha256;
  if (classification.outdated) enqueue(pod.uid);
}

void PodTable::enqueue(const std::string& uid) {
  if (!queued_.insert(uid).second) return;
  queue_.push_back(uid);
  changed_.notify_all();
}

void PodTable::erase(const std::string& uid) {
  const MutexLock lock(mutex_);
  entries_.erase(uid);
}

void PodTable::keep_only(const std::set<std::string>& uids) {
  const MutexLock lock(mutex_);
  std::erase_if(entries_, [&](const auto& entry) { return !uids.contains(entry.first); });
  listed_ = true;
}

std::optional<PodName> PodTable::next_outdated(const std::stop_token& stop, std::chrono::milliseconds limit) {
  MutexLock lock(mutex_);
  changed_.wait_for(lock, stop, limit, [this]() REQUIRES(mutex_) { return !queue_.empty(); });
  while (!queue_.empty() && !stop.stop_requested()) {
    const std::string uid = std::move(queue_.front());
    queue_.pop_front();
    queued_.erase(uid);
    const auto found = entries_.find(uid);
    if (found != entries_.end() && found->second.classification.outdated) return found->second.name;
  }
  return std::nullopt;
}

void PodTable::updated(const std::string& uid, const std::string& bundle_sha256) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(uid);
  if (found == entries_.end() || found->second.bundle_sha256 != bundle_sha256) return;
  found->second.classification.outdated = false;
}

void PodTable::set_event(const std::string& uid, const std::string& event) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(uid);
  if (found != entries_.end()) found->second.event = event;
}

bool PodTable::has_event(const std::string& uid, const std::string& event) const {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(uid);
  return found != entries_.end() && found->second.event == event;
}

void PodTable::retry(const std::string& uid) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(uid);
  if (found != entries_.end() && found->second.classification.outdated) enqueue(uid);
}

std::optional<PodSummary> PodTable::summary() const {
  const MutexLock lock(mutex_);
  if (!listed_) return std::nullopt;
  PodSummary out;
  for (const auto& [uid, entry] : entries_) {
    const std::string name = entry.name.namespace_ + "/" + entry.name.name;
    if (entry.classification.injected) ++out.injected;
    if (entry.classification.outdated) ++out.outdated;
    if (entry.classification.missed) out.missed.push_back(name);
    if (entry.classification.restart) out.restart.push_back(name);
  }
  std::sort(out.missed.begin(), out.missed.end());
  std::sort(out.restart.begin(), out.restart.end());
  return out;
}

}  // namespace connected_registry::controller
