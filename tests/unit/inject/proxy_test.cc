#include "inject/proxy.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::inject {
namespace {

bool kept_from(const std::string& env) {
  const auto container = json::parse(R"({"env":[)" + env + "]}");
  EXPECT_TRUE(container) << env;
  return is_kept_from(own_variables(*container), "192.100.100.1");
}

TEST(Exempts, an_address_by_itself_a_range_or_everything) {
  for (const char* list : {"192.100.100.1", "a,192.100.100.1", " 192.100.100.1 ,b", "192.100.0.0/16",
                           "0.0.0.0/0", "192.100.100.1/32", "*", "192.100.100.1:443"}) {
    EXPECT_TRUE(exempts(list, "192.100.100.1")) << list;
  }
  for (const char* list :
       {"", ",", "192.100.100.10", "192.100.100", ".192.100.100.1", "192.101.0.0/16", "192.100.100.1/33",
        "192.100.100.1/", "192.100.100.1/x", "192.100.100.1:5000", "::/0", "/8", "registry.example"}) {
    EXPECT_FALSE(exempts(list, "192.100.100.1")) << list;
  }
}

TEST(Exempts, an_ipv6_address_with_brackets_or_without) {
  for (const char* list : {"fd00::1", "[fd00::1]", "fd00:0::0001", "fd00::/8", "[fd00::1]:443"}) {
    EXPECT_TRUE(exempts(list, "fd00::1")) << list;
  }
  for (const char* list : {"fd00::2", "0.0.0.0/0", "fd00::1/129"})
    EXPECT_FALSE(exempts(list, "fd00::1")) << list;
}

TEST(IsKeptFrom, the_registry_by_a_proxy_without_an_exception) {
  EXPECT_TRUE(kept_from(R"({"name":"HTTPS_PROXY","value":"http://p"})"));
  EXPECT_TRUE(kept_from(R"({"name":"all_proxy","value":"p"},{"name":"NO_PROXY","value":"localhost"})"));
  EXPECT_TRUE(kept_from(R"({"name":"https_proxy","valueFrom":{"secretKeyRef":{"name":"a","key":"b"}}})"));
}

TEST(IsKeptFrom, nothing_where_there_is_no_proxy_or_an_exception) {
  EXPECT_FALSE(kept_from(""));
  EXPECT_FALSE(kept_from(R"({"name":"HTTP_PROXY","value":"http://p"})"));
  EXPECT_FALSE(kept_from(R"({"name":"HTTPS_PROXY","value":""})"));
  EXPECT_FALSE(
      kept_from(R"({"name":"HTTPS_PROXY","value":"p"},{"name":"no_proxy","value":"192.100.0.0/16"})"));
  EXPECT_FALSE(kept_from(R"({"name":"HTTPS_PROXY","value":"p"},{"name":"NO_PROXY","valueFrom":{}})"));
}

}  // namespace
}  // namespace connected_registry::inject
