#include "kube/leader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "base/stop.h"
#include "kube/fake_api.h"
#include "kube/lease.h"

namespace connected_registry::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::document;
using testing::FakeApi;
using testing::SeenRequest;
using testing::status_object;

constexpr milliseconds kDuration{2'000};

// Keeps one Lease as the API does: versions, conflicts.
class LeaseStore {
 public:
  LeaseStore() {
    api_.handle(
        [this](const SeenRequest& request, httplib::Response& response) { serve(request, response); });
  }

  FakeApi& api() { return api_; }

  // Answers nothing but errors, from now on or no longer.
  void fail_all(bool failing, std::string retry_after = {}) {
    const std::lock_guard lock(mutex_);
    failing_ = failing;
    retry_after_ = std::move(retry_after);
  }

  // The shortest time between the first so many requests, which it waits for.
  milliseconds shortest_gap(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, testing::kPatience, [&] { return times_.size() >= count; }));
    milliseconds shortest = testing::kPatience;
    for (std::size_t index = 1; index < std::min(count, times_.size()); ++index) {
      shortest = std::min(shortest, std::chrono::ceil<milliseconds>(times_[index] - times_[index - 1]));
    }
    return shortest;
  }

  // Writes as somebody else would.
  void write(const LeaseRecord& record) {
    const std::lock_guard lock(mutex_);
    json::Document lease = document(lease_.value_or(R"({"metadata":{"name":"leader"}})"));
    write_lease(lease, record);
    store(lease);
  }

  // Waits until the Lease is as wanted.
  bool wait_until(const std::function<bool(const LeaseRecord&)>& wanted) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, testing::kPatience,
                             [&] { return lease_ && wanted(read_lease(document(*lease_))); });
  }
  bool wait_for_holder(std::string_view holder) {
    return wait_until([holder](const LeaseRecord& record) { return record.holder == holder; });
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return lease_.value_or("");
  }
  LeaseRecord record() { return read_lease(document(text())); }

 private:
  void store(json::Document& lease) {
    json::Value& metadata = json::object_at(lease, "metadata", lease.GetAllocator());
    json::set(metadata, "resourceVersion", std::to_string(++version_), lease.GetAllocator());
    lease_ = json::to_text(lease);
    changed_.notify_all();
  }

  void serve(const SeenRequest& request, httplib::Response& response) {
    const std::lock_guard lock(mutex_);
    times_.push_back(steady_clock::now());
    changed_.notify_all();
    const auto refuse = [this, &response](int code, std::string_view reason) {
      response.status = code;
      if (!retry_after_.empty()) response.set_header("Retry-After", retry_after_);
      response.set_content(status_object(code, reason, reason), "application/json");
    };
    if (failing_) return refuse(503, "ServiceUnavailable");
    // A candidate creates the Lease by an apply that is not forced.
    if (request.method == "PATCH" && lease_) return refuse(409, "Conflict");
    if (request.method != "PATCH" && !lease_) return refuse(404, "NotFound");
    if (request.method != "GET") {
      json::Document sent = document(request.body);
      const std::string version(json::string_at(sent, {"metadata", "resourceVersion"}));
      if (request.method == "PUT" && version != std::to_string(version_)) return refuse(409, "Conflict");
      store(sent);
    }
    response.set_content(*lease_, "application/json");
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::string> lease_;
  int version_ = 0;
  bool failing_ = false;
  std::string retry_after_;
  std::vector<steady_clock::time_point> times_;  // of all requests
  FakeApi api_;                                  // last: goes first
};

// One candidate in a thread of its own, leading for as long as it is let.
class Candidate {
 public:
  Candidate(LeaseStore& store, const std::string& identity, milliseconds retry_interval = milliseconds(20),
            std::function<double()> random = {})
      : client_(store.api().configuration()),
        thread_([this, identity, retry_interval, random = std::move(random)](const std::stop_token& stop) {
          LeaderRequest request;
          request.namespace_ = "default";
          request.lease = "leader";
          request.identity = identity;
          request.owners.push_back(document(R"({"kind":"Deployment","name":"webhook","uid":"u"})"));
          request.duration = kDuration;
          request.renew_interval = milliseconds(100);
          request.retry_interval = retry_interval;
          request.random = random;
          run_leader_election(
              client_, request, [this](const std::stop_token& token) { lead(token); }, stop);
        }) {}

