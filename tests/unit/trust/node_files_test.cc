#include "trust/node_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <string>

#include "base/file.h"
#include "support/temporary_folder.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const names::Installation kInstallation{.name = "cr", .name_space = "edge"};
const names::Installation kOther{.name = "other", .name_space = "edge"};
const fs::path kRoot = "etc/containerd/certs.d";

class NodeFilesTest : public ::testing::Test {
 protected:
  NodeFilesTest() { fs::create_directories(host() / "etc/containerd"); }

  fs::path host() const { return folder_.path(); }
  NodeFiles files(const names::Installation& installation = kInstallation) const {
    return NodeFiles(host(), installation);
  }
  static std::vector<DesiredFile> desired(const std::string& bundle = "PEM",
                                          const names::Installation& installation = kInstallation,
                                          const std::string& address = "10.9.8.7") {
    return containerd_files(installation, {.address = address}, bundle);
  }
  void put(const fs::path& relative, const std::string& content) const {
    fs::create_directories((host() / relative).parent_path());
    std::ofstream(host() / relative) << content;
  }
  std::string read(const fs::path& relative) const {
    const auto content = file::read(host() / relative);
    return content ? *content : "(" + content.error().message + ")";
  }
  // All there is below the host's root: path -> content, "/" for a folder.
  std::map<std::string, std::string> tree() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(host())) {
      const fs::path relative = fs::relative(entry.path(), host());
      found[relative.string()] = entry.is_regular_file() ? read(relative) : "/";
    }
    return found;
  }
  mode_t mode(const fs::path& relative) const {
    struct stat status {};
    EXPECT_EQ(::lstat((host() / relative).c_str(), &status), 0) << relative;
    return status.st_mode & 07777U;
  }

 private:
  connected_registry::testing::TemporaryFolder folder_;
};

TEST_F(NodeFilesTest, writes_every_file_readable_for_all) {
  const mode_t mask = ::umask(0077);
  const auto changes = files().ensure(desired());
  ::umask(mask);
  ASSERT_TRUE(changes) << changes.error().message;
  EXPECT_GT(*changes, 0U);
  for (const DesiredFile& file : desired()) {
    EXPECT_EQ(read(file.path), file.content);
    EXPECT_EQ(mode(file.path), 0644U);
    EXPECT_EQ(mode(file.path.parent_path()), 0755U);
  }
  EXPECT_EQ(mode(kRoot), 0755U);
}

TEST_F(NodeFilesTest, changes_nothing_the_second_time) {
  ASSERT_TRUE(files().ensure(desired()));
  const auto before = fs::last_write_time(host() / kRoot / "10.9.8.7/hosts.toml");
  const auto inode_before = tree();
  EXPECT_EQ(files().ensure(desired()), 0U);
  EXPECT_EQ(fs::last_write_time(host() / kRoot / "10.9.8.7/hosts.toml"), before);
  EXPECT_EQ(tree(), inode_before);
}

TEST_F(NodeFilesTest, writes_only_what_differs) {
  ASSERT_TRUE(files().ensure(desired()));
  EXPECT_EQ(files().ensure(desired("NEW")), 4U) << "the four ca.crt";
  EXPECT_EQ(read(kRoot / "10.9.8.7/ca.crt"), "NEW");
}

TEST_F(NodeFilesTest, restores_a_file_that_somebody_deleted_changed_or_hid) {
  ASSERT_TRUE(files().ensure(desired()));
  const auto before = tree();
  fs::remove(host() / kRoot / "10.9.8.7/hosts.toml");
  fs::remove(host() / kRoot / "10.9.8.7_443_/ca.crt");
  put(fs::path("etc/containerd/certs.d:/etc/docker/certs.d/10.9.8.7/ca.crt"), "edited");
  ::chmod((host() / "etc/containerd/certs.d:/etc/docker/certs.d/10.9.8.7/hosts.toml").c_str(), 0600);
  EXPECT_EQ(files().ensure(desired()), 4U);
  EXPECT_EQ(tree(), before);
  EXPECT_EQ(mode("etc/containerd/certs.d:/etc/docker/certs.d/10.9.8.7/hosts.toml"), 0644U);
}

