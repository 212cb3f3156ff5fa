#include "server/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"

namespace connected_registry::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view kPod =
    R"({"metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"192.100.100.1/web:1"}]}})";
constexpr std::string_view kGoodSettings =
    R"({"formVersion":1,"values":{"service":{"clusterIP":"192.100.100.1"}}})";

std::shared_ptr<const inject::Policy> policy() {
  inject::Policy out;
  out.installation = "registry";
  out.hosts = {"192.100.100.1"};
  out.directory_hosts = {"192.100.100.1"};
  out.excluded_namespaces = {"kube-system"};
  out.bundle = "PEM";
  return std::make_shared<const inject::Policy>(std::move(out));
}

struct Review {
  std::string_view resource = "pods";
  std::string_view sub_resource = {};
  std::string_view operation = "CREATE";
  std::string_view name_space = "shop";
  std::string object = "null";
  std::string old_object = "null";

  std::string text() const {
    std::string out =
        R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":)"
        R"({"kind":"K"},"resource":{"resource":")";
    out.append(resource).append(R"("},"subResource":")").append(sub_resource);
    out.append(R"(","operation":")").append(operation).append(R"(","namespace":")").append(name_space);
    return out.append(R"(","object":)")
        .append(object)
        .append(R"(,"oldObject":)")
        .append(old_object)
        .append("}}");
  }
};

HttpResponse post(std::string_view path, std::string_view body,
                  std::shared_ptr<const inject::Policy> current = policy()) {
  for (const Route& route :
       admission_routes({.policy = [&current] { return current; }, .settings = [] { return nullptr; }})) {
    if (route.path == path) return route.handler({"POST", path, body});
  }
  return {.status = 404};
}

// The "response" of the answer to a review that is well formed.
json::Document answer(std::string_view path, const Review& review,
                      std::shared_ptr<const inject::Policy> current = policy()) {
  const HttpResponse http = post(path, review.text(), std::move(current));
  EXPECT_EQ(http.status, 200) << http.body;
  EXPECT_EQ(http.content_type, "application/json");
  const auto document = json::parse(http.body);
  EXPECT_TRUE(document) << http.body;
  const json::Value* response = document ? json::find(*document, {"response"}) : nullptr;
  json::Document out = json::parse(response != nullptr ? json::to_text(*response) : "{}").value();
  EXPECT_EQ(json::string_at(out, {"uid"}), "u");
  return out;
}

bool is_allowed(const json::Value& response) {
  return json::find(response, {"allowed"})->GetBool();
}

std::vector<std::string> warnings(const json::Value& response) {
  std::vector<std::string> out;
  if (const json::Value* list = json::find(response, {"warnings"})) {
    for (const json::Value& warning : list->GetArray()) out.emplace_back(json::view(warning));
  }
  return out;
}

std::string secret(std::string_view settings_json) {
  return R"({"kind":"Secret","data":{"settings.json":")" + base64::encode(settings_json) + R"("}})";
}

json::Document judged(std::string_view settings_json) {
  return answer("/validate", {.resource = "secrets", .object = secret(settings_json)});
}

TEST(Mutate, patches_a_pod_that_uses_the_registry) {
  const json::Document response = answer("/mutate", {.object = std::string(kPod)});
  EXPECT_TRUE(is_allowed(response));
  EXPECT_EQ(json::string_at(response, {"patchType"}), "JSONPatch");
  const auto patch = base64::decode(json::string_at(response, {"patch"}));
  ASSERT_TRUE(patch);
  EXPECT_THAT(*patch, HasSubstr(R"("path":"/spec/volumes")"));
  EXPECT_EQ(json::string_at(response, {"auditAnnotations", "injection"}), "injected");
}

TEST(Mutate, admits_a_pod_of_another_registry_without_a_word) {
  const json::Document response =
      answer("/mutate", {.object = R"({"metadata":{},"spec":{"containers":[{"name":"a","image":"b"}]}})"});
  EXPECT_TRUE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"patch"}), nullptr);
  EXPECT_THAT(warnings(response), IsEmpty());
}

TEST(Mutate, leaves_excluded_namespaces_alone) {
  const json::Document response =
      answer("/mutate", {.name_space = "kube-system", .object = std::string(kPod)});
  EXPECT_TRUE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"patch"}), nullptr);
}

TEST(Mutate, admits_with_a_warning_before_there_are_settings) {
  const json::Document response = answer("/mutate", {.object = std::string(kPod)}, nullptr);
  EXPECT_TRUE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"patch"}), nullptr);
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("no settings yet")));
}

