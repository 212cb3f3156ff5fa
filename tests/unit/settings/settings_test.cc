#include "settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::settings {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string with_values(std::string_view values) {
  std::string text =
      R"({"formVersion":1,"release":{"name":"r","namespace":"n"},"clusterDomain":"k8s.example","values":)";
  return text.append(values).append("}");
}

std::string error_of(std::string_view text) {
  const auto parsed = parse(text);
  return parsed ? "no error" : parsed.error().message;
}

TEST(ParseSettings, reads_every_key) {
  const auto settings = parse(with_values(R"({
    "service":{"clusterIP":"192.100.100.1"},
    "cert-manager":{"install":false,"enabled":true},
    "trustDistribution":{"enabled":false,"useNodeSelector":true,"skipNodeSelector":true},
    "mode":"ReadWrite","connectionString":"ConnectedRegistryName=x","parent":{"caBundle":"PEM"},
    "sync":{"repositories":["a","b:1"],"schedule":"@hourly"},
    "pvc":{"storageClassName":"fast","storageRequest":"1Ti"},
    "injection":{"excludedNamespaces":["kube-system","x"]}})"));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->release_name, "r");
  EXPECT_EQ(settings->release_namespace, "n");
  EXPECT_EQ(settings->cluster_domain, "k8s.example");
  EXPECT_EQ(settings->service_cluster_ip, "192.100.100.1");
  EXPECT_FALSE(settings->cert_manager_install);
  EXPECT_TRUE(settings->cert_manager_enabled);
  EXPECT_FALSE(settings->trust_distribution_enabled);
  EXPECT_TRUE(settings->trust_use_node_selector);
  EXPECT_TRUE(settings->trust_skip_node_selector);
  EXPECT_EQ(settings->mode, "ReadWrite");
  EXPECT_EQ(settings->connection_string, "ConnectedRegistryName=x");
  EXPECT_EQ(settings->parent_ca_bundle, "PEM");
  EXPECT_THAT(settings->sync_repositories, ElementsAre("a", "b:1"));
  EXPECT_EQ(settings->sync_schedule, "@hourly");
  EXPECT_EQ(settings->storage_request, "1Ti");
  EXPECT_THAT(settings->excluded_namespaces, ElementsAre("kube-system", "x"));
}

TEST(ParseSettings, keeps_the_defaults_where_keys_are_missing_or_null) {
  const Settings defaults;
  for (const char* values :
       {"{}", R"({"service":null,"trustDistribution":{"enabled":null},"mode":null,"unknown":1})"}) {
    const auto settings = parse(with_values(values));
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->service_cluster_ip, "");
    EXPECT_EQ(settings->trust_distribution_enabled, defaults.trust_distribution_enabled);
    EXPECT_EQ(settings->mode, defaults.mode);
    EXPECT_EQ(settings->storage_request, "500Gi");
    EXPECT_THAT(settings->excluded_namespaces, ElementsAre("kube-system", "kube-node-lease"));
  }
}

TEST(ParseSettings, writes_the_address_in_its_canonical_form) {
  EXPECT_EQ(parse(with_values(R"({"service":{"clusterIP":"FD00:0:0::0001"}})"))->service_cluster_ip,
            "fd00::1");
  EXPECT_EQ(parse(with_values(R"({"service":{"clusterIP":"None"}})"))->service_cluster_ip, "None");
}

TEST(ParseSettings, takes_a_number_as_a_quantity) {
  EXPECT_EQ(parse(with_values(R"({"pvc":{"storageRequest":1000000}})"))->storage_request, "1000000");
}

TEST(ParseSettings, refuses_the_text_false_as_a_switch_and_says_why) {
  EXPECT_EQ(error_of(with_values(R"({"cert-manager":{"enabled":"false"}})")),
            "CR061 cert-manager.enabled: \"false\" is a text, not true or false; even \"false\" would count "
            "as true. "
            "Fix: write true or false without quotes, and --set instead of --set-string.");
  EXPECT_THAT(error_of(with_values(R"({"trustDistribution":{"skipNodeSelector":"true"}})")),
              StartsWith("CR061 trustDistribution.skipNodeSelector: \"true\" is a text"));
  EXPECT_THAT(error_of(with_values(R"({"cert-manager":{"install":1}})")),
              StartsWith("CR061 cert-manager.install: it is not true or false"));
}

TEST(ParseSettings, names_the_key_and_the_type_it_should_have) {
  EXPECT_EQ(error_of(with_values(R"({"service":{"clusterIP":7}})")), "service.clusterIP: it is not a text");
  EXPECT_EQ(error_of(with_values(R"({"service":"192.100.100.1"})")), "service: it is not a map");
  EXPECT_EQ(error_of(with_values(R"({"sync":{"repositories":"a"}})")),
            "sync.repositories: it is not a list of texts");
  EXPECT_EQ(error_of(with_values(R"({"sync":{"repositories":[1]}})")),
            "sync.repositories: it is not a list of texts");
  EXPECT_EQ(error_of(with_values(R"({"pvc":{"storageRequest":true}})")),
            "pvc.storageRequest: it is not a quantity");
  EXPECT_EQ(error_of(R"({"formVersion":1,"values":{},"clusterDomain":{}})"),
            "clusterDomain: it is not a text");
  EXPECT_EQ(error_of(R"({"formVersion":1,"values":[]})"), "settings.json: values: it is not a map");
  EXPECT_EQ(error_of(R"({"formVersion":1})"), "settings.json: values: it is missing");
  EXPECT_EQ(error_of(R"({"values":{}})"), "settings.json: formVersion: it is missing");
  EXPECT_EQ(error_of(R"({"formVersion":"1","values":{}})"),
            "settings.json: formVersion: it is not a positive integer");
  EXPECT_EQ(error_of("[]"), "settings.json: not a JSON object");
  EXPECT_THAT(error_of("{"), StartsWith("settings.json: not valid JSON at byte 1"));
}

TEST(ParseSettings, never_shows_a_value) {
  EXPECT_THAT(error_of(with_values(R"({"connectionString":["s3cret"]})")), Not(HasSubstr("s3cret")));
  EXPECT_THAT(error_of(with_values(R"({"cert-manager":{"enabled":"s3cret"}})")), Not(HasSubstr("s3cret")));
}

TEST(FormVersion, is_read_whatever_the_rest_holds) {
  EXPECT_EQ(form_version(R"({"formVersion":2,"values":"other"})").value(), 2);
  EXPECT_EQ(form_version(R"({})").error().message, "settings.json: formVersion: it is missing");
  EXPECT_FALSE(form_version(R"({"formVersion":0})"));
}

}  // namespace
}  // namespace connected_registry::settings
