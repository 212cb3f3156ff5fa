#include "kube/leader.h"

#include <algorithm>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/stop.h"
#include "base/timestamp.h"
#include "kube/backoff.h"
#include "kube/lease.h"
#include "kube/object.h"
#include "net/deadline_timer.h"

namespace connected_registry::kube {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

// client-go's JitterFactor: candidates that failed together do not retry together.
constexpr double kJitterFactor = 1.2;
// Longest believed duration of another holder, as a multiple of the candidate's own.
constexpr int kMostDurations = 3;

enum class AcquireResult {
  kHeld,     // the Lease is held by this candidate, as of the moment the try began
  kOthers,   // another candidate holds it
  kChanged,  // it changed between the read and the write: read it again
  kFailed,   // unknown
};

// Adds the owners that the Lease does not have. An earlier version may have given it others.
void add_missing_owners(json::Document& lease, const std::vector<json::Document>& owners) {
  for (const json::Document& owner : owners) {
    const json::Value* const present = json::find(lease, {"metadata", "ownerReferences"});
    const bool found = present != nullptr && present->IsArray() &&
                       std::any_of(present->Begin(), present->End(), [&](const json::Value& each) {
                         return json::text(each, "uid") == json::text(owner, "uid");
                       });
    if (!found) add_owner(lease, owner);
  }
}

class Election {
 public:
  Election(Client& client, const LeaderRequest& request) : client_(client), request_(request) {}

  void run(const std::function<void(const std::stop_token&)>& lead, const std::stop_token& stop);

 private:
  AcquireResult acquire_or_renew();
  AcquireResult read_and_acquire();
  AcquireResult create();
  // Writes the Lease with this candidate as its holder, on the base of `lease_`.
  AcquireResult write_as_holder(const LeaseRecord& observed);
  void lead_while_held(const std::function<void(const std::stop_token&)>& lead, const std::stop_token& stop);
  void renew_until(std::stop_source& ending);
  void release();

  LeaseRecord own_record(const LeaseRecord& observed) const;
  bool is_free(const LeaseRecord& current);
  AcquireResult note_failure(const ApiError& error);
  std::chrono::milliseconds with_retry_after(std::chrono::milliseconds pause) const;
  double random();
  // Other candidates wait for the whole duration after they observed the renewal, which was after its
  // request.
  SteadyTime renew_deadline() const { return renewed_at_ + request_.duration * 2 / 3; }

  Client& client_;
  const LeaderRequest& request_;
  net::DeadlineTimer timer_;
  std::optional<json::Document> lease_;  // as the API server last returned it
  LeaseRecord observed_;                 // the last one observed, and when it was first observed
  SteadyTime observed_at_;
  SteadyTime renewed_at_;                            // when the last successful write began
  std::string last_failure_;                         // the last one logged
  std::optional<std::chrono::seconds> retry_after_;  // of the last failure
  std::minstd_rand random_{std::random_device{}()};
};

void Election::run(const std::function<void(const std::stop_token&)>& lead, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (acquire_or_renew() == AcquireResult::kHeld) {
      lead_while_held(lead, stop);
    } else {
      wait_for(stop, with_retry_after(jittered(request_.retry_interval, kJitterFactor, random())));
    }
  }
}

double Election::random() {
  return request_.random ? request_.random() : std::uniform_real_distribution<double>()(random_);
}

std::chrono::milliseconds Election::with_retry_after(std::chrono::milliseconds pause) const {
  if (!retry_after_) return pause;
  return std::min(*retry_after_, kLongestRetryAfter) + pause;
}

LeaseRecord Election::own_record(const LeaseRecord& observed) const {
  const std::string now = format_micro_time(system_now());
  const bool is_own = observed.holder == request_.identity;
  return {.holder = request_.identity,
          .duration = std::chrono::ceil<std::chrono::seconds>(request_.duration),
          .acquire_time = is_own ? observed.acquire_time : now,
          .renew_time = now,
          .transitions = observed.transitions + (is_own ? 0 : 1)};
}

bool Election::is_free(const LeaseRecord& current) {
  if (!(current == observed_)) {
    observed_ = current;
    observed_at_ = steady_now();
  }
  if (current.holder.empty() || current.holder == request_.identity) return true;
  const std::chrono::milliseconds written = current.duration;
  const std::chrono::milliseconds duration =
      written.count() > 0 ? std::min(written, kMostDurations * request_.duration) : request_.duration;
  return steady_now() >= observed_at_ + duration;
}

