#include "controller/objects.h"

#include <gtest/gtest.h>

namespace connected_registry::controller {
namespace {

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const Owner kOwner{.resource = kube::kDeployments, .name = "cr-webhook", .uid = "the-uid"};

bool covered(const std::string& actual, const std::string& desired) {
  return covers(*json::parse(actual), *json::parse(desired));
}

TEST(MakeObject, says_whose_it_is_and_goes_with_its_owner) {
  EXPECT_EQ(
      json::to_text(make_object(kube::kConfigMaps, kInstallation, "cr-x", {kOwner})),
      R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"cr-x","namespace":"edge",)"
      R"("labels":{"app.kubernetes.io/managed-by":"connected-registry-controller",)"
      R"("connected-registry.io/name":"cr"},)"
      R"("ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"cr-webhook","uid":"the-uid"}]}})");
}

TEST(MakeObject, can_do_without_an_owner) {
  const auto object = make_object(kube::kSecrets, kInstallation, "cr-x", {});
  EXPECT_EQ(json::find(object, {"metadata", "ownerReferences"}), nullptr);
}

TEST(Covers, what_others_added_does_not_count) {
  EXPECT_TRUE(covered(R"({"a":1,"b":{"c":"x","d":2}})", R"({"b":{"c":"x"}})"));
  EXPECT_TRUE(covered(R"({"list":[{"a":1,"defaulted":true}]})", R"({"list":[{"a":1}]})"));
  EXPECT_TRUE(covered("{}", "{}"));
}

TEST(Covers, what_is_missing_or_differs_does) {
  EXPECT_FALSE(covered("{}", R"({"a":1})"));
  EXPECT_FALSE(covered(R"({"a":2})", R"({"a":1})"));
  EXPECT_FALSE(covered(R"({"a":"1"})", R"({"a":1})"));
  EXPECT_FALSE(covered(R"({"a":[1,2]})", R"({"a":[1]})"))
      << "an element too many was removed from what is wanted";
  EXPECT_FALSE(covered(R"({"a":[2,1]})", R"({"a":[1,2]})"));
  EXPECT_FALSE(covered(R"({"a":null})", R"({"a":{}})"));
  EXPECT_FALSE(covered("[]", "{}"));
}

}  // namespace
}  // namespace connected_registry::controller
