#include "x509/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/material.h"

namespace connected_registry::x509 {
namespace {

using testing::golden;
using ::testing::HasSubstr;
using testing::judged_at;
using testing::make_ca;
using testing::make_server;
using ::testing::StartsWith;

constexpr std::string_view kAddress = "192.100.100.1";

// The error's message, or "" where the material is good.
std::string error_of(std::string_view tls_crt, std::string_view tls_key, std::string_view ca_crt,
                     std::string_view address = kAddress, TimePoint now = judged_at()) {
  const auto material = check_server_material(tls_crt, tls_key, ca_crt, address, now);
  if (material) return "";
  EXPECT_EQ(material.error().code, ErrorCode::kInvalidArgument);
  return material.error().message;
}

TEST(CheckServerMaterial, accepts_a_leaf_of_the_ca) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  const auto material = check_server_material(server.certificate.to_pem(), server.key.to_pem(),
                                              ca.certificate.to_pem(), kAddress, judged_at());
  ASSERT_TRUE(material.has_value()) << material.error().message;
  EXPECT_EQ(material->leaf.sha256(), server.certificate.sha256());
  EXPECT_TRUE(material->intermediates.empty());
  ASSERT_EQ(material->authorities.size(), 1U);
  EXPECT_EQ(material->authorities.front().sha256(), ca.certificate.sha256());
}

TEST(CheckServerMaterial, accepts_a_leaf_that_is_its_own_ca) {
  EXPECT_EQ(error_of(golden("self-signed.crt"), golden("self-signed.key"), golden("self-signed.crt")), "");
}

TEST(CheckServerMaterial, accepts_a_leaf_that_is_its_own_ca_without_a_ca_file) {
  const auto material =
      check_server_material(golden("self-signed.crt"), golden("self-signed.key"), "", kAddress, judged_at());
  ASSERT_TRUE(material.has_value()) << material.error().message;
  EXPECT_EQ(material->authorities.front().sha256(), material->leaf.sha256());
}

TEST(CheckServerMaterial, accepts_a_chain_over_an_intermediate) {
  const std::string chain = golden("leaf.crt") + golden("intermediate.crt");
  EXPECT_EQ(error_of(chain, golden("leaf.key"), golden("root.crt")), "");
  EXPECT_EQ(error_of(chain, golden("leaf.key"), golden("root.crt"), "fd00::1"), "");
}

TEST(CheckServerMaterial, takes_the_chains_last_for_the_ca_where_none_is_given) {
  const auto material =
      check_server_material(golden("leaf.crt") + golden("intermediate.crt") + golden("root.crt"),
                            golden("leaf.key"), "", kAddress, judged_at());
  ASSERT_TRUE(material.has_value()) << material.error().message;
  EXPECT_EQ(material->authorities.front().subject(), "CN=Root");
  EXPECT_EQ(material->intermediates.size(), 2U);
}

TEST(CheckServerMaterial, trusts_an_intermediate_that_stands_in_the_ca_file) {
  EXPECT_EQ(error_of(golden("leaf.crt"), golden("leaf.key"), golden("intermediate.crt")), "");
}

TEST(CheckServerMaterial, accepts_old_and_new_ca_together) {
  const Pair old_ca = make_ca();
  const Pair new_ca = make_ca();
  const std::string both = to_bundle({old_ca.certificate, new_ca.certificate});
  for (const Pair& ca : {old_ca, new_ca}) {
    const Pair server = make_server(ca);
    EXPECT_EQ(error_of(server.certificate.to_pem(), server.key.to_pem(), both), "");
  }
}

TEST(CheckServerMaterial, refuses_an_end_of_chain_that_is_no_ca_where_no_ca_is_given) {
  const Pair server = make_server(make_ca());
  EXPECT_THAT(error_of(server.certificate.to_pem(), server.key.to_pem(), ""), StartsWith("ca.crt: is empty"));
}

TEST(CheckServerMaterial, refuses_a_ca_of_the_same_name_with_another_key) {
  const Pair server = make_server(make_ca("CA"));
  EXPECT_THAT(error_of(server.certificate.to_pem(), server.key.to_pem(), make_ca("CA").certificate.to_pem()),
              StartsWith("tls.crt: does not verify up to its CA"));
}

TEST(CheckServerMaterial, refuses_a_chain_with_a_link_missing) {
  EXPECT_THAT(error_of(golden("leaf.crt"), golden("leaf.key"), golden("root.crt")),
              HasSubstr("unable to get local issuer certificate (CN=Leaf)"));
}

TEST(CheckServerMaterial, refuses_a_certificate_for_clients) {
  EXPECT_THAT(error_of(golden("client-leaf.crt") + golden("intermediate.crt"), golden("client-leaf.key"),
                       golden("root.crt")),
              HasSubstr("for server authentication"));
}

TEST(CheckServerMaterial, refuses_another_certificates_key) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  EXPECT_EQ(error_of(server.certificate.to_pem(), make_server(ca).key.to_pem(), ca.certificate.to_pem()),
            "tls.key: does not belong to the certificate in tls.crt");
}

TEST(CheckServerMaterial, says_when_the_chain_is_in_the_wrong_order) {
  EXPECT_EQ(error_of(golden("intermediate.crt") + golden("leaf.crt"), golden("leaf.key"), golden("root.crt")),
            "tls.crt: the server's certificate must come first (it is number 2)");
}

TEST(CheckServerMaterial, says_which_addresses_it_has_where_the_one_wanted_is_missing) {
  EXPECT_EQ(error_of(golden("leaf.crt"), golden("leaf.key"), golden("intermediate.crt"), "10.0.0.1"),
            "tls.crt: no IP SAN equals 10.0.0.1 (it has 192.100.100.1, fd00::1)");
}

TEST(CheckServerMaterial, does_not_count_a_common_name) {
  EXPECT_THAT(error_of(golden("common-name-only.crt"), golden("common-name-only.key"),
                       golden("common-name-only.crt")),
              HasSubstr("the common name does not count"));
}

TEST(CheckServerMaterial, judges_validity_at_the_time_given) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  const auto at = [&](TimePoint now) {
    return error_of(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem(), kAddress, now);
  };
  EXPECT_EQ(at(server.certificate.not_before()), "");
  EXPECT_EQ(at(server.certificate.not_after() - std::chrono::seconds(1)), "");
  EXPECT_THAT(at(server.certificate.not_before() - std::chrono::seconds(1)),
              StartsWith("tls.crt: is not valid before 2029-"));
  EXPECT_THAT(at(server.certificate.not_after() + std::chrono::seconds(1)),
              StartsWith("tls.crt: expired at 2030-"));
}

TEST(CheckServerMaterial, refuses_a_ca_that_has_expired) {
  IssueRequest request = testing::request_for("CA");
  request.lifetime = std::chrono::hours(24);
  const Pair ca = issue_ca(request).value();
  const Pair server = make_server(ca);
  EXPECT_THAT(error_of(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem()),
              HasSubstr("certificate has expired (CN=CA)"));
}

TEST(CheckServerMaterial, names_the_file_that_does_not_parse) {
  const std::string crt = golden("self-signed.crt");
  const std::string key = golden("self-signed.key");
  EXPECT_THAT(error_of("", key, crt), StartsWith("tls.crt: not PEM"));
  EXPECT_THAT(error_of(crt, golden("encrypted-pkcs8.key"), crt), StartsWith("tls.key: the key is encrypted"));
  EXPECT_THAT(error_of(crt, key, key), StartsWith("ca.crt: line 1"));
}

}  // namespace
}  // namespace connected_registry::x509
