#include "values/known_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "values/fixture.h"

namespace connected_registry::values {
namespace {

std::string nearest(std::string_view path) {
  const auto schema = json::parse(chart_schema());
  return nearest_key(path, known_keys(*schema));
}

TEST(KnownKeys, are_those_of_the_charts_schema) {
  const auto schema = json::parse(chart_schema());
  const auto keys = known_keys(*schema);
  EXPECT_THAT(keys, ::testing::IsSupersetOf({"service", "service.clusterIP", "tls.crt", "image.tag"}));
}

TEST(KnownKeys, are_suggested_for_what_is_like_them) {
  EXPECT_EQ(nearest("service.clusterIp"), "service.clusterIP");
  EXPECT_EQ(nearest("service.ip"), "");
  EXPECT_EQ(nearest("clusterIP"), "service.clusterIP");
  EXPECT_EQ(nearest("pvc.storageClass"), "pvc.storageClassName");
  EXPECT_EQ(nearest("certManager.enabled"), "cert-manager.enabled");
  EXPECT_EQ(nearest("“tls.crt”"), "tls.crt");
  EXPECT_EQ(nearest("somethingElse"), "");
  EXPECT_EQ(nearest(std::string(5000, 'a')), "");
}

TEST(KnownKeys, are_secret_where_their_values_are) {
  for (const char* path :
       {"connectionString", "tls.key", "tls.crt", "tls.cacrt", "connectionString.a", "TLS.Key", "x.password",
        "syncTokenPassword", "proxy.http", "proxy.https", "httpsProxy"}) {
    EXPECT_TRUE(is_secret(path)) << path;
  }
  for (const char* path : {"tls.secret", "service.clusterIP", "mode", "tls"}) {
    EXPECT_FALSE(is_secret(path)) << path;
  }
}

TEST(KnownKeys, show_no_name_that_may_be_a_value) {
  EXPECT_EQ(shown_name("clusterIp"), "clusterIp");
  EXPECT_EQ(shown_name("a;b=c"), "…");
  EXPECT_EQ(shown_name(std::string(64, 'a')), "…");
}

}  // namespace
}  // namespace connected_registry::values
