#include "inject/proxy.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::inject {
namespace {

bool proxied(const std::string& env) {
  const auto container = json::parse(R"({"env":[)" + env + "]}");
  EXPECT_TRUE(container) << env;
  return uses_proxy_for(own_variables(*container), "192.100.100.1");
}

TEST(UsesProxyFor, the_registry_where_no_variable_exempts_it) {
  EXPECT_TRUE(proxied(R"({"name":"HTTPS_PROXY","value":"http://p"})"));
  EXPECT_TRUE(proxied(R"({"name":"all_proxy","value":"p"},{"name":"NO_PROXY","value":"localhost"})"));
  EXPECT_TRUE(proxied(R"({"name":"https_proxy","valueFrom":{"secretKeyRef":{"name":"a","key":"b"}}})"));
}

TEST(UsesProxyFor, nothing_where_there_is_no_proxy_or_an_exception) {
  EXPECT_FALSE(proxied(""));
  EXPECT_FALSE(proxied(R"({"name":"HTTP_PROXY","value":"http://p"})"));
  EXPECT_FALSE(proxied(R"({"name":"HTTPS_PROXY","value":""})"));
  EXPECT_FALSE(proxied(R"({"name":"HTTPS_PROXY","value":"p"},{"name":"no_proxy","value":"192.100.0.0/16"})"));
  EXPECT_FALSE(proxied(R"({"name":"HTTPS_PROXY","value":"p"},{"name":"NO_PROXY","valueFrom":{}})"));
}

}  // namespace
}  // namespace connected_registry::inject
