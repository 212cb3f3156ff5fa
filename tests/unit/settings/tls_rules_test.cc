#include "settings/tls_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/base64.h"
#include "x509/issue.h"
#include "x509/material.h"
#include "x509/openssl.h"
#include "x509/self_signed.h"

namespace connected_registry::settings {
namespace {

using std::chrono::hours;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using x509::Pair;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");
constexpr const char* kAddress = "192.100.100.1";

x509::IssueRequest request(std::vector<std::string> addresses = {}) {
  return {.common_name = kAddress,
          .dns_names = {},
          .ip_addresses = std::move(addresses),
          .not_before = kNow - hours(1),
          .lifetime = hours(24 * 365)};
}

// A CA and a certificate of it, as people make them.
struct Chain {
  Pair ca = *x509::issue_ca(request());
  Pair leaf = *x509::issue_server(request({kAddress}), ca);
};

Settings with(const std::string& crt, const std::string& key, const std::string& cacrt) {
  Settings settings;
  settings.service_cluster_ip = kAddress;
  settings.cert_manager_install = false;
  settings.cert_manager_enabled = false;
  settings.tls.crt = base64::encode(crt);
  settings.tls.key = base64::encode(key);
  settings.tls.cacrt = cacrt.empty() ? "" : base64::encode(cacrt);
  return settings;
}

Settings with(const Chain& chain) {
  return with(chain.leaf.certificate.to_pem(), chain.leaf.key.to_pem(), chain.ca.certificate.to_pem());
}

std::vector<std::string> lines(const Settings& settings, TimePoint now = kNow) {
  std::vector<std::string> out;
  for (const Finding& finding : check_tls_values(settings, now)) {
    out.push_back(std::string(finding.id) + " " + finding.path + ": " + finding.message);
  }
  return out;
}

TEST(TlsRules, find_nothing_in_a_certificate_that_serves) {
  EXPECT_THAT(lines(with(Chain())), IsEmpty());
}

TEST(TlsRules, find_nothing_where_no_certificate_is_given) {
  EXPECT_THAT(lines(Settings()), IsEmpty());
}

TEST(TlsRules, accept_base64_with_line_breaks) {
  Settings settings = with(Chain());
  settings.tls.crt.insert(76, "\n");
  EXPECT_THAT(lines(settings), IsEmpty());
}

TEST(TlsRules, CR013_names_the_part_that_is_missing) {
  const Chain chain;
  Settings settings = with(chain);
  settings.tls.key.clear();
  EXPECT_THAT(lines(settings), ElementsAre(HasSubstr("CR013 tls.key: it is missing")));
  settings = with(chain);
  settings.tls.crt.clear();
  EXPECT_THAT(lines(settings), ElementsAre(HasSubstr("CR013 tls.crt: it is missing")));
}

TEST(TlsRules, CR013_wants_the_authority_unless_the_chain_is_whole) {
  const Chain chain;
  Settings settings = with(chain);
  settings.tls.cacrt.clear();
  EXPECT_THAT(lines(settings), ElementsAre(HasSubstr("CR013 tls.cacrt: it is missing")));
  settings.tls.crt = base64::encode(chain.leaf.certificate.to_pem() + chain.ca.certificate.to_pem());
  EXPECT_THAT(lines(settings), IsEmpty());
  settings.tls.crt = base64::encode(chain.leaf.certificate.to_pem() + chain.leaf.certificate.to_pem());
  EXPECT_THAT(lines(settings), ElementsAre("CR013 tls.cacrt: it is missing, and tls.crt does not end in a CA "
                                           "certificate"));
}

TEST(TlsRules, CR030_says_what_the_text_is_instead) {
  const Chain chain;
  Settings settings = with(chain);
  settings.tls.crt = chain.leaf.certificate.to_pem();
  EXPECT_THAT(lines(settings), ElementsAre("CR030 tls.crt: it is PEM itself, not the base64 of it"));
  settings.tls.crt = "$TLS_CRT";
  EXPECT_THAT(lines(settings), ElementsAre("CR030 tls.crt: it is not base64"));
  settings.tls.crt = base64::encode("hello");
  EXPECT_THAT(lines(settings), ElementsAre(HasSubstr("CR030 tls.crt: what it decodes to is not PEM")));
}

TEST(TlsRules, CR030_finds_a_byte_order_mark_and_carriage_returns) {
  const Chain chain;
  const std::string crt = chain.leaf.certificate.to_pem();
  std::string windows = crt;
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2)
    windows.insert(at, "\r");
  const std::string key = chain.leaf.key.to_pem();
  const std::string ca = chain.ca.certificate.to_pem();
  EXPECT_THAT(lines(with("\xEF\xBB\xBF" + crt, key, ca)),
              ElementsAre(AllOf(HasSubstr("CR030 tls.crt"), HasSubstr("byte order mark"))));
  EXPECT_THAT(lines(with(windows, key, ca)),
              ElementsAre(AllOf(HasSubstr("CR030 tls.crt"), HasSubstr("carriage return"))));
}

TEST(TlsRules, CR031_finds_a_key_of_another_certificate) {
  const Chain chain;
  const Chain other;
  Settings settings = with(chain);
  settings.tls.key = base64::encode(other.leaf.key.to_pem());
  EXPECT_THAT(lines(settings),
              ElementsAre("CR031 tls.key: it does not belong to the certificate in tls.crt"));
}

TEST(TlsRules, CR031_finds_a_key_whose_halves_do_not_belong_together) {
  const Chain chain;
  Settings settings = with(chain);
  settings.tls.key = base64::encode(x509::testing::mixed_key(Chain().leaf.key, chain.leaf.key));
  EXPECT_THAT(lines(settings), ElementsAre(HasSubstr("CR031 tls.key: its private and public halves")));
}

TEST(TlsRules, CR031_finds_a_chain_in_the_wrong_order) {
  const Chain chain;
  const std::string turned = chain.ca.certificate.to_pem() + chain.leaf.certificate.to_pem();
  EXPECT_THAT(
      lines(with(turned, chain.leaf.key.to_pem(), chain.ca.certificate.to_pem())),
      ElementsAre("CR031 tls.crt: the server's certificate must come first: tls.key belongs to number 2"));
}

TEST(TlsRules, CR032_does_not_count_the_common_name) {
  Chain chain;
  x509::IssueRequest named = request();
  named.dns_names = {"registry.example"};
  chain.leaf = *x509::issue_server(named, chain.ca);
  EXPECT_THAT(lines(with(chain)),
              ElementsAre("CR032 tls.crt: no SAN of type IP equals 192.100.100.1 (it has none; "
                          "the common name does not count)"));
  chain.leaf = *x509::issue_server(request({"192.100.100.2", "10.0.0.1"}), chain.ca);
  EXPECT_THAT(lines(with(chain)), ElementsAre(HasSubstr("(it has 192.100.100.2, 10.0.0.1)")));
}

TEST(TlsRules, CR033_finds_what_is_expired_not_valid_yet_or_about_to_expire) {
  const Settings settings = with(Chain());
  EXPECT_THAT(lines(settings, kNow - hours(2)),
              ElementsAre(HasSubstr("CR033 tls.crt: it is not valid before")));
  EXPECT_THAT(lines(settings, kNow + hours(24 * 366)),
              ElementsAre(HasSubstr("CR033 tls.crt: it expired at 2027")));
  const auto soon = check_tls_values(settings, kNow + hours(24 * 340));
  ASSERT_EQ(soon.size(), 1U);
  EXPECT_EQ(soon[0].severity, Severity::kWarning);
  EXPECT_THAT(soon[0].message, HasSubstr("expires soon"));
  EXPECT_THAT(lines(settings, kNow + hours(24 * 330)), IsEmpty());
}

TEST(TlsRules, CR033_counts_the_moment_of_not_after_as_valid) {
  const Chain chain;
  const TimePoint last = chain.leaf.certificate.not_after();
  EXPECT_THAT(lines(with(chain), last), ElementsAre(HasSubstr("CR033 tls.crt: it expires soon")));
  EXPECT_THAT(lines(with(chain), last + std::chrono::milliseconds(1)),
              ElementsAre(HasSubstr("CR033 tls.crt: it expired at")));
}

TEST(TlsRules, CR033_alone_reports_one_that_ends_before_it_begins) {
  const std::string certificate = x509::testing::golden("never-valid.crt");
  EXPECT_THAT(lines(with(certificate, x509::testing::golden("never-valid.key"), certificate)),
              ElementsAre(HasSubstr("CR033 tls.crt: it ")));
}

TEST(TlsRules, CR034_finds_an_authority_that_did_not_issue_it) {
  const Chain chain;
  const Chain other;
  EXPECT_THAT(
      lines(with(chain.leaf.certificate.to_pem(), chain.leaf.key.to_pem(), other.ca.certificate.to_pem())),
      ElementsAre(HasSubstr("CR034 tls.crt: it does not verify up to its CA")));
}

TEST(TlsRules, CR034_is_silent_where_a_part_cannot_be_read) {
  const Chain chain;
  const std::string crt = chain.leaf.certificate.to_pem();
  Settings settings = with(crt + Chain().ca.certificate.to_pem(), chain.leaf.key.to_pem(), "");
  for (const std::string& authority :
       {std::string("%%"), base64::encode("hello"), base64::encode("-----BEGIN CERTIFICATE-----\n")}) {
    settings.tls.cacrt = authority;
    EXPECT_THAT(lines(settings), ElementsAre(HasSubstr("CR030 tls.cacrt")));
  }
}

TEST(TlsRules, CR035_warns_where_the_authority_is_none) {
  const Chain chain;
  const Pair sibling = *x509::issue_server(request({"10.0.0.1"}), chain.ca);
  const auto findings = check_tls_values(with(chain.leaf.certificate.to_pem(), chain.leaf.key.to_pem(),
                                              chain.ca.certificate.to_pem() + sibling.certificate.to_pem()),
                                         kNow);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].id, "CR035");
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  EXPECT_THAT(
      lines(with(chain.leaf.certificate.to_pem(), chain.leaf.key.to_pem(), chain.leaf.certificate.to_pem())),
      ElementsAre(HasSubstr("CR035 tls.cacrt: it does not contain the root CA")));
}

