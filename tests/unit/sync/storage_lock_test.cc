#include "sync/storage_lock.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>

#include "base/stop.h"
#include "support/temporary_directory.h"

namespace connected_registry::sync {
namespace {

TEST(StorageLock, is_held_by_one_at_a_time) {
  const connected_registry::testing::TemporaryDirectory directory;
  const auto file = directory.path() / "lock";
  auto first = StorageLock::acquire(file, {});
  ASSERT_TRUE(first) << first.error().message;
  std::stop_source source;
  std::optional<ErrorCode> refused;
  std::jthread second([&] {
    const auto lock = StorageLock::acquire(file, source.get_token());
    refused = lock ? std::optional<ErrorCode>() : lock.error().code;
  });
  source.request_stop();
  second.join();
  EXPECT_EQ(refused, ErrorCode::kCancelled);
  { const StorageLock ends_here = std::move(*first); }
  EXPECT_TRUE(StorageLock::acquire(file, {}));
}

TEST(StorageLock, says_which_file_is_not_to_be_had) {
  const auto lock = StorageLock::acquire("/no/such/directory/lock", {});
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().message, "open /no/such/directory/lock: No such file or directory");
}

TEST(DiskSpace, is_that_of_the_directorys_file_system) {
  const auto space = disk_space("/");
  ASSERT_TRUE(space);
  EXPECT_GT(space->total, 0);
  EXPECT_GE(space->free_share(), 0);
  EXPECT_LE(space->free_share(), 1);
  EXPECT_FALSE(disk_space("/no/such/directory"));
}

}  // namespace
}  // namespace connected_registry::sync
