#include "trust/agent/step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/sha256.h"
#include "trust/files/marker.h"

namespace connected_registry::trust {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

json::Document bundle(
    const std::string& annotations = "{}",
    const std::string& registry = R"({\"formVersion\":1,\"address\":\"10.9.8.7\",\"port\":443})") {
  return std::move(*json::parse(R"({"metadata":{"uid":"u","annotations":)" + annotations +
                                R"(},"data":{"ca.crt":"PEM","registry.json":")" + registry + R"("}})"));
}

const char* const kUninstalling = R"({"connected-registry.io/uninstalling":"2026-01-31T12:00:00Z"})";

class AgentStep : public ::testing::Test {
 protected:
  contract::NodeStatus step(const json::Value* object, const contract::NodeStatus& previous = {},
                            TimePoint now = kNow) {
    const AgentActions actions{
        .probe = [this](const ProbeRequest& request) -> Result<std::string> {
          probed = request;
          if (!probe_outcome) return tl::unexpected(probe_outcome.error());
          return std::string("CN=ca");
        },
        .plan =
            [this](const contract::RegistryDocument& registry, const std::string& bundle) {
              planned = registry.address + " " + bundle;
              return runtime_plan;
            },
        .ensure_files =
            [this](const RuntimePlan& wanted) {
              written = wanted.files;
              return files_outcome;
            },
        .remove_files =
            [this] {
              removed = true;
              return files_outcome;
            },
        .restart =
            [this] {
              ++restarts;
              return restart_outcome;
            },
    };
    return run_step(kInstallation, object, previous, actions, now);
  }

  Status probe_outcome;
  NodeFilesResult files_outcome;
  Status restart_outcome;
  int restarts = 0;
  std::string planned;
  RuntimePlan runtime_plan{.description = "containerd 2.4.2",
                           .files = {{"etc/containerd/certs.d/10.9.8.7/ca.crt", "PEM"}}};
  std::optional<ProbeRequest> probed;
  std::vector<DesiredFile> written;
  bool removed = false;
};

TEST_F(AgentStep, writes_and_trusts_once_the_registry_answers) {
  const auto object = bundle();
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kTrusted);
  EXPECT_EQ(status.verified, kNow);
  EXPECT_EQ(status.bundle_sha256, sha256_hex("PEM"));
  ASSERT_TRUE(probed);
  EXPECT_EQ(probed->registry.address, "10.9.8.7");
  EXPECT_EQ(probed->registry.port, 443);
  EXPECT_EQ(probed->bundle, "PEM");
  EXPECT_EQ(planned, "10.9.8.7 PEM");
  EXPECT_EQ(written, runtime_plan.files);
  EXPECT_EQ(status.authority, "CN=ca");
  EXPECT_EQ(status.runtimes, "containerd 2.4.2");
  EXPECT_EQ(status.files, 1U);
  EXPECT_EQ(restarts, 0);
}

TEST_F(AgentStep, changes_no_file_while_the_installation_is_frozen) {
  const std::string document = R"({\"formVersion\":1,\"address\":\"10.9.8.7\",\"port\":443,\"frozen\":true})";
  runtime_plan.needs_restart = true;
  const auto frozen = bundle("{}", document);
  contract::NodeStatus status = step(&frozen);
  EXPECT_EQ(status.state, contract::NodeState::kWaiting) << "a new node gets nothing";
  EXPECT_THAT(status.message, HasSubstr("frozen"));
  EXPECT_TRUE(written.empty());
  contract::NodeStatus trusted;
  trusted.state = contract::NodeState::kTrusted;
  trusted.bundle_sha256 = "former";
  status = step(&frozen, trusted, kNow + minutes(1));
  EXPECT_EQ(status.state, contract::NodeState::kTrusted) << "what was written stays";
  EXPECT_EQ(status.verified, kNow + minutes(1));
  EXPECT_EQ(status.bundle_sha256, "former");
  probe_outcome = fail(ErrorCode::kUnavailable, "no answer");
  status = step(&frozen, trusted);
  EXPECT_EQ(status.state, contract::NodeState::kWaiting);
  EXPECT_THAT(status.message, HasSubstr("no answer"));
  EXPECT_TRUE(written.empty());
  EXPECT_EQ(restarts, 0);
  EXPECT_FALSE(removed);
}

