#include "admission/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admission/review_fixture.h"

namespace connected_registry::admission {
namespace {

using ::testing::AllOf;
using testing::answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::is_allowed;
using ::testing::IsEmpty;
using testing::kGoodSettings;
using testing::kPod;
using testing::Review;
using ::testing::StartsWith;
using testing::tls_secret;
using testing::warnings;

std::string secret(std::string_view settings_json) {
  return R"({"kind":"Secret","data":{"settings.json":")" + base64::encode(settings_json) + R"("}})";
}

json::Document response_to(std::string_view settings_json) {
  return answer("/validate", {.resource = "secrets", .object = secret(settings_json)});
}

TEST(Validate, admits_good_settings) {
  const json::Document response = response_to(kGoodSettings);
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), IsEmpty());
}

TEST(Validate, denies_with_a_line_for_each_error) {
  const json::Document response = response_to(R"({"formVersion":1,"values":{"mode":"x"}})");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"status", "code"})->GetInt(), 422);
  EXPECT_THAT(
      std::string(json::string_at(response, {"status", "message"})),
      AllOf(StartsWith("CR001 service.clusterIP: it is not given. Fix: "), HasSubstr("\nCR070 mode: ")));
}

TEST(Validate, gives_each_error_as_a_cause_which_is_what_kubectl_edit_shows) {
  const json::Document response = response_to(R"({"formVersion":1,"values":{"mode":"x"}})");
  const json::Value* causes = json::find(response, {"status", "details", "causes"});
  ASSERT_TRUE(causes != nullptr && causes->IsArray() && causes->Size() == 2);
  EXPECT_EQ(json::string_at((*causes)[1], {"field"}), "CR070 mode");
  EXPECT_THAT(std::string(json::string_at((*causes)[1], {"message"})),
              StartsWith("\"x\" is no mode. Fix: set it to"));
}

TEST(Validate, shows_warnings_and_admits) {
  const json::Document response = response_to(
      R"({"formVersion":1,"values":{"service":{"clusterIP":"10.0.0.9"},"trustDistribution":{"enabled":false}}})");
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(StartsWith("CR020 trustDistribution.enabled: ")));
}

TEST(Validate, denies_the_text_false_as_a_switch) {
  const json::Document response =
      response_to(R"({"formVersion":1,"values":{"cert-manager":{"enabled":"false"},"tls":{"secret":"s"}}})");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_THAT(std::string(json::string_at(response, {"status", "message"})),
              AllOf(HasSubstr("CR061 cert-manager.enabled: "), HasSubstr("CR010 cert-manager.install: ")))
      << "and what the text says is judged, too";
}

TEST(Validate, passes_settings_of_another_form_version_with_a_warning) {
  const json::Document response = response_to(R"({"formVersion":2,"anything":true})");
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("form version 2")));
}

TEST(Validate, denies_what_it_cannot_read) {
  for (const char* object :
       {R"({"kind":"Secret"})", R"({"data":{"settings.json":"%%%"}})", R"({"data":{"other":"eA=="}})",
        R"({"data":{"settings.json":"e30="}})", R"({"data":{"settings.json":"eA=="}})"}) {
    const json::Document response =
        answer("/validate", {.resource = "secrets", .object = object, .name = "registry-settings"});
    EXPECT_FALSE(is_allowed(response)) << object;
    EXPECT_EQ(json::find(response, {"status", "code"})->GetInt(), 422);
  }
}

TEST(Validate, never_shows_what_a_secret_holds) {
  const json::Document response = response_to(
      R"({"formVersion":1,"values":{"service":{"clusterIP":"10.0.0.9"},"connectionString":"SyncTokenPassword=s3cret"}})");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_THAT(json::to_text(response), ::testing::Not(HasSubstr("s3cret")));
}

TEST(Validate, passes_an_update_that_leaves_the_settings_as_they_are) {
  const std::string bad = secret(R"({"formVersion":1,"values":{}})");
  EXPECT_TRUE(is_allowed(
      answer("/validate", {.resource = "secrets", .operation = "UPDATE", .object = bad, .old_object = bad})));
  EXPECT_FALSE(is_allowed(answer(
      "/validate",
      {.resource = "secrets", .operation = "UPDATE", .object = bad, .old_object = secret(kGoodSettings)})));
}

TEST(Validate, always_allows_a_deletion_and_warns) {
  const json::Document response = answer(
      "/validate", {.resource = "secrets", .operation = "DELETE", .old_object = secret(kGoodSettings)});
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("this Secret has the registry's settings")));
}

TEST(Validate, refuses_to_shrink_the_volume) {
  const auto sized = [](const std::string& size) {
    return secret(
        R"({"formVersion":1,"values":{"service":{"clusterIP":"192.100.100.1"},"pvc":{"storageRequest":")" +
        size + R"("}}})");
  };
  const auto change = [&](const std::string& from, const std::string& to) {
    return answer(
        "/validate",
        {.resource = "secrets", .operation = "UPDATE", .object = sized(to), .old_object = sized(from)});
  };
  EXPECT_TRUE(is_allowed(change("5Gi", "6Gi")));
  const json::Document response = change("6Gi", "5Gi");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_THAT(std::string(json::string_at(response, {"status", "message"})),
              StartsWith("CR052 pvc.storageRequest: \"5Gi\" is less than \"6Gi\""));
}

TEST(ValidateTlsSecret, admits_one_that_the_registry_can_serve_with) {
  const json::Document response =
      answer("/validate", {.resource = "secrets", .object = tls_secret("192.100.100.1"), .name = "k8secret"});
  EXPECT_TRUE(is_allowed(response)) << json::to_text(response);
  EXPECT_THAT(warnings(response), IsEmpty());
}