TEST(Mutate, denies_a_pod_that_it_cannot_read_with_a_400) {
  const json::Document response = answer("/mutate", {.object = R"({"metadata":{},"spec":{"containers":7}})"});
  EXPECT_FALSE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"status", "code"})->GetInt(), 400);
  EXPECT_EQ(json::string_at(response, {"status", "message"}), "pod: spec.containers is not an array");
}

TEST(Mutate, handles_new_debug_containers) {
  const std::string pod =
      R"({"metadata":{},"spec":{"volumes":[{"name":"connected-registry-ca","downwardAPI":{"items":[{"path":"ca.crt",)"
      R"("fieldRef":{"fieldPath":"metadata.annotations['connected-registry.io/ca-bundle']"}}]}}],)"
      R"("containers":[{"name":"app"}],"ephemeralContainers":[{"name":"debug","image":"busybox"}]}})";
  const json::Document response = answer("/mutate", {.sub_resource = "ephemeralcontainers",
                                                     .operation = "UPDATE",
                                                     .object = pod,
                                                     .old_object = R"({"spec":{}})"});
  const auto patch = base64::decode(json::string_at(response, {"patch"}));
  ASSERT_TRUE(patch);
  EXPECT_THAT(*patch, HasSubstr("/spec/ephemeralContainers/0/volumeMounts"));
}

TEST(Mutate, admits_what_is_not_its_to_change) {
  for (const Review& review :
       {Review{.sub_resource = "status", .object = "{}"}, Review{.resource = "secrets", .object = "{}"},
        Review{.operation = "UPDATE", .object = "{}", .old_object = "{}"},
        Review{.operation = "DELETE", .old_object = "{}"}}) {
    const json::Document response = answer("/mutate", review);
    EXPECT_TRUE(is_allowed(response)) << review.text();
    EXPECT_EQ(json::find(response, {"patch"}), nullptr);
  }
}

TEST(Validate, admits_good_settings) {
  const json::Document response = judged(kGoodSettings);
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), IsEmpty());
}

TEST(Validate, denies_with_a_line_for_each_error) {
  const json::Document response = judged(R"({"formVersion":1,"values":{"mode":"x"}})");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"status", "code"})->GetInt(), 422);
  EXPECT_THAT(
      std::string(json::string_at(response, {"status", "message"})),
      AllOf(StartsWith("CR001 service.clusterIP: it is not given. Fix: "), HasSubstr("\nCR070 mode: ")));
}

TEST(Validate, shows_warnings_and_admits) {
  const json::Document response = judged(
      R"({"formVersion":1,"values":{"service":{"clusterIP":"10.0.0.9"},"trustDistribution":{"enabled":false}}})");
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(StartsWith("CR020 trustDistribution.enabled: ")));
}

TEST(Validate, denies_the_text_false_as_a_switch) {
  const json::Document response =
      judged(R"({"formVersion":1,"values":{"cert-manager":{"enabled":"false"}}})");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_THAT(std::string(json::string_at(response, {"status", "message"})),
              StartsWith("CR061 cert-manager.enabled: "));
}

TEST(Validate, passes_settings_of_another_form_version_with_a_warning) {
  const json::Document response = judged(R"({"formVersion":2,"anything":true})");
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("form version 2")));
}

TEST(Validate, denies_what_it_cannot_read) {
  for (const char* object :
       {R"({"kind":"Secret"})", R"({"data":{"settings.json":"%%%"}})", R"({"data":{"other":"eA=="}})",
        R"({"data":{"settings.json":"e30="}})", R"({"data":{"settings.json":"eA=="}})"}) {
    const json::Document response = answer("/validate", {.resource = "secrets", .object = object});
    EXPECT_FALSE(is_allowed(response)) << object;
    EXPECT_EQ(json::find(response, {"status", "code"})->GetInt(), 422);
  }
}

TEST(Validate, never_shows_what_a_secret_holds) {
  const json::Document response = judged(
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
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("this Secret holds the registry's settings")));
}

TEST(Validate, admits_other_resources) {
  EXPECT_TRUE(is_allowed(answer("/validate", {.object = std::string(kPod)})));
}

TEST(AdmissionRoutes, answer_400_with_the_reason_to_what_is_no_review) {
  for (const char* path : {"/mutate", "/validate"}) {
    const HttpResponse response = post(path, "{}");
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("AdmissionReview: apiVersion is not admission.k8s.io/v1"));
  }
}

}  // namespace
}  // namespace connected_registry::server
