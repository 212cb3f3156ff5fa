#include "controller/pod_classification.h"

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
  out.subject_hashes = {"01234567"};
  return out;
}

json::Document pod(const std::string& metadata = "", const std::string& image = "192.100.100.1/a:1",
                   const std::string& namespace_ = "shop", const std::string& spec = "") {
  return std::move(*json::parse(R"({"metadata":{"name":"p","namespace":")" + namespace_ + R"(","uid":"u")" +
                                metadata + R"(},"spec":{"containers":[{"name":"c","image":")" + image +
                                R"("}])" + spec + "}}"));
}

bool is_reported(const json::Document& object, const inject::Policy& in_force = policy()) {
  const PodClassification judgement = classify_pod(object, in_force);
  return judgement.missed && pod_event(object, judgement, in_force, kNow).IsObject();
}

// The event of a pod that missed its CA.
json::Document missed_pod_event(const json::Document& object, const inject::Policy& in_force, TimePoint now) {
  return pod_event(object, classify_pod(object, in_force), in_force, now);
}

// A pod that this installation has given the CA of the policy, under a file's name for OpenSSL.
json::Document injected_pod(const std::string& bundle, const std::string& file = "01234567.0",
                            const std::string& installation = "cr") {
  const std::string field =
      R"("fieldRef":{"fieldPath":"metadata.annotations['connected-registry.io/ca-bundle']"})";
  return pod(R"(,"labels":{"connected-registry.io/injected":")" + installation +
                 R"("},"annotations":{"connected-registry.io/ca-bundle":")" + bundle + R"("})",
             "192.100.100.1/a:1", "shop",
             R"(,"volumes":[{"name":"connected-registry-ca","downwardAPI":{"items":[{"path":"ca.crt",)" +
                 field + R"(},{"path":")" + file + R"(",)" + field + "}]}}]");
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

TEST(InjectedPod, is_fine_with_the_ca_of_the_policy) {
  const PodClassification judgement = classify_pod(injected_pod("PEM"), policy());
  EXPECT_TRUE(judgement.injected);
  EXPECT_TRUE(judgement.fine());
  EXPECT_TRUE(pod_event(injected_pod("PEM"), judgement, policy(), kNow).IsNull());
}

TEST(InjectedPod, with_another_ca_is_to_be_updated_and_its_owner_need_do_nothing) {
  for (const char* bundle : {"OLD", ""}) {
    const auto object = injected_pod(bundle);
    const PodClassification judgement = classify_pod(object, policy());
    EXPECT_TRUE(judgement.outdated) << bundle;
    EXPECT_FALSE(judgement.restart);
    EXPECT_TRUE(pod_event(object, judgement, policy(), kNow).IsNull());
  }
}

TEST(InjectedPod, without_the_file_of_a_ca_is_to_be_made_anew) {
  const auto object = injected_pod("PEM", "99999999.0");
  const PodClassification judgement = classify_pod(object, policy());
  EXPECT_TRUE(judgement.restart);
  EXPECT_FALSE(judgement.missed);
  const auto event = pod_event(object, judgement, policy(), kNow);
  ASSERT_TRUE(event.IsObject());
  EXPECT_EQ(json::string_at(event, {"reason"}), "CAFileMissing");
  EXPECT_EQ(json::string_at(event, {"metadata", "name"}), "cr-restart-01234567-u") << "once for each CA";
  EXPECT_THAT(std::string(json::string_at(event, {"message"})), HasSubstr("Recreate the pod"));
}

TEST(InjectedPod, of_another_installation_is_not_ours_to_judge) {
  const PodClassification judgement = classify_pod(injected_pod("OLD", "99999999.0", "other"), policy());
  EXPECT_FALSE(judgement.injected);
  EXPECT_TRUE(judgement.fine());
}

TEST(MissedPod, is_none_while_there_is_no_authority) {
  inject::Policy without = policy();
  without.bundle.clear();
  EXPECT_FALSE(is_reported(pod(), without));
}

}  // namespace
}  // namespace connected_registry::controller
