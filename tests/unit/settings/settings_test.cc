#include "settings/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace connected_registry::settings {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
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

// All findings about the form, a line each.
std::string findings_of(std::string_view text) {
  const auto parsed = parse(text);
  if (!parsed) return parsed.error().message;
  std::string lines;
  for (const Finding& finding : parsed->findings) lines += (lines.empty() ? "" : "\n") + to_line(finding);
  return lines;
}

Settings settings_of(std::string_view text) {
  auto parsed = parse(text);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? std::move(parsed->settings) : Settings();
}

TEST(ParseSettings, reads_every_key) {
  const Settings settings = settings_of(with_values(R"({
    "service":{"clusterIP":"192.100.100.1"},
    "cert-manager":{"install":false,"enabled":true},
    "trustDistribution":{"enabled":false,"useNodeSelector":true,"skipNodeSelector":true},
    "mode":"ReadWrite","connectionString":"ConnectedRegistryName=x","parent":{"caBundle":"PEM"},
    "sync":{"repositories":["a","b:1"],"schedule":"@hourly"},
    "pvc":{"storageClassName":"fast","storageRequest":"1Ti"},
    "connectionStringSecret":"parent",
    "injection":{"excludedNamespaces":["kube-system","x"],"extraHosts":["registry.example"],
      "namespaceSelector":{"matchLabels":{"a":"b"}}}})"));
  EXPECT_EQ(settings.release_name, "r");
  EXPECT_EQ(settings.release_namespace, "n");
  EXPECT_EQ(settings.cluster_domain, "k8s.example");
  EXPECT_EQ(settings.service_cluster_ip, "192.100.100.1");
  EXPECT_FALSE(settings.cert_manager_install);
  EXPECT_TRUE(settings.cert_manager_enabled);
  EXPECT_FALSE(settings.trust_distribution_enabled);
  EXPECT_TRUE(settings.trust_use_node_selector);
  EXPECT_TRUE(settings.trust_skip_node_selector);
  EXPECT_EQ(settings.mode, "ReadWrite");
  EXPECT_EQ(settings.connection_string, "ConnectedRegistryName=x");
  EXPECT_EQ(settings.connection_string_secret, "parent");
  EXPECT_TRUE(settings.namespaces_by_label);
  EXPECT_EQ(settings.parent_ca_bundle, "PEM");
  EXPECT_THAT(settings.sync_repositories, ElementsAre("a", "b:1"));
  EXPECT_EQ(settings.sync_schedule, "@hourly");
  EXPECT_EQ(settings.storage_request, "1Ti");
  EXPECT_THAT(settings.excluded_namespaces, ElementsAre("kube-system", "x"));
  EXPECT_THAT(settings.extra_hosts, ElementsAre("registry.example"));
}

TEST(ParseSettings, reads_what_the_edge_is_made_of) {
  const Settings settings = settings_of(with_values(R"({
    "parent":{"url":"https://registry.example","existingSecret":"login","pullThrough":true},
    "sync":{"repositories":["a",{"name":"b","tags":{"allow":["v1"]}}],"window":"3h","retain":"24h"},
    "pvc":{"accessModes":["ReadWriteMany"]},"storage":{"driver":"s3"},"garbageCollection":{"schedule":"@weekly"},
    "registry":{"replicas":3},
    "access":{"existingSecret":"users","username":"u","password":"p","pullSecretNamespaces":["apps"],
      "injectPullSecret":true}})"));
  EXPECT_EQ(settings.parent_url, "https://registry.example");
  EXPECT_EQ(settings.parent_secret, "login");
  EXPECT_TRUE(settings.pull_through);
  EXPECT_THAT(settings.sync_repositories, ElementsAre("a", "b"));
  EXPECT_FALSE(settings.sync_filter_with_tag);
  EXPECT_EQ(settings.sync_window, "3h");
  EXPECT_EQ(settings.sync_retain, "24h");
  EXPECT_THAT(settings.access_modes, ElementsAre("ReadWriteMany"));
  EXPECT_EQ(settings.storage_driver, "s3");
  EXPECT_EQ(settings.garbage_schedule, "@weekly");
  EXPECT_EQ(settings.replicas, 3);
  EXPECT_EQ(settings.access_secret, "users");
  EXPECT_EQ(settings.access_username, "u");
  EXPECT_EQ(settings.access_password, "p");
  EXPECT_THAT(settings.pull_secret_namespaces, ElementsAre("apps"));
  EXPECT_TRUE(settings.inject_pull_secret);
}