AcquireResult Election::note_failure(const ApiError& error) {
  retry_after_ = error.retry_after;
  if (error.message != last_failure_) {
    log::warning("leader election failed, will retry",
                 {{"lease", request_.lease}, {"reason", to_string(error.code)}, {"error", error}});
    last_failure_ = error.message;
  }
  return AcquireResult::kFailed;
}

AcquireResult Election::acquire_or_renew() {
  retry_after_.reset();
  // The holder knows the Lease: one request renews it.
  if (lease_) {
    const LeaseRecord known = read_lease(*lease_);
    if (known.holder == request_.identity) {
      const AcquireResult result = write_as_holder(known);
      if (result != AcquireResult::kChanged) return result;
    }
  }
  return read_and_acquire();
}

AcquireResult Election::read_and_acquire() {
  auto current = client_.get(kLeases, request_.namespace_, request_.lease);
  if (!current && current.error().code == ErrorCode::kNotFound) return create();
  if (!current) return note_failure(current.error());
  lease_ = std::move(*current);
  last_failure_.clear();
  const LeaseRecord record = read_lease(*lease_);
  return is_free(record) ? write_as_holder(record) : AcquireResult::kOthers;
}

AcquireResult Election::create() {
  const SteadyTime began = steady_now();
  LeaseRecord record = own_record({});
  record.transitions = 0;
  json::Document lease = make_lease(request_.namespace_, request_.lease, record);
  add_missing_owners(lease, request_.owners);
  auto created = client_.claim(kLeases, request_.namespace_, lease, request_.identity);
  if (!created && created.error().code == ErrorCode::kConflict) return AcquireResult::kChanged;
  if (!created) return note_failure(created.error());
  lease_ = std::move(*created);
  renewed_at_ = began;
  return AcquireResult::kHeld;
}

AcquireResult Election::write_as_holder(const LeaseRecord& observed) {
  const SteadyTime began = steady_now();
  write_lease(*lease_, own_record(observed));
  add_missing_owners(*lease_, request_.owners);
  auto written = client_.replace(kLeases, request_.namespace_, *lease_);
  if (written) {
    lease_ = std::move(*written);
    renewed_at_ = began;
    last_failure_.clear();
    return AcquireResult::kHeld;
  }
  // The write did not happen, or that is unknown.
  lease_.reset();
  const ErrorCode code = written.error().code;
  if (code == ErrorCode::kConflict || code == ErrorCode::kNotFound) return AcquireResult::kChanged;
  return note_failure(written.error());
}

void Election::lead_while_held(const std::function<void(const std::stop_token&)>& lead,
                               const std::stop_token& stop) {
  log::info("leading", {{"lease", request_.lease}, {"identity", request_.identity}});
  std::stop_source ending;
  {
    const std::stop_callback on_stop(stop, [&ending] { ending.request_stop(); });
    const std::jthread leading([&lead, token = ending.get_token()] { lead(token); });
    renew_until(ending);
  }
  log::info("no longer leading", {{"lease", request_.lease}, {"stopping", stop.stop_requested()}});
  if (stop.stop_requested()) release();
}

void Election::renew_until(std::stop_source& ending) {
  const std::stop_token ended = ending.get_token();
  const auto arm = [&] { return timer_.at(renew_deadline(), [&ending] { ending.request_stop(); }); };
  auto deadline = arm();
  std::chrono::milliseconds pause = request_.renew_interval;
  while (wait_for(ended, pause)) {
    const AcquireResult result = acquire_or_renew();
    if (result == AcquireResult::kHeld) deadline = arm();
    if (result == AcquireResult::kOthers) ending.request_stop();
    pause =
        result == AcquireResult::kHeld ? request_.renew_interval : with_retry_after(request_.retry_interval);
  }
}

void Election::release() {
  if (!lease_ || read_lease(*lease_).holder != request_.identity) return;
  LeaseRecord record = read_lease(*lease_);
  record.holder.clear();
  record.duration = std::chrono::seconds(1);
  record.renew_time = format_micro_time(system_now());
  write_lease(*lease_, record);
  // If another candidate took it meanwhile, the write is refused, as it should be.
  const auto released = client_.replace(kLeases, request_.namespace_, *lease_);
  if (!released && released.error().code != ErrorCode::kConflict) note_failure(released.error());
}

}  // namespace

void run_leader_election(Client& client, const LeaderRequest& request,
                         const std::function<void(const std::stop_token&)>& lead,
                         const std::stop_token& stop) {
  Election(client, request).run(lead, stop);
}

}  // namespace connected_registry::kube
