#include "x509/server_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/material.h"
#include "x509/openssl.h"
#include "x509/self_signed.h"

namespace connected_registry::x509 {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::golden;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::judged_at;
using testing::make_ca;
using testing::make_server;
using ::testing::StartsWith;

constexpr std::string_view kAddress = "192.100.100.1";

ServerPem pem(std::string_view tls_crt, std::string_view tls_key, std::string_view ca_crt) {
  return {.certificate = std::string(tls_crt), .key = std::string(tls_key), .authority = std::string(ca_crt)};
}

ServerRequirements required(std::string_view address = kAddress, TimePoint now = judged_at()) {
  return {.address = std::string(address), .now = now};
}

std::vector<ProblemCode> codes(const ServerPem& material, const ServerRequirements& requirements) {
  std::vector<ProblemCode> found;
  for (const Problem& problem : inspect_server_material(material, requirements).problems)
    found.push_back(problem.code);
  return found;
}

std::vector<ProblemCode> codes(std::string_view tls_crt, std::string_view tls_key, std::string_view ca_crt) {
  return codes(pem(tls_crt, tls_key, ca_crt), required());
}

// The error's message, or "" where the material is good.
std::string error_of(std::string_view tls_crt, std::string_view tls_key, std::string_view ca_crt,
                     std::string_view address = kAddress, TimePoint now = judged_at()) {
  const auto material = check_server_material(pem(tls_crt, tls_key, ca_crt), required(address, now));
  if (material) return "";
  EXPECT_EQ(material.error().code, ErrorCode::kInvalidArgument);
  return material.error().message;
}

TEST(CheckServerMaterial, accepts_a_leaf_of_the_ca) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  const auto material = check_server_material(
      pem(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem()), required());
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
      check_server_material(pem(golden("self-signed.crt"), golden("self-signed.key"), ""), required());
  ASSERT_TRUE(material.has_value()) << material.error().message;
  EXPECT_EQ(material->authorities.front().sha256(), material->leaf.sha256());
}

TEST(CheckServerMaterial, accepts_a_chain_over_an_intermediate) {
  const std::string chain = golden("leaf.crt") + golden("intermediate.crt");
  EXPECT_EQ(error_of(chain, golden("leaf.key"), golden("root.crt")), "");
  EXPECT_EQ(error_of(chain, golden("leaf.key"), golden("root.crt"), "fd00::1"), "");
}

TEST(CheckServerMaterial, trusts_the_last_of_the_chain_where_no_ca_is_given) {
  const auto material = check_server_material(
      pem(golden("leaf.crt") + golden("intermediate.crt") + golden("root.crt"), golden("leaf.key"), ""),
      required());
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
  EXPECT_THAT(error_of(server.certificate.to_pem(), server.key.to_pem(), ""),
              StartsWith("ca.crt: it is missing, and tls.crt does not end in a CA certificate"));
}

TEST(CheckServerMaterial, refuses_a_ca_of_the_same_name_with_another_key) {
  const Pair server = make_server(make_ca("CA"));
  EXPECT_THAT(error_of(server.certificate.to_pem(), server.key.to_pem(), make_ca("CA").certificate.to_pem()),
              StartsWith("tls.crt: it does not verify up to its CA"));
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
            "tls.key: it does not belong to the certificate in tls.crt");
}

TEST(CheckServerMaterial, says_when_the_chain_is_in_the_wrong_order) {
  EXPECT_EQ(error_of(golden("intermediate.crt") + golden("leaf.crt"), golden("leaf.key"), golden("root.crt")),
            "tls.crt: the server's certificate must come first: tls.key belongs to number 2");
}

