#include "controller/serving_certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "x509/certificate.h"
#include "x509/private_key.h"

namespace connected_registry::controller {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");
constexpr hours kDay{24};

std::vector<std::string> service_names() {
  return webhook_service_names(kInstallation, "cluster.local");
}

ServingMaterial first() {
  return (*plan_serving_certificate(std::nullopt, service_names(), kNow))->material;
}

// What the Secret holds after a round at that time: the same where nothing changes.
ServingMaterial after(const ServingMaterial& current, TimePoint now) {
  const auto plan = plan_serving_certificate(current, service_names(), now);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan->has_value() ? (*plan)->material : current;
}

std::string reason(const ServingMaterial& current, TimePoint now = kNow) {
  const auto plan = plan_serving_certificate(current, service_names(), now);
  EXPECT_TRUE(plan) << plan.error().message;
  return plan->has_value() ? (*plan)->reason : "";
}

bool good(const ServingMaterial& material, TimePoint now = kNow) {
  return check_serving_material(material, service_names(), now).has_value();
}

TEST(ServingCertificate, names_what_the_api_server_asks_for) {
  EXPECT_THAT(service_names(),
              ElementsAre("cr-webhook.edge", "cr-webhook.edge.svc", "cr-webhook.edge.svc.cluster.local"));
}

TEST(ServingCertificate, is_made_where_there_is_none) {
  const ServingMaterial material = first();
  EXPECT_TRUE(good(material));
  const auto leaf = x509::Certificate::parse(material.tls_crt);
  EXPECT_EQ(leaf->dns_sans(), service_names());
  EXPECT_FALSE(leaf->is_ca());
  const auto authorities = x509::parse_bundle(material.ca_crt);
  ASSERT_THAT(*authorities, SizeIs(1));
  EXPECT_TRUE(authorities->front().is_ca());
  EXPECT_GT(authorities->front().not_after() - kNow, kDay * 3640);
  EXPECT_GT(leaf->not_after() - kNow, kDay * 89);
}

TEST(ServingCertificate, counts_on_clocks_that_are_a_little_behind) {
  EXPECT_TRUE(good(first(), kNow - std::chrono::minutes(5)));
}

TEST(ServingCertificate, stays_while_more_than_a_third_of_its_time_is_left) {
  const ServingMaterial material = first();
  EXPECT_EQ(reason(material), "");
  EXPECT_EQ(reason(material, kNow + kDay * 59), "");
}

TEST(ServingCertificate, is_renewed_by_the_same_authority_after_that) {
  const ServingMaterial old = first();
  const TimePoint later = kNow + kDay * 61;
  const ServingMaterial renewed = after(old, later);
  EXPECT_NE(renewed.tls_crt, old.tls_crt);
  EXPECT_NE(renewed.tls_key, old.tls_key);
  EXPECT_EQ(renewed.ca_crt, old.ca_crt) << "the caBundle outlives the leaves";
  EXPECT_EQ(renewed.ca_key, old.ca_key);
  EXPECT_TRUE(good(renewed, later));
  EXPECT_EQ(reason(renewed, later), "");
}

TEST(ServingCertificate, is_renewed_when_it_has_ended) {
  const TimePoint later = kNow + kDay * 200;
  EXPECT_FALSE(good(first(), later));
  EXPECT_TRUE(good(after(first(), later), later));
}

TEST(ServingCertificate, a_new_authority_first_joins_the_bundle_and_signs_later) {
  TimePoint now = kNow + kDay * (3650 * 2 / 3 + 1);
  const ServingMaterial old = after(first(), now - kDay * 10);  // a fresh leaf of the old CA
  const ServingMaterial joined = after(old, now);
  EXPECT_EQ(joined.tls_crt, old.tls_crt) << "the API server does not have the new CA yet";
  EXPECT_THAT(*x509::parse_bundle(joined.ca_crt), SizeIs(2));
  EXPECT_NE(joined.ca_key, old.ca_key);
  EXPECT_TRUE(good(joined, now));
  EXPECT_EQ(reason(joined, now), "");
  now += kDay * 61;
  const ServingMaterial renewed = after(joined, now);
  EXPECT_NE(renewed.tls_crt, joined.tls_crt);
  EXPECT_EQ(renewed.ca_crt, joined.ca_crt);
  EXPECT_TRUE(good(renewed, now));
  // Signed by the new one: good without the old.
  ServingMaterial alone = renewed;
  const auto authorities = x509::parse_bundle(renewed.ca_crt);
  for (const auto& authority : *authorities) {
    if (x509::PrivateKey::parse(renewed.ca_key)->belongs_to(authority)) alone.ca_crt = authority.to_pem();
  }
  EXPECT_TRUE(good(alone, now));
}

TEST(ServingCertificate, all_is_made_anew_when_the_authority_has_ended) {
  const TimePoint later = kNow + kDay * 4000;
  const ServingMaterial renewed = after(first(), later);
  EXPECT_TRUE(good(renewed, later));
  EXPECT_THAT(*x509::parse_bundle(renewed.ca_crt), SizeIs(1));
}

TEST(ServingCertificate, is_replaced_when_its_names_are_others) {
  const auto other = plan_serving_certificate(std::nullopt, {"other.edge.svc"}, kNow);
  EXPECT_THAT(reason((*other)->material), HasSubstr("tls.crt: no SAN of type DNS equals cr-webhook.edge"));
  EXPECT_EQ(after((*other)->material, kNow).ca_crt, (*other)->material.ca_crt);
}

TEST(ServingCertificate, is_replaced_when_key_or_authority_do_not_fit) {
  const ServingMaterial one = first();
  const ServingMaterial two = first();
  ServingMaterial mixed = one;
  mixed.tls_key = two.tls_key;
  EXPECT_FALSE(good(mixed));
  EXPECT_THAT(reason(mixed), HasSubstr("tls.key: it does not belong to the certificate in tls.crt"));
  mixed = one;
  mixed.tls_crt = two.tls_crt;
  mixed.tls_key = two.tls_key;
  EXPECT_FALSE(good(mixed));
  EXPECT_THAT(reason(mixed), HasSubstr("tls.crt: it does not verify up to its CA"));
  mixed = one;
  mixed.ca_key = two.ca_key;
  EXPECT_THAT(reason(mixed), HasSubstr("ca.key: it belongs to no CA"));
  EXPECT_TRUE(good(after(mixed, kNow)));
}

TEST(ServingCertificate, junk_is_replaced_as_a_whole) {
  const ServingMaterial whole = first();
  for (auto part : {&ServingMaterial::tls_crt, &ServingMaterial::tls_key, &ServingMaterial::ca_crt,
                    &ServingMaterial::ca_key}) {
    for (const char* const junk : {"", "junk"}) {
      ServingMaterial broken = whole;
      broken.*part = junk;
      EXPECT_FALSE(good(broken));
      const ServingMaterial repaired = after(broken, kNow);
      EXPECT_TRUE(good(repaired));
      EXPECT_EQ(reason(repaired), "");
    }
  }
}

TEST(ServingSecret, is_read_as_written) {
  const ServingMaterial material = first();
  const auto secret = render_serving_secret(kInstallation, material, {});
  EXPECT_EQ(json::string_at(secret, {"metadata", "name"}), "cr-webhook-tls");
  const auto read = read_serving_secret(secret);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->tls_crt, material.tls_crt);
  EXPECT_EQ(read->tls_key, material.tls_key);
  EXPECT_EQ(read->ca_crt, material.ca_crt);
  EXPECT_EQ(read->ca_key, material.ca_key);
}

TEST(ServingSecret, without_a_key_is_an_error_that_names_it) {
  auto secret = render_serving_secret(kInstallation, first(), {});
  secret["data"].RemoveMember("ca.key");
  const auto read = read_serving_secret(secret);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("cr-webhook-tls: ca.key"));
}

}  // namespace
}  // namespace connected_registry::controller
