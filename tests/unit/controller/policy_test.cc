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
  json::Document secret =
      make_object(kube::kSecrets, kInstallation, kInstallation.settings_secret(), std::nullopt);
  kube::set_secret_value(
      secret, "settings.json",
      R"({"formVersion":1,"release":{"name":"cr","namespace":"edge"},"values":{"service":{"clusterIP":")" +
          address + R"("})" + more_values + R"(},"clusterDomain":"cluster.local"})");
  return secret;
}

json::Document bundle(const std::string& pem) {
  json::Document map = make_object(kube::kConfigMaps, kInstallation, kInstallation.ca_bundle(), std::nullopt);
  auto& allocator = map.GetAllocator();
  json::set(json::object_at(map, "data", allocator), "ca.crt", pem, allocator);
  return map;
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
  const std::string pem = authority();
  const auto map = bundle(pem);
  const auto policy = build_policy(kInstallation, *read_settings(settings_secret()), &map);
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
  EXPECT_THAT(build_policy(kInstallation, settings, nullptr)->pull_secret_namespaces, IsEmpty());
  settings.inject_pull_secret = true;
  const auto policy = build_policy(kInstallation, settings, nullptr);
  EXPECT_EQ(policy->pull_secret, "cr-pull");
  EXPECT_THAT(policy->pull_secret_namespaces, ElementsAre("apps"));
}

TEST(BuildPolicy, does_without_a_bundle) {
  const auto policy = build_policy(kInstallation, *read_settings(settings_secret()), nullptr);
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
  EXPECT_THAT(build_policy(kInstallation, settings, nullptr)->subject_hashes, IsEmpty());
}

TEST(BuildPolicy, knows_the_extra_hosts) {
  auto settings = *read_settings(settings_secret());
  settings.extra_hosts = {"registry.example"};
  EXPECT_THAT(build_policy(kInstallation, settings, nullptr)->hosts, Contains("registry.example:443"));
}

TEST(BuildPolicy, of_a_registry_of_plain_http_concerns_no_pod) {
  auto settings = *read_settings(settings_secret());
  settings.https_enabled = false;
  const auto policy = build_policy(kInstallation, settings, nullptr);
  ASSERT_TRUE(policy);
  EXPECT_THAT(policy->hosts, IsEmpty());
}

TEST(BuildPolicy, names_what_it_cannot_read) {
  json::Document secret = make_object(kube::kSecrets, kInstallation, "cr-settings", std::nullopt);
  EXPECT_THAT(read_settings(secret).error().message,
              HasSubstr("Secret cr-settings: settings.json is missing"));
  kube::set_secret_value(secret, "settings.json", "{");
  EXPECT_THAT(read_settings(secret).error().message, HasSubstr("Secret cr-settings"));
  const auto map = bundle("junk");
  EXPECT_THAT(build_policy(kInstallation, *read_settings(settings_secret()), &map).error().message,
              HasSubstr("cr-ca-bundle"));
}

class PolicyHolderTest : public ::testing::Test {
 protected:
  PolicyHolder holder{kInstallation};
};

TEST_F(PolicyHolderTest, has_none_before_there_are_settings) {
  EXPECT_EQ(holder.get(), nullptr);
  EXPECT_EQ(holder.update(nullptr, nullptr), nullptr);
  EXPECT_EQ(holder.get(), nullptr);
}

TEST_F(PolicyHolderTest, tells_a_new_policy_from_the_same) {
  const auto secret = settings_secret();
  const auto first = holder.update(&secret, nullptr);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(holder.get(), first);
  EXPECT_EQ(holder.update(&secret, nullptr), nullptr) << "nothing changed";
  EXPECT_EQ(holder.get(), first);
  const auto other = settings_secret("192.100.100.2");
  EXPECT_NE(holder.update(&other, nullptr), nullptr);
  const auto map = bundle(authority());
  EXPECT_NE(holder.update(&other, &map), nullptr);
}

TEST_F(PolicyHolderTest, notices_a_change_of_each_setting_that_injection_depends_on) {
  const auto plain = settings_secret();
  ASSERT_NE(holder.update(&plain, nullptr), nullptr);
  for (const char* const more : {
           R"(,"injection":{"namespaceSelector":{"matchLabels":{"team":"a"}}})",
           R"(,"injection":{"excludedNamespaces":["one"]})",
           R"(,"injection":{"extraHosts":["registry.example"]})",
           R"(,"access":{"injectPullSecret":true,"pullSecretNamespaces":["apps"]})",
       }) {
    const auto changed = settings_secret("192.100.100.1", more);
    EXPECT_NE(holder.update(&changed, nullptr), nullptr) << more;
    EXPECT_EQ(holder.update(&changed, nullptr), nullptr) << more;
    EXPECT_NE(holder.update(&plain, nullptr), nullptr) << more;
  }
}

TEST_F(PolicyHolderTest, keeps_what_it_has_when_settings_vanish_or_break) {
  const auto secret = settings_secret();
  const auto first = holder.update(&secret, nullptr);
  const json::Document broken = make_object(kube::kSecrets, kInstallation, "cr-settings", std::nullopt);
  EXPECT_EQ(holder.update(&broken, nullptr), nullptr);
  EXPECT_EQ(holder.update(nullptr, nullptr), nullptr);
  EXPECT_EQ(holder.get(), first);
}

}  // namespace
}  // namespace connected_registry::controller