std::pair<std::string, std::string> self_signed(EVP_PKEY* key, const EVP_MD* digest) {
  return x509::testing::self_signed(x509::issue_server(request({kAddress}), Chain().ca)->certificate, key,
                                    digest);
}

TEST(TlsRules, CR036_finds_short_keys_and_broken_digests) {
  const x509::KeyHandle small(EVP_RSA_gen(1024));
  const auto [short_crt, short_key] = self_signed(small.get(), EVP_sha256());
  EXPECT_THAT(
      lines(with(short_crt, short_key, short_crt)),
      ::testing::Contains(AllOf(HasSubstr("CR036 tls.crt"), HasSubstr("has an RSA key of 1024 bits"))));
  const x509::KeyHandle good(EVP_RSA_gen(2048));
  const auto [old_crt, old_key] = self_signed(good.get(), EVP_sha1());
  EXPECT_THAT(lines(with(old_crt, old_key, old_crt)),
              ::testing::Contains(AllOf(HasSubstr("CR036 tls.crt"), HasSubstr("is signed with SHA1"))));
  const auto [crt, key] = self_signed(good.get(), EVP_sha256());
  EXPECT_THAT(lines(with(crt, key, crt)), Not(::testing::Contains(HasSubstr("CR036"))));
}

TEST(TlsRules, CR037_finds_an_encrypted_key) {
  const Chain chain;
  EXPECT_THAT(lines(with(chain.leaf.certificate.to_pem(), x509::testing::golden("encrypted-pkcs8.key"),
                         chain.ca.certificate.to_pem())),
              ElementsAre(HasSubstr("CR037 tls.key: it is encrypted")));
}

