#include "contract/names.h"

#include <gtest/gtest.h>

namespace connected_registry::names {
namespace {

TEST(Names, a_webhook_configuration_carries_name_and_namespace) {
  EXPECT_EQ((Installation{"connected-registry", "default"}.webhook_configuration()),
            "connected-registry-default");
}

TEST(Names, a_webhook_configuration_fits_into_63_characters_and_ends_in_no_dash) {
  const Installation installation{std::string(40, 'a'), std::string(22, 'b') + "-" + std::string(40, 'c')};
  EXPECT_EQ(installation.webhook_configuration(), std::string(40, 'a') + "-" + std::string(22, 'b'));
}

TEST(Names, objects_carry_the_installations_name) {
  const Installation installation{"r", "n"};
  EXPECT_EQ(installation.settings_secret(), "r-settings");
  EXPECT_EQ(installation.node_status("worker.example"), "r-node-worker.example");
}

}  // namespace
}  // namespace connected_registry::names
