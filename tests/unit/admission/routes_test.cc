#include "admission/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admission/review_fixture.h"

namespace connected_registry::admission {
namespace {

using ::testing::HasSubstr;
using testing::kPod;
using testing::policy;
using testing::post;
using testing::Review;

TEST(AdmissionRoutes, answer_400_with_the_reason_to_what_is_no_review) {
  for (const char* path : {"/mutate", "/validate"}) {
    const http::HttpResponse response = post(path, "{}");
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("AdmissionReview: apiVersion is not admission.k8s.io/v1"));
  }
}

TEST(AdmissionRoutes, count_what_they_answered) {
  metrics::Registry metrics;
  const std::string bad =
      R"({"data":{"settings.json":")" + base64::encode(R"({"formVersion":1,"values":{}})") + R"("}})";
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