  bool wait_until_leading(bool leading) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, testing::kPatience, [&] { return leading_ == leading; });
  }
  bool is_leading() {
    const std::lock_guard lock(mutex_);
    return leading_;
  }
  // When it last ceased to lead.
  steady_clock::time_point ceased_at() {
    const std::lock_guard lock(mutex_);
    return ceased_at_;
  }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }

 private:
  void lead(const std::stop_token& token) {
    set_leading(true);
    wait_for(token, std::chrono::hours(1));
    set_leading(false);
  }
  void set_leading(bool leading) {
    {
      const std::lock_guard lock(mutex_);
      leading_ = leading;
      if (!leading) ceased_at_ = steady_clock::now();
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool leading_ = false;
  steady_clock::time_point ceased_at_;
  Client client_;
  std::jthread thread_;
};

TEST(Leader, believes_a_strangers_duration_for_three_of_its_own_at_most) {
  LeaseStore store;
  LeaseRecord stranger;
  stranger.holder = "nobody";
  stranger.duration = std::chrono::seconds(2'147'483'647);
  store.write(stranger);
  const auto begin = steady_clock::now();
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  EXPECT_GE(steady_clock::now() - begin, 3 * kDuration);
}

TEST(Leader, gives_a_lease_of_an_earlier_version_its_owner) {
  LeaseStore store;
  store.write({});
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  const json::Document lease = document(store.text());
  ASSERT_NE(json::find(lease, {"metadata", "ownerReferences"}), nullptr);
  EXPECT_EQ(lease["metadata"]["ownerReferences"].Size(), 1U);
}

TEST(Leader, creates_the_lease_with_its_owner) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  const json::Document lease = document(store.text());
  EXPECT_EQ(json::string_at(lease, {"apiVersion"}), "coordination.k8s.io/v1");
  EXPECT_EQ(json::string_at(lease, {"kind"}), "Lease");
  EXPECT_EQ(lease["metadata"]["ownerReferences"][0]["uid"], "u");
  const LeaseRecord record = store.record();
  EXPECT_EQ(record.holder, "a");
  EXPECT_EQ(record.duration, kDuration);
  EXPECT_EQ(record.transitions, 0);
  EXPECT_TRUE(parse_time(record.renew_time).has_value()) << record.renew_time;
}

TEST(Leader, renews_and_keeps_when_it_acquired) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  const LeaseRecord first = store.record();
  ASSERT_TRUE(
      store.wait_until([&](const LeaseRecord& record) { return record.renew_time != first.renew_time; }));
  const LeaseRecord renewed = store.record();
  EXPECT_EQ(renewed.acquire_time, first.acquire_time);
  EXPECT_EQ(renewed.transitions, first.transitions);
  EXPECT_TRUE(candidate.is_leading());
}

TEST(Leader, of_two_candidates_one_leads) {
  LeaseStore store;
  Candidate first(store, "a");
  ASSERT_TRUE(first.wait_until_leading(true));
  Candidate second(store, "b");
  // Longer than the lease lasts: were it not renewed, the second would lead by now.
  const auto until = steady_clock::now() + kDuration * 3 / 2;
  ASSERT_TRUE(store.wait_until([&](const LeaseRecord&) { return steady_clock::now() > until; }));
  EXPECT_TRUE(first.is_leading());
  EXPECT_FALSE(second.is_leading());
}

TEST(Leader, gives_the_lease_up_at_a_stop_and_the_other_leads_at_once) {
  LeaseStore store;
  Candidate first(store, "a");
  ASSERT_TRUE(first.wait_until_leading(true));
  Candidate second(store, "b");
  const auto began = steady_clock::now();
  first.stop();
  EXPECT_FALSE(first.is_leading());
  ASSERT_TRUE(second.wait_until_leading(true));
  EXPECT_LT(steady_clock::now() - began, kDuration);
  EXPECT_EQ(store.record().transitions, 1);
}

TEST(Leader, a_lease_that_nobody_holds_any_more_names_nobody) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  candidate.stop();
  EXPECT_EQ(store.record().holder, "");
  EXPECT_GE(store.record().duration.count(), 1);  // the API refuses 0
}

