#include "kube/object.h"

#include <gtest/gtest.h>

namespace connected_registry::kube {
namespace {

TEST(Object, has_its_kind_its_name_and_its_namespace) {
  EXPECT_EQ(json::to_text(make_object(kDeployments, "edge", "x")),
            R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"x","namespace":"edge"}})");
  EXPECT_EQ(json::to_text(make_object(kNodes, "", "x")),
            R"({"apiVersion":"v1","kind":"Node","metadata":{"name":"x"}})");
}

TEST(Object, keeps_the_owners_that_it_has) {
  json::Document object = make_object(kSecrets, "edge", "x");
  add_owner(object, owner_reference(kDeployments, "a", "1"));
  add_owner(object, owner_reference(kConfigMaps, "b", "2"));
  EXPECT_EQ(json::to_text(object["metadata"]["ownerReferences"]),
            R"([{"apiVersion":"apps/v1","kind":"Deployment","name":"a","uid":"1"},)"
            R"({"apiVersion":"v1","kind":"ConfigMap","name":"b","uid":"2"}])");
}

}  // namespace
}  // namespace connected_registry::kube
