#include "trust/agent_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace connected_registry::trust {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .name_space = "edge"};
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
  NodeStatus step(const json::Value* object, const NodeStatus& previous = {}, TimePoint now = kNow) {
    const AgentDeeds deeds{
        .probe =
            [this](const ProbeRequest& request) {
              probed = request;
              return probe_outcome;
            },
        .ensure_files =
            [this](const std::vector<DesiredFile>& files) {
              written = files;
              return files_outcome;
            },
        .remove_files =
            [this] {
              removed = true;
              return files_outcome;
            },
    };
    return take_step(kInstallation, object, previous, deeds, now);
  }

  Status probe_outcome;
  Result<std::size_t> files_outcome = std::size_t{1};
  std::optional<ProbeRequest> probed;
  std::vector<DesiredFile> written;
  bool removed = false;
};

TEST_F(AgentStep, writes_and_trusts_once_the_registry_answers) {
  const auto object = bundle();
  const NodeStatus status = step(&object);
  EXPECT_EQ(status.state, NodeState::kTrusted);
  EXPECT_EQ(status.verified, kNow);
  EXPECT_EQ(status.bundle_sha256, sha256_hex("PEM"));
  ASSERT_TRUE(probed);
  EXPECT_EQ(probed->registry.address, "10.9.8.7");
  EXPECT_EQ(probed->registry.port, 443);
  EXPECT_EQ(probed->bundle, "PEM");
  EXPECT_EQ(written.size(), 8U);
}

TEST_F(AgentStep, writes_nothing_while_the_registry_does_not_answer) {
  probe_outcome = fail(ErrorCode::kUnavailable, "connection refused");
  const auto object = bundle();
  const NodeStatus status = step(&object);
  EXPECT_EQ(status.state, NodeState::kWaiting);
  EXPECT_THAT(status.message, HasSubstr("connection refused"));
  EXPECT_TRUE(written.empty());
  EXPECT_FALSE(removed);
  EXPECT_EQ(status.verified, std::nullopt);
}

TEST_F(AgentStep, keeps_what_it_knows_when_the_registry_stops_answering) {
  const auto object = bundle();
  const NodeStatus before = step(&object);
  probe_outcome = fail(ErrorCode::kTimeout, "late");
  const NodeStatus status = step(&object, before, kNow + minutes(1));
  EXPECT_EQ(status.state, NodeState::kWaiting);
  EXPECT_EQ(status.verified, kNow);
  EXPECT_EQ(status.bundle_sha256, before.bundle_sha256);
  EXPECT_FALSE(removed);
}

TEST_F(AgentStep, fails_with_the_reason_when_files_cannot_be_written) {
  files_outcome = fail(ErrorCode::kAlreadyExists, "foreign hosts.toml");
  const auto object = bundle();
  const NodeStatus status = step(&object);
  EXPECT_EQ(status.state, NodeState::kFailed);
  EXPECT_EQ(status.message, "foreign hosts.toml");
  EXPECT_EQ(status.verified, kNow) << "the handshake did succeed";
}

TEST_F(AgentStep, removes_all_when_an_uninstall_is_going_on) {
  const auto object = bundle(kUninstalling);
  NodeStatus before;
  before.bundle_sha256 = "old";
  const NodeStatus status = step(&object, before);
  EXPECT_EQ(status.state, NodeState::kRemoved);
  EXPECT_TRUE(removed);
  EXPECT_FALSE(probed);
  EXPECT_EQ(status.bundle_sha256, "");
}

TEST_F(AgentStep, says_so_when_it_cannot_remove) {
  files_outcome = fail(ErrorCode::kIo, "read-only file system");
  const auto object = bundle(kUninstalling);
  const NodeStatus status = step(&object);
  EXPECT_EQ(status.state, NodeState::kFailed);
  EXPECT_THAT(status.message, HasSubstr("read-only file system"));
}

TEST_F(AgentStep, heals_an_uninstall_that_was_broken_off) {
  const auto object = bundle(kUninstalling);
  const NodeStatus status = step(&object, {}, kNow + minutes(11));
  EXPECT_EQ(status.state, NodeState::kTrusted);
  EXPECT_FALSE(removed);
}

TEST_F(AgentStep, touches_nothing_without_a_bundle) {
  const NodeStatus status = step(nullptr);
  EXPECT_EQ(status.state, NodeState::kWaiting);
  EXPECT_THAT(status.message, HasSubstr("cr-ca-bundle"));
  EXPECT_FALSE(probed);
  EXPECT_FALSE(removed);
  EXPECT_TRUE(written.empty());
}

TEST_F(AgentStep, touches_nothing_when_the_bundle_cannot_be_read) {
  const auto object = bundle("{}", "{}");
  const NodeStatus status = step(&object);
  EXPECT_EQ(status.state, NodeState::kFailed);
  EXPECT_THAT(status.message, HasSubstr("cr-ca-bundle: registry.json"));
  EXPECT_FALSE(probed);
  EXPECT_TRUE(written.empty());
}

TEST_F(AgentStep, fails_when_the_bundle_holds_no_certificate) {
  probe_outcome = fail(ErrorCode::kInvalidArgument, "CA bundle: not PEM");
  const auto object = bundle();
  EXPECT_EQ(step(&object).state, NodeState::kFailed);
}

TEST(NextLook, is_soon_while_something_is_missing) {
  EXPECT_EQ(next_look(NodeState::kWaiting), seconds(1));
  EXPECT_EQ(next_look(NodeState::kTrusted), seconds(30));
}

class MustReport : public ::testing::Test {
 protected:
  MustReport() {
    reported.status.state = NodeState::kTrusted;
    reported.status.message = "m";
    reported.status.verified = kNow;
    reported.time = kNow;
    status = reported.status;
  }
  Reported reported;
  NodeStatus status;
};

TEST_F(MustReport, what_was_never_reported) {
  EXPECT_TRUE(must_report(std::nullopt, status, kNow));
}

TEST_F(MustReport, a_new_state_or_bundle_at_once) {
  status.state = NodeState::kFailed;
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
