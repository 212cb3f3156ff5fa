#include "kube/leader.h"

#include <optional>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/stop.h"
#include "base/timestamp.h"
#include "kube/lease.h"
#include "net/deadline_timer.h"

namespace connected_registry::kube {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

enum class Outcome {
  kHeld,     // the Lease is ours, as of the moment the try began
  kOthers,   // somebody else holds it
  kChanged,  // it changed while we looked: look again
  kFailed,   // we do not know
};

class Election {
 public:
  Election(Client& client, const LeaderRequest& request) : client_(client), request_(request) {}

  void run(const std::function<void(const std::stop_token&)>& lead, const std::stop_token& stop);

 private:
  Outcome try_to_hold();
  Outcome judge_and_take();
  Outcome create();
  // Writes the Lease as ours on the base of `lease_`.
  Outcome take(const LeaseRecord& seen);
  void lead_while_held(const std::function<void(const std::stop_token&)>& lead, const std::stop_token& stop);
  void keep_renewing(std::stop_source& ending);
  void give_up();

  LeaseRecord our_record(const LeaseRecord& seen) const;
  bool is_free(const LeaseRecord& seen);
  Outcome note(Outcome outcome, const Error& error);
  // Others wait for the whole duration since they saw our renewal, which was after we asked for it.
  SteadyTime renew_deadline() const { return renewed_at_ + request_.duration * 2 / 3; }

  Client& client_;
  const LeaderRequest& request_;
  net::DeadlineTimer timer_;
  std::optional<json::Document> lease_;  // as the API last gave it to us
  LeaseRecord observed_;                 // the last that we saw, and when we first saw it
  SteadyTime observed_at_;
  SteadyTime renewed_at_;     // when the last write that succeeded began
  std::string last_failure_;  // that was logged
};

void Election::run(const std::function<void(const std::stop_token&)>& lead, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (try_to_hold() == Outcome::kHeld) {
      lead_while_held(lead, stop);
    } else {
      wait_for(stop, request_.retry_interval);
    }
  }
}

LeaseRecord Election::our_record(const LeaseRecord& seen) const {
  const std::string now = format_micro_time(system_now());
  LeaseRecord record;
  record.holder = request_.identity;
  record.duration = std::chrono::ceil<std::chrono::seconds>(request_.duration);
  record.renew_time = now;
  record.acquire_time = seen.holder == request_.identity ? seen.acquire_time : now;
  record.transitions = seen.transitions + (seen.holder == request_.identity ? 0 : 1);
  return record;
}

bool Election::is_free(const LeaseRecord& seen) {
  if (!(seen == observed_)) {
    observed_ = seen;
    observed_at_ = steady_now();
  }
  if (seen.holder.empty() || seen.holder == request_.identity) return true;
  const std::chrono::milliseconds duration = seen.duration.count() > 0 ? seen.duration : request_.duration;
  return steady_now() >= observed_at_ + duration;
}

Outcome Election::note(Outcome outcome, const Error& error) {
  if (error.message != last_failure_) {
    log::warning("leader election failed, will try again",
                 {{"lease", request_.lease}, {"reason", to_string(error.code)}, {"error", error}});
    last_failure_ = error.message;
  }
  return outcome;
}

Outcome Election::try_to_hold() {
  // While we hold it we know how it looks: one request renews it.
  if (lease_) {
    const LeaseRecord known = read_lease(*lease_);
    if (known.holder == request_.identity) {
      const Outcome outcome = take(known);
      if (outcome != Outcome::kChanged) return outcome;
    }
  }
  return judge_and_take();
}

Outcome Election::judge_and_take() {
  auto found = client_.get(kLeases, request_.namespace_, request_.lease);
  if (!found && found.error().code == ErrorCode::kNotFound) return create();
  if (!found) return note(Outcome::kFailed, found.error());
  lease_ = std::move(*found);
  last_failure_.clear();
  const LeaseRecord seen = read_lease(*lease_);
  return is_free(seen) ? take(seen) : Outcome::kOthers;
}

