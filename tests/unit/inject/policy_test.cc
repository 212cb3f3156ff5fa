#include "inject/policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "x509/issue.h"

namespace connected_registry::inject {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const names::Installation kInstallation{.name = "registry", .namespace_ = "edge"};

x509::Certificate authority(const std::string& name) {
  return x509::issue_ca({.common_name = name,
                         .dns_names = {},
                         .ip_addresses = {},
                         .not_before = system_now(),
                         .lifetime = std::chrono::hours(1)})
      ->certificate;
}

PolicyInput input(std::string address, std::string bundle = {}) {
  return {.installation = kInstallation,
          .address = std::move(address),
          .cluster_domain = "cluster.local",
          .excluded_namespaces = {"kube-system"},
          .bundle = std::move(bundle),
          .expected_subject_hash = {}};
}

TEST(RegistryHosts, are_address_and_service_names_with_and_without_port) {
  EXPECT_THAT(registry_hosts(kInstallation, "192.100.100.1", "cluster.local"),
              ElementsAre("192.100.100.1", "192.100.100.1:443", "registry.edge", "registry.edge:443",
                          "registry.edge.svc", "registry.edge.svc:443", "registry.edge.svc.cluster.local",
                          "registry.edge.svc.cluster.local:443"));
}

TEST(RegistryHosts, put_ipv6_into_brackets) {
  const auto hosts = registry_hosts(kInstallation, "fd00::1", "cluster.local");
  EXPECT_EQ(hosts[0], "[fd00::1]");
  EXPECT_EQ(hosts[1], "[fd00::1]:443");
}

TEST(RegistryHosts, have_extra_hosts_once_and_those_with_a_port_alone) {
  const auto hosts = registry_hosts(
      kInstallation, "192.100.100.1", "cluster.local",
      {"a.example", "b:5000", "[fd00::2]", "[fd00::3]:8443", "192.100.100.1:443", "a.example"});
  EXPECT_THAT(
      std::vector<std::string>(hosts.begin() + 8, hosts.end()),
      ElementsAre("a.example", "a.example:443", "b:5000", "[fd00::2]", "[fd00::2]:443", "[fd00::3]:8443"));
}

TEST(MakePolicy, knows_the_file_of_a_ca_that_is_to_come) {
  PolicyInput early = input("192.100.100.1");
  early.expected_subject_hash = "01234567";
  EXPECT_THAT(make_policy(early)->subject_hashes, ElementsAre("01234567"));
  // Once it is there, it tells itself.
  early.bundle = authority("a").to_pem();
  EXPECT_THAT(make_policy(early)->subject_hashes, ElementsAre(authority("a").subject_hash()));
}

TEST(MakePolicy, has_no_ca_before_there_is_one) {
  const auto policy = make_policy(input("192.100.100.1"));
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->installation, "registry");
  EXPECT_EQ(policy->bundle, "");
  EXPECT_THAT(policy->subject_hashes, IsEmpty());
  EXPECT_THAT(policy->excluded_namespaces, ElementsAre("kube-system"));
}

TEST(MakePolicy, gives_directories_to_an_ipv4_address_only) {
  EXPECT_THAT(make_policy(input("192.100.100.1"))->directory_hosts, ElementsAre("192.100.100.1"));
  EXPECT_THAT(make_policy(input("fd00::1"))->directory_hosts, IsEmpty());
}

TEST(MakePolicy, has_each_subject_hash_once) {
  const x509::Certificate a = authority("a");
  const x509::Certificate again = authority("a");
  const x509::Certificate b = authority("b");
  std::vector<std::string> expected = {a.subject_hash(), b.subject_hash()};
  std::sort(expected.begin(), expected.end());
  const std::string bundle = a.to_pem() + b.to_pem() + again.to_pem();
  const auto policy = make_policy(input("192.100.100.1", bundle));
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->subject_hashes, expected);
  EXPECT_EQ(policy->bundle, bundle);
}

TEST(MakePolicy, says_why_a_bundle_cannot_be_read) {
  const auto policy = make_policy(input("192.100.100.1", "no PEM"));
  ASSERT_FALSE(policy);
  EXPECT_THAT(policy.error().message, HasSubstr("CA bundle: "));
}

}  // namespace
}  // namespace connected_registry::inject
