#include "controller/active_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/base64.h"
#include "x509/certificate.h"
#include "x509/issue.h"
#include "x509/material.h"
#include "x509/openssl.h"
#include "x509/self_signed.h"

namespace connected_registry::controller {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");
const std::string kAddress = "192.100.100.1";
constexpr hours kDay{24};

x509::Pair authority(hours lifetime = kDay * 3650) {
  return *x509::issue_ca({.common_name = "ca",
                          .dns_names = {},
                          .ip_addresses = {},
                          .not_before = kNow - kDay,
                          .lifetime = lifetime});
}

TlsMaterial material(const x509::Pair& ca, const std::string& address = kAddress) {
  const auto leaf = x509::issue_server({.common_name = "registry",
                                        .dns_names = {},
                                        .ip_addresses = {address},
                                        .not_before = kNow - kDay,
                                        .lifetime = kDay * 90},
                                       ca);
  return {.tls_crt = leaf->certificate.to_pem(),
          .tls_key = leaf->key.to_pem(),
          .ca_crt = ca.certificate.to_pem()};
}

ActiveInput input(std::optional<TlsMaterial> source, std::optional<TlsMaterial> active = std::nullopt,
                  std::string bundle = "") {
  return {.source = std::move(source),
          .active = std::move(active),
          .trusted = {.bundle = std::move(bundle), .since = std::nullopt},
          .address = kAddress,
          .now = kNow};
}

std::size_t count(const std::string& bundle) {
  return x509::parse_bundle(bundle)->size();
}

TEST(ActiveTls, accepts_a_first_good_source) {
  const x509::Pair ca = authority();
  const TlsMaterial source = material(ca);
  const ActivePlan plan = plan_active_tls(input(source));
  EXPECT_EQ(plan.active, source);
  EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({ca.certificate}));
  EXPECT_EQ(plan.refused, "");
}

TEST(ActiveTls, changes_nothing_the_second_time) {
  const TlsMaterial source = material(authority());
  const ActivePlan first = plan_active_tls(input(source));
  const ActivePlan second = plan_active_tls(input(source, source, first.trusted.bundle));
  EXPECT_EQ(second.active, std::nullopt);
  EXPECT_EQ(second.trusted.bundle, first.trusted.bundle);
}

TEST(ActiveTls, accepts_a_renewed_certificate_of_the_same_authority) {
  const x509::Pair ca = authority();
  const TlsMaterial old = material(ca);
  const TlsMaterial renewed = material(ca);
  const ActivePlan plan = plan_active_tls(input(renewed, old, x509::to_bundle({ca.certificate})));
  EXPECT_EQ(plan.active, renewed);
  EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, keeps_the_old_authority_beside_a_new_one) {
  const x509::Pair old_ca = authority();
  const x509::Pair new_ca = authority();
  const ActivePlan plan =
      plan_active_tls(input(material(new_ca), material(old_ca), x509::to_bundle({old_ca.certificate})));
  EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({old_ca.certificate, new_ca.certificate}));
}

TEST(ActiveTls, drops_an_authority_that_has_ended) {
  const x509::Pair ca = authority();
  const ActivePlan plan = plan_active_tls(
      input(material(ca), std::nullopt, x509::to_bundle({authority(hours(1)).certificate, ca.certificate})));
  EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, refuses_a_source_that_would_break_the_registry_and_keeps_what_is_active) {
  const x509::Pair ca = authority();
  const TlsMaterial active = material(ca);
  TlsMaterial source = material(ca, "10.0.0.9");
  const std::string bundle = x509::to_bundle({ca.certificate});
  ActivePlan plan = plan_active_tls(input(source, active, bundle));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(plan.trusted.bundle, bundle);
  EXPECT_THAT(plan.refused, HasSubstr(kAddress));
  source = material(ca);
  source.tls_key = active.tls_key;
  plan = plan_active_tls(input(source, active, bundle));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_THAT(plan.refused, HasSubstr("tls.key"));
}

TEST(ActiveTls, says_which_part_of_a_source_is_wrong) {
  const x509::Pair ca = authority();
  TlsMaterial source = material(ca);
  source.tls_key = x509::testing::mixed_key(ca.key, *x509::PrivateKey::parse(source.tls_key));
  EXPECT_THAT(plan_active_tls(input(source)).refused, StartsWith("tls.key: its private and public halves"));
  source = material(ca);
  source.ca_crt = "junk";
  EXPECT_THAT(plan_active_tls(input(source)).refused, StartsWith("ca.crt: not PEM"));
}

TEST(ActiveTls, refuses_a_weak_source) {
  const x509::KeyHandle small(EVP_RSA_gen(1024));
  const auto [crt, key] = x509::testing::self_signed(*x509::Certificate::parse(material(authority()).tls_crt),
                                                     small.get(), EVP_sha256());
  const ActivePlan plan = plan_active_tls(input(TlsMaterial{.tls_crt = crt, .tls_key = key, .ca_crt = crt}));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_THAT(plan.refused, HasSubstr("has an RSA key of 1024 bits"));
}

