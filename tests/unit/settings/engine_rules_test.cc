#include "settings/engine_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace connected_registry::settings {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "CR059 storage.parameters" each.
std::vector<std::string> broken(const Settings& settings) {
  std::vector<Finding> findings;
  check_engine(settings, findings);
  std::vector<std::string> out;
  for (const Finding& each : findings) out.push_back(std::string(each.id) + " " + each.path);
  return out;
}

TEST(EngineRules, take_the_defaults) {
  EXPECT_THAT(broken({}), IsEmpty());
}

TEST(EngineRules, refuse_another_type_of_service) {
  for (const char* type : {"NodePort", "LoadBalancer", "ExternalName", "clusterIP", ""}) {
    Settings settings;
    settings.service_type = type;
    EXPECT_THAT(broken(settings), ElementsAre("CR007 service.type")) << type;
  }
}

TEST(EngineRules, know_the_drivers_of_distribution_3) {
  for (const char* driver : {"filesystem", "inmemory", "s3", "s3aws", "azure", "gcs"}) {
    Settings settings;
    settings.storage_driver = driver;
    EXPECT_THAT(broken(settings), IsEmpty()) << driver;
  }
  for (const char* driver : {"", "S3", "s33", "swift", "oss"}) {
    Settings settings;
    settings.storage_driver = driver;
    EXPECT_THAT(broken(settings), ElementsAre("CR058 storage.driver")) << driver;
  }
}

TEST(EngineRules, want_parameters_for_object_storage_where_they_can_be_seen) {
  Settings settings;
  settings.storage_driver = "s3";
  settings.storage_configured = false;
  EXPECT_THAT(broken(settings), ElementsAre("CR059 storage.parameters"));
  settings.storage_configured = true;
  EXPECT_THAT(broken(settings), IsEmpty());
}

TEST(EngineRules, warn_of_what_the_image_of_azure_ignores) {
  Settings settings;
  settings.engine = "azure";
  EXPECT_THAT(broken(settings), ElementsAre("CR066 registry.engine"));
  settings.connection_string_secret = "parent";
  EXPECT_THAT(broken(settings), IsEmpty());
  settings.storage_driver = "s3";
  settings.mode = "ReadWrite";
  settings.replicas = 2;
  settings.access_password = "word";
  EXPECT_THAT(broken(settings), ElementsAre("CR067 storage.driver", "CR068 mode", "CR068 registry.replicas",
                                            "CR068 access.password"));
}

}  // namespace
}  // namespace connected_registry::settings
