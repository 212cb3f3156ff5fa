#include "trust/files/path_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "trust/files/faulty_file_system.h"
#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::NodeTree;

// The machine's file system, but one directory belongs to another user.
class OwnedByAnother : public testing::FaultyFileSystem {
 public:
  explicit OwnedByAnother(fs::path path) : path_(std::move(path)) {}
  Result<FileAttributes> inspect(const fs::path& path) const override {
    auto attributes = FaultyFileSystem::inspect(path);
    if (attributes && path == path_) attributes->owner = ::geteuid() + 1000;
    return attributes;
  }

 private:
  fs::path path_;
};

class PathCheck : public ::testing::Test {
 protected:
  PathCheck() { fs::create_directories(node.root() / "etc/containerd/certs.d"); }

  void set_mode(const fs::path& relative, mode_t mode) const {
    ASSERT_EQ(::chmod((node.root() / relative).c_str(), mode), 0);
  }
  Status check(const std::set<fs::path>& administered = {},
               const FileSystem& files = machine_file_system()) const {
    return check_path(files, node.root(), "etc/containerd/certs.d/10.9.8.7", administered);
  }
  void expect_refused(const std::string& path, const std::string& command,
                      const FileSystem& files = machine_file_system()) const {
    const auto checked = check({}, files);
    ASSERT_FALSE(checked) << path;
    EXPECT_EQ(checked.error().code, ErrorCode::kPermissionDenied);
    EXPECT_THAT(checked.error().message, HasSubstr(command + " " + (node.root() / path).string()));
  }

  const NodeTree node;
};

TEST_F(PathCheck, accepts_directories_that_root_alone_can_change) {
  EXPECT_TRUE(check());
  set_mode("etc/containerd", 0700);
  EXPECT_TRUE(check());
}

TEST_F(PathCheck, refuses_a_directory_of_another_user_at_each_step) {
  for (const char* const path : {"etc", "etc/containerd", "etc/containerd/certs.d"}) {
    expect_refused(path, "chown root", OwnedByAnother(node.root() / path));
  }
  EXPECT_TRUE(check({}, OwnedByAnother(node.root()))) << "the root itself is not judged";
}

TEST_F(PathCheck, refuses_a_directory_to_which_others_can_write) {
  for (const char* const path : {"etc", "etc/containerd", "etc/containerd/certs.d"}) {
    set_mode(path, 0757);
    expect_refused(path, "chmod o-w");
    set_mode(path, 0775);
    expect_refused(path, "chmod g-w");
    set_mode(path, 0755);
  }
}

TEST_F(PathCheck, accepts_a_sticky_directory_in_which_nobody_can_replace_what_is_roots) {
  set_mode("etc/containerd", 01777);
  EXPECT_TRUE(check());
}

TEST_F(PathCheck, accepts_the_group_that_administers_a_runtime_and_nobody_else) {
  set_mode("etc/containerd", 0770);
  set_mode("etc/containerd/certs.d", 0770);
  EXPECT_FALSE(check());
  EXPECT_TRUE(check({"etc/containerd"})) << "and below";
  EXPECT_FALSE(check({"etc/containerd/certs.d"}));
  set_mode("etc/containerd/certs.d", 0777);
  EXPECT_FALSE(check({"etc/containerd"})) << "not every user";
}

TEST_F(PathCheck, does_not_judge_what_lies_above_the_nodes_root) {
  ASSERT_EQ(::chmod(node.root().c_str(), 0777), 0);
  EXPECT_TRUE(check());
}

}  // namespace
}  // namespace connected_registry::trust