TEST(ActiveTls, keeps_an_authority_through_its_last_moment) {
  const x509::Pair ca = authority();
  const x509::Pair other = authority(hours(24) + hours(1));
  ActiveInput last = input(material(ca), std::nullopt, x509::to_bundle({other.certificate, ca.certificate}));
  last.now = other.certificate.not_after();
  EXPECT_EQ(count(plan_active_tls(last).trusted.bundle), 2U);
  last.now += std::chrono::milliseconds(1);
  EXPECT_EQ(count(plan_active_tls(last).trusted.bundle), 1U);
}

TEST(ActiveTls, a_refused_sources_authority_is_not_trusted) {
  const ActivePlan plan = plan_active_tls(input(material(authority(), "10.0.0.9")));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(plan.trusted.bundle, "");
}

TEST(ActiveTls, waits_without_a_source) {
  const ActivePlan plan = plan_active_tls(input(std::nullopt));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(plan.trusted.bundle, "");
  EXPECT_EQ(plan.refused, "");
}

TEST(ActiveTls, a_deleted_bundle_comes_back_from_what_is_active) {
  const x509::Pair ca = authority();
  const ActivePlan plan = plan_active_tls(input(std::nullopt, material(ca)));
  EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, replaces_a_pair_that_somebody_else_put_in_place_and_does_not_trust_its_authority) {
  const x509::Pair ca = authority();
  const TlsMaterial source = material(ca);
  const std::string trusted = x509::to_bundle({ca.certificate});
  ActivePlan plan = plan_active_tls(input(source, material(authority()), trusted));
  EXPECT_EQ(plan.active, source);
  EXPECT_EQ(plan.trusted.bundle, trusted);
  plan = plan_active_tls(input(std::nullopt, material(authority()), trusted));
  EXPECT_EQ(plan.trusted.bundle, trusted) << "also while there is no source";
}

TEST(ActiveTls, a_bundle_that_was_edited_into_junk_is_made_anew) {
  const x509::Pair ca = authority();
  const TlsMaterial source = material(ca);
  EXPECT_EQ(plan_active_tls(input(source, source, "junk")).trusted.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, what_is_active_for_a_former_address_gives_no_bundle) {
  const x509::Pair ca = authority();
  EXPECT_EQ(plan_active_tls(input(std::nullopt, material(ca, "10.0.0.9"))).trusted.bundle, "");
}

TEST(ActiveTls, the_bundle_is_the_same_text_in_whatever_order_authorities_came) {
  const x509::Pair one = authority();
  const x509::Pair two = authority();
  EXPECT_EQ(plan_active_tls(input(material(one), std::nullopt, two.certificate.to_pem())).trusted.bundle,
            plan_active_tls(input(material(two), std::nullopt, one.certificate.to_pem())).trusted.bundle);
  EXPECT_EQ(
      count(plan_active_tls(input(material(one), std::nullopt, two.certificate.to_pem())).trusted.bundle),
      2U);
}

// A change of the CA, step by step.
class Rotation : public ::testing::Test {
 protected:
  Rotation() {
    now = input(next, old, x509::to_bundle({old_ca.certificate}));
    now.trusted.since = kNow - kDay;
    now.unconfirmed = [this](const std::string& bundle) {
      EXPECT_EQ(bundle, both) << "asked for the bundle that is to be confirmed";
      return missing;
    };
  }
  // The world after what the plan asks for, `later`.
  ActivePlan step(std::chrono::seconds later = std::chrono::seconds(0)) {
    now.now += later;
    ActivePlan plan = plan_active_tls(now);
    if (plan.active) now.active = plan.active;
    now.trusted = plan.trusted;
    return plan;
  }

  const x509::Pair old_ca = authority();
  const x509::Pair new_ca = authority();
  const TlsMaterial old = material(old_ca);
  const TlsMaterial next = material(new_ca);
  const std::string both = x509::to_bundle({old_ca.certificate, new_ca.certificate});
  std::vector<std::string> missing;
  ActiveInput now;
};

TEST_F(Rotation, gives_both_authorities_first_and_does_not_serve_the_new_certificate_yet) {
  const ActivePlan plan = step();
  EXPECT_EQ(plan.trusted.bundle, both);
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_NE(plan.waiting, "");
  EXPECT_EQ(plan.trusted.since, kNow);
}

TEST_F(Rotation, serves_it_once_every_node_has_confirmed_and_pods_have_had_their_time) {
  step();
  missing = {"node-2"};
  EXPECT_THAT(step(std::chrono::seconds(130)).waiting, HasSubstr("node-2"));
  missing.clear();
  const ActivePlan plan = step();
  EXPECT_EQ(plan.active, next);
  EXPECT_EQ(plan.trusted.bundle, both);
  EXPECT_EQ(plan.warning, "");
}

TEST_F(Rotation, gives_pods_their_time_though_all_nodes_are_fast) {
  step();
  EXPECT_THAT(step(std::chrono::seconds(119)).waiting, HasSubstr("pods"));
  EXPECT_EQ(step(std::chrono::seconds(1)).active, next);
}

TEST_F(Rotation, does_not_wait_for_ever_and_names_who_is_left_behind) {
  step();
  missing = {"node-2", "node-3"};
  EXPECT_EQ(step(std::chrono::seconds(899)).active, std::nullopt);
  const ActivePlan plan = step(std::chrono::seconds(1));
  EXPECT_EQ(plan.active, next);
  EXPECT_THAT(plan.warning, HasSubstr("node-2, node-3"));
}

TEST_F(Rotation, drops_the_old_authority_when_the_overlap_is_over) {
  step();
  step(std::chrono::seconds(120));
  EXPECT_EQ(step(std::chrono::hours(23)).trusted.bundle, both);
  const ActivePlan plan = step(std::chrono::hours(1));
  EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({new_ca.certificate}));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(step(std::chrono::hours(100)).trusted.bundle, x509::to_bundle({new_ca.certificate}));
}

