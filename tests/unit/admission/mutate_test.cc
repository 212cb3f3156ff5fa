#include "admission/mutate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "admission/review_fixture.h"

namespace connected_registry::admission {
namespace {

using testing::answer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::is_allowed;
using ::testing::IsEmpty;
using testing::kPod;
using testing::Review;
using testing::warnings;

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

TEST(Mutate, admits_with_a_warning_before_there_is_a_policy) {
  const json::Document response = answer("/mutate", {.object = std::string(kPod)}, nullptr);
  EXPECT_TRUE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"patch"}), nullptr);
  EXPECT_THAT(warnings(response), ElementsAre(HasSubstr("no policy yet")));
}

TEST(Mutate, leaves_pods_alone_while_the_installation_is_frozen) {
  inject::Policy frozen = testing::policy()->policy;
  frozen.frozen = true;
  const json::Document response = answer("/mutate", {.object = std::string(kPod)},
                                         std::make_shared<const inject::RenderedPolicy>(std::move(frozen)));
  EXPECT_TRUE(is_allowed(response));
  EXPECT_EQ(json::find(response, {"patch"}), nullptr);
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

}  // namespace
}  // namespace connected_registry::admission
