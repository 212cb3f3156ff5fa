#include "sync/pull_through.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "support/temporary_directory.h"

namespace connected_registry::sync {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

class PullThroughTest : public ::testing::Test {
 protected:
  PullThroughTest() { set_password("first"); }

  void set_password(const std::string& text) const {
    ASSERT_TRUE(file::write_atomically(directory.path() / "username", "me", 0600));
    ASSERT_TRUE(file::write_atomically(directory.path() / "password", text, 0600));
  }
  PullThroughRequest request() const {
    return {.parent = {.host = "parent.example", .credentials = directory.path()},
            .program = "registry",
            .configuration = "/etc/config.yml",
            .tick = milliseconds(5),
            .pause = milliseconds(1)};
  }

  connected_registry::testing::TemporaryDirectory directory;
  std::stop_source stop;
};

TEST_F(PullThroughTest, gives_the_credentials_in_the_environment_and_starts_anew_when_they_change) {
  std::vector<std::string> passwords;
  pull_through(
      request(), [](const Parent&) { return Status(); }, stop.get_token(),
      [&](const ProcessRequest& program, const std::stop_token& end, const auto&) {
        EXPECT_THAT(program.arguments, ElementsAre("registry", "serve", "/etc/config.yml"));
        EXPECT_EQ(program.environment.at("REGISTRY_PROXY_REMOTEURL"), "https://parent.example");
        passwords.push_back(program.environment.at("REGISTRY_PROXY_PASSWORD"));
        if (passwords.size() == 2) stop.request_stop();
        set_password("second");
        while (!end.stop_requested()) std::this_thread::yield();
        return Result<ProcessResult>(ProcessResult{.end = ProcessEnd::kStopped, .exit_code = 0});
      });
  EXPECT_THAT(passwords, ElementsAre("first", "second"));
}

TEST_F(PullThroughTest, is_not_started_while_the_parent_does_not_answer) {
  int looks = 0;
  bool started = false;
  pull_through(
      request(),
      [&](const Parent&) -> Status {
        if (++looks == 3) stop.request_stop();
        return fail(ErrorCode::kTimeout, "parent.example:443 does not answer");
      },
      stop.get_token(),
      [&](const ProcessRequest&, const std::stop_token&, const auto&) {
        started = true;
        return Result<ProcessResult>(ProcessResult{});
      });
  EXPECT_EQ(looks, 3);
  EXPECT_FALSE(started);
}

}  // namespace
}  // namespace connected_registry::sync