TEST_F(Rotation, begins_anew_when_the_source_changes_again) {
  step();
  const x509::Pair third = authority();
  now.source = material(third);
  now.unconfirmed = nullptr;
  const ActivePlan plan = step(std::chrono::seconds(130));
  EXPECT_EQ(plan.active, std::nullopt) << "the third CA has not reached anybody";
  EXPECT_EQ(plan.trusted.since, now.now);
  EXPECT_EQ(step(std::chrono::seconds(120)).active, now.source);
}

TEST_F(Rotation, brings_a_bundle_that_only_adds_an_authority_to_the_nodes_first_as_well) {
  TlsMaterial source = next;
  source.ca_crt = both;
  now.source = source;
  const ActivePlan plan = step();
  EXPECT_EQ(plan.active, std::nullopt) << "no node has the new CA yet";
  EXPECT_EQ(plan.trusted.bundle, both);
  missing = {"node-2"};
  EXPECT_THAT(step(std::chrono::seconds(130)).waiting, HasSubstr("node-2"));
  missing.clear();
  EXPECT_EQ(step().active, source);
}

TEST_F(Rotation, waits_for_nobody_where_a_bundle_only_loses_an_authority) {
  now.active->ca_crt = both;
  now.trusted.bundle = both;
  EXPECT_EQ(step().active, next);
}

TEST_F(Rotation, waits_while_the_installation_is_frozen) {
  now.frozen = true;
  now.unconfirmed = nullptr;
  for (int days = 0; days < 3; ++days) {
    const ActivePlan plan = step(kDay);
    EXPECT_EQ(plan.active, std::nullopt) << "nodes do not get the new CA";
    EXPECT_EQ(plan.trusted.bundle, x509::to_bundle({old_ca.certificate}));
    EXPECT_THAT(plan.waiting, HasSubstr("frozen"));
  }
  now.frozen = false;
  step();
  EXPECT_EQ(step(std::chrono::seconds(120)).active, next);
}

TEST_F(Rotation, removes_no_authority_while_the_installation_is_frozen) {
  step();
  now.unconfirmed = nullptr;
  step(std::chrono::seconds(120));
  now.frozen = true;
  EXPECT_EQ(step(kDay * 3).trusted.bundle, both);
  now.frozen = false;
  EXPECT_EQ(step().trusted.bundle, x509::to_bundle({new_ca.certificate}));
}

TEST_F(Rotation, keeps_to_a_bound_that_is_shorter_than_the_time_of_pods) {
  now.times.bound = std::chrono::seconds(60);
  step();
  EXPECT_THAT(step(std::chrono::seconds(59)).waiting, HasSubstr("pods have 60 s"));
  EXPECT_EQ(step(std::chrono::seconds(1)).active, next);
}

TEST_F(Rotation, replaces_a_weak_pair_that_is_active_without_a_gap_in_trust) {
  const x509::KeyHandle small(EVP_RSA_gen(1024));
  const auto [crt, key] =
      x509::testing::self_signed(*x509::Certificate::parse(old.tls_crt), small.get(), EVP_sha256());
  now.active = TlsMaterial{.tls_crt = crt, .tls_key = key, .ca_crt = crt};
  now.trusted.bundle = crt;
  now.unconfirmed = nullptr;
  EXPECT_EQ(step().active, std::nullopt) << "clients that accept the weak pair do not have the new CA yet";
  EXPECT_EQ(step(std::chrono::seconds(120)).active, next);
}

