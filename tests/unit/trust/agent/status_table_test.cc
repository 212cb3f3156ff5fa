#include "trust/agent/status_table.h"

#include <gtest/gtest.h>

namespace connected_registry::trust {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

contract::NodeReport report(const std::string& node, contract::NodeState state, const std::string& message) {
  contract::NodeReport made{.node = node, .status = {}};
  made.status.state = state;
  made.status.message = message;
  return made;
}

TEST(StatusTable, has_a_line_a_node_with_aligned_columns_sorted_by_name) {
  contract::NodeReport trusted = report("node-1", contract::NodeState::kTrusted, "trusts 10.9.8.7");
  trusted.status.verified = kNow - seconds(12);
  trusted.status.authority = "CN=ca (sha256 ab)";
  trusted.status.runtimes = "containerd 2.4.2";
  trusted.status.files = 8;
  const contract::NodeReport failed = report("node-10", contract::NodeState::kFailed, "set config_path");
  EXPECT_EQ(status_table({failed, trusted}, kNow),
            "NODE     STATE    VERIFIED  CA                 RUNTIMES          FILES  MESSAGE\n"
            "node-1   Trusted  12s ago   CN=ca (sha256 ab)  containerd 2.4.2  8      trusts 10.9.8.7\n"
            "node-10  Failed   never     -                  -                 0      set config_path\n");
}

TEST(StatusTable, does_not_believe_a_node_that_was_silent_for_minutes) {
  contract::NodeReport old = report("node-1", contract::NodeState::kTrusted, "");
  old.status.verified = kNow - hours(3);
  EXPECT_TRUE(is_silent(old.status, kNow));
  EXPECT_NE(status_table({old}, kNow).find("Silent  3h ago"), std::string::npos);
  old.status.verified = kNow - seconds(60);
  EXPECT_FALSE(is_silent(old.status, kNow));
}

}  // namespace
}  // namespace connected_registry::trust
