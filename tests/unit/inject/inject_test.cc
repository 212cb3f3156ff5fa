#include "inject/inject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "base/json_in_place.h"
#include "contract/names.h"
#include "inject/fixture.h"
#include "inject/json_patch.h"
#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kPod =
    R"({"metadata":{"name":"web"},"spec":{"containers":[{"name":"app","image":"192.100.100.1/web:1"}]}})";

json::Document parsed(std::string_view text) {
  auto document = json::parse(text);
  EXPECT_TRUE(document) << text;
  return document ? std::move(*document) : json::Document();
}

// kPod with one piece of text replaced.
json::Document changed(std::string_view from, std::string_view to) {
  std::string text(kPod);
  return parsed(text.replace(text.find(from), from.size(), to));
}

json::Document with_container(std::string_view fields) {
  return changed(R"("name":"app")", R"("name":"app",)" + std::string(fields));
}

json::Document patched(const json::Value& pod, const Policy& policy) {
  const auto result = inject_pod(pod, RenderedPolicy(policy));
  EXPECT_TRUE(result);
  auto applied = testing::apply(pod, result->patch);
  EXPECT_TRUE(applied);
  return std::move(*applied);
}

// The first of them.
const json::Value& container(const json::Value& pod) {
  return (*json::find(pod, {"spec", "containers"}))[0];
}

// The value of the first container's variable.
std::string_view variable(const json::Value& pod, std::string_view name) {
  for (const json::Value& entry : json::find(container(pod), {"env"})->GetArray()) {
    if (json::string_at(entry, {"name"}) == name) return json::string_at(entry, {"value"});
  }
  return "missing";
}

std::string error_of(const json::Value& pod) {
  const auto result = inject_pod(pod, RenderedPolicy(testing::policy()));
  return result ? "no error" : result.error().message;
}

TEST(Match, tells_why_a_pod_is_handled) {
  const Policy policy = testing::policy();
  EXPECT_EQ(match(parsed(kPod), policy), Match::kImage);
  EXPECT_EQ(match(changed(R"({"name":"web"})", R"({"annotations":{"connected-registry.io/inject":"true"}})"),
                  policy),
            Match::kAsked);
  EXPECT_EQ(match(changed("192.100.100.1/", ""), policy), Match::kNone);
}

TEST(Match, lets_a_refusal_win) {
  const auto pod =
      changed(R"({"name":"web"})", R"({"annotations":{"connected-registry.io/inject":"false"}})");
  EXPECT_EQ(match(pod, testing::policy()), Match::kRefused);
}

TEST(Match, does_not_mind_what_it_cannot_read) {
  for (const char* pod : {"null", "[]", "{}", R"({"spec":[]})", R"({"spec":{"containers":{}}})",
                          R"({"spec":{"containers":[null,7,{"image":7}]},"metadata":7})"}) {
    EXPECT_EQ(match(parsed(pod), testing::policy()), Match::kNone) << pod;
  }
}

TEST(Match, leaves_windows_pods_of_other_registries_to_themselves) {
  const auto pod = parsed(R"({"metadata":{},"spec":{"os":{"name":"windows"},"containers":[{"image":"x"}]}})");
  EXPECT_EQ(match(pod, testing::policy()), Match::kNone);
}

TEST(InjectPod, adds_volume_mounts_variables_annotations_and_label) {
  const json::Document pod = patched(parsed(kPod), testing::policy());
  EXPECT_TRUE(is_injected(pod));
  EXPECT_EQ(json::find(container(pod), {"volumeMounts"})->Size(), 3U);
  EXPECT_EQ(json::string_at(pod, {"metadata", "annotations", "connected-registry.io/ca-bundle"}),
            testing::policy().bundle);
  EXPECT_EQ(json::string_at(pod, {"metadata", "labels", "connected-registry.io/injected"}),
            "connected-registry");
}

TEST(InjectPod, keeps_a_users_SSL_CERT_DIR) {
  const auto pod =
      patched(with_container(R"("env":[{"name":"SSL_CERT_DIR","value":"/mine"}])"), testing::policy());
  EXPECT_EQ(variable(pod, "SSL_CERT_DIR"), "/mine");
  EXPECT_EQ(variable(pod, "NODE_EXTRA_CA_CERTS"), "/etc/connected-registry/certs/ca.crt");
}

