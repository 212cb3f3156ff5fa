#include "admission/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admission/admission.h"
#include "admission/review.h"
#include "base/base64.h"
#include "base/json_in_place.h"
#include "x509/issue.h"

namespace connected_registry::admission {
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

std::shared_ptr<const inject::RenderedPolicy> policy() {
  inject::Policy out;
  out.installation = "registry";
  out.hosts = {"192.100.100.1"};
  out.directory_hosts = {"192.100.100.1"};
  out.excluded_namespaces = {"kube-system"};
  out.bundle = "PEM";
  return std::make_shared<const inject::RenderedPolicy>(std::move(out));
}

// The registry's certificate comes from the Secret "k8secret".
std::shared_ptr<const settings::Settings> settings_in_force() {
  settings::Settings settings;
  settings.service_cluster_ip = "192.100.100.1";
  settings.cert_manager_install = false;
  settings.cert_manager_enabled = false;
  settings.tls.secret = "k8secret";
  return std::make_shared<const settings::Settings>(std::move(settings));
}

// As Kubernetes has it: a certificate for the address, with its key and its CA.
std::string tls_secret(const std::string& address, const std::string& name = "k8secret") {
  x509::IssueRequest request{.common_name = "ca",
                             .dns_names = {},
                             .ip_addresses = {},
                             .not_before = system_now() - std::chrono::hours(1),
                             .lifetime = std::chrono::hours(24 * 365)};
  const auto ca = *x509::issue_ca(request);
  request.ip_addresses = {address};
  const auto leaf = *x509::issue_server(request, ca);
  return R"({"metadata":{"name":")" + name + R"("},"data":{"tls.crt":")" +
         base64::encode(leaf.certificate.to_pem()) + R"(","tls.key":")" + base64::encode(leaf.key.to_pem()) +
         R"(","ca.crt":")" + base64::encode(ca.certificate.to_pem()) + R"("}})";
}

struct Review {
  std::string_view resource = "pods";
  std::string_view subresource = {};
  std::string_view operation = "CREATE";
  std::string_view namespace_ = "shop";
  std::string object = "null";
  std::string old_object = "null";
  std::string_view name = {};

  std::string text() const {
    std::string out =
        R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","kind":)"
        R"({"kind":"K"},"resource":{"resource":")";
    out.append(resource).append(R"("},"subResource":")").append(subresource);
    out.append(R"(","operation":")").append(operation).append(R"(","namespace":")").append(namespace_);
    out.append(R"(","name":")").append(name);
    return out.append(R"(","object":)")
        .append(object)
        .append(R"(,"oldObject":)")
        .append(old_object)
        .append("}}");
  }
};

http::HttpResponse post(std::string_view path, std::string_view body,
                        std::shared_ptr<const inject::RenderedPolicy> current, metrics::Registry& metrics) {
  for (const http::Route& route :
       admission_routes({.installation = {.name = "registry", .namespace_ = "shop"},
       .policy = [&current] { return current; },
       .settings = settings_in_force},
                        metrics)) {
    if (route.path != path) continue;
    std::string bytes(body);
    bytes.resize(body.size() + json::kInPlacePadding);
    return route.handler({"POST", path, std::span(bytes).first(body.size())});
  }
  return {.status = 404};
}

http::HttpResponse post(std::string_view path, std::string_view body,
                        std::shared_ptr<const inject::RenderedPolicy> current = policy()) {
  metrics::Registry metrics;
  return post(path, body, std::move(current), metrics);
}

// The "response" of the answer to a review that is well formed.
json::Document answer(std::string_view path, const Review& review,
                      std::shared_ptr<const inject::RenderedPolicy> current = policy()) {
  const http::HttpResponse http = post(path, review.text(), std::move(current));
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
      answer("/mutate", {.namespace_ = "kube-system", .object = std::string(kPod)});
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
  const json::Document response = answer("/mutate", {.subresource = "ephemeralcontainers",
                                                     .operation = "UPDATE",
                                                     .object = pod,
                                                     .old_object = R"({"spec":{}})"});
  const auto patch = base64::decode(json::string_at(response, {"patch"}));
  ASSERT_TRUE(patch);
  EXPECT_THAT(*patch, HasSubstr("/spec/ephemeralContainers/0/volumeMounts"));
}