TEST_F(NodeFilesTest, removal_leaves_the_node_as_it_was) {
  const auto before = tree();
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(tree(), before);
  EXPECT_EQ(files().remove(), 0U);
}

TEST_F(NodeFilesTest, removal_keeps_a_folder_that_was_there_before) {
  fs::create_directories(host() / kRoot);
  const auto before = tree();
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(tree(), before);
}

TEST_F(NodeFilesTest, removal_keeps_what_belongs_to_others) {
  put(kRoot / "docker.io/hosts.toml", "server = \"https://mirror\"\n");
  put(kRoot / "10.0.0.9/ca.crt", "somebody's");
  const auto before = tree();
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(tree(), before);
}

TEST_F(NodeFilesTest, removal_keeps_a_file_that_somebody_put_into_a_folder_of_ours) {
  ASSERT_TRUE(files().ensure(desired()));
  put(kRoot / "10.9.8.7/client.cert", "somebody's");
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(read(kRoot / "10.9.8.7/client.cert"), "somebody's");
  EXPECT_FALSE(fs::exists(host() / kRoot / "10.9.8.7/hosts.toml"));
  EXPECT_FALSE(fs::exists(host() / kRoot / "10.9.8.7/ca.crt"));
  EXPECT_FALSE(fs::exists(host() / kRoot / "10.9.8.7_443_"));
}

TEST_F(NodeFilesTest, leaves_a_foreign_hosts_toml_alone_and_names_it) {
  put(kRoot / "10.9.8.7/hosts.toml", "server = \"https://10.9.8.7\"\n");
  const auto changes = files().ensure(desired());
  ASSERT_FALSE(changes);
  EXPECT_EQ(changes.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(changes.error().message,
              AllOf(HasSubstr((kRoot / "10.9.8.7/hosts.toml").string()), Not(HasSubstr("443"))));
  EXPECT_EQ(read(kRoot / "10.9.8.7/hosts.toml"), "server = \"https://10.9.8.7\"\n");
  EXPECT_FALSE(fs::exists(host() / kRoot / "10.9.8.7/ca.crt"));
  EXPECT_TRUE(fs::exists(host() / kRoot / "10.9.8.7_443_/hosts.toml"))
      << "the other folders are written all the same";
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(read(kRoot / "10.9.8.7/hosts.toml"), "server = \"https://10.9.8.7\"\n");
}

TEST_F(NodeFilesTest, leaves_a_foreign_folder_without_hosts_toml_alone) {
  put(kRoot / "10.9.8.7/ca.crt", "somebody's");
  const auto changes = files().ensure(desired());
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message, HasSubstr((kRoot / "10.9.8.7/ca.crt").string()));
  EXPECT_EQ(read(kRoot / "10.9.8.7/ca.crt"), "somebody's");
  EXPECT_FALSE(fs::exists(host() / kRoot / "10.9.8.7/hosts.toml"));
}

TEST_F(NodeFilesTest, uses_an_empty_folder) {
  fs::create_directories(host() / kRoot / "10.9.8.7");
  ASSERT_TRUE(files().ensure(desired()));
  EXPECT_EQ(read(kRoot / "10.9.8.7/ca.crt"), "PEM");
}

TEST_F(NodeFilesTest, takes_over_what_an_installation_that_is_gone_left) {
  ASSERT_TRUE(files(kOther).ensure(desired("OLD", kOther)));
  ASSERT_TRUE(files().ensure(desired()));
  EXPECT_EQ(read(kRoot / "10.9.8.7/ca.crt"), "PEM");
  EXPECT_THAT(read(kRoot / "10.9.8.7/hosts.toml"), HasSubstr(marker(kInstallation)));
}

TEST_F(NodeFilesTest, two_installations_with_their_own_addresses_do_not_meet) {
  ASSERT_TRUE(files(kOther).ensure(desired("OTHER", kOther, "10.9.8.8")));
  const auto before = tree();
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(tree(), before);
  ASSERT_TRUE(files(kOther).remove());
  EXPECT_FALSE(fs::exists(host() / kRoot));
}

TEST_F(NodeFilesTest, the_last_installation_removes_the_folder_that_the_first_made) {
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files(kOther).ensure(desired("OTHER", kOther, "10.9.8.8")));
  ASSERT_TRUE(files().remove());
  EXPECT_TRUE(fs::exists(host() / kRoot / "10.9.8.8/hosts.toml"));
  ASSERT_TRUE(files(kOther).remove());
  EXPECT_FALSE(fs::exists(host() / kRoot));
}

