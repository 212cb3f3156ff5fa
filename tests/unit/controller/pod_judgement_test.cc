#include "controller/missed_pods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace connected_registry::controller {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

inject::Policy policy() {
  inject::Policy out;
  out.installation = "cr";
  out.hosts = {"192.100.100.1", "192.100.100.1:443"};
  out.excluded_namespaces = {"kube-system"};
  out.bundle = "PEM";
  return out;
}

json::Document pod(const std::string& metadata = "", const std::string& image = "192.100.100.1/a:1",
                   const std::string& name_space = "shop", const std::string& spec = "") {
  return std::move(*json::parse(R"({"metadata":{"name":"p","namespace":")" + name_space + R"(","uid":"u")" +
                                metadata + R"(},"spec":{"containers":[{"name":"c","image":")" + image +
                                R"("}])" + spec + "}}"));
}

bool is_reported(const json::Document& object, const inject::Policy& in_force = policy()) {
  return missed_pod_event(object, in_force, kNow).IsObject();
}

TEST(MissedPod, gets_an_event_that_says_what_to_do) {
  const auto event = missed_pod_event(pod(), policy(), kNow);
  ASSERT_TRUE(event.IsObject());
  EXPECT_EQ(json::string_at(event, {"metadata", "name"}), "cr-missed-u");
  EXPECT_EQ(json::string_at(event, {"metadata", "namespace"}), "shop");
  EXPECT_EQ(json::string_at(event, {"type"}), "Warning");
  EXPECT_EQ(json::string_at(event, {"reason"}), "CABundleMissed");
  EXPECT_EQ(json::to_text(*json::find(event, {"involvedObject"})),
            R"({"apiVersion":"v1","kind":"Pod","namespace":"shop","name":"p","uid":"u"})");
  EXPECT_EQ(json::string_at(event, {"firstTimestamp"}), "2026-01-31T12:00:00Z");
  EXPECT_THAT(std::string(json::string_at(event, {"message"})),
              AllOf(HasSubstr("uses an image"), HasSubstr("Recreate the pod")));
}

TEST(MissedPod, that_asked_is_told_so) {
  const auto event = missed_pod_event(
      pod(R"(,"annotations":{"connected-registry.io/inject":"true"})", "busybox"), policy(), kNow);
  ASSERT_TRUE(event.IsObject());
  EXPECT_THAT(std::string(json::string_at(event, {"message"})), HasSubstr("connected-registry.io/inject"));
}

TEST(MissedPod, is_not_reported_where_namespaces_are_chosen_by_label) {
  inject::Policy by_label = policy();
  by_label.namespaces_by_label = true;
  EXPECT_TRUE(is_reported(pod()));
  EXPECT_FALSE(is_reported(pod(), by_label));
}

TEST(MissedPod, is_none_of_another_registry) {
  EXPECT_FALSE(is_reported(pod("", "docker.io/library/a")));
}

TEST(MissedPod, is_none_that_refuses) {
  EXPECT_FALSE(is_reported(pod(R"(,"annotations":{"connected-registry.io/inject":"false"})")));
}

TEST(MissedPod, is_none_that_has_its_volume) {
  EXPECT_FALSE(
      is_reported(pod("", "192.100.100.1/a:1", "shop", R"(,"volumes":[{"name":"connected-registry-ca",
      "downwardAPI":{"items":[{"path":"ca.crt","fieldRef":
      {"fieldPath":"metadata.annotations['connected-registry.io/ca-bundle']"}}]}}])")));
}

TEST(MissedPod, is_none_of_an_excluded_namespace) {
  EXPECT_FALSE(is_reported(pod("", "192.100.100.1/a:1", "kube-system")));
}

TEST(MissedPod, is_none_of_ours) {
  EXPECT_FALSE(is_reported(pod(R"(,"labels":{"connected-registry.io/component":"registry"})")));
}

TEST(MissedPod, is_none_that_is_going) {
  EXPECT_FALSE(is_reported(pod(R"(,"deletionTimestamp":"2026-01-31T12:00:00Z")")));
}

TEST(MissedPod, is_none_while_there_is_no_authority) {
  inject::Policy without = policy();
  without.bundle.clear();
  EXPECT_FALSE(is_reported(pod(), without));
}

}  // namespace
}  // namespace connected_registry::controller