TEST(CheckServerMaterial, says_which_addresses_it_has_where_the_one_wanted_is_missing) {
  EXPECT_EQ(error_of(golden("leaf.crt"), golden("leaf.key"), golden("intermediate.crt"), "10.0.0.1"),
            "tls.crt: no SAN of type IP equals 10.0.0.1 (it has 192.100.100.1, fd00::1)");
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
              StartsWith("tls.crt: it is not valid before 2029-"));
  EXPECT_THAT(at(server.certificate.not_after() + std::chrono::seconds(1)),
              StartsWith("tls.crt: it expired at 2030-"));
}

TEST(CheckServerMaterial, refuses_a_ca_that_has_expired) {
  IssueRequest request = testing::request_for("CA");
  request.lifetime = std::chrono::hours(24);
  const Pair ca = issue_ca(request).value();
  const Pair server = make_server(ca);
  EXPECT_THAT(error_of(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem()),
              HasSubstr("certificate has expired (CN=CA)"));
}

TEST(CheckServerMaterial, includes_the_moment_of_not_after_for_the_leaf_and_for_its_ca) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  ASSERT_EQ(ca.certificate.not_after(), server.certificate.not_after());
  const auto at = [&](TimePoint now) {
    return error_of(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem(), kAddress, now);
  };
  const TimePoint last = server.certificate.not_after();
  EXPECT_EQ(at(last), "");
  EXPECT_THAT(at(last + std::chrono::milliseconds(1)), StartsWith("tls.crt: it expired at 2030-"));
  EXPECT_EQ(at(server.certificate.not_before()), "");
  EXPECT_THAT(at(server.certificate.not_before() - std::chrono::milliseconds(1)),
              StartsWith("tls.crt: it is not valid before 2029-"));
}

TEST(CheckServerMaterial, includes_the_moment_of_not_after_for_a_ca_that_ends_before_its_leaf) {
  IssueRequest request = testing::request_for("CA");
  request.lifetime = std::chrono::hours(24 * 200);
  const Pair ca = issue_ca(request).value();
  const Pair server = make_server(ca);
  const auto at = [&](TimePoint now) {
    return error_of(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem(), kAddress, now);
  };
  EXPECT_EQ(at(ca.certificate.not_after()), "");
  EXPECT_THAT(at(ca.certificate.not_after() + std::chrono::milliseconds(1)),
              HasSubstr("certificate has expired (CN=CA)"));
}

TEST(CheckServerMaterial, refuses_a_key_whose_halves_do_not_belong_together) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  // Whichever half belongs to the certificate, that is the one thing to say.
  for (const std::string& key :
       {testing::mixed_key(make_ca().key, server.key), testing::mixed_key(server.key, make_ca().key)}) {
    EXPECT_EQ(error_of(server.certificate.to_pem(), key, ca.certificate.to_pem()),
              "tls.key: its private and public halves do not belong together: the key is damaged");
  }
}

TEST(CheckServerMaterial, refuses_a_damaged_rsa_key) {
  std::string der = testing::der_of(golden("rsa-pkcs1.key"));
  der.back() = static_cast<char>(der.back() ^ 1);
  EXPECT_THAT(
      codes(golden("self-signed.crt"), testing::pem_of("RSA PRIVATE KEY", der), golden("self-signed.crt")),
      ElementsAre(ProblemCode::kKeyInconsistent));
}

TEST(CheckServerMaterial, refuses_weak_keys_and_signatures) {
  const Certificate pattern = make_server(make_ca()).certificate;
  const KeyHandle small(EVP_RSA_gen(1024));
  const auto [short_crt, short_key] = testing::self_signed(pattern, small.get(), EVP_sha256());
  EXPECT_THAT(error_of(short_crt, short_key, short_crt), HasSubstr("tls.crt: CN=server has an RSA key of"));
  const KeyHandle good(EVP_RSA_gen(2048));
  const auto [old_crt, old_key] = testing::self_signed(pattern, good.get(), EVP_sha1());
  EXPECT_THAT(codes(old_crt, old_key, old_crt), Contains(ProblemCode::kWeakSignature));
}