Outcome Election::create() {
  const SteadyTime began = steady_now();
  json::Document lease;
  lease.SetObject();
  json::Allocator& allocator = lease.GetAllocator();
  json::set(lease, "apiVersion", kLeases.api_version(), allocator);
  json::set(lease, "kind", kLeases.kind, allocator);
  json::Value& metadata = json::object_at(lease, "metadata", allocator);
  json::set(metadata, "name", request_.lease, allocator);
  json::set(metadata, "namespace", request_.namespace_, allocator);
  if (request_.owner.IsObject()) {
    json::Value owners(rapidjson::kArrayType);
    owners.PushBack(json::Value(request_.owner, allocator), allocator);
    json::set(metadata, "ownerReferences", std::move(owners), allocator);
  }
  LeaseRecord record = our_record({});
  record.transitions = 0;
  write_lease(lease, record);
  auto created = client_.create(kLeases, request_.namespace_, lease);
  if (!created && created.error().code == ErrorCode::kAlreadyExists) return Outcome::kChanged;
  if (!created) return note(Outcome::kFailed, created.error());
  lease_ = std::move(*created);
  renewed_at_ = began;
  return Outcome::kHeld;
}

Outcome Election::take(const LeaseRecord& seen) {
  const SteadyTime began = steady_now();
  write_lease(*lease_, our_record(seen));
  auto written = client_.replace(kLeases, request_.namespace_, *lease_);
  if (written) {
    lease_ = std::move(*written);
    renewed_at_ = began;
    last_failure_.clear();
    return Outcome::kHeld;
  }
  // What we wrote into it did not happen, or we cannot know.
  lease_.reset();
  const ErrorCode code = written.error().code;
  if (code == ErrorCode::kConflict || code == ErrorCode::kNotFound) return Outcome::kChanged;
  return note(Outcome::kFailed, written.error());
}

void Election::lead_while_held(const std::function<void(const std::stop_token&)>& lead,
                               const std::stop_token& stop) {
  log::info("leading", {{"lease", request_.lease}, {"identity", request_.identity}});
  std::stop_source ending;
  {
    const std::stop_callback on_stop(stop, [&ending] { ending.request_stop(); });
    const std::jthread leading([&lead, token = ending.get_token()] { lead(token); });
    keep_renewing(ending);
  }
  log::info("no longer leading", {{"lease", request_.lease}, {"stopping", stop.stop_requested()}});
  if (stop.stop_requested()) give_up();
}

void Election::keep_renewing(std::stop_source& ending) {
  const std::stop_token ended = ending.get_token();
  const auto arm = [&] { return timer_.at(renew_deadline(), [&ending] { ending.request_stop(); }); };
  auto deadline = arm();
  std::chrono::milliseconds pause = request_.renew_interval;
  while (wait_for(ended, pause)) {
    const Outcome outcome = try_to_hold();
    if (outcome == Outcome::kHeld) deadline = arm();
    if (outcome == Outcome::kOthers) ending.request_stop();
    pause = outcome == Outcome::kHeld ? request_.renew_interval : request_.retry_interval;
  }
}

void Election::give_up() {
  if (!lease_ || read_lease(*lease_).holder != request_.identity) return;
  LeaseRecord record = read_lease(*lease_);
  record.holder.clear();
  record.duration = std::chrono::seconds(1);
  record.renew_time = format_micro_time(system_now());
  write_lease(*lease_, record);
  // If it was taken from us meanwhile, the write is refused, which is right.
  const auto released = client_.replace(kLeases, request_.namespace_, *lease_);
  if (!released && released.error().code != ErrorCode::kConflict) note(Outcome::kFailed, released.error());
}

}  // namespace

void run_leader_election(Client& client, const LeaderRequest& request,
                         const std::function<void(const std::stop_token&)>& lead,
                         const std::stop_token& stop) {
  Election(client, request).run(lead, stop);
}

}  // namespace connected_registry::kube
