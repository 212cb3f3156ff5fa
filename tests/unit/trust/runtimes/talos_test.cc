#include "trust/runtimes/talos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/node_tree.h"
#include "trust/runtimes/runtime_test_support.h"

namespace connected_registry::trust {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::NodeTree;
using testing::paths;
using testing::request;
using testing::view;

TEST(Talos, is_told_by_the_systems_name_or_by_its_directory_where_that_is_unknown) {
  const NodeTree node;
  EXPECT_TRUE(detect_talos(view(node), request({.os = "Talos (v1.9.1)"})));
  EXPECT_FALSE(detect_talos(view(node), request()));
  std::filesystem::create_directories(node.root() / "etc/cri/conf.d/hosts");
  EXPECT_TRUE(detect_talos(view(node), request()));
  EXPECT_FALSE(detect_talos(view(node), request({.os = "Debian"})));
}

TEST(Talos, has_one_directory) {
  const NodeTree node;
  EXPECT_THAT(paths(plan_talos(view(node), request())),
              Contains("etc/cri/conf.d/hosts/10.9.8.7_443_/hosts.toml"));
  Layout layout;
  add_talos_layout(view(node), {.name = "cr", .namespace_ = "edge"}, layout);
  EXPECT_THAT(layout.host_roots, ElementsAre("etc/cri/conf.d/hosts"));
}

}  // namespace
}  // namespace connected_registry::trust