TEST(Leader, takes_over_when_the_holder_has_not_renewed_for_the_leases_duration) {
  LeaseStore store;
  LeaseRecord dead;
  dead.holder = "dead";
  dead.duration = std::chrono::seconds(1);
  dead.renew_time = "2099-01-01T00:00:00.000000Z";  // another machine's clock does not matter
  dead.transitions = 5;
  store.write(dead);
  const auto began = steady_clock::now();
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  EXPECT_GE(steady_clock::now() - began, std::chrono::seconds(1));
  EXPECT_EQ(store.record().transitions, 6);
}

TEST(Leader, takes_its_own_lease_without_waiting_after_a_restart) {
  LeaseStore store;
  LeaseRecord own;
  own.holder = "a";
  own.duration = std::chrono::seconds(3600);
  store.write(own);
  Candidate candidate(store, "a");
  EXPECT_TRUE(candidate.wait_until_leading(true));
}

TEST(Leader, ceases_before_another_may_take_over_when_it_cannot_renew) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  std::string last;
  ASSERT_TRUE(store.wait_until([&](const LeaseRecord& record) {
    last = record.renew_time;
    return true;
  }));
  store.fail_all(true);
  const auto failing_since = steady_clock::now();
  ASSERT_TRUE(candidate.wait_until_leading(false));
  EXPECT_LT(candidate.ceased_at() - failing_since, kDuration);
  store.fail_all(false);
  EXPECT_TRUE(candidate.wait_until_leading(true));
}

TEST(Leader, survives_failures_shorter_than_the_deadline) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  const std::size_t before = store.api().requests().size();
  store.fail_all(true);
  ASSERT_TRUE(store.api().wait_for_requests(before + 2));
  store.fail_all(false);
  const LeaseRecord then = store.record();
  ASSERT_TRUE(
      store.wait_until([&](const LeaseRecord& record) { return record.renew_time != then.renew_time; }));
  EXPECT_TRUE(candidate.is_leading());
}

TEST(Leader, ceases_at_once_when_another_holds_the_lease) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  LeaseRecord other = store.record();
  other.holder = "b";
  other.duration = std::chrono::seconds(3600);
  const auto written = steady_clock::now();
  store.write(other);
  ASSERT_TRUE(candidate.wait_until_leading(false));
  EXPECT_LT(candidate.ceased_at() - written, kDuration / 2);  // sooner than the deadline for renewing
  candidate.stop();
  EXPECT_EQ(store.record().holder, "b");  // not ours to give up
}

TEST(Leader, keeps_leading_when_somebody_else_edits_the_lease) {
  LeaseStore store;
  Candidate candidate(store, "a");
  ASSERT_TRUE(candidate.wait_until_leading(true));
  const LeaseRecord same = store.record();
  store.write(same);  // only the version changes: our next write conflicts
  ASSERT_TRUE(
      store.wait_until([&](const LeaseRecord& record) { return record.renew_time != same.renew_time; }));
  EXPECT_TRUE(candidate.is_leading());
}

TEST(Leader, waits_for_as_long_as_the_server_asks) {
  LeaseStore store;
  store.fail_all(true, "1");
  Candidate candidate(store, "a");
  EXPECT_GE(store.shortest_gap(3), milliseconds(1'000));
  store.fail_all(false);
  EXPECT_TRUE(candidate.wait_until_leading(true));
}

TEST(Leader, spreads_the_tries_of_candidates_by_a_jitter) {
  LeaseStore store;
  LeaseRecord other;
  other.holder = "b";
  other.duration = std::chrono::seconds(3600);
  store.write(other);
  Candidate candidate(store, "a", milliseconds(100), [] { return 1.0; });
  EXPECT_GE(store.shortest_gap(3), milliseconds(220));
}

TEST(Leader, stops_while_it_waits_for_its_turn) {
  LeaseStore store;
  LeaseRecord other;
  other.holder = "b";
  other.duration = std::chrono::seconds(3600);
  store.write(other);
  Candidate candidate(store, "a");
  ASSERT_TRUE(store.api().wait_for_requests(2));
  candidate.stop();
  EXPECT_EQ(store.record(), other);
}

}  // namespace
}  // namespace connected_registry::kube
