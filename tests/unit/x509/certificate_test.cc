#include "x509/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>

#include "x509/material.h"

namespace connected_registry::x509 {
namespace {

using ::testing::ElementsAre;
using testing::golden;
using testing::golden_certificate;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::make_ca;
using testing::make_server;

TEST(Certificate, reads_names_of_every_kind) {
  const Certificate leaf = golden_certificate("leaf.crt");
  EXPECT_THAT(leaf.ip_sans(), ElementsAre("192.100.100.1", "fd00::1"));
  EXPECT_THAT(leaf.dns_sans(), ElementsAre("registry.default.svc", "*.example.com"));
  EXPECT_EQ(leaf.subject(), "CN=Leaf");
  EXPECT_FALSE(leaf.is_ca());
}

TEST(Certificate, writes_the_subject_in_the_order_of_rfc_2253) {
  EXPECT_EQ(golden_certificate("self-signed.crt").subject(), "CN=registry,O=Tutorial,C=US");
}

TEST(Certificate, a_certificate_without_alternative_names_has_none) {
  const Certificate certificate = golden_certificate("common-name-only.crt");
  EXPECT_THAT(certificate.ip_sans(), IsEmpty());
  EXPECT_THAT(certificate.dns_sans(), IsEmpty());
}

TEST(Certificate, names_address_compares_addresses_and_not_their_text) {
  const Certificate leaf = golden_certificate("leaf.crt");
  EXPECT_TRUE(leaf.names_address("192.100.100.1"));
  EXPECT_TRUE(leaf.names_address("fd00::1"));
  EXPECT_TRUE(leaf.names_address("FD00:0:0:0:0:0:0:1"));
  EXPECT_FALSE(leaf.names_address("192.100.100.2"));
  EXPECT_FALSE(leaf.names_address("fd00::2"));
  EXPECT_FALSE(leaf.names_address(std::string_view("192.100.100.1\0x", 15)));
}

TEST(Certificate, names_address_takes_no_name_for_an_address) {
  const Certificate leaf = golden_certificate("leaf.crt");
  for (const std::string_view text : {"", "registry.default.svc", "192.100.100.1:443", "[fd00::1]"}) {
    EXPECT_FALSE(leaf.names_address(text)) << text;
  }
}

TEST(Certificate, names_address_ignores_the_common_name) {
  EXPECT_FALSE(golden_certificate("common-name-only.crt").names_address("192.100.100.1"));
}

TEST(Certificate, is_ca_follows_the_basic_constraints) {
  EXPECT_TRUE(golden_certificate("self-signed.crt").is_ca());
  EXPECT_TRUE(golden_certificate("intermediate.crt").is_ca());
  EXPECT_FALSE(golden_certificate("client-leaf.crt").is_ca());
}

TEST(SubjectHashOf, is_the_hash_of_a_ca_with_that_subject) {
  // openssl req -x509 -subj "/O=registry-system\\/connected-registry/CN=connected-registry CA", then x509
  // -hash
  EXPECT_EQ(subject_hash_of("registry-system/connected-registry", "connected-registry CA"), "be373e17");
  // cert-manager does not keep to the standard's 64 characters.
  EXPECT_EQ(
      subject_hash_of(std::string(63, 'n') + "/" + std::string(40, 'r'), "connected-registry CA").size(), 8U);
}

TEST(Certificate, subject_hash_is_what_openssl_rehash_uses) {
  // `openssl x509 -noout -hash` of a subject that does not change when the files are made anew.
  EXPECT_EQ(golden_certificate("root.crt").subject_hash(), "dcaaf7f0");
  EXPECT_EQ(make_ca("Root").certificate.subject_hash(), make_ca("Root").certificate.subject_hash());
  EXPECT_NE(make_ca("Root").certificate.subject_hash(), make_ca("Other").certificate.subject_hash());
}

TEST(Certificate, sha256_is_64_digits_of_its_own) {
  const Certificate certificate = golden_certificate("root.crt");
  EXPECT_THAT(certificate.sha256(), ::testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(certificate.sha256().size(), 64U);
  EXPECT_NE(certificate.sha256(), golden_certificate("leaf.crt").sha256());
}

TEST(Certificate, a_validity_without_end_is_cut_to_what_a_time_point_holds) {
  IssueRequest request = testing::request_for("for ever");
  request.lifetime = std::chrono::hours(24 * 365 * 220);
  const Certificate near_the_end = issue_ca(request).value().certificate;
  EXPECT_EQ(format_time(near_the_end.not_after()).substr(0, 4), "2249");
  EXPECT_LT(near_the_end.not_before(), near_the_end.not_after());
}

TEST(Certificate, parse_reads_what_to_pem_wrote) {
  const Certificate certificate = golden_certificate("self-signed.crt");
  EXPECT_EQ(certificate.to_pem(), golden("self-signed.crt"));
  EXPECT_EQ(Certificate::parse(certificate.to_pem()).value().sha256(), certificate.sha256());
}

TEST(Certificate, parse_takes_the_text_of_openssl_x509_for_comment) {
  EXPECT_EQ(golden_certificate("self-signed-with-text.crt").sha256(),
            golden_certificate("self-signed.crt").sha256());
}

TEST(Certificate, parse_wants_exactly_one) {
  const auto parsed = Certificate::parse(golden("root.crt") + golden("leaf.crt"));
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(parsed.error().message, HasSubstr("holds 2 certificates"));
}

TEST(Bundle, parse_keeps_the_order) {
  const auto bundle =
      parse_bundle(golden("leaf.crt") + "# next\n" + golden("intermediate.crt") + golden("root.crt"));
  ASSERT_TRUE(bundle.has_value()) << bundle.error().message;
  std::vector<std::string> subjects;
  for (const Certificate& certificate : *bundle) subjects.push_back(certificate.subject());
  EXPECT_THAT(subjects, ElementsAre("CN=Leaf", "CN=Intermediate", "CN=Root"));
}

TEST(Bundle, parse_refuses_a_private_key_among_certificates) {
  const auto bundle = parse_bundle(golden("leaf.crt") + golden("leaf.key"));
  ASSERT_FALSE(bundle.has_value());
  EXPECT_THAT(bundle.error().message, HasSubstr("a private key does not belong here"));
}

TEST(Bundle, parse_refuses_a_block_that_is_no_certificate) {
  const auto bundle = parse_bundle("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n");
  ASSERT_FALSE(bundle.has_value());
  EXPECT_EQ(bundle.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(bundle.error().message, HasSubstr("line 1: not an X.509 certificate"));
}

TEST(Bundle, parse_refuses_bytes_behind_the_certificate) {
  std::string pem = make_ca().certificate.to_pem();
  // Three bytes of zero in base64, as a line of its own before END; needs a body that ends without padding.
  for (int tries = 0; pem.find('=') != std::string::npos && tries < 100; ++tries)
    pem = make_ca().certificate.to_pem();
  pem.insert(pem.find("-----END"), "AAAA\n");
  const auto parsed = parse_bundle(pem);
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(parsed.error().message, HasSubstr("bytes after the end"));
}

TEST(Bundle, parse_leaves_no_error_for_others_in_openssls_queue) {
  EXPECT_FALSE(
      parse_bundle("-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n").has_value());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Bundle, equal_sets_give_equal_bytes) {
  const Pair ca = make_ca();
  const std::vector<Certificate> certificates = {ca.certificate, make_server(ca).certificate,
                                                 golden_certificate("root.crt")};
  std::vector<Certificate> again(certificates.rbegin(), certificates.rend());
  again.push_back(certificates.front());
  EXPECT_EQ(to_bundle(certificates), to_bundle(again));
  EXPECT_EQ(parse_bundle(to_bundle(again)).value().size(), 3U);
}

TEST(Bundle, is_empty_for_no_certificates) {
  EXPECT_EQ(to_bundle({}), "");
}

TEST(Certificate, is_valid_through_not_after_included) {
  const Certificate certificate = testing::make_ca().certificate;
  const auto instant = std::chrono::milliseconds(1);
  EXPECT_TRUE(certificate.is_valid_at(certificate.not_before()));
  EXPECT_FALSE(certificate.is_valid_at(certificate.not_before() - instant));
  EXPECT_TRUE(certificate.is_valid_at(certificate.not_after()));
  EXPECT_FALSE(certificate.has_expired_at(certificate.not_after()));
  EXPECT_FALSE(certificate.is_valid_at(certificate.not_after() + instant));
  EXPECT_TRUE(certificate.has_expired_at(certificate.not_after() + instant));
}

}  // namespace
}  // namespace connected_registry::x509