TEST(Mutate, admits_what_is_not_its_to_change) {
  for (const Review& review :
       {Review{.subresource = "status", .object = "{}"}, Review{.resource = "secrets", .object = "{}"},
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

TEST(Validate, gives_each_error_as_a_cause_which_is_what_kubectl_edit_shows) {
  const json::Document response = judged(R"({"formVersion":1,"values":{"mode":"x"}})");
  const json::Value* causes = json::find(response, {"status", "details", "causes"});
  ASSERT_TRUE(causes != nullptr && causes->IsArray() && causes->Size() == 2);
  EXPECT_EQ(json::string_at((*causes)[1], {"field"}), "CR070 mode");
  EXPECT_THAT(std::string(json::string_at((*causes)[1], {"message"})),
              StartsWith("\"x\" is no mode. Fix: set it to"));
}

TEST(Validate, shows_warnings_and_admits) {
  const json::Document response = judged(
      R"({"formVersion":1,"values":{"service":{"clusterIP":"10.0.0.9"},"trustDistribution":{"enabled":false}}})");
  EXPECT_TRUE(is_allowed(response));
  EXPECT_THAT(warnings(response), ElementsAre(StartsWith("CR020 trustDistribution.enabled: ")));
}

TEST(Validate, denies_the_text_false_as_a_switch) {
  const json::Document response =
      judged(R"({"formVersion":1,"values":{"cert-manager":{"enabled":"false"},"tls":{"secret":"s"}}})");
  EXPECT_FALSE(is_allowed(response));
  EXPECT_THAT(std::string(json::string_at(response, {"status", "message"})),
              AllOf(HasSubstr("CR061 cert-manager.enabled: "), HasSubstr("CR010 cert-manager.install: ")))
      << "and what the text says is judged, too";
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
    const json::Document response =
        answer("/validate", {.resource = "secrets", .object = object, .name = "registry-settings"});
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

TEST(ValidateTlsSecret, judges_it_before_there_are_settings_but_for_the_address) {
  const auto judge = [](const std::string& object) {
    const auto review =
        parse_admission_review(Review{.resource = "secrets", .object = object, .name = "k8secret"}.text());
    return validate(*review, {.name = "registry", .namespace_ = "shop"}, nullptr, system_now());
  };
  EXPECT_TRUE(judge(tls_secret("10.9.8.7")).allowed);
  EXPECT_THAT(judge(R"({"metadata":{"name":"k8secret"},"data":{"ca.crt":"eA=="}})").message,
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

TEST(ValidateActiveSecret, admits_another_good_one_and_says_who_writes_it) {
  const std::string name = "registry-active-tls";
  const json::Document response = answer("/validate", {.resource = "secrets",
                                                       .operation = "UPDATE",
                                                       .object = tls_secret("192.100.100.1", name),
                                                       .old_object = tls_secret("192.100.100.1", name),
                                                       .name = name});
  EXPECT_TRUE(is_allowed(response)) << json::to_text(response);
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("the controller writes this Secret")));
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
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("the controller makes it anew")));
}

TEST(Validate, judges_a_copy_of_the_settings_under_another_name) {
  EXPECT_TRUE(is_allowed(
      answer("/validate", {.resource = "secrets", .object = secret(kGoodSettings), .name = "backup"})));
  EXPECT_FALSE(is_allowed(answer(
      "/validate",
      {.resource = "secrets", .object = secret(R"({"formVersion":1,"values":{}})"), .name = "backup"})));
}

TEST(Validate, admits_other_resources) {
  EXPECT_TRUE(is_allowed(answer("/validate", {.object = std::string(kPod)})));
}

TEST(AdmissionRoutes, answer_400_with_the_reason_to_what_is_no_review) {
  for (const char* path : {"/mutate", "/validate"}) {
    const http::HttpResponse response = post(path, "{}");
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("AdmissionReview: apiVersion is not admission.k8s.io/v1"));
  }
}

TEST(AdmissionRoutes, count_what_they_answered) {
  metrics::Registry metrics;
  const std::string bad = secret(R"({"formVersion":1,"values":{}})");
  post("/mutate", Review{.object = std::string(kPod)}.text(), policy(), metrics);
  post("/mutate", Review{.object = R"({"metadata":{},"spec":{"containers":[]}})"}.text(), policy(), metrics);
  post("/mutate", "{}", policy(), metrics);
  post("/validate", Review{.resource = "secrets", .object = bad}.text(), policy(), metrics);
  const std::string text = metrics.text();
  for (const char* line : {"requests_total{path=\"/mutate\",verdict=\"patched\"} 1\n",
                           "requests_total{path=\"/mutate\",verdict=\"allowed\"} 1\n",
                           "requests_total{path=\"/mutate\",verdict=\"unreadable\"} 1\n",
                           "requests_total{path=\"/validate\",verdict=\"denied\"} 1\n",
                           "duration_seconds_count{path=\"/mutate\"} 3\n"}) {
    EXPECT_THAT(text, HasSubstr(std::string("connected_registry_admission_") + line));
  }
}

}  // namespace
}  // namespace connected_registry::admission