TEST(InjectPod, keeps_a_users_variable_even_where_an_earlier_entry_is_ours) {
  const auto pod = patched(with_container(R"("env":[{"name":"NODE_EXTRA_CA_CERTS","value":
    "/etc/connected-registry/certs/ca.crt"},{"name":"NODE_EXTRA_CA_CERTS","value":"/mine"}])"),
                           testing::policy());
  EXPECT_EQ(json::find(container(pod), {"env"})->Size(), 3U);
}

TEST(InjectPod, starts_SSL_CERT_DIR_with_the_usual_directories) {
  EXPECT_EQ(variable(patched(parsed(kPod), testing::policy()), "SSL_CERT_DIR"),
            "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs");
}

TEST(InjectPod, mounts_only_our_own_directory_for_an_ipv6_registry) {
  Policy policy = testing::policy();
  policy.hosts = registry_hosts({.name = "r", .namespace_ = "n"}, "fd00::1", "cluster.local");
  policy.directory_hosts.clear();
  const auto pod = patched(changed("192.100.100.1/", "[fd00::1]:443/"), policy);
  EXPECT_EQ(json::find(container(pod), {"volumeMounts"})->Size(), 1U);
}

TEST(InjectPod, gives_all_but_the_ca_while_there_is_none) {
  Policy policy = testing::policy();
  policy.bundle.clear();
  const auto result = inject_pod(parsed(kPod), RenderedPolicy(policy));
  ASSERT_TRUE(result);
  EXPECT_THAT(result->warnings, ElementsAre(HasSubstr("has no CA yet")));
  const auto early = testing::apply(parsed(kPod), result->patch);
  ASSERT_TRUE(early);
  EXPECT_TRUE(is_injected(*early));
  EXPECT_EQ(json::find(*early, {"metadata", "annotations", names::kBundleAnnotation}), nullptr);
  // Once there is one, the annotation is all that is missing.
  const auto late = inject_pod(*early, RenderedPolicy(testing::policy()));
  ASSERT_TRUE(late);
  EXPECT_EQ(json::parse(late->patch)->Size(), 1U);
  EXPECT_THAT(late->patch, HasSubstr("/metadata/annotations/connected-registry.io~1ca-bundle"));
}

TEST(InjectPod, gives_nothing_while_the_registry_serves_plain_http) {
  const auto asking =
      changed(R"({"name":"web"})", R"({"annotations":{"connected-registry.io/inject":"true"}})");
  const auto result = inject_pod(asking, RenderedPolicy(Policy()));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->patch, "");
  EXPECT_THAT(result->warnings, ElementsAre(HasSubstr("plain HTTP")));
}

TEST(InjectPod, says_nothing_to_pods_of_other_registries_while_there_is_no_ca) {
  Policy policy = testing::policy();
  policy.bundle.clear();
  const auto result = inject_pod(changed("192.100.100.1/", ""), RenderedPolicy(policy));
  ASSERT_TRUE(result);
  EXPECT_THAT(result->warnings, IsEmpty());
}

TEST(InjectPod, leaves_a_pod_alone_whose_annotations_have_no_room) {
  const std::string big(std::size_t{256} << 10, 'x');
  const auto full = changed(R"({"name":"web"})", R"({"annotations":{"a":")" + big.substr(1) + R"("}})");
  const auto result = inject_pod(full, RenderedPolicy(testing::policy()));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->patch, "");
  EXPECT_THAT(result->warnings, ElementsAre(HasSubstr("limit of 256 KiB")));
}

// kPod with one annotation of so many bytes, its key included.
json::Document with_annotation_bytes(std::size_t bytes) {
  return changed(R"({"name":"web"})", R"({"annotations":{"a":")" + std::string(bytes - 1, 'x') + R"("}})");
}