// OpenSSL's clients refuse a chain with such a CA, which the server need not have.
TEST(CheckServerMaterial, refuses_a_weak_authority_and_one_that_go_cannot_read) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  const KeyHandle small(EVP_RSA_gen(1024));
  const KeyHandle brainpool(EVP_EC_gen("brainpoolP256r1"));
  for (const auto& [key, code] :
       {std::pair{small.get(), ProblemCode::kWeakKey}, {brainpool.get(), ProblemCode::kUnsupported}}) {
    const std::string other = testing::self_signed(ca.certificate, key, EVP_sha256()).first;
    const Inspection inspection = inspect_server_material(
        pem(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem() + other), required());
    ASSERT_EQ(inspection.problems.size(), 1U);
    EXPECT_EQ(inspection.problems[0].code, code);
    EXPECT_EQ(inspection.problems[0].part, Part::kAuthority);
  }
}

TEST(CheckServerMaterial, names_all_that_is_wrong) {
  EXPECT_EQ(error_of(golden("leaf.crt"), golden("client-leaf.key"), golden("intermediate.crt"), "10.0.0.1"),
            "tls.key: it does not belong to the certificate in tls.crt; tls.crt: no SAN of type IP equals "
            "10.0.0.1 (it has 192.100.100.1, fd00::1)");
}

TEST(CheckServerMaterial, names_the_part_that_cannot_be_read) {
  const std::string crt = golden("self-signed.crt");
  const std::string key = golden("self-signed.key");
  EXPECT_THAT(error_of("text", key, crt), StartsWith("tls.crt: not PEM"));
  EXPECT_THAT(error_of(crt, golden("encrypted-pkcs8.key"), crt), StartsWith("tls.key: it is encrypted"));
  EXPECT_THAT(error_of(crt, golden("leaf.crt"), crt), StartsWith("tls.key: not a private key"));
  EXPECT_THAT(error_of(crt, key, key), StartsWith("ca.crt: line 1"));
}

TEST(InspectServerMaterial, says_nothing_of_a_chain_with_a_part_that_cannot_be_read) {
  const std::string chain = golden("leaf.crt") + golden("intermediate.crt");
  const std::string key = golden("leaf.key");
  const std::string root = golden("root.crt");
  EXPECT_THAT(codes(chain, key, "junk"), ElementsAre(ProblemCode::kUnreadable));
  EXPECT_THAT(codes("junk", key, root), ElementsAre(ProblemCode::kUnreadable));
  EXPECT_THAT(codes(chain, "junk", root), ElementsAre(ProblemCode::kUnreadable));
  EXPECT_THAT(codes(golden("leaf.crt"), key, "junk"), ElementsAre(ProblemCode::kUnreadable))
      << "the leaf is not blamed for the CA that could not be read";
  const ServerPem not_base64{.certificate = golden("leaf.crt"),
                             .key = key,
                             .authority = fail(ErrorCode::kInvalidArgument, "it is not base64")};
  EXPECT_THAT(codes(not_base64, required()), ElementsAre(ProblemCode::kNotDecoded));
}

TEST(InspectServerMaterial, finds_what_is_missing) {
  ServerPem nothing = pem("", "", "");
  nothing.certificate = fail(ErrorCode::kNotFound, "tls.crt is missing");
  EXPECT_THAT(codes(nothing, required()), ElementsAre(ProblemCode::kMissing, ProblemCode::kMissing));
  ServerRequirements with_authority = required();
  with_authority.authority_required = true;
  const ServerPem chain =
      pem(golden("leaf.crt") + golden("intermediate.crt") + golden("root.crt"), golden("leaf.key"), "");
  EXPECT_THAT(codes(chain, with_authority), ElementsAre(ProblemCode::kMissing));
  EXPECT_THAT(codes(chain, required()), IsEmpty());
}

