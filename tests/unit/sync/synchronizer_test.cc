#include "sync/synchronizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "support/temporary_directory.h"
#include "sync/regsync.h"

namespace connected_registry::sync {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kConnection =
    "ConnectedRegistryName=edge01;SyncTokenName=token;SyncTokenPassword=hidden;"
    "ParentGatewayEndpoint=parent.example;ParentEndpointProtocol=https";

// A synchronizer whose regsync, parent and Lease are here. Waits are for conditions, with an end.
class SynchronizerTest : public ::testing::Test {
 protected:
  SynchronizerTest() { set_connection(kConnection); }
  ~SynchronizerTest() override { end(); }

  void set_connection(const std::string& text) const {
    ASSERT_TRUE(file::write_atomically(directory.path() / "cs", text, 0600));
  }
  void begin(std::string_view schedule = "@yearly") {
    const std::string text = R"({"repositories":[{"name":"one"},{"name":"two","tag":"1"}],"schedule":")" +
                             std::string(schedule) + R"("})";
    SynchronizerRequest request{.config = *parse_sync_config(text),
                                .parent = {.connection_string = directory.path() / "cs",
                                           .host = {},
                                           .credentials = {},
                                           .ca_bundle = {}},
                                .target = "127.0.0.1:1",
                                .regsync = "regsync",
                                .lock = directory.path() / "lock",
                                .storage = {},
                                .minimum_free = minimum_free,
                                .notice = directory.path() / "missing.json",
                                .tick = milliseconds(5),
                                .watch_interval = milliseconds(5),
                                .patience = milliseconds(10)};
    if (minimum_free > 0) request.storage = directory.path();
    synchronizer = std::make_unique<Synchronizer>(std::move(request), actions(), metrics);
    thread = std::jthread([this](const std::stop_token& stop) { synchronizer->run(stop); });
  }
  void end() {
    if (!thread.joinable()) return;
    thread.request_stop();
    thread.join();
  }
  template <typename Function>
  auto locked(const Function& function) {
    const std::lock_guard lock(mutex);
    struct Notify {
      std::condition_variable& changed;
      ~Notify() { changed.notify_all(); }
    } const notify{changed};
    return function();
  }
  SynchronizerActions actions() {
    return {
        .load = [this]() -> Result<contract::SyncReport> { return locked([this] { return saved; }); },
        .save = [this](const contract::SyncReport& report) -> Status {
          locked([&] { saved = report; });
          return {};
        },
        .warn =
            [this](std::string_view reason, const std::string& message) {
              locked([&] { events.push_back(std::string(reason) + " " + message); });
            },
        .reach = [this](const Parent&) -> Status {
          if (locked([this] { return reachable; })) return {};
          return fail(ErrorCode::kTimeout, "parent.example:443 does not answer: connection timed out");
        },
        .run = [this](const ProcessRequest& request, const std::stop_token&,
                      const std::function<void(std::string_view)>& on_line) -> Result<ProcessResult> {
          locked([&] { inputs.push_back(request.input); });
          const std::string error = locked([&] { return failure; });
          if (error.empty()) return ProcessResult{};
          on_line(R"({"level":"ERROR","msg":"Failed","error":")" + error + "\"}");
          return ProcessResult{.end = ProcessEnd::kExited, .exit_code = 1};
        },
    };
  }
  bool await(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), condition);
  }
  bool await_notice(const std::string& text) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      const auto notice = file::read(directory.path() / "missing.json");
      if (notice && notice->find(text) != std::string::npos) return true;
      std::this_thread::yield();
    }
    return false;
  }
  bool await_state(contract::SyncState state) {
    return await([&] { return saved.state == state && saved.next_run.has_value(); });
  }

  connected_registry::testing::TemporaryDirectory directory;
  double minimum_free = 0;
  std::mutex mutex;
  std::condition_variable changed;
  contract::SyncReport saved;
  std::vector<std::string> events;
  std::vector<std::string> inputs;
  std::string failure;
  bool reachable = true;
  metrics::Registry metrics;
  std::unique_ptr<Synchronizer> synchronizer;
  std::jthread thread;
};

