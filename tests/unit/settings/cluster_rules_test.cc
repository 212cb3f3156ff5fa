#include "settings/cluster_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "net/address.h"

namespace connected_registry::settings {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

Settings good() {
  Settings settings;
  settings.release_namespace = "edge";
  settings.service_cluster_ip = "192.100.0.20";
  return settings;
}

// A cluster in which these settings can live.
ClusterFacts fitting() {
  ClusterFacts facts;
  facts.address_refusal = "";
  facts.ranges = {"fd00::/108", "192.100.0.0/16"};
  facts.has_cert_manager = true;
  facts.other_cert_manager = "";
  facts.labelled_nodes = 1;
  facts.pod_security = "";
  facts.storage_classes = {{.name = "slow", .is_default = false}, {.name = "standard", .is_default = true}};
  facts.volume_request = "";
  return facts;
}

std::vector<std::string> ids(const Settings& settings, const ClusterFacts& facts) {
  std::vector<std::string> out;
  for (const Finding& finding : check_cluster(settings, facts, kNow)) out.emplace_back(finding.id);
  return out;
}

TEST(ClusterRules, find_nothing_where_the_settings_fit) {
  EXPECT_THAT(ids(good(), fitting()), IsEmpty());
}

TEST(ClusterRules, judge_nothing_that_the_cluster_did_not_say) {
  Settings settings = good();
  settings.trust_use_node_selector = true;
  EXPECT_THAT(ids(settings, ClusterFacts()), IsEmpty());
}

TEST(ClusterRules, CR003_says_why_the_address_cannot_be_had) {
  ClusterFacts facts = fitting();
  facts.address_refusal = "Service shop/web has it";
  const auto findings = check_cluster(good(), facts, kNow);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "CR003");
  EXPECT_THAT(findings[0].message, HasSubstr("Service shop/web has it"));
}

TEST(ClusterRules, CR004_warns_behind_the_band_of_explicit_addresses) {
  Settings settings = good();
  settings.service_cluster_ip = "192.100.0.255";
  EXPECT_THAT(ids(settings, fitting()), IsEmpty());
  settings.service_cluster_ip = "192.100.1.0";
  EXPECT_THAT(ids(settings, fitting()), ElementsAre("CR004"));
  ClusterFacts small = fitting();
  small.ranges = {"192.100.0.0/27"};
  settings.service_cluster_ip = "192.100.0.15";
  EXPECT_THAT(ids(settings, small), IsEmpty()) << "the band is at least 16 addresses";
  settings.service_cluster_ip = "192.100.0.16";
  EXPECT_THAT(ids(settings, small), ElementsAre("CR004"));
}

TEST(ClusterRules, CR017_wants_the_cert_manager_that_is_to_be_there) {
  Settings settings = good();
  settings.cert_manager_install = false;
  ClusterFacts facts = fitting();
  facts.other_cert_manager = "cert-manager";
  EXPECT_THAT(ids(settings, facts), IsEmpty());
  facts.other_cert_manager = "";
  EXPECT_THAT(ids(settings, facts), ElementsAre("CR017")) << "definitions alone issue no certificate";
  facts.other_cert_manager = std::nullopt;
  EXPECT_THAT(ids(settings, facts), IsEmpty()) << "nobody may list the webhooks";
  facts.has_cert_manager = false;
  EXPECT_THAT(ids(settings, facts), ElementsAre("CR017"));
  settings.cert_manager_enabled = false;
  settings.https_enabled = false;
  EXPECT_THAT(ids(settings, facts), IsEmpty()) << "nothing asks for it";
}

TEST(ClusterRules, CR018_refuses_a_second_cert_manager) {
  ClusterFacts facts = fitting();
  facts.other_cert_manager = "cert-manager";
  EXPECT_THAT(ids(good(), facts), ElementsAre("CR018"));
  Settings settings = good();
  settings.cert_manager_install = false;
  EXPECT_THAT(ids(settings, facts), IsEmpty());
}

