#include "controller/pod_table.h"

#include <algorithm>
#include <utility>

namespace connected_registry::controller {

void PodTable::set(const PodName& pod, const PodClassification& judgement) {
  const MutexLock lock(mutex_);
  if (!judgement.injected && judgement.fine()) {
    entries_.erase(pod.uid);
    return;
  }
  entries_[pod.uid] = {.name = pod, .judgement = judgement};
  if (judgement.outdated) line_up(pod.uid);
}

void PodTable::line_up(const std::string& uid) {
  if (!in_line_.insert(uid).second) return;
  line_.push_back(uid);
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
  changed_.wait_for(lock, stop, limit, [this]() REQUIRES(mutex_) { return !line_.empty(); });
  while (!line_.empty() && !stop.stop_requested()) {
    const std::string uid = std::move(line_.front());
    line_.pop_front();
    in_line_.erase(uid);
    const auto found = entries_.find(uid);
    if (found != entries_.end() && found->second.judgement.outdated) return found->second.name;
  }
  return std::nullopt;
}

void PodTable::updated(const std::string& uid) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(uid);
  if (found != entries_.end()) found->second.judgement.outdated = false;
}

void PodTable::retry(const std::string& uid) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(uid);
  if (found != entries_.end() && found->second.judgement.outdated) line_up(uid);
}

std::optional<PodSummary> PodTable::summary() const {
  const MutexLock lock(mutex_);
  if (!listed_) return std::nullopt;
  PodSummary out;
  for (const auto& [uid, entry] : entries_) {
    const std::string name = entry.name.namespace_ + "/" + entry.name.name;
    if (entry.judgement.injected) ++out.injected;
    if (entry.judgement.outdated) ++out.outdated;
    if (entry.judgement.missed) out.missed.push_back(name);
    if (entry.judgement.restart) out.restart.push_back(name);
  }
  std::sort(out.missed.begin(), out.missed.end());
  std::sort(out.restart.begin(), out.restart.end());
  return out;
}

}  // namespace connected_registry::controller
