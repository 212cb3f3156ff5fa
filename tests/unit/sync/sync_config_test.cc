#include "sync/sync_config.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::sync {
namespace {

std::string problem(std::string_view text) {
  const auto parsed = parse_sync_config(text);
  return parsed ? "" : parsed.error().message;
}

TEST(SyncConfig, are_read_as_the_chart_writes_them) {
  const auto parsed =
      parse_sync_config(R"({"repositories":[{"name":"team/app","allow":["v1.*"],"deny":["rc"]},
      {"name":"hello","tag":"1.0"}],"schedule":"0 3 * * *","window":"3h","retain":"24h","host":"parent.example"})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->repositories[0],
            (Repository{.name = "team/app", .tag = {}, .filter = {.allow = {"v1.*"}, .deny = {"rc"}}}));
  EXPECT_EQ(parsed->repositories[1].reference(), "hello:1.0");
  EXPECT_EQ(parsed->window, std::chrono::hours(3));
  EXPECT_EQ(parsed->retain, std::chrono::hours(24));
  EXPECT_EQ(parsed->host, "parent.example");
}

TEST(SyncConfig, says_what_is_wrong_and_where) {
  EXPECT_EQ(problem(R"({"repositories":{},"schedule":"@daily"})"),
            "sync.json: repositories: it is not a list");
  EXPECT_EQ(problem(R"({"repositories":[],"schedule":"61 * * * *"})"),
            "sync.json: schedule: minute \"61\" is not a list of values, ranges and steps within 0 to 59");
  EXPECT_EQ(problem(R"({"repositories":[{"name":"a{{b}}"}],"schedule":"@daily"})"),
            "sync.json: repositories: 'a{{b}}' is not NAME or NAME:TAG");
  EXPECT_EQ(problem(R"({"repositories":[{"name":"a","allow":[1]}],"schedule":"@daily"})"),
            "sync.json: repositories: a: allow: it is not a list of texts");
  EXPECT_EQ(problem(R"({"repositories":[],"schedule":"@daily","window":"3d"})"),
            "sync.json: window: it is not a duration");
  EXPECT_EQ(problem(R"({"repositories":[],"schedule":"@daily","window":"0s"})"),
            "sync.json: window: it leaves no time for a run");
  EXPECT_EQ(problem(R"({"repositories":[{"name":"a","deny":["v("]}],"schedule":"@daily"})"),
            "sync.json: repositories: a: \"v(\" is not a regular expression");
  EXPECT_EQ(problem(R"({"repositories":[{"name":"a","allow":["(?!rc).*"]}],"schedule":"@daily"})"),
            "sync.json: repositories: a: \"(?!rc).*\" is not a regular expression");
  EXPECT_NE(problem("{"), "");
}

}  // namespace
}  // namespace connected_registry::sync
