#include "controller/pod_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/live_update.h"

namespace connected_registry::controller {
namespace {

using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

TEST(PodStatus, says_in_a_line_how_pods_are) {
  EXPECT_EQ(summary_line({}), "0 pods have the CA.");
  EXPECT_EQ(summary_line({.injected = 12, .outdated = 1, .missed = {"a/b"}, .restart = {"c/d", "e/f"}}),
            "12 pods have the CA. 1 of them wait for the new CA. 1 pod missed the CA: recreate it. "
            "2 pods have it under the name of a previous CA: recreate them for curl, openssl and Python.");
}

TEST(PodStatus, names_the_pods_in_a_config_map) {
  const auto map =
      render_pod_status(kInstallation, {.injected = 3, .outdated = 0, .missed = {"a/b"}, .restart = {}}, {});
  EXPECT_EQ(json::string_at(map, {"metadata", "name"}), "cr-status");
  EXPECT_EQ(json::string_at(map, {"metadata", "namespace"}), "edge");
  const auto pods = json::parse(json::string_at(map, {"data", "pods.json"}));
  ASSERT_TRUE(pods);
  EXPECT_EQ(
      json::to_text(*pods),
      R"({"injected":3,"outdated":0,"missed":{"count":1,"pods":["a/b"]},"restart":{"count":0,"pods":[]}})");
}

TEST(PodStatus, stays_small_however_many_pods_there_are) {
  PodSummary summary;
  summary.missed.assign(10'000, std::string(200, 'x'));
  const auto map = render_pod_status(kInstallation, summary, {});
  EXPECT_LT(json::to_text(map).size(), std::size_t{256} << 10);
  EXPECT_THAT(std::string(json::string_at(map, {"data", "pods.json"})), HasSubstr("10000"));
}

TEST(PodGauges, are_in_the_registry_by_state) {
  metrics::Registry registry;
  PodGauges::in(registry).set({.injected = 3, .outdated = 1, .missed = {"a/b"}, .restart = {}});
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_pods{state=\"injected\"} 3"));
  EXPECT_THAT(registry.text(), HasSubstr("connected_registry_pods{state=\"missed\"} 1"));
}

TEST(BundlePatch, is_for_one_annotation_of_that_very_pod) {
  const auto patch = bundle_patch({.namespace_ = "a", .name = "b", .uid = "u"}, "PEM");
  EXPECT_EQ(json::to_text(patch),
            R"({"metadata":{"uid":"u","annotations":{"connected-registry.io/ca-bundle":"PEM"}}})");
}

}  // namespace
}  // namespace connected_registry::controller
