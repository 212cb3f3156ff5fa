#include "x509/private_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/material.h"

namespace connected_registry::x509 {
namespace {

using testing::golden;
using testing::golden_certificate;
using ::testing::HasSubstr;
using ::testing::Not;

std::string error_of(std::string_view pem) {
  const auto key = PrivateKey::parse(pem);
  if (key) return "";
  EXPECT_EQ(key.error().code, ErrorCode::kInvalidArgument);
  return key.error().message;
}

TEST(PrivateKey, reads_every_form_that_openssl_writes) {
  for (const std::string_view name : {"ec-pkcs8.key", "ec-sec1.key", "ec-with-parameters.key",
                                      "rsa-pkcs1.key", "self-signed.key", "ed25519.key"}) {
    EXPECT_EQ(error_of(golden(name)), "") << name;
  }
}

TEST(PrivateKey, the_forms_of_one_key_are_the_same_key) {
  const std::string expected = PrivateKey::parse(golden("ec-pkcs8.key")).value().to_pem();
  EXPECT_EQ(expected, golden("ec-pkcs8.key"));
  EXPECT_EQ(PrivateKey::parse(golden("ec-sec1.key")).value().to_pem(), expected);
  EXPECT_EQ(PrivateKey::parse(golden("ec-with-parameters.key")).value().to_pem(), expected);
}

TEST(PrivateKey, belongs_to_its_certificate_only) {
  const PrivateKey key = PrivateKey::parse(golden("rsa-pkcs1.key")).value();
  EXPECT_TRUE(key.belongs_to(golden_certificate("self-signed.crt")));
  EXPECT_FALSE(key.belongs_to(golden_certificate("leaf.crt")));
}

TEST(PrivateKey, is_consistent_where_its_halves_belong_together) {
  for (const std::string_view name : {"ec-pkcs8.key", "ec-sec1.key", "rsa-pkcs1.key", "ed25519.key"}) {
    EXPECT_TRUE(PrivateKey::parse(golden(name)).value().is_consistent()) << name;
  }
  const PrivateKey one = PrivateKey::generate_p256().value();
  const PrivateKey other = PrivateKey::generate_p256().value();
  EXPECT_FALSE(PrivateKey::parse(testing::mixed_key(one, other)).value().is_consistent());
}

TEST(PrivateKey, generated_keys_differ) {
  EXPECT_NE(PrivateKey::generate_p256().value().to_pem(), PrivateKey::generate_p256().value().to_pem());
}

TEST(PrivateKey, refuses_an_encrypted_key_and_says_so_without_asking_for_a_password) {
  for (const std::string_view name : {"encrypted-pkcs8.key", "encrypted-traditional.key"}) {
    const auto key = PrivateKey::parse(golden(name));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, ErrorCode::kPermissionDenied) << "it is read once, and callers can tell";
    EXPECT_THAT(key.error().message, HasSubstr("the key is encrypted"));
  }
}

TEST(PrivateKey, refuses_an_encrypted_key_under_a_wrong_label_without_asking_for_a_password) {
  std::string pem = golden("encrypted-pkcs8.key");
  for (std::size_t at = pem.find("ENCRYPTED "); at != std::string::npos; at = pem.find("ENCRYPTED "))
    pem.erase(at, 10);
  EXPECT_THAT(error_of(pem), HasSubstr("not a private key that can be read"));
}

// nginx does not start with such a key.
TEST(PrivateKey, refuses_a_key_under_the_label_of_another_form) {
  for (const auto& [name, label] : {std::pair{"ec-sec1.key", "PRIVATE KEY"},
                                    {"ec-sec1.key", "RSA PRIVATE KEY"},
                                    {"ec-pkcs8.key", "EC PRIVATE KEY"},
                                    {"ec-pkcs8.key", "RSA PRIVATE KEY"},
                                    {"rsa-pkcs1.key", "PRIVATE KEY"},
                                    {"rsa-pkcs1.key", "EC PRIVATE KEY"}}) {
    const std::string wrong = testing::pem_of(label, testing::der_of(golden(name)));
    EXPECT_THAT(error_of(wrong), HasSubstr("but its PEM block is " + std::string(label))) << name;
  }
}

TEST(PrivateKey, refuses_what_is_no_private_key) {
  EXPECT_THAT(error_of(golden("public.key")), HasSubstr("not a private key"));
  EXPECT_THAT(error_of(golden("leaf.crt")), HasSubstr("not a private key"));
  EXPECT_THAT(error_of(""), HasSubstr("not PEM"));
}

TEST(PrivateKey, refuses_more_than_one_block) {
  EXPECT_THAT(error_of(golden("leaf.key") + golden("leaf.crt")), HasSubstr("holds 2 PEM blocks"));
  EXPECT_THAT(error_of("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"),
              HasSubstr("holds 0 PEM blocks"));
}

TEST(PrivateKey, an_error_never_quotes_the_key) {
  std::string pem = golden("ec-pkcs8.key");
  const std::string part = pem.substr(pem.find('\n') + 1, 20);
  pem.replace(pem.find("AgE"), 3, "zzz");
  EXPECT_NE(error_of(pem), "");
  EXPECT_THAT(error_of(pem), Not(HasSubstr(part)));
}

}  // namespace
}  // namespace connected_registry::x509
