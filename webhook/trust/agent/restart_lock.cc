#include "trust/agent/restart_lock.h"

#include <utility>

namespace connected_registry::trust {
namespace {

tl::unexpected<Error> waiting(ErrorCode code, const std::string& reason) {
  return fail(code, "waiting to restart containerd: " + reason);
}

// Another node was faster if the Lease exists by now, or has changed.
template <typename Written>
Status acquired(const Written& written) {
  if (written) return {};
  const ErrorCode code = written.error().code;
  const bool lost = code == ErrorCode::kConflict;
  return waiting(lost ? ErrorCode::kUnavailable : code, written.error().message);
}

}  // namespace

RestartLock::RestartLock(kube::Client& client, RestartLockRequest request, Clock clock,
                         SteadyClock steady_clock)
    : client_(client),
      request_(std::move(request)),
      clock_(std::move(clock)),
      steady_clock_(std::move(steady_clock)) {}

bool RestartLock::is_free(const kube::LeaseRecord& current) {
  if (!observed_at_ || !(current == observed_)) {
    observed_ = current;
    observed_at_ = steady_clock_();
  }
  if (current.holder.empty() || current.holder == request_.node) return true;
  return steady_clock_() - *observed_at_ >= request_.duration;
}

kube::LeaseRecord RestartLock::held_after(const kube::LeaseRecord& current) const {
  const std::string now = format_micro_time(clock_());
  const bool renews = current.holder == request_.node;
  kube::LeaseRecord record;
  record.holder = request_.node;
  record.duration = request_.duration;
  record.acquire_time = renews && !current.acquire_time.empty() ? current.acquire_time : now;
  record.renew_time = now;
  record.transitions = current.transitions + (renews ? 0 : 1);
  return record;
}

Status RestartLock::create() {
  const names::Installation& installation = request_.installation;
  json::Document lease =
      kube::make_lease(installation.namespace_, installation.restart_lease(), held_after({}));
  auto& allocator = lease.GetAllocator();
  json::Value& labels = json::object_at(json::object_at(lease, "metadata", allocator), "labels", allocator);
  json::set(labels, names::kNameLabel, installation.name, allocator);
  return acquired(client_.claim(kube::kLeases, installation.namespace_, lease, request_.node));
}

Status RestartLock::acquire() {
  const names::Installation& installation = request_.installation;
  auto lease = client_.get(kube::kLeases, installation.namespace_, installation.restart_lease());
  if (!lease && lease.error().code == ErrorCode::kNotFound) return create();
  if (!lease) return tl::unexpected(std::move(lease.error()));
  const kube::LeaseRecord current = kube::read_lease(*lease);
  if (!is_free(current)) {
    return waiting(ErrorCode::kUnavailable, "node " + current.holder + " restarts its own now");
  }
  // The Lease carries its resourceVersion: of several nodes, the API server accepts one.
  kube::write_lease(*lease, held_after(current));
  return acquired(client_.replace(kube::kLeases, installation.namespace_, *lease));
}

Status RestartLock::release() {
  const names::Installation& installation = request_.installation;
  auto lease = client_.get(kube::kLeases, installation.namespace_, installation.restart_lease());
  if (!lease) return tl::unexpected(std::move(lease.error()));
  kube::LeaseRecord record = kube::read_lease(*lease);
  if (record.holder != request_.node) return {};
  record.holder.clear();
  record.duration = std::chrono::seconds(1);
  record.renew_time = format_micro_time(clock_());
  kube::write_lease(*lease, record);
  const auto released = client_.replace(kube::kLeases, installation.namespace_, *lease);
  // A conflict means that another node acquired it meanwhile.
  if (!released && released.error().code != ErrorCode::kConflict) return tl::unexpected(released.error());
  return {};
}

}  // namespace connected_registry::trust