TEST_F(Rotation, waits_for_nobody_where_the_authority_stays) {
  const TlsMaterial renewed = material(old_ca);
  now.source = renewed;
  now.unconfirmed = [](const auto&) -> std::vector<std::string> {
    ADD_FAILURE() << "no node is asked";
    return {};
  };
  EXPECT_EQ(step().active, renewed);
}

TEST_F(Rotation, waits_for_nobody_when_the_address_changes_too) {
  now.active = material(old_ca, "10.0.0.9");
  now.unconfirmed = nullptr;
  EXPECT_EQ(step().active, next) << "what was served for the former address serves nobody";
}

TEST(Bundle, says_since_when_it_is_the_same) {
  const auto map = render_bundle(kInstallation, {.bundle = "PEM", .since = kNow},
                                 registry_at(kAddress, contract::Scheme::kHttps), {});
  EXPECT_EQ(json::string_at(map, {"metadata", "annotations", "connected-registry.io/bundle-since"}),
            "2026-01-31T12:00:00Z");
}

TEST(ActiveSecret, is_read_as_written) {
  const TlsMaterial written = material(authority());
  const TrustRecord trusted{.bundle = written.ca_crt, .since = kNow};
  const auto secret = render_active_secret(kInstallation, written, trusted, {});
  EXPECT_EQ(json::string_at(secret, {"metadata", "name"}), "cr-active-tls");
  EXPECT_EQ(json::string_at(secret, {"type"}), "kubernetes.io/tls");
  EXPECT_EQ(read_tls_secret(secret), written);
  EXPECT_EQ(read_trust_record(secret, kNow), trusted);
}

TEST(TrustRecord, of_the_future_counts_as_without_a_time) {
  const TrustRecord future{.bundle = "PEM", .since = kNow + kDay};
  const auto secret = render_active_secret(kInstallation, material(authority()), future, {});
  EXPECT_EQ(read_trust_record(secret, kNow)->since, std::nullopt) << "a CA could be kept for ever";
  const auto map = render_bundle(kInstallation, future, registry_at(kAddress, contract::Scheme::kHttps), {});
  EXPECT_EQ(read_former_trust_record(map, kNow), (TrustRecord{.bundle = "PEM", .since = std::nullopt}));
}

TEST(TrustRecord, is_unknown_in_a_secret_of_an_earlier_version) {
  const auto secret = json::parse(R"({"metadata":{"name":"s"},"data":{"tls.crt":"YQ==","tls.key":"Yg=="}})");
  EXPECT_EQ(read_trust_record(*secret, kNow), std::nullopt);
}

TEST(ReadTlsSecret, needs_all_but_ca_crt) {
  const auto secret = json::parse(R"({"metadata":{"name":"s"},"data":{"tls.crt":"YQ==","tls.key":"Yg=="}})");
  EXPECT_EQ(read_tls_secret(*secret), (TlsMaterial{.tls_crt = "a", .tls_key = "b", .ca_crt = ""}));
  const auto keyless =
      read_tls_secret(*json::parse(R"({"metadata":{"name":"s"},"data":{"tls.crt":"YQ=="}})"));
  ASSERT_FALSE(keyless);
  EXPECT_THAT(keyless.error().message, HasSubstr("Secret s: tls.key is missing"));
  EXPECT_FALSE(read_tls_secret(*json::parse(R"({"data":{"tls.crt":"YQ==","tls.key":"Yg==","ca.crt":"!"}})")));
}

TEST(ReadTlsValues, names_the_part_that_is_not_the_base64_of_pem) {
  const TlsMaterial whole = material(authority());
  settings::Settings settings;
  settings.tls.crt = base64::encode(whole.tls_crt);
  settings.tls.key = base64::encode(whole.tls_key);
  settings.tls.cacrt = base64::encode(whole.ca_crt);
  EXPECT_EQ(read_tls_values(settings), whole);
  settings.tls.key = whole.tls_key;
  EXPECT_EQ(read_tls_values(settings).error().message, "tls.key: it is PEM itself, not the base64 of it");
}

TEST(Bundle, says_to_agents_where_the_registry_is) {
  const auto map = render_bundle(kInstallation, {.bundle = "PEM", .since = std::nullopt},
                                 registry_at(kAddress, contract::Scheme::kHttps), {});
  EXPECT_EQ(json::string_at(map, {"metadata", "name"}), "cr-ca-bundle");
  EXPECT_EQ(json::string_at(map, {"data", "ca.crt"}), "PEM");
  EXPECT_EQ(json::string_at(map, {"data", "registry.json"}),
            R"({"formVersion":1,"address":"192.100.100.1","port":443})");
}

}  // namespace
}  // namespace connected_registry::controller
