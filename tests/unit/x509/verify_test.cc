#include "x509/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/material.h"

namespace connected_registry::x509 {
namespace {

using testing::golden_certificate;
using ::testing::HasSubstr;
using testing::judged_at;

TEST(VerifyChain, trusts_an_intermediate_without_its_root) {
  EXPECT_TRUE(verify_chain(golden_certificate("leaf.crt"), {}, {golden_certificate("intermediate.crt")},
                           judged_at()));
}

TEST(VerifyChain, names_the_certificate_that_fails) {
  const auto verified =
      verify_chain(golden_certificate("leaf.crt"), {}, {golden_certificate("root.crt")}, judged_at());
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(verified.error().message, "unable to get local issuer certificate (CN=Leaf)");
}

TEST(VerifyChain, picks_the_ca_that_signed_among_several_of_the_same_name) {
  const Pair ca = testing::make_ca();
  IssueRequest request = testing::request_for("server");
  request.dns_names = {"server"};
  const Certificate leaf = issue_server(request, ca).value().certificate;
  EXPECT_TRUE(verify_chain(leaf, {}, {testing::make_ca().certificate, ca.certificate}, judged_at()));
  EXPECT_THAT(
      verify_chain(leaf, {}, {ca.certificate}, judged_at() + std::chrono::hours(24 * 400)).error().message,
      HasSubstr("certificate has expired"));
}

}  // namespace
}  // namespace connected_registry::x509
