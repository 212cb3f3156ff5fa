#include "controller/preflight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "controller/cluster_facts.h"
#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kService = "/api/v1/namespaces/edge/services/cr";
const std::string kAdmission = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/";

// A cluster with what every cluster has, and nothing of ours.
class Preflight : public ::testing::Test {
 protected:
  Preflight() {
    store.put("/apis/networking.k8s.io/v1/servicecidrs/kubernetes",
              R"({"spec":{"cidrs":["192.100.0.0/16"]}})");
    store.put(
        "/apis/storage.k8s.io/v1/storageclasses/standard",
        R"({"metadata":{"name":"standard","annotations":{"storageclass.kubernetes.io/is-default-class":"true"}}})");
    store.put("/api/v1/namespaces/edge", R"({"metadata":{"name":"edge"}})");
  }

  bool run(const std::string& values = R"({"service":{"clusterIP":"192.100.0.20"}})") {
    out.str("");
    const auto fits = preflight(
        client,
        {.installation = kInstallation,
         .settings_json =
             R"({"formVersion":1,"release":{"name":"cr","namespace":"edge"},"values":)" + values + "}"},
        out, system_now());
    EXPECT_TRUE(fits) << fits.error().message;
    return fits && *fits;
  }

  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  std::ostringstream out;
};

TEST_F(Preflight, lets_settings_pass_that_fit) {
  EXPECT_TRUE(run()) << out.str();
  EXPECT_THAT(out.str(),
              AllOf(HasSubstr("the settings are valid for this cluster"), Not(HasSubstr("error"))));
}

TEST_F(Preflight, makes_way_for_another_address) {
  store.put(
      kService,
      R"({"metadata":{"name":"cr","namespace":"edge"},"spec":{"clusterIP":"192.100.0.9","clusterIPs":["192.100.0.9"]}})");
  EXPECT_TRUE(run()) << out.str();
  EXPECT_FALSE(store.has(kService));
  EXPECT_THAT(out.str(), HasSubstr("moves from 192.100.0.9 to 192.100.0.20"));
}

TEST_F(Preflight, leaves_the_service_alone_that_has_the_address) {
  store.put(
      kService,
      R"({"metadata":{"name":"cr","namespace":"edge"},"spec":{"clusterIP":"192.100.0.20","clusterIPs":["192.100.0.20"]}})");
  EXPECT_TRUE(run()) << out.str();
  EXPECT_TRUE(store.has(kService));
}

TEST_F(Preflight, changes_nothing_where_something_is_wrong) {
  store.put(
      kService,
      R"({"metadata":{"name":"cr","namespace":"edge"},"spec":{"clusterIP":"192.100.0.9","clusterIPs":["192.100.0.9"]}})");
  store.put(
      "/api/v1/namespaces/shop/services/web",
      R"({"metadata":{"name":"web","namespace":"shop"},"spec":{"clusterIP":"192.100.0.20","clusterIPs":["192.100.0.20"]}})");
  EXPECT_FALSE(run());
  EXPECT_TRUE(store.has(kService));
  EXPECT_THAT(
      out.str(),
      AllOf(HasSubstr("error: CR003 service.clusterIP: the cluster refuses it: Service shop/web has it"),
            HasSubstr("nothing was changed")));
}

TEST_F(Preflight, does_not_give_up_an_address_for_one_that_may_be_taken) {
  store.put(kService, R"({"metadata":{"name":"cr","namespace":"edge"},"spec":{"clusterIP":"192.100.0.9"}})");
  store.fail("GET", "/api/v1/services", 403);
  store.fail("POST", "/api/v1/namespaces/edge/services", 403);
  const auto fits =
      preflight(client,
                {.installation = kInstallation,
                 .settings_json = R"({"formVersion":1,"values":{"service":{"clusterIP":"192.100.0.20"}}})"},
                out, system_now());
  ASSERT_FALSE(fits);
  EXPECT_THAT(fits.error().message, HasSubstr("not known whether the new address is available"));
  EXPECT_TRUE(store.has(kService));
}

TEST_F(Preflight, finds_what_the_settings_alone_show) {
  EXPECT_FALSE(run(R"({"service":{"clusterIP":"192.100.0.20"},"mode":"x"})"));
  EXPECT_THAT(out.str(), HasSubstr("error: CR070 mode: "));
}

