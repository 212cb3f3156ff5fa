// tests/chart/test_node_files.py compares the same function with containerd's own.
#include "trust/runtimes/containerd_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/runtimes/runtime_test_support.h"

namespace connected_registry::trust {
namespace {

using ::testing::HasSubstr;
using testing::NodeTree;
using testing::view;

constexpr ContainerdVersion kOld{.major = 1, .minor = 6};
constexpr ContainerdVersion kLastOld{.major = 1, .minor = 7};
constexpr ContainerdVersion kNew{.major = 2, .minor = 1};

TEST(ContainerdCheck, refuses_values_of_other_types) {
  for (const char* const text :
       {"oom_score = '0'\n", "version = '2'\n", "imports = 'x'\n", "disabled_plugins = [1]\n",
        "plugins = []\n", "[grpc]\nuid = 'root'\n", "[debug]\nlevel = 1\n", "[plugins]\nx = 1\n",
        "[timeouts]\na = 5\n", "[proxy_plugins.x]\ntype = 1\n", "[metrics]\ngrpc_histogram = 1\n",
        "Version = 2\n"}) {
    for (const ContainerdVersion& version : {kOld, kNew, ContainerdVersion()}) {
      const auto checked = check_containerd_file(text, version);
      ASSERT_FALSE(checked) << text;
      EXPECT_THAT(checked.error().message, HasSubstr("line ")) << text;
    }
  }
}

TEST(ContainerdCheck, knows_the_greatest_form_of_each_version) {
  EXPECT_TRUE(check_containerd_file("version = 2\n", kOld));
  EXPECT_FALSE(check_containerd_file("version = 3\n", kOld));
  EXPECT_TRUE(check_containerd_file("version = 3\n", kNew));
  EXPECT_FALSE(check_containerd_file("version = 4\n", kNew));
  EXPECT_TRUE(check_containerd_file("version = 4\n", {.major = 2, .minor = 4}));
  EXPECT_FALSE(check_containerd_file("version = -1\n", kNew));
}

TEST(ContainerdCheck, knows_the_names_of_plugins_of_each_form) {
  const std::string short_name = "disabled_plugins = ['cri']\n[plugins.cri]\n";
  EXPECT_TRUE(check_containerd_file(short_name, kOld));
  EXPECT_FALSE(check_containerd_file("version = 2\n" + short_name, kOld));
  EXPECT_FALSE(check_containerd_file("version = 2\n[plugins.cri]\n", kOld));
  EXPECT_TRUE(check_containerd_file("version = 2\n[plugins.cri]\n", kNew));
  EXPECT_TRUE(check_containerd_file("version = 2\n[plugins.'containerd.runtime.v1.linux']\n", kOld));
  EXPECT_FALSE(check_containerd_file("version = 2\n[plugins.'containerd.runtime.v1.linux']\n", kLastOld));
}

TEST(ContainerdCheck, judges_toml_by_the_parser_of_the_version) {
  const std::string bracket = "[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"[fd00::1]\"]\n";
  EXPECT_FALSE(check_containerd_file(bracket, kOld));
  EXPECT_TRUE(check_containerd_file(bracket, kNew));
  EXPECT_FALSE(check_containerd_file(bracket, {})) << "the version is unknown";
  EXPECT_FALSE(check_containerd_file("\xEF\xBB\xBFversion = 2\n", kNew));
  EXPECT_TRUE(check_containerd_file("\xEF\xBB\xBFversion = 2\n", kOld));
  EXPECT_FALSE(check_containerd_file("[broken\n", kNew));
}

TEST(ContainerdCheck, names_the_imported_file_with_the_problem) {
  const NodeTree node;
  const std::string config = "version = 2\nimports = ['conf.d/*.toml', '/etc/more.toml']\n";
  node.put("etc/containerd/config.toml", config);
  node.put("etc/containerd/conf.d/a.toml", "imports = ['/etc/containerd/config.toml']\n");
  node.put("etc/more.toml", "[plugins.cri]\n");
  const auto checked = check_containerd_files(view(node), config, kOld);
  ASSERT_FALSE(checked) << "containerd 1.x reads all of them as one file of form 2";
  EXPECT_THAT(checked.error().message, HasSubstr("/etc/more.toml: line 1"));
  EXPECT_TRUE(check_containerd_files(view(node), config, kNew));
  node.put("etc/more.toml", "");
  EXPECT_TRUE(check_containerd_files(view(node), config, kOld));
}

TEST(ContainerdCheck, refuses_an_import_of_a_newer_form_for_2_x) {
  const NodeTree node;
  node.put("etc/containerd/new.toml", "version = 3\n");
  EXPECT_FALSE(check_containerd_files(view(node), "version = 2\nimports = ['new.toml']\n", kNew));
  EXPECT_TRUE(check_containerd_files(view(node), "version = 3\nimports = ['new.toml']\n", kNew));
}

TEST(ContainerdCheck, refuses_an_import_that_does_not_exist) {
  const NodeTree node;
  node.put("etc/containerd/config.toml", "");
  const auto checked =
      check_containerd_files(view(node), "imports = ['none.toml', '/opt/unseen.toml']\n", kOld);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("/etc/containerd/none.toml does not exist"));
  EXPECT_TRUE(check_containerd_files(view(node), "imports = ['none/*.toml', '/opt/unseen.toml']\n", kOld));
}

}  // namespace
}  // namespace connected_registry::trust