TEST(ParseSettings, keeps_the_defaults_where_keys_are_missing_or_null) {
  const Settings defaults;
  for (const char* values :
       {"{}", R"({"service":null,"trustDistribution":{"enabled":null},"mode":null,"unknown":1})"}) {
    const Settings settings = settings_of(with_values(values));
    EXPECT_EQ(settings.service_cluster_ip, "");
    EXPECT_EQ(settings.trust_distribution_enabled, defaults.trust_distribution_enabled);
    EXPECT_EQ(settings.mode, defaults.mode);
    EXPECT_EQ(settings.storage_request, "500Gi");
    EXPECT_THAT(settings.excluded_namespaces, ElementsAre("kube-system", "kube-node-lease"));
  }
}

TEST(ParseSettings, takes_an_empty_selector_for_every_namespace) {
  EXPECT_FALSE(settings_of(with_values(R"({"injection":{"namespaceSelector":{}}})")).namespaces_by_label);
  EXPECT_THAT(findings_of(with_values(R"({"injection":{"namespaceSelector":"x"}})")),
              HasSubstr("CR065 injection.namespaceSelector: it is not a map"));
}

TEST(ParseSettings, writes_the_address_in_its_canonical_form) {
  EXPECT_EQ(settings_of(with_values(R"({"service":{"clusterIP":"FD00:0:0::0001"}})")).service_cluster_ip,
            "fd00::1");
  EXPECT_EQ(settings_of(with_values(R"({"service":{"clusterIP":"None"}})")).service_cluster_ip, "None");
}

TEST(ParseSettings, takes_a_number_as_a_quantity) {
  EXPECT_EQ(settings_of(with_values(R"({"pvc":{"storageRequest":1000000}})")).storage_request, "1000000");
}

TEST(ParseSettings, reads_https_in_every_spelling) {
  EXPECT_TRUE(settings_of(with_values("{}")).https_enabled);
  EXPECT_TRUE(settings_of(with_values(R"({"httpsEnabled":null})")).https_enabled);
  for (const char* values :
       {R"({"httpsEnabled":false})", R"({"HttpsEnabled":false})", R"({"httpEnabled":true})",
        R"({"httpsEnabled":null,"httpEnabled":true})", R"({"httpsEnabled":false,"httpEnabled":true})"}) {
    EXPECT_FALSE(settings_of(with_values(values)).https_enabled) << values;
    EXPECT_EQ(findings_of(with_values(values)), "") << values;
  }
}

TEST(ParseSettings, CR063_finds_spellings_that_disagree) {
  for (const char* values :
       {R"({"httpsEnabled":true,"HttpsEnabled":false})", R"({"HttpsEnabled":true,"httpEnabled":true})"}) {
    EXPECT_THAT(findings_of(with_values(values)), StartsWith("CR063 httpsEnabled: ")) << values;
  }
}

TEST(ParseSettings, reads_tls_nested_and_flat) {
  for (const char* values : {R"({"tls":{"secret":"s","crt":"c","key":"k","cacrt":"a"}})",
                             R"({"tls.secret":"s","tls.crt":"c","tls.key":"k","tls.cacrt":"a"})",
                             R"({"tls":{"secret":"","crt":"c","key":"k"},"tls.secret":"s","tls.cacrt":"a"})",
                             R"({"tls":{"secret":"s","crt":"c","key":"k","cacrt":"a"},"tls.crt":"c"})"}) {
    const TlsValues tls = settings_of(with_values(values)).tls;
    EXPECT_EQ(tls.secret + tls.crt + tls.key + tls.cacrt, "scka") << values;
    EXPECT_EQ(findings_of(with_values(values)), "") << values;
  }
}

TEST(ParseSettings, CR062_finds_two_values_for_one_key) {
  const std::string lines = findings_of(with_values(R"({"tls":{"key":"one"},"tls.key":"two"})"));
  EXPECT_THAT(lines, StartsWith("CR062 tls.key: it is given flat and nested"));
}

TEST(CertificateSourceOf, follows_the_switches) {
  const auto source = [](const char* values) { return certificate_source(settings_of(with_values(values))); };
  EXPECT_EQ(source("{}"), CertificateSource::kCertManager);
  EXPECT_EQ(source(R"({"httpsEnabled":false})"), CertificateSource::kPlainHttp);
  EXPECT_EQ(source(R"({"cert-manager":{"enabled":false}})"), CertificateSource::kNone);
  EXPECT_EQ(source(R"({"cert-manager":{"enabled":false},"tls":{"secret":"s"}})"), CertificateSource::kSecret);
  EXPECT_EQ(source(R"({"cert-manager":{"enabled":false},"tls.crt":"c"})"), CertificateSource::kValues);
}