std::size_t annotation_bytes(const json::Value& pod) {
  std::size_t total = 0;
  const json::Value& map = *json::find(pod, {"metadata", "annotations"});
  for (auto entry = map.MemberBegin(); entry != map.MemberEnd(); ++entry) {
    total += json::view(entry->name).size() + json::view(entry->value).size();
  }
  return total;
}

// The API's limit, TotalAnnotationSizeLimitB of apimachinery, is itself allowed.
TEST(InjectPod, uses_the_whole_room_that_the_api_allows_and_no_byte_more) {
  constexpr std::size_t kLimit = std::size_t{256} << 10;
  const std::size_t ours = annotation_bytes(patched(parsed(kPod), testing::policy()));
  EXPECT_EQ(annotation_bytes(patched(with_annotation_bytes(kLimit - ours), testing::policy())), kLimit);
  const auto result = inject_pod(with_annotation_bytes(kLimit - ours + 1), RenderedPolicy(testing::policy()));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->patch, "");
}

TEST(InjectPod, counts_each_of_our_annotations_once_in_a_pod_that_has_them) {
  constexpr std::size_t kLimit = std::size_t{256} << 10;
  const std::size_t ours = annotation_bytes(patched(parsed(kPod), testing::policy()));
  const json::Document full = patched(with_annotation_bytes(kLimit - ours), testing::policy());
  EXPECT_EQ(inject_pod(full, RenderedPolicy(testing::policy()))->status, "unchanged: already injected");
  Policy renewed = testing::policy();
  std::reverse(renewed.bundle.begin(), renewed.bundle.end());
  EXPECT_EQ(inject_pod(full, RenderedPolicy(renewed))->status, "injected") << "a bundle of the same size";
}

TEST(InjectPod, counts_the_annotation_that_it_replaces_once) {
  Policy policy = testing::policy();
  policy.bundle.assign(std::size_t{200} << 10, 'x');
  const auto again = inject_pod(patched(parsed(kPod), policy), RenderedPolicy(policy));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, "unchanged: already injected");
}

TEST(InjectPod, does_not_take_a_mount_of_our_volume_elsewhere_for_ours) {
  const auto pod =
      patched(with_container(R"("volumeMounts":[{"name":"connected-registry-ca","mountPath":"/x"}])"),
              testing::policy());
  EXPECT_EQ(json::find(container(pod), {"volumeMounts"})->Size(), 4U);
}

TEST(InjectPod, is_not_kept_out_by_mounts_beside_its_directories) {
  for (const char* const path :
       {"/etc/docker/certs.d/192.100.100.10", "/etc/docker/certs.d/192.100.100.1x/y",
        "/etc/docker/certs.d/192", "/etc/connected-registry/certs-x", "/etc/connected-registry/cert",
        "/etc/connected", "/etc/cont", "/etc/containers/certs.d/192.100.100.1-443"}) {
    const auto result = inject_pod(
        with_container(R"("volumeMounts":[{"name":"data","mountPath":")" + std::string(path) + R"("}])"),
        RenderedPolicy(testing::policy()));
    ASSERT_TRUE(result) << path;
    EXPECT_THAT(result->warnings, IsEmpty()) << path;
    EXPECT_THAT(result->patch, HasSubstr(R"(\"mounts\":[\"/etc/connected-registry/certs\",)"
                                         R"(\"/etc/docker/certs.d/192.100.100.1\",)"
                                         R"(\"/etc/containers/certs.d/192.100.100.1\"])"))
        << path;
  }
}

