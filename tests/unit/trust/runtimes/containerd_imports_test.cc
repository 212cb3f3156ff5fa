#include "trust/runtimes/containerd_imports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "trust/runtimes/runtime_test_support.h"

namespace connected_registry::trust {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::NodeTree;
using testing::view;

const std::filesystem::path kFile = "etc/containerd/config.toml";

TEST(ContainerdImports, are_relative_to_the_file_or_absolute_and_may_have_wildcards) {
  const NodeTree node;
  node.put("etc/containerd/conf.d/b.toml", "");
  node.put("etc/containerd/conf.d/a.toml", "");
  node.put("etc/containerd/conf.d/a.off", "");
  node.put("etc/other.toml", "");
  EXPECT_THAT(find_imports(view(node), kFile, {"conf.d/*.toml", "../other.toml", "/etc/other.toml"}).files,
              ElementsAre("etc/containerd/conf.d/a.toml", "etc/containerd/conf.d/b.toml", "etc/other.toml",
                          "etc/other.toml"));
}

TEST(ContainerdImports, are_missing_only_where_the_agent_can_see_that) {
  const NodeTree node;
  node.put("etc/containerd/config.toml", "");
  std::filesystem::create_symlink("/opt/x.toml", node.root() / "etc/containerd/link.toml");
  const auto found =
      find_imports(view(node), kFile, {"none.toml", "none-*.toml", "link.toml", "/opt/x.toml"});
  EXPECT_THAT(found.files, IsEmpty());
  EXPECT_THAT(found.missing, ElementsAre("etc/containerd/none.toml"));
}

}  // namespace
}  // namespace connected_registry::trust