TEST(ParseSettings, CR061_finds_the_text_false_as_a_switch_and_takes_it_by_its_word) {
  const std::string values = with_values(R"({"cert-manager":{"enabled":"false"}})");
  EXPECT_EQ(findings_of(values),
            "CR061 cert-manager.enabled: \"false\" is a string, not true or false; Helm treats even "
            "\"false\" as true. "
            "Fix: write true or false without quotes, and --set instead of --set-string.");
  EXPECT_FALSE(settings_of(values).cert_manager_enabled);
  EXPECT_THAT(findings_of(with_values(R"({"trustDistribution":{"skipNodeSelector":"true"}})")),
              StartsWith("CR061 trustDistribution.skipNodeSelector: \"true\" is a string"));
  EXPECT_THAT(findings_of(with_values(R"({"cert-manager":{"install":1}})")),
              StartsWith("CR061 cert-manager.install: it is not true or false"));
  EXPECT_THAT(findings_of(with_values(R"({"httpsEnabled":""})")), StartsWith("CR061 httpsEnabled: "));
  EXPECT_THAT(findings_of(with_values(R"({"networkPolicy":{"enabled":"false"}})")),
              StartsWith("CR061 networkPolicy.enabled: "));
  EXPECT_THAT(findings_of(with_values(R"({"hooks":{"serviceAccount":{"create":"no"}}})")),
              StartsWith("CR061 hooks.serviceAccount.create: "));
}

TEST(ParseSettings, CR065_names_the_key_and_the_type_it_should_have) {
  const auto first = [](const char* values) {
    const std::string lines = findings_of(with_values(values));
    return lines.substr(0, lines.find('.', lines.find(": ")));
  };
  EXPECT_EQ(first(R"({"service":{"clusterIP":7}})"), "CR065 service.clusterIP: it is not a string");
  EXPECT_EQ(first(R"({"service":"192.100.100.1"})"), "CR065 service: it is not a map");
  EXPECT_EQ(first(R"({"sync":{"repositories":"a"}})"),
            "CR065 sync.repositories: it is not a list of strings");
  EXPECT_EQ(first(R"({"sync":{"repositories":[1]}})"),
            "CR065 sync.repositories: it is not a list of strings");
  EXPECT_EQ(first(R"({"pvc":{"storageRequest":true}})"), "CR065 pvc.storageRequest: it is not a quantity");
  EXPECT_EQ(first(R"({"tls.crt":7})"), "CR065 tls.crt: it is not a string");
  EXPECT_EQ(findings_of(with_values(R"({"cert-manager":1})")),
            "CR065 cert-manager: it is not a map. Fix: write it as values.yaml does.")
      << "said once, however many keys lie below";
}

TEST(ParseSettings, says_why_it_cannot_be_read_at_all) {
  EXPECT_EQ(error_of(R"({"formVersion":1,"values":[]})"), "settings.json: values: it is not a map");
  EXPECT_EQ(error_of(R"({"formVersion":1})"), "settings.json: values: it is missing");
  EXPECT_EQ(error_of(R"({"values":{}})"), "settings.json: formVersion: it is missing");
  EXPECT_EQ(error_of(R"({"formVersion":"1","values":{}})"),
            "settings.json: formVersion: it is not a positive integer");
  EXPECT_EQ(error_of("[]"), "settings.json: not a JSON object");
  EXPECT_THAT(error_of("{"), StartsWith("settings.json: not valid JSON at byte 1"));
}

TEST(ParseSettings, never_shows_a_value) {
  for (const char* values :
       {R"({"connectionString":["s3cret"]})", R"({"cert-manager":{"enabled":"s3cret"}})",
        R"({"tls":{"key":"s3cret"},"tls.key":"s3cret2"})", R"({"tls":{"key":["s3cret"]}})"}) {
    EXPECT_THAT(findings_of(with_values(values)), AllOf(Not(IsEmpty()), Not(HasSubstr("s3cret")))) << values;
  }
}

TEST(FormVersion, is_read_whatever_the_rest_holds) {
  EXPECT_EQ(form_version(R"({"formVersion":2,"values":"other"})").value(), 2);
  EXPECT_EQ(form_version(R"({})").error().message, "settings.json: formVersion: it is missing");
  EXPECT_FALSE(form_version(R"({"formVersion":0})"));
}

}  // namespace
}  // namespace connected_registry::settings