TEST(InjectPod, says_which_part_of_a_pod_is_not_what_the_api_defines) {
  EXPECT_EQ(error_of(parsed("[]")), "pod: it is not an object");
  EXPECT_EQ(error_of(parsed("{}")), "pod: metadata is missing");
  EXPECT_EQ(error_of(parsed(R"({"metadata":{}})")), "pod: spec is missing");
  EXPECT_EQ(error_of(parsed(R"({"metadata":{},"spec":{}})")), "pod: spec.containers is missing");
  EXPECT_EQ(error_of(parsed(R"({"metadata":{},"spec":{"containers":{}}})")),
            "pod: spec.containers is not an array");
  EXPECT_EQ(error_of(parsed(R"({"metadata":{},"spec":{"containers":[7]}})")),
            "pod: spec.containers[0] is not an object");
  EXPECT_EQ(error_of(parsed(R"({"metadata":{},"spec":{"containers":[{}]}})")),
            "pod: spec.containers[0].name is missing");
  EXPECT_EQ(error_of(changed(R"({"name":"web"})", R"({"labels":{"a":1}})")),
            "pod: metadata.labels[\"a\"] is not a string");
  EXPECT_EQ(error_of(changed(R"({"name":"web"})", R"({"annotations":[]})")),
            "pod: metadata.annotations is not an object");
  EXPECT_EQ(error_of(with_container(R"("env":{})")), "pod: spec.containers[0].env is not an array");
  EXPECT_EQ(error_of(with_container(R"("env":[{"name":"a"},{"name":1}])")),
            "pod: spec.containers[0].env[1].name is not a string");
  EXPECT_EQ(error_of(with_container(R"("volumeMounts":[{"name":"a"}])")),
            "pod: spec.containers[0].volumeMounts[0].mountPath is missing");
  EXPECT_EQ(error_of(changed(R"("spec":{)", R"("spec":{"volumes":"v",)")),
            "pod: spec.volumes is not an array");
  EXPECT_EQ(error_of(changed(R"("spec":{)", R"("spec":{"initContainers":[null],)")),
            "pod: spec.initContainers[0] is not an object");
  EXPECT_EQ(error_of(changed(R"("spec":{)", R"("spec":{"os":"linux",)")), "pod: spec.os is not an object");
}

// kPod in a namespace that has a pull secret.
json::Document pod_with_secrets(std::string_view secrets) {
  auto pod = changed(R"("name":"web")", R"("name":"web","namespace":"apps")");
  auto& allocator = pod.GetAllocator();
  pod["spec"].AddMember("imagePullSecrets", json::Value(parsed(secrets), allocator), allocator);
  return pod;
}

Policy policy_with_pull_secret() {
  Policy policy = testing::policy();
  policy.pull_secret = "cr-pull";
  policy.pull_secret_namespaces = {"apps"};
  return policy;
}

TEST(InjectPod, adds_the_pull_secret_behind_a_pods_own_and_only_once) {
  const auto pod = patched(pod_with_secrets(R"([{"name":"own"}])"), policy_with_pull_secret());
  EXPECT_EQ(json::to_text(*json::find(pod, {"spec", "imagePullSecrets"})),
            R"([{"name":"own"},{"name":"cr-pull"}])");
  EXPECT_THAT(inject_pod(pod, RenderedPolicy(policy_with_pull_secret()))->patch, IsEmpty());
  const auto none = patched(pod_with_secrets("null"), policy_with_pull_secret());
  EXPECT_EQ(json::to_text(*json::find(none, {"spec", "imagePullSecrets"})), R"([{"name":"cr-pull"}])");
}

json::Document parts_of(const json::Value& pod) {
  std::string text = json::to_text(pod);
  const std::size_t size = text.size();
  text.resize(size + json::kInPlacePadding);
  const auto parts = json::parse_in_place(std::span(text).first(size), kPodParts);
  EXPECT_TRUE(parts);
  return parsed(json::to_text(*parts));
}

TEST(PodParts, hold_the_pull_secrets_that_a_pod_has) {
  EXPECT_NE(json::find(parts_of(pod_with_secrets(R"([{"name":"cr-pull"}])")), {"spec", "imagePullSecrets"}),
            nullptr);
}

TEST(PodParts, keep_the_places_of_variables_though_only_some_are_read) {
  EXPECT_EQ(error_of(parts_of(
                with_container(R"("env":[{"name":"A","value":"x"},{"name":"HTTPS_PROXY","value":5}])"))),
            "pod: spec.containers[0].env[1].value is not a string");
  EXPECT_EQ(error_of(parts_of(with_container(R"("env":[{"name":"A"},7])"))),
            "pod: spec.containers[0].env[1] is not an object");
}