TEST_F(Preflight, tells_another_cert_manager_from_this_releases_own) {
  store.put(
      kAdmission + "ours",
      R"({"metadata":{"annotations":{"meta.helm.sh/release-name":"cr","meta.helm.sh/release-namespace":"edge"}},
                "webhooks":[{"name":"webhook.cert-manager.io","clientConfig":{"service":{"namespace":"edge"}}}]})");
  EXPECT_TRUE(run()) << out.str();
  store.put(
      kAdmission + "theirs",
      R"({"metadata":{},"webhooks":[{"name":"webhook.cert-manager.io","clientConfig":{"service":{"namespace":"cm"}}}]})");
  EXPECT_FALSE(run());
  EXPECT_THAT(
      out.str(),
      HasSubstr("CR018 cert-manager.install: the cluster has a cert-manager already, in namespace cm"));
}

TEST_F(Preflight, says_what_it_could_not_ask_and_judges_the_rest) {
  store.fail("GET", "/apis/storage.k8s.io/v1/storageclasses", 403);
  EXPECT_TRUE(run()) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("note: cannot read storageclasses: "));
}

TEST_F(Preflight, looks_at_the_secret_of_the_connection_string) {
  const std::string values =
      R"({"service":{"clusterIP":"192.100.0.20"},"connectionStringSecret":"parent","sync":{"repositories":["app"]}})";
  EXPECT_FALSE(run(values));
  EXPECT_THAT(out.str(),
              HasSubstr("CR049 connectionStringSecret: there is no Secret parent in namespace edge"));
  // ConnectedRegistryName=x
  store.put(
      "/api/v1/namespaces/edge/secrets/parent",
      R"({"metadata":{"name":"parent"},"data":{"connectionString":"Q29ubmVjdGVkUmVnaXN0cnlOYW1lPXg="}})");
  EXPECT_FALSE(run(values));
  EXPECT_THAT(out.str(), HasSubstr("CR041 Secret parent connectionString: "));
}

TEST_F(Preflight, asks_for_no_storage_class_where_the_user_has_a_claim) {
  store.remove("/apis/storage.k8s.io/v1/storageclasses/standard");
  const std::string values = R"({"service":{"clusterIP":"192.100.0.20"},"pvc":{"existingClaim":"images"}})";
  EXPECT_FALSE(run(values));
  EXPECT_THAT(out.str(), AllOf(HasSubstr("CR053 "), Not(HasSubstr("CR051"))));
  store.put("/api/v1/namespaces/edge/persistentvolumeclaims/images", R"({"metadata":{"name":"images"}})");
  EXPECT_TRUE(run(values)) << out.str();
}

TEST_F(Preflight, does_not_ask_on_where_nobody_answers) {
  store.fail("GET", "/", 503);
  const CollectedFacts survey = collect_cluster_facts(client, kInstallation, settings::Settings());
  ASSERT_TRUE(survey.unreachable);
  EXPECT_THAT(survey.unreachable->message, HasSubstr("503"));
  EXPECT_EQ(survey.unanswered.size(), 2U);
}

TEST_F(Preflight, shows_warnings_and_goes_on) {
  EXPECT_TRUE(run(R"({"service":{"clusterIP":"192.100.77.1"}})")) << out.str();
  EXPECT_THAT(out.str(), HasSubstr("warning: CR004 service.clusterIP: "));
}

TEST_F(Preflight, never_shows_what_is_secret) {
  EXPECT_FALSE(
      run(R"({"service":{"clusterIP":"192.100.0.20"},"connectionString":"SyncTokenPassword=s3cret"})"));
  EXPECT_THAT(out.str(), Not(HasSubstr("s3cret")));
}

TEST_F(Preflight, cannot_judge_what_is_no_settings) {
  const auto fits =
      preflight(client, {.installation = kInstallation, .settings_json = "{"}, out, system_now());
  ASSERT_FALSE(fits);
  EXPECT_THAT(fits.error().message, HasSubstr("settings.json"));
}

}  // namespace
}  // namespace connected_registry::controller