TEST(TlsRules, never_show_a_key) {
  const Chain chain;
  Settings settings = with(chain);
  settings.tls.key = chain.leaf.key.to_pem();
  settings.tls.cacrt = "s3cret!";
  for (const std::string& line : lines(settings)) {
    EXPECT_THAT(line, Not(HasSubstr("s3cret")));
    EXPECT_THAT(line, Not(HasSubstr("PRIVATE")));
  }
}

TEST(TlsSecretRules, CR038_wants_all_three_keys) {
  const auto secret = *json::parse(R"({"metadata":{"name":"k8secret"},"data":{"tls.crt":"%%"}})");
  std::vector<std::string> reported;
  for (const Finding& finding : check_tls_secret(secret, kAddress, kNow)) {
    EXPECT_EQ(finding.id, "CR038");
    reported.push_back(finding.path + ": " + finding.message);
  }
  EXPECT_THAT(reported, ElementsAre("Secret k8secret tls.crt: it is not base64",
                                    "Secret k8secret tls.key: it is missing or empty",
                                    "Secret k8secret ca.crt: it is missing or empty"));
}

TEST(TlsSecretRules, CR038_wants_ca_crt_or_the_whole_chain_of_what_is_active) {
  const Chain chain;
  const auto ids = [&](const std::string& crt, Authority authority) {
    const auto secret = *json::parse(R"({"metadata":{"name":"s"},"data":{"tls.crt":")" + base64::encode(crt) +
                                     R"(","tls.key":")" + base64::encode(chain.leaf.key.to_pem()) + R"("}})");
    std::vector<std::string> found;
    for (const Finding& finding : check_tls_secret(secret, kAddress, kNow, authority))
      found.push_back(std::string(finding.id) + " " + finding.path + ": " + finding.message);
    return found;
  };
  const std::string leaf = chain.leaf.certificate.to_pem();
  const std::string whole = leaf + chain.ca.certificate.to_pem();
  EXPECT_THAT(ids(whole, Authority::kOptional), IsEmpty());
  EXPECT_THAT(ids(whole, Authority::kRequired), ElementsAre("CR038 Secret s ca.crt: it is missing or empty"));
  EXPECT_THAT(ids(leaf, Authority::kOptional),
              ElementsAre("CR038 Secret s ca.crt: it is missing, and Secret s tls.crt does not end in a CA "
                          "certificate"));
}

}  // namespace
}  // namespace connected_registry::settings
