#include "trust/restart.h"

#include <gtest/gtest.h>

#include "trust/node_tree.h"

namespace connected_registry::trust {
namespace {

using testing::NodeTree;

bool always(const NodeTree& node) {
  return restarts_always(HostView(machine_file_system(), node.root()), "containerd.service");
}

TEST(RestartsAlways, is_what_the_unit_says) {
  const NodeTree node;
  EXPECT_FALSE(always(node)) << "no unit, nobody that starts it again";
  node.put("usr/lib/systemd/system/containerd.service", "[Service]\nRestart=always\n");
  EXPECT_TRUE(always(node));
  node.put("etc/systemd/system/containerd.service", "[Service]\nRestart=on-failure\n");
  EXPECT_FALSE(always(node)) << "/etc goes before /usr/lib";
}

TEST(RestartsAlways, counts_drop_ins) {
  const NodeTree node;
  node.put("usr/lib/systemd/system/containerd.service", "[Service]\nRestart=always\n");
  node.put("etc/systemd/system/containerd.service.d/10-mine.conf", "[Service]\nRestart = no\n");
  EXPECT_FALSE(always(node));
}

}  // namespace
}  // namespace connected_registry::trust