TEST(InspectServerMaterial, judges_the_certificate_of_the_key_where_the_order_is_wrong) {
  EXPECT_THAT(codes(golden("intermediate.crt") + golden("leaf.crt"), golden("leaf.key"), golden("root.crt")),
              ElementsAre(ProblemCode::kLeafNotFirst));
  EXPECT_THAT(codes(golden("intermediate.crt") + golden("leaf.crt"), golden("leaf.key"), ""),
              ElementsAre(ProblemCode::kLeafNotFirst));
}

TEST(InspectServerMaterial, asks_for_each_dns_name) {
  const ServerRequirements names{.dns_names = {"registry.default.svc", "other.default.svc"},
                                 .now = judged_at()};
  EXPECT_THAT(
      inspect_server_material(
          pem(golden("leaf.crt") + golden("intermediate.crt"), golden("leaf.key"), golden("root.crt")), names)
          .problems,
      ElementsAre(Problem{ProblemCode::kNoDnsName, Part::kCertificate, "other.default.svc"}));
}

TEST(InspectServerMaterial, only_warns_before_the_end_and_of_an_authority_that_is_no_ca) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  const std::string authorities = to_bundle({ca.certificate, make_server(ca, "10.0.0.1").certificate});
  const ServerPem material = pem(server.certificate.to_pem(), server.key.to_pem(), authorities);
  const TimePoint soon = server.certificate.not_after() - std::chrono::hours(24 * 29);
  EXPECT_THAT(codes(material, required(kAddress, soon)),
              ElementsAre(ProblemCode::kNotCa, ProblemCode::kExpiresSoon));
  EXPECT_TRUE(check_server_material(material, required(kAddress, soon)));
}

TEST(InspectServerMaterial, warns_of_an_authority_that_is_no_root) {
  EXPECT_THAT(codes(golden("leaf.crt"), golden("leaf.key"), golden("intermediate.crt")),
              ElementsAre(ProblemCode::kNotRoot));
  EXPECT_THAT(codes(golden("leaf.crt"), golden("leaf.key"), golden("leaf.crt")),
              ElementsAre(ProblemCode::kNotRoot));
}

TEST(InspectServerMaterial, warns_of_a_ca_that_ends_before_the_certificate) {
  IssueRequest request = testing::request_for("CA");
  request.lifetime = std::chrono::hours(24 * 120);  // 20 days from judged_at()
  const Pair ca = issue_ca(request).value();
  const Pair server = make_server(ca);
  EXPECT_THAT(
      codes(pem(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem()), required()),
      ElementsAre(ProblemCode::kIssuerExpiresSoon));
}

TEST(InspectServerMaterial, verifies_the_chain_of_an_expired_certificate_within_its_time) {
  const Pair ca = make_ca();
  const Pair server = make_server(ca);
  const ServerRequirements late = required(kAddress, server.certificate.not_after() + std::chrono::hours(1));
  EXPECT_THAT(codes(pem(server.certificate.to_pem(), server.key.to_pem(), ca.certificate.to_pem()), late),
              ElementsAre(ProblemCode::kExpired));
  EXPECT_THAT(
      codes(pem(server.certificate.to_pem(), server.key.to_pem(), make_ca().certificate.to_pem()), late),
      ElementsAre(ProblemCode::kExpired, ProblemCode::kChainNotVerified));
  EXPECT_THAT(codes(golden("never-valid.crt"), golden("never-valid.key"), golden("never-valid.crt")),
              ElementsAre(ProblemCode::kExpired));
}

TEST(Describe, calls_the_parts_as_the_caller_does) {
  const PartNames names{
      .certificate = "Secret s tls.crt", .key = "Secret s tls.key", .authority = "Secret s ca.crt"};
  EXPECT_EQ(describe({ProblemCode::kKeyMismatch, Part::kKey, ""}, names),
            "it does not belong to the certificate in Secret s tls.crt");
  EXPECT_EQ(names.of(Part::kAuthority), "Secret s ca.crt");
}

}  // namespace
}  // namespace connected_registry::x509