TEST(ClusterRules, CR022_warns_where_no_node_is_labelled) {
  Settings settings = good();
  settings.trust_use_node_selector = true;
  ClusterFacts facts = fitting();
  EXPECT_THAT(ids(settings, facts), IsEmpty());
  facts.labelled_nodes = 0;
  EXPECT_THAT(ids(settings, facts), ElementsAre("CR022"));
}

TEST(ClusterRules, CR023_wants_a_namespace_in_which_the_agent_may_run) {
  for (const char* level : {"baseline", "restricted"}) {
    ClusterFacts facts = fitting();
    facts.pod_security = level;
    const auto findings = check_cluster(good(), facts, kNow);
    ASSERT_EQ(findings.size(), 1U) << level;
    EXPECT_EQ(findings[0].id, "CR023");
    EXPECT_THAT(findings[0].fix, HasSubstr("kubectl label --overwrite namespace edge"));
    Settings settings = good();
    settings.trust_distribution_enabled = false;
    EXPECT_THAT(ids(settings, facts), IsEmpty());
  }
  ClusterFacts facts = fitting();
  facts.pod_security = "privileged";
  EXPECT_THAT(ids(good(), facts), IsEmpty());
}

TEST(ClusterRules, CR038_wants_the_users_secret_whole) {
  Settings settings = good();
  settings.cert_manager_install = false;
  settings.cert_manager_enabled = false;
  settings.tls.secret = "k8secret";
  ClusterFacts facts = fitting();
  facts.tls_secret = nullptr;
  const auto findings = check_cluster(settings, facts, kNow);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "CR038");
  EXPECT_EQ(findings[0].message, "there is no Secret k8secret in namespace edge");
  facts.tls_secret =
      std::make_shared<const json::Document>(*json::parse(R"({"metadata":{"name":"k8secret"}})"));
  EXPECT_THAT(ids(settings, facts), ElementsAre("CR038", "CR038", "CR038"));
}

TEST(ClusterRules, CR051_wants_a_storage_class) {
  ClusterFacts facts = fitting();
  Settings settings = good();
  settings.storage_class_name = "slow";
  EXPECT_THAT(ids(settings, facts), IsEmpty());
  settings.storage_class_name = "fast";
  EXPECT_THAT(ids(settings, facts), ElementsAre("CR051"));
  facts.storage_classes = {{.name = "slow", .is_default = false}};
  EXPECT_THAT(ids(good(), facts), ElementsAre("CR051")) << "no default";
  facts.volume_request = "500Gi";
  EXPECT_THAT(ids(good(), facts), IsEmpty()) << "the claim is there already";
}

TEST(ClusterRules, CR052_refuses_to_shrink_the_claim_that_is_there) {
  ClusterFacts facts = fitting();
  facts.volume_request = "501Gi";
  EXPECT_THAT(ids(good(), facts), ElementsAre("CR052"));
  facts.volume_request = "500Gi";
  EXPECT_THAT(ids(good(), facts), IsEmpty());
}

TEST(AddressPlace, counts_from_the_first_of_a_range) {
  const auto place = net::Address::parse("10.1.2.3")->position_in("10.1.0.0/16");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->offset, 2U * 256 + 3);
  EXPECT_EQ(place->size, 65536U);
  const auto wide = net::Address::parse("fd00::1:0")->position_in("fd00::/16");
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->offset, 65536U);
  EXPECT_EQ(wide->size, std::uint64_t{1} << 63U);
  EXPECT_EQ(net::Address::parse("fd00:1::")->position_in("fd00::/16")->offset, std::uint64_t{1} << 63U);
  EXPECT_EQ(net::Address::parse("10.0.0.1")->position_in("0.0.0.0/0")->offset, (10U << 24U) + 1);
}

TEST(AddressPlace, is_none_outside_and_in_what_is_no_range) {
  for (const char* range : {"10.2.0.0/16", "fd00::/8", "10.1.0.0", "10.1.0.0/33", "10.1.0.0/x", "/", ""}) {
    EXPECT_FALSE(net::Address::parse("10.1.2.3")->position_in(range)) << range;
  }
}

}  // namespace
}  // namespace connected_registry::settings
