#include "controller/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "controller/objects.h"
#include "kube/secret.h"
#include "x509/issue.h"

namespace connected_registry::controller {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

json::Document settings_secret(const std::string& address = "192.100.100.1",
                               const std::string& more_values = "") {
  json::Document secret = make_object(kube::kSecrets, kInstallation, kInstallation.settings_secret(), {});
  kube::set_secret_value(
      secret, "settings.json",
      R"({"formVersion":1,"release":{"name":"cr","namespace":"edge"},"values":{"service":{"clusterIP":")" +
          address + R"("})" + more_values + R"(},"clusterDomain":"cluster.local"})");
  return secret;
}

std::string authority() {
  const auto pair = x509::issue_ca({.common_name = "ca",
                                    .dns_names = {},
                                    .ip_addresses = {},
                                    .not_before = system_now(),
                                    .lifetime = std::chrono::hours(1)});
  return pair->certificate.to_pem();
}

TEST(BuildPolicy, joins_settings_and_bundle) {
  const auto policy = build_policy(kInstallation, *read_settings(settings_secret()), authority());
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->installation, "cr");
  EXPECT_THAT(policy->hosts, Contains("192.100.100.1:443"));
  EXPECT_THAT(policy->excluded_namespaces, Contains("kube-system"));
  EXPECT_FALSE(policy->bundle.empty());
  EXPECT_THAT(policy->subject_hashes, SizeIs(1));
}

TEST(BuildPolicy, gives_the_pull_secret_only_where_the_settings_ask_for_it) {
  settings::Settings settings = *read_settings(settings_secret());
  settings.pull_secret_namespaces = {"apps"};
  EXPECT_THAT(build_policy(kInstallation, settings, "")->pull_secret_namespaces, IsEmpty());
  settings.inject_pull_secret = true;
  const auto policy = build_policy(kInstallation, settings, "");
  EXPECT_EQ(policy->pull_secret, "cr-pull");
  EXPECT_THAT(policy->pull_secret_namespaces, ElementsAre("apps"));
}

TEST(BuildPolicy, does_without_a_bundle) {
  const auto policy = build_policy(kInstallation, *read_settings(settings_secret()), "");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_THAT(policy->bundle, IsEmpty());
  // cert-manager's CA always has the same subject, so its file's name is known before it is.
  EXPECT_THAT(policy->subject_hashes,
              ::testing::ElementsAre(x509::subject_hash_of("edge/cr", "connected-registry CA")));
}

TEST(BuildPolicy, does_not_guess_the_subject_of_a_users_own_ca) {
  auto settings = *read_settings(settings_secret());
  settings.cert_manager_enabled = false;
  settings.tls.secret = "mine";
  EXPECT_THAT(build_policy(kInstallation, settings, "")->subject_hashes, IsEmpty());
}

TEST(BuildPolicy, knows_the_extra_hosts) {
  auto settings = *read_settings(settings_secret());
  settings.extra_hosts = {"registry.example"};
  EXPECT_THAT(build_policy(kInstallation, settings, "")->hosts, Contains("registry.example:443"));
}

TEST(BuildPolicy, of_a_registry_of_plain_http_concerns_no_pod) {
  auto settings = *read_settings(settings_secret());
  settings.https_enabled = false;
  const auto policy = build_policy(kInstallation, settings, "");
  ASSERT_TRUE(policy);
  EXPECT_THAT(policy->hosts, IsEmpty());
}

TEST(BuildPolicy, names_what_it_cannot_read) {
  json::Document secret = make_object(kube::kSecrets, kInstallation, "cr-settings", {});
  EXPECT_THAT(read_settings(secret).error().message,
              HasSubstr("Secret cr-settings: settings.json is missing"));
  kube::set_secret_value(secret, "settings.json", "{");
  EXPECT_THAT(read_settings(secret).error().message, HasSubstr("Secret cr-settings"));
  EXPECT_THAT(build_policy(kInstallation, *read_settings(settings_secret()), "junk").error().message,
              HasSubstr("CA bundle"));
}

TEST(BuildPolicy, notices_a_change_of_each_setting_that_injection_depends_on) {
  const auto plain = build_policy(kInstallation, *read_settings(settings_secret()), "");
  for (const char* const more : {
           R"(,"injection":{"namespaceSelector":{"matchLabels":{"team":"a"}}})",
           R"(,"injection":{"excludedNamespaces":["one"]})",
           R"(,"injection":{"extraHosts":["registry.example"]})",
           R"(,"access":{"injectPullSecret":true,"pullSecretNamespaces":["apps"]})",
           R"(,"freeze":true)",
       }) {
    const auto settings = read_settings(settings_secret("192.100.100.1", more));
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_NE(*build_policy(kInstallation, *settings, ""), *plain) << more;
  }
}

TEST(ReadSettings, knows_the_freeze_of_an_annotation) {
  json::Document secret = settings_secret();
  EXPECT_FALSE(read_settings(secret)->freeze);
  auto& allocator = secret.GetAllocator();
  json::Value& annotations = json::object_at(secret["metadata"], "annotations", allocator);
  json::set(annotations, names::kFreezeAnnotation, "false", allocator);
  EXPECT_FALSE(read_settings(secret)->freeze);
  json::set(annotations, names::kFreezeAnnotation, "true", allocator);
  EXPECT_TRUE(read_settings(secret)->freeze);
}

}  // namespace
}  // namespace connected_registry::controller