TEST_F(AgentStep, removes_all_at_an_uninstall_though_the_installation_is_frozen) {
  const auto object =
      bundle(kUninstalling, R"({\"formVersion\":1,\"address\":\"10.9.8.7\",\"port\":443,\"frozen\":true})");
  EXPECT_EQ(step(&object).state, contract::NodeState::kRemoved);
  EXPECT_TRUE(removed);
}

TEST_F(AgentStep, does_not_claim_trust_that_the_owner_has_to_make_first) {
  runtime_plan.user_actions = {"set config_path and restart containerd"};
  const auto object = bundle();
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kFailed);
  EXPECT_EQ(status.message, "set config_path and restart containerd");
}

TEST_F(AgentStep, trusts_only_once_the_runtime_has_read_its_configuration) {
  runtime_plan.needs_restart = true;
  restart_outcome = fail(ErrorCode::kUnavailable, "node-2 has its turn");
  const auto object = bundle();
  EXPECT_EQ(step(&object).state, contract::NodeState::kWaiting);
  EXPECT_EQ(step(&object).message, "node-2 has its turn");
  restart_outcome = fail(ErrorCode::kInvalidArgument, "restart it yourself");
  EXPECT_EQ(step(&object).state, contract::NodeState::kFailed);
  restart_outcome = {};
  EXPECT_EQ(step(&object).state, contract::NodeState::kTrusted);
}

TEST_F(AgentStep, does_not_restart_for_files_that_could_not_be_written) {
  runtime_plan.needs_restart = true;
  files_outcome.problems = {"read-only file system"};
  const auto object = bundle();
  EXPECT_EQ(step(&object).state, contract::NodeState::kFailed);
  EXPECT_EQ(restarts, 0);
}

TEST_F(AgentStep, an_uninstall_ends_well_though_a_changed_file_is_left_alone_and_named) {
  files_outcome.left_to_user = {"/etc/x was changed"};
  const auto object = bundle(kUninstalling);
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kRemoved);
  EXPECT_THAT(status.message, HasSubstr("/etc/x was changed"));
}

TEST_F(AgentStep, writes_nothing_while_the_registry_does_not_answer) {
  probe_outcome = fail(ErrorCode::kUnavailable, "connection refused");
  const auto object = bundle();
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kWaiting);
  EXPECT_THAT(status.message, HasSubstr("connection refused"));
  EXPECT_TRUE(written.empty());
  EXPECT_FALSE(removed);
  EXPECT_EQ(status.verified, std::nullopt);
}

TEST_F(AgentStep, keeps_what_it_knows_when_the_registry_stops_answering) {
  const auto object = bundle();
  const contract::NodeStatus before = step(&object);
  probe_outcome = fail(ErrorCode::kTimeout, "late");
  const contract::NodeStatus status = step(&object, before, kNow + minutes(1));
  EXPECT_EQ(status.state, contract::NodeState::kWaiting);
  EXPECT_EQ(status.verified, kNow);
  EXPECT_EQ(status.bundle_sha256, before.bundle_sha256);
  EXPECT_FALSE(removed);
}

TEST_F(AgentStep, fails_with_the_reason_when_files_cannot_be_written) {
  files_outcome.problems = {"foreign hosts.toml"};
  const auto object = bundle();
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kFailed);
  EXPECT_EQ(status.message, "foreign hosts.toml");
  EXPECT_EQ(status.verified, kNow) << "the handshake did succeed";
}

TEST_F(AgentStep, removes_all_when_an_uninstall_is_going_on) {
  const auto object = bundle(kUninstalling);
  contract::NodeStatus before;
  before.bundle_sha256 = "old";
  const contract::NodeStatus status = step(&object, before);
  EXPECT_EQ(status.state, contract::NodeState::kRemoved);
  EXPECT_TRUE(removed);
  EXPECT_FALSE(probed);
  EXPECT_EQ(status.bundle_sha256, "");
}

