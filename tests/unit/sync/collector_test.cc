#include "sync/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "support/temporary_directory.h"
#include "sync/storage_lock.h"

namespace connected_registry::sync {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::ElementsAre;

class CollectorTest : public ::testing::Test {
 protected:
  CollectorRequest request() const {
    return {.schedule = *Schedule::parse("@every 1s"),
            .configuration = "/etc/config.yml",
            .gate = directory.path(),
            .storage = {},
            .tick = milliseconds(1),
            .drain = milliseconds(1)};
  }
  // A clock that moves on by a second each time it is asked.
  Clock clock() {
    return [this] { return TimePoint(std::chrono::seconds(++seconds)); };
  }
  bool has(const char* flag) const { return fs::exists(directory.path() / flag); }

  connected_registry::testing::TemporaryDirectory directory;
  int seconds = 0;
  std::stop_source stop;
};

TEST_F(CollectorTest, closes_the_gate_and_holds_the_lock_while_it_collects) {
  std::vector<std::string> arguments;
  bool closed = false;
  bool locked = false;
  collect_garbage(
      request(), stop.get_token(),
      [&](const ProcessRequest& program, const auto&, const auto&) {
        arguments = program.arguments;
        closed = has("closed");
        std::stop_source at_once;
        at_once.request_stop();
        locked = !StorageLock::acquire(directory.path() / "lock", at_once.get_token());
        stop.request_stop();
        return Result<ProcessResult>(ProcessResult{});
      },
      clock());
  EXPECT_THAT(arguments, ElementsAre("registry", "garbage-collect", "--delete-untagged", "/etc/config.yml"));
  EXPECT_TRUE(closed);
  EXPECT_TRUE(locked);
  EXPECT_FALSE(has("closed"));
}

TEST_F(CollectorTest, opens_the_gate_again_where_the_collection_fails) {
  collect_garbage(
      request(), stop.get_token(),
      [&](const ProcessRequest&, const auto&, const auto&) {
        stop.request_stop();
        return Result<ProcessResult>(fail(ErrorCode::kIo, "no such program"));
      },
      clock());
  EXPECT_FALSE(has("closed"));
}

TEST_F(CollectorTest, closes_to_pushes_while_the_volume_is_full) {
  CollectorRequest wanted = request();
  wanted.storage = directory.path();
  wanted.minimum_free = 2;  // more than all of it
  bool full = false;
  collect_garbage(
      wanted, stop.get_token(),
      [&](const ProcessRequest&, const auto&, const auto&) {
        full = has("full");
        stop.request_stop();
        return Result<ProcessResult>(ProcessResult{});
      },
      clock());
  EXPECT_TRUE(full);
}

}  // namespace
}  // namespace connected_registry::sync
