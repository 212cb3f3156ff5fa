#include "x509/issue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include <set>

#include "x509/material.h"
#include "x509/openssl.h"

namespace connected_registry::x509 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::make_ca;
using testing::make_server;
using testing::request_for;

std::string serial_of(const Certificate& certificate) {
  const BigNumberHandle number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.handle()), nullptr));
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes;
}

TEST(IssueCa, makes_a_ca_that_signs_leaves_only) {
  const Pair ca = make_ca();
  EXPECT_TRUE(ca.certificate.is_ca());
  EXPECT_EQ(X509_get_pathlen(ca.certificate.handle()), 0);
  EXPECT_EQ(X509_get_key_usage(ca.certificate.handle()),
            static_cast<unsigned>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  EXPECT_EQ(X509_self_signed(ca.certificate.handle(), 1), 1);
  EXPECT_EQ(ca.certificate.subject(), "CN=CA");
  EXPECT_TRUE(ca.key.belongs_to(ca.certificate));
}

TEST(IssueCa, uses_p256_and_sha256) {
  const Pair ca = make_ca();
  EXPECT_EQ(EVP_PKEY_get_bits(ca.key.handle()), 256);
  EXPECT_EQ(X509_get_signature_nid(ca.certificate.handle()), NID_ecdsa_with_SHA256);
  EXPECT_EQ(X509_get_version(ca.certificate.handle()), X509_VERSION_3);
}

TEST(IssueCa, is_valid_for_the_time_asked) {
  const IssueRequest request = request_for("CA");
  const Certificate certificate = issue_ca(request).value().certificate;
  EXPECT_EQ(certificate.not_before(), request.not_before);
  EXPECT_EQ(certificate.not_after(), request.not_before + request.lifetime);
}

TEST(IssueCa, serial_numbers_are_random_and_about_128_bits) {
  std::set<std::string> serials;
  std::size_t longest = 0;
  for (int round = 0; round < 20; ++round) {
    const std::string serial = serial_of(make_ca().certificate);
    longest = std::max(longest, serial.size());
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 20U);
  EXPECT_EQ(longest, 16U);
}

TEST(IssueCa, refuses_a_common_name_longer_than_the_standard_allows) {
  const auto issued = issue_ca(request_for(std::string(65, 'a')));
  ASSERT_FALSE(issued.has_value());
  EXPECT_EQ(issued.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(issued.error().message, HasSubstr("common name"));
}

TEST(IssueCa, refuses_a_lifetime_that_is_none) {
  IssueRequest request = request_for("CA");
  request.lifetime = std::chrono::hours(0);
  EXPECT_FALSE(issue_ca(request).has_value());
}

TEST(IssueServer, carries_the_names_asked_and_no_other) {
  IssueRequest request = request_for("webhook");
  request.dns_names = {"r-webhook.default.svc", "r-webhook.default.svc.cluster.local"};
  request.ip_addresses = {"192.100.100.1", "fd00::1"};
  const Pair server = issue_server(request, make_ca()).value();
  EXPECT_THAT(server.certificate.dns_sans(),
              ElementsAre("r-webhook.default.svc", "r-webhook.default.svc.cluster.local"));
  EXPECT_THAT(server.certificate.ip_sans(), ElementsAre("192.100.100.1", "fd00::1"));
  EXPECT_TRUE(server.key.belongs_to(server.certificate));
}

TEST(IssueServer, is_for_servers_only) {
  const Certificate certificate = make_server(make_ca()).certificate;
  EXPECT_FALSE(certificate.is_ca());
  EXPECT_EQ(X509_get_key_usage(certificate.handle()), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(certificate.handle()), static_cast<unsigned>(XKU_SSL_SERVER));
}

TEST(IssueServer, is_signed_by_the_ca_and_points_to_its_key) {
  const Pair ca = make_ca();
  const Certificate certificate = make_server(ca).certificate;
  EXPECT_EQ(X509_verify(certificate.handle(), ca.key.handle()), 1);
  EXPECT_EQ(X509_check_issued(ca.certificate.handle(), certificate.handle()), X509_V_OK);
  const ASN1_OCTET_STRING* const subject = X509_get0_subject_key_id(ca.certificate.handle());
  const ASN1_OCTET_STRING* const authority = X509_get0_authority_key_id(certificate.handle());
  ASSERT_NE(subject, nullptr);
  ASSERT_NE(authority, nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(subject, authority), 0);
}

// A CA that another maker made: its subject key identifier is not the one that we would compute.
Pair foreign_ca() {
  Pair ca = make_ca();
  const CertificateHandle certificate(X509_dup(ca.certificate.handle()));
  for (const int kind : {NID_subject_key_identifier, NID_authority_key_identifier}) {
    X509_EXTENSION_free(X509_delete_ext(certificate.get(), X509_get_ext_by_NID(certificate.get(), kind, -1)));
  }
  const openssl::Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> identifier(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(identifier.get(), reinterpret_cast<const unsigned char*>("another"), 7);
  X509_add1_ext_i2d(certificate.get(), NID_subject_key_identifier, identifier.get(), 0, X509V3_ADD_DEFAULT);
  EXPECT_GT(X509_sign(certificate.get(), ca.key.handle(), EVP_sha256()), 0);
  X509_up_ref(certificate.get());
  return {Certificate::parse(Certificate(certificate.get()).to_pem()).value(), ca.key};
}

TEST(IssueServer, points_to_the_identifier_that_its_issuer_has) {
  const Pair ca = foreign_ca();
  const Certificate certificate = make_server(ca).certificate;
  const ASN1_OCTET_STRING* const authority = X509_get0_authority_key_id(certificate.handle());
  ASSERT_NE(authority, nullptr);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(authority)), 7), "another");
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_subject_key_id(ca.certificate.handle()), authority), 0);
  EXPECT_EQ(X509_check_issued(ca.certificate.handle(), certificate.handle()), X509_V_OK);
}

TEST(IssueServer, refuses_names_that_are_none) {
  const Pair ca = make_ca();
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a\0b", 3), std::string(254, 'a')}) {
    IssueRequest request = request_for("server");
    request.dns_names = {name};
    EXPECT_EQ(issue_server(request, ca).error().code, ErrorCode::kInvalidArgument);
  }
  IssueRequest request = request_for("server");
  request.ip_addresses = {"192.100.100.1:443"};
  const auto issued = issue_server(request, ca);
  ASSERT_FALSE(issued.has_value());
  EXPECT_THAT(issued.error().message, HasSubstr("not an IP address: '192.100.100.1:443'"));
}

TEST(IssueServer, refuses_to_issue_for_no_name) {
  EXPECT_EQ(issue_server(request_for("server"), make_ca()).error().code, ErrorCode::kInvalidArgument);
}

TEST(IssueServer, refuses_an_issuer_that_is_no_ca_or_has_another_key) {
  const Pair ca = make_ca();
  IssueRequest request = request_for("server");
  request.ip_addresses = {"192.100.100.1"};
  EXPECT_FALSE(issue_server(request, make_server(ca)).has_value());
  EXPECT_FALSE(issue_server(request, Pair{ca.certificate, make_ca().key}).has_value());
}

}  // namespace
}  // namespace connected_registry::x509
