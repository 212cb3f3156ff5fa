#include "controller/active_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "x509/certificate.h"
#include "x509/issue.h"

namespace connected_registry::controller {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .name_space = "edge"};
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
          .bundle = std::move(bundle),
          .address = kAddress,
          .now = kNow};
}

std::size_t count(const std::string& bundle) {
  return x509::parse_bundle(bundle)->size();
}

TEST(ActiveTls, takes_a_first_good_source) {
  const x509::Pair ca = authority();
  const TlsMaterial source = material(ca);
  const ActivePlan plan = plan_active_tls(input(source));
  EXPECT_EQ(plan.active, source);
  EXPECT_EQ(plan.bundle, x509::to_bundle({ca.certificate}));
  EXPECT_EQ(plan.refused, "");
}

TEST(ActiveTls, changes_nothing_the_second_time) {
  const TlsMaterial source = material(authority());
  const ActivePlan first = plan_active_tls(input(source));
  const ActivePlan second = plan_active_tls(input(source, source, first.bundle));
  EXPECT_EQ(second.active, std::nullopt);
  EXPECT_EQ(second.bundle, first.bundle);
}

TEST(ActiveTls, takes_a_renewed_certificate_of_the_same_authority) {
  const x509::Pair ca = authority();
  const TlsMaterial old = material(ca);
  const TlsMaterial renewed = material(ca);
  const ActivePlan plan = plan_active_tls(input(renewed, old, x509::to_bundle({ca.certificate})));
  EXPECT_EQ(plan.active, renewed);
  EXPECT_EQ(plan.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, keeps_the_old_authority_beside_a_new_one) {
  const x509::Pair old_ca = authority();
  const x509::Pair new_ca = authority();
  const ActivePlan plan =
      plan_active_tls(input(material(new_ca), material(old_ca), x509::to_bundle({old_ca.certificate})));
  EXPECT_EQ(plan.bundle, x509::to_bundle({old_ca.certificate, new_ca.certificate}));
}

TEST(ActiveTls, drops_an_authority_that_has_ended) {
  const x509::Pair ca = authority();
  const ActivePlan plan = plan_active_tls(
      input(material(ca), std::nullopt, x509::to_bundle({authority(hours(1)).certificate, ca.certificate})));
  EXPECT_EQ(plan.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, refuses_a_source_that_would_break_the_registry_and_keeps_what_is_active) {
  const x509::Pair ca = authority();
  const TlsMaterial active = material(ca);
  TlsMaterial source = material(ca, "10.0.0.9");
  const std::string bundle = x509::to_bundle({ca.certificate});
  ActivePlan plan = plan_active_tls(input(source, active, bundle));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(plan.bundle, bundle);
  EXPECT_THAT(plan.refused, HasSubstr(kAddress));
  source = material(ca);
  source.tls_key = active.tls_key;
  plan = plan_active_tls(input(source, active, bundle));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_THAT(plan.refused, HasSubstr("tls.key"));
}

TEST(ActiveTls, a_refused_sources_authority_is_not_trusted) {
  const ActivePlan plan = plan_active_tls(input(material(authority(), "10.0.0.9")));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(plan.bundle, "");
}

TEST(ActiveTls, waits_without_a_source) {
  const ActivePlan plan = plan_active_tls(input(std::nullopt));
  EXPECT_EQ(plan.active, std::nullopt);
  EXPECT_EQ(plan.bundle, "");
  EXPECT_EQ(plan.refused, "");
}

TEST(ActiveTls, a_deleted_bundle_comes_back_from_what_is_active) {
  const x509::Pair ca = authority();
  const ActivePlan plan = plan_active_tls(input(std::nullopt, material(ca)));
  EXPECT_EQ(plan.bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, a_bundle_that_was_edited_into_junk_is_made_anew) {
  const x509::Pair ca = authority();
  const TlsMaterial source = material(ca);
  EXPECT_EQ(plan_active_tls(input(source, source, "junk")).bundle, x509::to_bundle({ca.certificate}));
}

TEST(ActiveTls, what_is_active_for_a_former_address_gives_no_bundle) {
  const x509::Pair ca = authority();
  EXPECT_EQ(plan_active_tls(input(std::nullopt, material(ca, "10.0.0.9"))).bundle, "");
}

TEST(ActiveTls, the_bundle_is_the_same_text_in_whatever_order_authorities_came) {
  const x509::Pair one = authority();
  const x509::Pair two = authority();
  EXPECT_EQ(plan_active_tls(input(material(one), std::nullopt, two.certificate.to_pem())).bundle,
            plan_active_tls(input(material(two), std::nullopt, one.certificate.to_pem())).bundle);
  EXPECT_EQ(count(plan_active_tls(input(material(one), std::nullopt, two.certificate.to_pem())).bundle), 2U);
}

TEST(ActiveSecret, is_read_as_written) {
  const TlsMaterial written = material(authority());
  const auto secret = render_active_secret(kInstallation, written, std::nullopt);
  EXPECT_EQ(json::string_at(secret, {"metadata", "name"}), "cr-active-tls");
  EXPECT_EQ(json::string_at(secret, {"type"}), "kubernetes.io/tls");
  EXPECT_EQ(read_tls_secret(secret), written);
}

TEST(ReadTlsSecret, does_without_ca_crt_alone) {
  const auto secret = json::parse(R"({"metadata":{"name":"s"},"data":{"tls.crt":"YQ==","tls.key":"Yg=="}})");
  EXPECT_EQ(read_tls_secret(*secret), (TlsMaterial{.tls_crt = "a", .tls_key = "b", .ca_crt = ""}));
  const auto keyless =
      read_tls_secret(*json::parse(R"({"metadata":{"name":"s"},"data":{"tls.crt":"YQ=="}})"));
  ASSERT_FALSE(keyless);
  EXPECT_THAT(keyless.error().message, HasSubstr("Secret s: tls.key is missing"));
  EXPECT_FALSE(read_tls_secret(*json::parse(R"({"data":{"tls.crt":"YQ==","tls.key":"Yg==","ca.crt":"!"}})")));
}

TEST(Bundle, tells_agents_where_the_registry_is) {
  const auto map =
      render_bundle(kInstallation, "PEM", registry_at(kAddress, trust::Scheme::kHttps), std::nullopt);
  EXPECT_EQ(json::string_at(map, {"metadata", "name"}), "cr-ca-bundle");
  EXPECT_EQ(json::string_at(map, {"data", "ca.crt"}), "PEM");
  EXPECT_EQ(json::string_at(map, {"data", "registry.json"}),
            R"({"formVersion":1,"address":"192.100.100.1","port":443})");
}

}  // namespace
}  // namespace connected_registry::controller