TEST_F(SynchronizerTest, runs_once_a_repository_at_its_first_start_and_says_so) {
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  EXPECT_EQ(saved.message, "2 of 2 repositories synchronized");
  EXPECT_EQ(inputs.size(), 2U);
  EXPECT_THAT(inputs[1], HasSubstr("parent.example/two:1"));
  EXPECT_TRUE(saved.repositories[0].last_success && saved.last_success);
  EXPECT_TRUE(events.empty());
  EXPECT_THAT(metrics.text(), HasSubstr("connected_registry_sync_up_to_date{repository=\"two:1\"} 1\n"));
}

TEST_F(SynchronizerTest, does_not_run_again_when_it_is_started_anew_between_two_times) {
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  end();
  inputs.clear();
  saved.next_run.reset();
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  EXPECT_TRUE(inputs.empty());
}

TEST_F(SynchronizerTest, goes_on_with_a_run_that_nobody_ended) {
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  end();
  inputs.clear();
  saved.state = contract::SyncState::kRunning;
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  EXPECT_EQ(inputs.size(), 2U);
}

TEST_F(SynchronizerTest, names_a_wrong_password_and_takes_the_right_one_without_a_restart) {
  failure = "unauthorized [http 401]";
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kFailed));
  EXPECT_THAT(saved.message, HasSubstr("one: UNAUTHORIZED: "));
  ASSERT_TRUE(await([this] { return !events.empty(); }));
  EXPECT_THAT(
      events,
      ElementsAre(HasSubstr("SynchronizationFailed 0 of 2 repositories synchronized; one: UNAUTHORIZED: ")));
  locked([this] { failure.clear(); });
  set_connection(std::string(kConnection).replace(kConnection.find("hidden"), 6, "better"));
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  EXPECT_THAT(inputs.back(), HasSubstr("better"));
}

TEST_F(SynchronizerTest, does_not_start_regsync_for_a_silent_parent_and_goes_on_when_it_is_back) {
  reachable = false;
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kFailed));
  EXPECT_THAT(saved.message, HasSubstr("one: UNREACHABLE: parent.example:443 does not answer"));
  EXPECT_TRUE(inputs.empty());
  EXPECT_TRUE(await_notice("its parent registry parent.example is unreachable"));
  locked([this] { reachable = true; });
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  EXPECT_TRUE(await_notice("it is not synchronized from the parent"));
}

TEST_F(SynchronizerTest, keeps_the_time_of_the_last_success_through_failures) {
  begin("@every 1s");
  ASSERT_TRUE(await_state(contract::SyncState::kSynchronized));
  const auto success = locked([this] {
    failure = "not found";
    return saved.repositories[0].last_success;
  });
  ASSERT_TRUE(await_state(contract::SyncState::kFailed));
  EXPECT_EQ(saved.repositories[0].reason, reason::kNotFound);
  EXPECT_LE(success, saved.repositories[0].last_success);
  EXPECT_LT(saved.repositories[0].last_success, saved.repositories[0].last_run);
}

TEST_F(SynchronizerTest, says_what_is_wrong_with_the_parents_settings) {
  set_connection("nonsense");
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kFailed));
  EXPECT_EQ(saved.repositories[0].reason, reason::kConfiguration);
  EXPECT_THAT(saved.message, HasSubstr("CR040"));
}

TEST_F(SynchronizerTest, brings_nothing_onto_a_volume_that_is_nearly_full) {
  minimum_free = 1.1;
  begin();
  ASSERT_TRUE(await_state(contract::SyncState::kFailed));
  EXPECT_EQ(saved.repositories[1].reason, reason::kStorage);
  EXPECT_THAT(saved.message, HasSubstr("of the registry's volume is free"));
  EXPECT_TRUE(inputs.empty());
}

}  // namespace
}  // namespace connected_registry::sync
