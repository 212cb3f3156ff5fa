// Broken reviews get a response or status 400, never a crash. The sanitizers run this as well.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "admission/routes.h"
#include "base/json_in_place.h"

namespace connected_registry::admission {
namespace {

constexpr std::array<std::string_view, 3> kReviews = {
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1","kind":{"group":"",)"
    R"("version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"shop",)"
    R"("operation":"CREATE","userInfo":{"username":"a","groups":["b"]},"object":{"kind":"Pod","apiVersion":"v1",)"
    R"("metadata":{"generateName":"web-","labels":{"app":"web"},"annotations":{"connected-registry.io/inject":)"
    R"("true"},"managedFields":[{"manager":"x"}]},"spec":{"volumes":[{"name":"v","emptyDir":{}}],"containers":)"
    R"([{"name":"app","image":"192.100.100.1/web:1","env":[{"name":"A","value":"b\u00e9\n"}],"volumeMounts":)"
    R"([{"name":"v","mountPath":"/v"}]}],"nodeSelector":{"kubernetes.io/os":"linux"}},"status":{"phase":"x"}},)"
    R"("oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions"}}})",
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-2","kind":{"kind":"Pod"},)"
    R"("resource":{"resource":"pods"},"subResource":"ephemeralcontainers","namespace":"shop","operation":"UPDATE",)"
    R"("object":{"metadata":{},"spec":{"containers":[{"name":"app"}],"ephemeralContainers":[{"name":"debug",)"
    R"("image":"192.100.100.1/debug"}]}},"oldObject":{"metadata":{},"spec":{"containers":[{"name":"app"}]}}}})",
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-3","kind":{"kind":"Secret"},)"
    R"("resource":{"resource":"secrets"},"name":"s","namespace":"shop","operation":"CREATE","object":{"data":)"
    R"({"settings.json":"eyJmb3JtVmVyc2lvbiI6MSwidmFsdWVzIjp7fX0="}}}})"};

// Fragments of JSON that do harm where they are not expected.
constexpr std::array<std::string_view, 16> kParts = {
    "{",         "}",         "[",    "]",        "\"",           ",",       ":", "null", "-1", "1e999",
    R"("a":1,)", R"(\ud800)", "\xff", "\xc3\xa9", R"("spec":7,)", "[[[[[[[["};

class Mutator {
 public:
  std::string next() {
    std::string text(kReviews.at(below(kReviews.size())));
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  void change(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(below(40), text.size() - at);
    switch (below(6)) {
      case 0:
        text.insert(at, kParts.at(below(kParts.size())));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), 1 + below(60)));
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 4:
        if (below(8) == 0) text.resize(at);
        break;
      default:
        text.replace(at, length, kParts.at(below(kParts.size())));
    }
  }

  std::mt19937 random_{20261125};
};

TEST(AdmissionMutation, gives_an_answer_or_a_400) {
  inject::Policy policy;
  policy.installation = "registry";
  policy.hosts = {"192.100.100.1"};
  policy.directory_hosts = {"192.100.100.1"};
  policy.bundle = "PEM";
  policy.subject_hashes = {"0a1b2c3d"};
  auto current = std::make_shared<const inject::RenderedPolicy>(std::move(policy));
  metrics::Registry metrics;
  const http::Routes routes = admission_routes(
      {.installation = {.name = "registry", .namespace_ = "shop"}, .policy = [&current] { return current; }},
      metrics);
  Mutator mutator;
  constexpr int kRounds = 10'000;
  int answered = 0;
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = mutator.next();
    std::vector<char> bytes(text.begin(), text.end());
    bytes.resize(text.size() + json::kInPlacePadding);
    const http::Route& route = routes[static_cast<std::size_t>(round) % routes.size()];
    const http::HttpResponse response =
        route.handler({"POST", route.path, std::span(bytes).first(text.size())});
    if (response.status == 400) {
      ++refused;
      ASSERT_NE(response.body, "");
      continue;
    }
    ++answered;
    ASSERT_EQ(response.status, 200) << text;
    ASSERT_TRUE(json::parse(response.body)) << response.body;
  }
  // Both kinds must occur.
  EXPECT_GT(answered, kRounds / 50);
  EXPECT_GT(refused, kRounds / 4);
}

}  // namespace
}  // namespace connected_registry::admission
