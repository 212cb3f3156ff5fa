#include "trust/runtimes/containerd_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::trust {
namespace {

using ::testing::ElementsAre;

TEST(ContainerdVersion, is_read_in_every_spelling) {
  EXPECT_EQ(parse_containerd_version("containerd://1.6.20~ds1"), (ContainerdVersion{.major = 1, .minor = 6}));
  EXPECT_EQ(parse_containerd_version("containerd://v2.1.4-k3s1"),
            (ContainerdVersion{.major = 2, .minor = 1}));
  EXPECT_FALSE(parse_containerd_version("containerd://abcdef1").known());
  EXPECT_FALSE(parse_containerd_version("cri-o://1.30.0").known());
  EXPECT_FALSE(parse_containerd_version("").known());
}

TEST(ContainerdConfig, tells_an_empty_config_path_from_one_that_is_set) {
  const auto unset =
      read_containerd_config("[plugins.\"io.containerd.grpc.v1.cri\".registry]\nconfig_path = \"\"\n");
  ASSERT_TRUE(unset);
  EXPECT_EQ(unset->config_path, std::nullopt);
  const auto set = read_containerd_config(
      "version = 3\nimports = [\"a\"]\n[plugins.'io.containerd.cri.v1.images'.registry]\n"
      "config_path = '/x'\n");
  ASSERT_TRUE(set);
  EXPECT_EQ(set->config_path, "/x");
  EXPECT_EQ(set->form, 3);
  EXPECT_THAT(set->imports, ElementsAre("a"));
}

TEST(ContainerdConfig, sees_mirrors_only_where_there_are_entries) {
  EXPECT_FALSE(read_containerd_config("[plugins.cri.registry.mirrors]\n")->mirrors);
  EXPECT_TRUE(read_containerd_config("[plugins.cri.registry.mirrors.\"x\"]\nendpoint = []\n")->mirrors);
  EXPECT_FALSE(read_containerd_config("[plugins\n"));
}

TEST(RegistryTable, follows_the_form_of_the_file) {
  EXPECT_EQ(registry_table(3, {})[1], "io.containerd.cri.v1.images");
  EXPECT_EQ(registry_table(2, {.major = 2, .minor = 1})[1], "io.containerd.grpc.v1.cri");
  EXPECT_EQ(registry_table(0, {.major = 1, .minor = 6})[1], "cri");
}

}  // namespace
}  // namespace connected_registry::trust
