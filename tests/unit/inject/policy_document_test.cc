#include "inject/policy_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "base/json.h"
#include "base/timestamp.h"
#include "x509/issue.h"

namespace connected_registry::inject {
namespace {

using ::testing::HasSubstr;

Policy whole_policy() {
  const auto ca = *x509::issue_ca({.common_name = "ca",
                                   .dns_names = {},
                                   .ip_addresses = {},
                                   .not_before = system_now(),
                                   .lifetime = std::chrono::hours(1)});
  Policy policy = *make_policy({.installation = {.name = "cr", .namespace_ = "edge"},
                                .address = "192.100.100.1",
                                .cluster_domain = "cluster.local",
                                .extra_hosts = {"registry.example"},
                                .excluded_namespaces = {"kube-system"},
                                .namespaces_by_label = true,
                                .pull_secret_namespaces = {"apps"},
                                .bundle = ca.certificate.to_pem(),
                                .expected_subject_hash = ""});
  policy.frozen = true;
  return policy;
}

TEST(PolicyDocument, is_read_as_written) {
  const Policy policy = whole_policy();
  EXPECT_EQ(*parse_policy_document(render_policy_document(policy)), policy);
  EXPECT_EQ(*parse_policy_document(render_policy_document({})), Policy());
}

// A member that the list of members forgot would have its default after the way through the document.
TEST(PolicyDocument, differs_for_each_member_of_the_policy) {
  const Policy policy = whole_policy();
  auto document = *json::parse(render_policy_document(policy));
  EXPECT_EQ(document.MemberCount(), 12U) << "formVersion and the eleven members of Policy";
  for (auto member = document.MemberBegin(); member != document.MemberEnd(); ++member) {
    if (json::view(member->name) == "formVersion") continue;
    auto without = *json::parse(render_policy_document(policy));
    without.RemoveMember(member->name);
    EXPECT_NE(*parse_policy_document(json::to_text(without)), policy) << json::view(member->name);
  }
}

TEST(PolicyDocument, ignores_members_of_a_later_version) {
  EXPECT_TRUE(parse_policy_document(R"({"formVersion":1,"later":{"a":[1]}})"));
}

TEST(PolicyDocument, says_what_is_wrong) {
  const auto problem = [](std::string_view text) { return parse_policy_document(text).error().message; };
  EXPECT_THAT(problem("{"), HasSubstr("policy.json"));
  EXPECT_THAT(problem("[]"), HasSubstr("formVersion"));
  EXPECT_THAT(problem(R"({"formVersion":2})"), HasSubstr("formVersion is not 1"));
  EXPECT_THAT(problem(R"({"formVersion":1,"hosts":"a"})"), HasSubstr("hosts is not a list"));
  EXPECT_THAT(problem(R"({"formVersion":1,"hosts":[1]})"), HasSubstr("hosts is not a list of strings"));
  EXPECT_THAT(problem(R"({"formVersion":1,"frozen":"no"})"), HasSubstr("frozen is not true or false"));
  EXPECT_THAT(problem(R"({"formVersion":1,"address":1})"), HasSubstr("address is not a string"));
  EXPECT_THAT(problem(R"({"formVersion":1,"bundle":"junk"})"), HasSubstr("bundle"));
}

}  // namespace
}  // namespace connected_registry::inject