TEST_F(AgentStep, says_so_when_it_cannot_remove) {
  files_outcome.problems = {"read-only file system"};
  const auto object = bundle(kUninstalling);
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kFailed);
  EXPECT_THAT(status.message, HasSubstr("read-only file system"));
}

TEST_F(AgentStep, heals_an_uninstall_that_was_broken_off) {
  const auto object = bundle(kUninstalling);
  const contract::NodeStatus status = step(&object, {}, kNow + minutes(11));
  EXPECT_EQ(status.state, contract::NodeState::kTrusted);
  EXPECT_FALSE(removed);
}

TEST_F(AgentStep, touches_nothing_without_a_bundle) {
  const contract::NodeStatus status = step(nullptr);
  EXPECT_EQ(status.state, contract::NodeState::kWaiting);
  EXPECT_THAT(status.message, HasSubstr("cr-ca-bundle"));
  EXPECT_FALSE(probed);
  EXPECT_FALSE(removed);
  EXPECT_TRUE(written.empty());
}

TEST_F(AgentStep, touches_nothing_when_the_bundle_cannot_be_read) {
  const auto object = bundle("{}", "{}");
  const contract::NodeStatus status = step(&object);
  EXPECT_EQ(status.state, contract::NodeState::kFailed);
  EXPECT_THAT(status.message, HasSubstr("cr-ca-bundle: registry.json"));
  EXPECT_FALSE(probed);
  EXPECT_TRUE(written.empty());
}

TEST_F(AgentStep, fails_when_the_bundle_holds_no_certificate) {
  probe_outcome = fail(ErrorCode::kInvalidArgument, "CA bundle: not PEM");
  const auto object = bundle();
  EXPECT_EQ(step(&object).state, contract::NodeState::kFailed);
}

TEST(RecheckInterval, is_soon_while_something_is_missing) {
  EXPECT_EQ(recheck_interval(contract::NodeState::kWaiting), seconds(1));
  EXPECT_EQ(recheck_interval(contract::NodeState::kTrusted), seconds(30));
}

class MustReport : public ::testing::Test {
 protected:
  MustReport() {
    reported.status.state = contract::NodeState::kTrusted;
    reported.status.message = "m";
    reported.status.verified = kNow;
    reported.time = kNow;
    status = reported.status;
  }
  Reported reported;
  contract::NodeStatus status;
};

TEST_F(MustReport, what_was_never_reported) {
  EXPECT_TRUE(must_report(std::nullopt, status, kNow));
}

TEST_F(MustReport, another_runtime_or_authority_at_once) {
  status.runtimes = "containerd 2.4.2, config_path /etc/containerd/certs.d";
  EXPECT_TRUE(must_report(reported, status, kNow));
  status = reported.status;
  status.authority = "CN=new";
  EXPECT_TRUE(must_report(reported, status, kNow));
}

TEST_F(MustReport, a_new_state_or_bundle_at_once) {
  status.state = contract::NodeState::kFailed;
  EXPECT_TRUE(must_report(reported, status, kNow));
  status = reported.status;
  status.bundle_sha256 = "new";
  EXPECT_TRUE(must_report(reported, status, kNow));
}

TEST_F(MustReport, nothing_when_nothing_changed) {
  EXPECT_FALSE(must_report(reported, status, kNow + minutes(60)));
}

TEST_F(MustReport, a_new_message_only_now_and_then) {
  status.message = "n";
  EXPECT_FALSE(must_report(reported, status, kNow + seconds(5)));
  EXPECT_TRUE(must_report(reported, status, kNow + seconds(10)));
}

TEST_F(MustReport, a_new_handshake_about_once_a_minute) {
  status.verified = kNow + seconds(30);
  EXPECT_FALSE(must_report(reported, status, kNow + seconds(30)));
  status.verified = kNow + seconds(60);
  EXPECT_TRUE(must_report(reported, status, kNow + seconds(60)));
}

}  // namespace
}  // namespace connected_registry::trust
