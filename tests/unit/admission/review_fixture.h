// Reviews as the API server sends them, and the routes' responses to them.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admission/routes.h"
#include "base/base64.h"
#include "base/json.h"
#include "base/json_in_place.h"
#include "x509/issue.h"

namespace connected_registry::admission::testing {

inline constexpr std::string_view kPod =
    R"({"metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"192.100.100.1/web:1"}]}})";
inline constexpr std::string_view kGoodSettings =
    R"({"formVersion":1,"values":{"service":{"clusterIP":"192.100.100.1"}}})";

inline std::shared_ptr<const inject::RenderedPolicy> policy() {
  inject::Policy out;
  out.installation = "registry";
  out.address = "192.100.100.1";
  out.hosts = {"192.100.100.1"};
  out.directory_hosts = {"192.100.100.1"};
  out.excluded_namespaces = {"kube-system"};
  out.bundle = "PEM";
  return std::make_shared<const inject::RenderedPolicy>(std::move(out));
}

// Returns a Secret with a certificate for the address, its key and its CA.
inline std::string tls_secret(const std::string& address, const std::string& name = "k8secret") {
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

inline http::HttpResponse post(std::string_view path, std::string_view body,
                               std::shared_ptr<const inject::RenderedPolicy> current,
                               metrics::Registry& metrics) {
  for (const http::Route& route :
       admission_routes({.installation = {.name = "registry", .namespace_ = "shop"},
       .policy = [&current] { return current; }},
                        metrics)) {
    if (route.path != path) continue;
    std::string bytes(body);
    bytes.resize(body.size() + json::kInPlacePadding);
    return route.handler({"POST", path, std::span(bytes).first(body.size())});
  }
  return {.status = 404};
}

inline http::HttpResponse post(std::string_view path, std::string_view body,
                               std::shared_ptr<const inject::RenderedPolicy> current = policy()) {
  metrics::Registry metrics;
  return post(path, body, std::move(current), metrics);
}

// Returns the "response" to a well-formed review.
inline json::Document answer(std::string_view path, const Review& review,
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

inline bool is_allowed(const json::Value& response) {
  return json::find(response, {"allowed"})->GetBool();
}

inline std::vector<std::string> warnings(const json::Value& response) {
  std::vector<std::string> out;
  if (const json::Value* list = json::find(response, {"warnings"})) {
    for (const json::Value& warning : list->GetArray()) out.emplace_back(json::view(warning));
  }
  return out;
}

}  // namespace connected_registry::admission::testing
