#include "controller/webhook_configurations.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::controller {
namespace {

std::string patch_for(const std::string& configuration) {
  return json::to_text(ca_bundle_patch(*json::parse(configuration), "PEM"));
}

TEST(CaBundlePatch, sets_it_where_it_is_missing_or_another_guarded_by_the_name) {
  EXPECT_EQ(patch_for(R"({"webhooks":[
              {"name":"one","clientConfig":{"service":{}}},
              {"name":"two","clientConfig":{"caBundle":"UEVN"}},
              {"name":"three","clientConfig":{"caBundle":"b2xk"}}]})"),
            R"([{"op":"test","path":"/webhooks/0/name","value":"one"},)"
            R"({"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"UEVN"},)"
            R"({"op":"test","path":"/webhooks/2/name","value":"three"},)"
            R"({"op":"add","path":"/webhooks/2/clientConfig/caBundle","value":"UEVN"}])");
}

TEST(CaBundlePatch, is_none_where_all_have_it) {
  EXPECT_EQ(patch_for(R"({"webhooks":[{"name":"one","clientConfig":{"caBundle":"UEVN"}}]})"), "[]");
}

TEST(CaBundlePatch, is_none_where_there_is_nothing_to_patch) {
  EXPECT_EQ(patch_for("{}"), "[]");
  EXPECT_EQ(patch_for(R"({"webhooks":[]})"), "[]");
  EXPECT_EQ(patch_for(R"({"webhooks":[{"name":"one"}]})"), "[]");
}

}  // namespace
}  // namespace connected_registry::controller