TEST(InjectPod, keeps_the_pull_secret_from_other_namespaces_and_images) {
  EXPECT_EQ(json::find(patched(parsed(kPod), policy_with_pull_secret()), {"spec", "imagePullSecrets"}),
            nullptr);
  auto asking = parsed(
      R"({"metadata":{"name":"web","namespace":"apps","annotations":{"connected-registry.io/inject":"true"}},
          "spec":{"containers":[{"name":"app","image":"nginx"}]}})");
  const auto pod = patched(asking, policy_with_pull_secret());
  EXPECT_TRUE(is_injected(pod));
  EXPECT_EQ(json::find(pod, {"spec", "imagePullSecrets"}), nullptr);
}

TEST(InjectPod, gives_the_pull_secret_alone_to_a_pod_whose_image_volumes_use_the_registry) {
  auto pod = parsed(
      R"({"metadata":{"name":"web","namespace":"apps"},"spec":{"containers":[{"name":"app","image":"nginx"}],
          "volumes":[{"name":"models","image":{"reference":"192.100.100.1/models:1"}}]}})");
  EXPECT_EQ(match(pod, policy_with_pull_secret()), Match::kVolume);
  const auto result = inject_pod(parts_of(pod), RenderedPolicy(policy_with_pull_secret()));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, "injected: the pull secret for image volumes");
  EXPECT_EQ(result->patch, R"([{"op":"add","path":"/spec/imagePullSecrets","value":[{"name":"cr-pull"}]}])");
  const auto again =
      inject_pod(patched(pod, policy_with_pull_secret()), RenderedPolicy(policy_with_pull_secret()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->patch, "");
  EXPECT_EQ(again->status, "unchanged: the pod does not use the registry");
  json::set(pod["metadata"], "namespace", "other", pod.GetAllocator());
  EXPECT_THAT(inject_pod(pod, RenderedPolicy(policy_with_pull_secret()))->patch, IsEmpty());
}

TEST(InjectPod, gives_the_pull_secret_with_the_ca_to_a_pod_that_asks_and_has_an_image_volume) {
  const auto pod = patched(
      parsed(
          R"({"metadata":{"name":"web","namespace":"apps","annotations":{"connected-registry.io/inject":"true"}},
                 "spec":{"containers":[{"name":"app","image":"nginx"}],
                         "volumes":[{"name":"models","image":{"reference":"192.100.100.1/models:1"}}]}})"),
      policy_with_pull_secret());
  EXPECT_TRUE(is_injected(pod));
  EXPECT_EQ(json::to_text(*json::find(pod, {"spec", "imagePullSecrets"})), R"([{"name":"cr-pull"}])");
}

TEST(InjectEphemeralContainers, respects_a_refusal) {
  const json::Document old_pod = patched(parsed(kPod), testing::policy());
  json::Document pod = testing::copy(old_pod);
  json::set(testing::at(testing::at(pod, "metadata"), "annotations"), "connected-registry.io/inject", "false",
            pod.GetAllocator());
  json::Document debug = parsed(R"([{"name":"debug","image":"busybox"}])");
  json::set(testing::at(pod, "spec"), "ephemeralContainers", json::Value(debug, pod.GetAllocator()),
            pod.GetAllocator());
  const auto result = inject_ephemeral_containers(pod, old_pod, RenderedPolicy(testing::policy()));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->patch, "");
}

TEST(InjectEphemeralContainers, says_which_part_of_a_pod_is_wrong) {
  const auto pod = changed(R"("spec":{)", R"("spec":{"ephemeralContainers":7,)");
  const auto result = inject_ephemeral_containers(pod, parsed(kPod), RenderedPolicy(testing::policy()));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "pod: spec.ephemeralContainers is not an array");
}

TEST(IsInjected, knows_our_volume_by_what_it_holds) {
  EXPECT_FALSE(is_injected(parsed(kPod)));
  EXPECT_FALSE(
      is_injected(parsed(R"({"spec":{"volumes":[{"name":"connected-registry-ca","emptyDir":{}}]}})")));
  EXPECT_FALSE(is_injected(parsed("null")));
}

}  // namespace
}  // namespace connected_registry::inject