TEST_F(NodeFilesTest, removes_the_folders_of_a_former_address) {
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files().ensure(desired("PEM", kInstallation, "10.9.8.99")));
  EXPECT_TRUE(fs::exists(host() / kRoot / "10.9.8.99/hosts.toml"));
  EXPECT_FALSE(fs::exists(host() / kRoot / "10.9.8.7"));
}

TEST_F(NodeFilesTest, refuses_to_follow_a_link) {
  connected_registry::testing::TemporaryFolder outside;
  fs::create_directory_symlink(outside.path(), host() / kRoot);
  const auto changes = files().ensure(desired());
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message,
              AllOf(HasSubstr((host() / kRoot).string()), HasSubstr("symbolic link")));
  EXPECT_TRUE(fs::is_empty(outside.path()));
}

TEST_F(NodeFilesTest, refuses_a_link_in_place_of_the_hosts_folder_or_file) {
  connected_registry::testing::TemporaryFolder outside;
  std::ofstream(outside.path() / "hosts.toml") << marker(kInstallation) << "\n";
  fs::create_directories(host() / kRoot / "10.9.8.7_443_");
  fs::create_directory_symlink(outside.path(), host() / kRoot / "10.9.8.7");
  fs::create_symlink(outside.path() / "hosts.toml", host() / kRoot / "10.9.8.7_443_/hosts.toml");
  EXPECT_FALSE(files().ensure(desired()));
  EXPECT_FALSE(fs::exists(outside.path() / "ca.crt"));
  ASSERT_TRUE(files().remove());
  EXPECT_TRUE(fs::exists(outside.path() / "hosts.toml"));
  EXPECT_TRUE(fs::is_symlink(host() / kRoot / "10.9.8.7"));
}

TEST_F(NodeFilesTest, goes_on_after_a_crash_in_the_middle_of_anything) {
  ASSERT_TRUE(files().ensure(desired()));
  const auto whole = tree();
  // A folder that was about to appear, one that was about to go, a file that was about to be replaced.
  put(kRoot / ".connected-registry-tmp-edge.cr.10.9.8.7/ca.crt", "PE");
  put(kRoot / ".connected-registry-tmp-edge.cr.10.1.1.1/hosts.toml", marker(kInstallation));
  put("etc/containerd/.connected-registry-tmp-edge.cr.certs.d/.made-by-connected-registry", "");
  ASSERT_TRUE(files().ensure(desired()));
  EXPECT_EQ(tree(), whole);
  fs::remove(host() / kRoot / "10.9.8.7/hosts.toml");
  put(kRoot / "10.9.8.7/.connected-registry-tmp-hosts.toml", "# Wri");
  ASSERT_TRUE(files().ensure(desired()));
  EXPECT_EQ(tree(), whole);
}

TEST_F(NodeFilesTest, resumes_a_removal_that_was_broken_off) {
  const auto before = tree();
  ASSERT_TRUE(files().ensure(desired()));
  fs::remove(host() / kRoot / "10.9.8.7/ca.crt");
  fs::rename(host() / kRoot / "10.9.8.7_443_",
             host() / kRoot / ".connected-registry-tmp-edge.cr.10.9.8.7_443_");
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(tree(), before);
}

TEST_F(NodeFilesTest, leaves_the_unfinished_work_of_another_installation_alone) {
  put(kRoot / ".connected-registry-tmp-edge.other.10.9.8.8/ca.crt", "PEM");
  const auto before = tree();
  ASSERT_TRUE(files().ensure(desired()));
  ASSERT_TRUE(files().remove());
  EXPECT_EQ(tree(), before);
}

TEST_F(NodeFilesTest, says_which_file_cannot_be_written) {
  put(kRoot, "a file where the folder should be");
  const auto changes = files().ensure(desired());
  ASSERT_FALSE(changes);
  EXPECT_THAT(changes.error().message, HasSubstr((host() / kRoot).string()));
  EXPECT_EQ(read(kRoot), "a file where the folder should be");
}

}  // namespace
}  // namespace connected_registry::trust