TEST(ValidateTlsSecret, denies_one_that_would_break_the_registry) {
  const json::Document response =
      answer("/validate", {.resource = "secrets", .object = tls_secret("10.9.8.7"), .name = "k8secret"});
  EXPECT_FALSE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"status", "code"})->GetInt(), 422);
  EXPECT_THAT(
      std::string(json::string_at(response, {"status", "message"})),
      StartsWith("CR032 Secret k8secret tls.crt: no SAN of type IP equals 192.100.100.1 (it has 10.9.8.7)"));
}

TEST(ValidateTlsSecret, denies_one_with_a_part_missing) {
  const json::Document response = answer(
      "/validate", {.resource = "secrets",
                    .object = R"({"metadata":{"name":"k8secret"},"data":{"tls.crt":"","other":"eA=="}})",
                    .name = "k8secret"});
  const std::string message(json::string_at(response, {"status", "message"}));
  EXPECT_FALSE(is_allowed(response));
  for (const char* key : {"tls.crt", "tls.key", "ca.crt"}) {
    EXPECT_THAT(message, HasSubstr(std::string("CR038 Secret k8secret ") + key + ": it is missing or empty"));
  }
}

TEST(ValidateTlsSecret, passes_what_leaves_the_certificate_as_it_is) {
  const std::string bad = tls_secret("10.9.8.7");
  EXPECT_TRUE(is_allowed(answer(
      "/validate",
      {.resource = "secrets", .operation = "UPDATE", .object = bad, .old_object = bad, .name = "k8secret"})));
}

TEST(ValidateTlsSecret, allows_a_deletion_and_warns) {
  const json::Document response = answer("/validate", {.resource = "secrets",
                                                       .operation = "DELETE",
                                                       .old_object = tls_secret("192.100.100.1"),
                                                       .name = "k8secret"});
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("tls.secret")));
}

TEST(ValidateTlsSecret, checks_it_before_there_are_settings_save_the_address) {
  const auto check = [](const std::string& object) {
    const auto review =
        parse_admission_review(Review{.resource = "secrets", .object = object, .name = "k8secret"}.text());
    return validate(*review, {.name = "registry", .namespace_ = "shop"}, "", system_now());
  };
  EXPECT_TRUE(check(tls_secret("10.9.8.7")).allowed);
  EXPECT_THAT(check(R"({"metadata":{"name":"k8secret"},"data":{"ca.crt":"eA=="}})").message,
              HasSubstr("CR038 Secret k8secret tls.crt: it is missing or empty"));
}

TEST(ValidateActiveSecret, denies_what_the_registry_could_not_serve_with) {
  const std::string name = "registry-active-tls";
  const json::Document response =
      answer("/validate", {.resource = "secrets", .object = tls_secret("10.9.8.7", name), .name = name});
  EXPECT_FALSE(is_allowed(response));
  EXPECT_THAT(std::string(json::string_at(response, {"status", "message"})),
              StartsWith("CR032 Secret registry-active-tls tls.crt: no SAN of type IP equals 192.100.100.1"));
}

TEST(ValidateActiveSecret, admits_another_good_one_and_names_its_manager) {
  const std::string name = "registry-active-tls";
  const json::Document response = answer("/validate", {.resource = "secrets",
                                                       .operation = "UPDATE",
                                                       .object = tls_secret("192.100.100.1", name),
                                                       .old_object = tls_secret("192.100.100.1", name),
                                                       .name = name});
  EXPECT_TRUE(is_allowed(response)) << json::to_text(response);
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("the controller manages this Secret")));
}

TEST(ValidateActiveSecret, needs_no_ca_where_the_certificate_holds_the_chain) {
  const auto parsed = json::parse(tls_secret("192.100.100.1", "registry-active-tls"));
  const auto part = [&](std::string_view key) {
    return base64::decode(json::string_at(*parsed, {"data", key})).value();
  };
  const std::string chain = base64::encode(part("tls.crt") + part("ca.crt"));
  const std::string whole = R"({"metadata":{"name":"registry-active-tls"},"data":{"ca.crt":"","tls.crt":")" +
                            chain + R"(","tls.key":")" + base64::encode(part("tls.key")) + R"("}})";
  EXPECT_TRUE(is_allowed(
      answer("/validate", {.resource = "secrets", .object = whole, .name = "registry-active-tls"})));
  EXPECT_FALSE(is_allowed(answer("/validate", {.resource = "secrets", .object = whole, .name = "k8secret"})));
}

TEST(ValidateActiveSecret, allows_a_deletion_and_warns) {
  const std::string name = "registry-active-tls";
  const json::Document response = answer("/validate", {.resource = "secrets",
                                                       .operation = "DELETE",
                                                       .old_object = tls_secret("192.100.100.1", name),
                                                       .name = name});
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("the controller creates it again")));
}

TEST(Validate, checks_a_copy_of_the_settings_under_another_name) {
  EXPECT_TRUE(is_allowed(
      answer("/validate", {.resource = "secrets", .object = secret(kGoodSettings), .name = "backup"})));
  EXPECT_FALSE(is_allowed(answer(
      "/validate",
      {.resource = "secrets", .object = secret(R"({"formVersion":1,"values":{}})"), .name = "backup"})));
}

TEST(Validate, admits_other_resources) {
  EXPECT_TRUE(is_allowed(answer("/validate", {.object = std::string(kPod)})));
}

}  // namespace
}  // namespace connected_registry::admission
