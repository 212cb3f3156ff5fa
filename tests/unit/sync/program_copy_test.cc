#include "sync/program_copy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/temporary_directory.h"
#include "sync/process.h"

namespace connected_registry::sync {
namespace {

using ::testing::HasSubstr;

TEST(ProgramCopy, runs_by_its_own_loader_with_its_own_libraries) {
  const connected_registry::testing::TemporaryDirectory directory;
  const auto copied = copy_program(directory.path());
  ASSERT_TRUE(copied) << copied.error().message;
  const std::string path = directory.path().string();
  std::string said;
  const auto ran = run_process({.arguments = {path + "/loader", "--library-path", path,
                                              path + "/connected-registry", "--gtest_list_tests"},
                                .input = {}},
                               {}, [&said](std::string_view line) { said.append(line).append("\n"); });
  ASSERT_TRUE(ran);
  EXPECT_EQ(ran->exit_code, 0) << said;
  EXPECT_THAT(said, HasSubstr("runs_by_its_own_loader"));
}

TEST(ProgramCopy, names_the_directory_that_is_not_there) {
  const auto copied = copy_program("/no/such/directory");
  ASSERT_FALSE(copied);
  EXPECT_THAT(copied.error().message, HasSubstr("/no/such/directory/connected-registry"));
}

}  // namespace
}  // namespace connected_registry::sync
