#include "controller/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "base/base64.h"
#include "controller/active_tls.h"
#include "controller/serving_certificate.h"
#include "inject/policy_document.h"
#include "kube/fake_api.h"
#include "kube/secret.h"
#include "support/api_store.h"
#include "x509/issue.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using std::chrono::hours;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kCore = "/api/v1/namespaces/edge/";
const std::string kCertManager = "/apis/cert-manager.io/v1/namespaces/edge/";
const std::string kMutating = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/cr-edge";
const std::string kValidating =
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/cr-edge";

json::Document settings_secret(const std::string& values) {
  json::Document secret = make_object(kube::kSecrets, kInstallation, "cr-settings", {});
  kube::set_secret_value(secret, "settings.json",
                         R"({"formVersion":1,"release":{"name":"cr","namespace":"edge"},"values":)" + values +
                             R"(,"clusterDomain":"cluster.local"})");
  return secret;
}

TlsMaterial tls_material(const std::string& address = "192.100.100.1") {
  x509::IssueRequest request{.common_name = "ca",
                             .dns_names = {},
                             .ip_addresses = {},
                             .not_before = system_now() - hours(1),
                             .lifetime = hours(1000)};
  const auto ca = *x509::issue_ca(request);
  request.ip_addresses = {address};
  const auto leaf = *x509::issue_server(request, ca);
  return {
      .tls_crt = leaf.certificate.to_pem(), .tls_key = leaf.key.to_pem(), .ca_crt = ca.certificate.to_pem()};
}

// A cluster as the chart leaves it, and a leader in it.
class ControllerTest : public ::testing::Test {
 protected:
  ControllerTest() {
    store.put(kCore + "secrets/cr-settings", settings_secret(R"({"service":{"clusterIP":"192.100.100.1"}})"));
    store.put(kMutating,
              R"({"webhooks":[{"name":"pods","clientConfig":{"service":{"name":"cr-webhook"}}}]})");
    store.put(kValidating, R"({"webhooks":[{"name":"a","clientConfig":{}},{"name":"b","clientConfig":{}}]})");
  }
  ~ControllerTest() override { end(); }

  void lead() {
    client = std::make_unique<kube::Client>(api.configuration());
    controller = std::make_unique<Controller>(
        *client,
        ControllerRequest{.installation = kInstallation,
                          .cluster_domain = "cluster.local",
                          .owners = {{.resource = kube::kDeployments, .name = "cr-webhook", .uid = "owner"},
                                     {.resource = kube::kDeployments, .name = "cr-controller", .uid = "two"}},
                          .rotation = {.pods = std::chrono::seconds(0)}});
    thread = std::jthread([this](const std::stop_token& stop) { controller->run(stop); });
  }
  void end() {
    if (thread.joinable()) {
      thread.request_stop();
      thread.join();
    }
    controller.reset();
  }
  // As cert-manager would answer the Certificates.
  void issue(const TlsMaterial& material) { put_tls_secret("cr-tls-source", material, "cr-tls"); }
  // `certificate`: the one that cert-manager issued it for.
  void put_tls_secret(const std::string& name, const TlsMaterial& material,
                      const std::string& certificate = "") {
    json::Document secret = make_object(kube::kSecrets, kInstallation, name, {});
    auto& allocator = secret.GetAllocator();
    json::set(json::object_at(secret["metadata"], "annotations", allocator),
              "cert-manager.io/certificate-name", certificate, allocator);
    kube::set_secret_value(secret, "tls.crt", material.tls_crt);
    kube::set_secret_value(secret, "tls.key", material.tls_key);
    kube::set_secret_value(secret, "ca.crt", material.ca_crt);
    store.put(kCore + "secrets/" + name, secret);
  }
  std::optional<TlsMaterial> active() {
    const auto secret = store.get(kCore + "secrets/cr-active-tls");
    if (secret.IsNull()) return std::nullopt;
    return *read_tls_secret(secret);
  }
  std::string bundle() {
    return std::string(json::string_at(store.get(kCore + "configmaps/cr-ca-bundle"), {"data", "ca.crt"}));
  }
  // The record of the CAs that clients trust.
  std::string trusted() {
    const auto record = read_trust_record(store.get(kCore + "secrets/cr-active-tls"), system_now());
    return record ? record->bundle : "";
  }
  inject::Policy policy() {
    const auto map = store.get(kCore + "configmaps/cr-policy");
    return inject::parse_policy_document(json::string_at(map, {"data", names::kPolicyKey}))
        .value_or(inject::Policy());
  }
  void freeze() {
    auto secret = store.get(kCore + "secrets/cr-settings");
    auto& allocator = secret.GetAllocator();
    json::set(json::object_at(secret["metadata"], "annotations", allocator), names::kFreezeAnnotation, "true",
              allocator);
    store.put(kCore + "secrets/cr-settings", secret);
  }
  static std::string escaped(const std::string& pem) {
    json::Document text;
    const std::string quoted = json::to_text(json::string_value(pem, text.GetAllocator()));
    return quoted.substr(1, quoted.size() - 2);
  }
  std::string ca_bundle_of(const std::string& path, unsigned index) {
    const auto configuration = store.get(path);
    const json::Value* const webhooks = json::find(configuration, {"webhooks"});
    if (webhooks == nullptr || webhooks->Size() <= index) return "";
    return std::string(json::string_at((*webhooks)[index], {"clientConfig", "caBundle"}));
  }
  // A change of an object that the controller watches starts a round.
  void wake() {
    auto secret = store.get(kCore + "secrets/cr-settings");
    auto& allocator = secret.GetAllocator();
    json::set(json::object_at(secret["metadata"], "annotations", allocator), "test/round",
              std::to_string(++woken_), allocator);
    store.put(kCore + "secrets/cr-settings", secret);
  }
  // Two whole rounds from now: each asks for this Certificate at its end.
  bool await_rounds() {
    const std::string path = kCertManager + "certificates/cr-tls";
    for (int round = 0; round < 2; ++round) {
      const std::size_t before = store.reads(path);
      wake();
      if (!store.await([&] { return store.reads(path) > before; })) return false;
    }
    return true;
  }

  int woken_ = 0;
  FakeApi api;
  ApiStore store{api};
  std::unique_ptr<kube::Client> client;
  std::unique_ptr<Controller> controller;
  std::jthread thread;
};

TEST_F(ControllerTest, sets_up_everything_and_then_writes_nothing_more) {
  lead();
  ASSERT_TRUE(store.await(
      [&] { return !ca_bundle_of(kValidating, 1).empty() && !ca_bundle_of(kMutating, 0).empty(); }));
  EXPECT_EQ(ca_bundle_of(kMutating, 0), ca_bundle_of(kValidating, 0));
  EXPECT_EQ(ca_bundle_of(kMutating, 0), ca_bundle_of(kValidating, 1));
  ASSERT_TRUE(store.await_object(kCertManager + "certificates/cr-tls"));
  EXPECT_THAT(store.names(kCertManager + "issuers"), UnorderedElementsAre("cr-selfsigned", "cr-ca"));
  EXPECT_THAT(store.names(kCertManager + "certificates"), UnorderedElementsAre("cr-ca", "cr-tls"));
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return active() == material; }));
  EXPECT_EQ(bundle(), material.ca_crt);
  ASSERT_TRUE(store.await([&] { return policy().bundle == material.ca_crt; }));
  const auto writes = store.writes();
  EXPECT_LT(std::find(writes.begin(), writes.end(), "PATCH " + kCore + "configmaps/cr-ca-bundle"),
            std::find(writes.begin(), writes.end(), "PATCH " + kCore + "secrets/cr-active-tls"))
      << "clients trust before the registry serves";
  for (const char* const name : {"secrets/cr-active-tls", "secrets/cr-webhook-tls", "configmaps/cr-ca-bundle",
                                 "configmaps/cr-policy"}) {
    const auto object = store.get(kCore + name);
    EXPECT_EQ(json::string_at(object["metadata"]["ownerReferences"][0], {"uid"}), "owner") << name;
    EXPECT_EQ(json::string_at(object["metadata"]["ownerReferences"][1], {"uid"}), "two") << name;
  }
  ASSERT_TRUE(await_rounds());
  store.forget_writes();
  ASSERT_TRUE(await_rounds());
  EXPECT_THAT(store.writes(), IsEmpty());
}

TEST_F(ControllerTest, a_new_leader_finds_all_in_place) {
  lead();
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return active() == material && !ca_bundle_of(kValidating, 1).empty(); }));
  ASSERT_TRUE(await_rounds());
  end();
  store.forget_writes();
  lead();
  ASSERT_TRUE(await_rounds());
  // The status of the pods is written once by each leader, a few seconds after it has begun.
  auto writes = store.writes();
  std::erase(writes, "PATCH " + kCore + "configmaps/cr-status");
  EXPECT_THAT(writes, IsEmpty());
}

TEST_F(ControllerTest, waits_for_cert_manager) {
  store.fail("GET", kCertManager, 404);
  store.fail("PATCH", kCertManager, 404);
  lead();
  const auto tries = [&] {
    const auto writes = store.writes();
    return std::count(writes.begin(), writes.end(), "PATCH " + kCertManager + "certificates/cr-tls");
  };
  ASSERT_TRUE(store.await([&] { return tries() >= 2; })) << "it is tried again without any event";
  // Its kinds are there, its webhook is not yet.
  store.fail("GET", kCertManager, 0);
  store.fail("PATCH", kCertManager, 500);
  ASSERT_TRUE(await_rounds());
  store.fail("PATCH", kCertManager, 0);
  ASSERT_TRUE(store.await_object(kCertManager + "certificates/cr-tls"));
}

TEST_F(ControllerTest, asks_cert_manager_for_nothing_when_it_is_switched_off) {
  store.put(
      kCore + "secrets/cr-settings",
      settings_secret(
          R"({"service":{"clusterIP":"192.100.100.1"},"cert-manager":{"install":false,"enabled":false}})"));
  lead();
  ASSERT_TRUE(store.await([&] { return !ca_bundle_of(kValidating, 1).empty(); }));
  EXPECT_THAT(store.names(kCertManager + "certificates"), IsEmpty());
}

std::string own_certificate(const TlsMaterial& material) {
  return R"({"service":{"clusterIP":"192.100.100.1"},"cert-manager":{"install":false,"enabled":false},"tls":{"crt":")" +
         base64::encode(material.tls_crt) + R"(","key":")" + base64::encode(material.tls_key) +
         R"(","cacrt":")" + base64::encode(material.ca_crt) + R"("}})";
}

TEST_F(ControllerTest, takes_the_certificate_that_the_values_give) {
  const TlsMaterial material = tls_material();
  store.put(kCore + "secrets/cr-settings", settings_secret(own_certificate(material)));
  lead();
  EXPECT_TRUE(store.await([&] { return active() == material; }));
  EXPECT_EQ(bundle(), material.ca_crt);
  const TlsMaterial next = tls_material();
  store.put(kCore + "secrets/cr-settings", settings_secret(own_certificate(next)));
  EXPECT_TRUE(store.await([&] { return active() == next; }));
  EXPECT_THAT(bundle(), AllOf(HasSubstr(material.ca_crt), HasSubstr(next.ca_crt))) << "the old is trusted on";
}

TEST_F(ControllerTest, takes_the_certificate_of_the_users_secret_whatever_its_name) {
  const auto settings = [](const std::string& name) {
    return settings_secret(
        R"({"service":{"clusterIP":"192.100.100.1"},"cert-manager":{"install":false,"enabled":false},"tls":{"secret":")" +
        name + R"("}})");
  };
  const TlsMaterial one = tls_material();
  const TlsMaterial other = tls_material();
  put_tls_secret("k8secret", one);
  put_tls_secret("another", other);
  store.put(kCore + "secrets/cr-settings", settings("k8secret"));
  lead();
  ASSERT_TRUE(store.await([&] { return active() == one; }));
  store.put(kCore + "secrets/cr-settings", settings("another"));
  EXPECT_TRUE(store.await([&] { return active() == other; }));
  put_tls_secret("another", one);
  EXPECT_TRUE(store.await([&] { return active() == one; })) << "a change of it is followed";
}

TEST_F(ControllerTest, removes_what_cert_manager_made_once_the_certificate_comes_from_elsewhere) {
  lead();
  issue(tls_material());
  store.put(kCore + "secrets/cr-ca", "{}");
  ASSERT_TRUE(store.await([&] { return active().has_value(); }));
  const TlsMaterial material = tls_material();
  store.put(kCore + "secrets/cr-settings", settings_secret(own_certificate(material)));
  EXPECT_TRUE(store.await([&] { return !store.has(kCore + "secrets/cr-tls-source"); }));
  EXPECT_TRUE(store.await([&] { return active() == material; }));
  EXPECT_THAT(store.names(kCertManager + "certificates"), IsEmpty());
  EXPECT_THAT(store.names(kCertManager + "issuers"), IsEmpty());
  EXPECT_FALSE(store.has(kCore + "secrets/cr-ca"));
}

TEST_F(ControllerTest, leaves_a_secret_alone_that_cert_manager_did_not_make) {
  put_tls_secret("cr-tls-source", tls_material());
  const TlsMaterial material = tls_material();
  store.put(kCore + "secrets/cr-settings", settings_secret(own_certificate(material)));
  lead();
  ASSERT_TRUE(store.await([&] { return active() == material; }));
  EXPECT_TRUE(store.has(kCore + "secrets/cr-tls-source"));
}

TEST_F(ControllerTest, tells_the_nodes_that_a_registry_speaks_plain_http) {
  store.put(
      kCore + "secrets/cr-settings",
      settings_secret(
          R"({"service":{"clusterIP":"192.100.100.1"},"cert-manager":{"install":false,"enabled":false},"httpsEnabled":false})"));
  lead();
  ASSERT_TRUE(store.await_object(kCore + "configmaps/cr-ca-bundle"));
  const auto map = store.get(kCore + "configmaps/cr-ca-bundle");
  EXPECT_THAT(std::string(json::string_at(map, {"data", names::kRegistryKey})),
              AllOf(HasSubstr(R"("scheme":"http")"), HasSubstr(R"("port":80)")));
  EXPECT_EQ(bundle(), "");
  EXPECT_FALSE(store.has(kCore + "secrets/cr-active-tls"));
}

TEST_F(ControllerTest, a_bad_source_is_not_taken_and_an_event_says_why) {
  lead();
  const TlsMaterial good = tls_material();
  issue(good);
  ASSERT_TRUE(store.await([&] { return active() == good; }));
  issue(tls_material("10.0.0.9"));
  ASSERT_TRUE(store.await([&] { return store.names(kCore + "events").size() == 1; }));
  const auto event = store.get(kCore + "events/" + store.names(kCore + "events").front());
  EXPECT_EQ(json::string_at(event, {"reason"}), "CertificateRefused");
  EXPECT_EQ(json::string_at(event, {"involvedObject", "name"}), "cr-tls-source");
  EXPECT_THAT(std::string(json::string_at(event, {"message"})), HasSubstr("192.100.100.1"));
  ASSERT_TRUE(await_rounds());
  EXPECT_EQ(active(), good);
  EXPECT_EQ(bundle(), good.ca_crt);
  EXPECT_EQ(store.names(kCore + "events").size(), 1U) << "once, not once a round";
}

TEST_F(ControllerTest, brings_back_what_somebody_deleted_or_changed) {
  lead();
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return active() == material && !ca_bundle_of(kMutating, 0).empty(); }));
  const std::string ca = ca_bundle_of(kMutating, 0);
  store.remove(kCore + "configmaps/cr-ca-bundle");
  store.remove(kCore + "secrets/cr-active-tls");
  store.put(kMutating, R"({"webhooks":[{"name":"pods","clientConfig":{}}]})");
  EXPECT_TRUE(store.await([&] { return active() == material && bundle() == material.ca_crt; }));
  EXPECT_TRUE(store.await([&] { return ca_bundle_of(kMutating, 0) == ca; }));
  store.remove(kCore + "secrets/cr-webhook-tls");
  EXPECT_TRUE(store.await([&] { return ca_bundle_of(kMutating, 0) != ca; }))
      << "a new CA, and the API server is told";
}

TEST_F(ControllerTest, publishes_the_policy_of_the_webhook) {
  lead();
  ASSERT_TRUE(store.await([&] { return policy().hosts.size() > 1; })) << "before there is a CA";
  EXPECT_EQ(policy().bundle, "");
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return policy().bundle == material.ca_crt; }));
  freeze();
  ASSERT_TRUE(store.await([&] { return policy().frozen; }));
  ASSERT_TRUE(store.await([&] {
    const auto map = store.get(kCore + "configmaps/cr-ca-bundle");
    return json::string_at(map, {"data", "registry.json"}).find(R"("frozen":true)") != std::string_view::npos;
  }));
}

TEST_F(ControllerTest, never_takes_a_ca_from_the_bundle_and_restores_it) {
  lead();
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return active() == material; }));
  const std::string stranger = tls_material().ca_crt;
  ASSERT_TRUE(await_rounds());
  const auto edit = [&](const std::string& key, const std::string& value) {
    auto map = store.get(kCore + "configmaps/cr-ca-bundle");
    auto& allocator = map.GetAllocator();
    json::set(json::object_at(map["metadata"], "annotations", allocator), names::kBundleSinceAnnotation,
              "2099-01-01T00:00:00Z", allocator);
    json::set(map["data"], key, value, allocator);
    store.put(kCore + "configmaps/cr-ca-bundle", map);
  };
  edit("ca.crt", material.ca_crt + stranger);
  EXPECT_TRUE(store.await([&] { return bundle() == material.ca_crt; }));
  const auto events = [&] { return store.names(kCore + "events"); };
  ASSERT_TRUE(store.await([&] { return events().size() == 1; }));
  EXPECT_EQ(json::string_at(store.get(kCore + "events/" + events().front()), {"reason"}), "BundleChanged");
  edit("registry.json", R"({"formVersion":1,"address":"10.9.8.7","port":80,"scheme":"http"})");
  EXPECT_TRUE(store.await([&] {
    const auto map = store.get(kCore + "configmaps/cr-ca-bundle");
    return json::string_at(map, {"data", "registry.json"}).find("192.100.100.1") != std::string_view::npos;
  }));
  ASSERT_TRUE(await_rounds());
  EXPECT_EQ(policy().bundle, material.ca_crt) << "the policy of the webhook comes from elsewhere";
  EXPECT_EQ(trusted(), material.ca_crt);
}

TEST_F(ControllerTest, a_new_leader_does_not_take_a_ca_from_the_bundle_either) {
  lead();
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return active() == material; }));
  end();
  auto map = store.get(kCore + "configmaps/cr-ca-bundle");
  json::set(map["data"], "ca.crt", material.ca_crt + tls_material().ca_crt, map.GetAllocator());
  store.put(kCore + "configmaps/cr-ca-bundle", map);
  lead();
  EXPECT_TRUE(store.await([&] { return bundle() == material.ca_crt; }));
  EXPECT_EQ(trusted(), material.ca_crt);
}

TEST_F(ControllerTest, trusts_no_ca_of_a_bundle_that_was_there_before_the_first_installation) {
  store.put(kCore + "configmaps/cr-ca-bundle",
            R"({"metadata":{"name":"cr-ca-bundle","namespace":"edge"},"data":{"ca.crt":")" +
                escaped(tls_material().ca_crt) + R"("}})");
  lead();
  EXPECT_TRUE(store.await([&] { return bundle().empty(); })) << "before the first certificate";
  const TlsMaterial material = tls_material();
  issue(material);
  ASSERT_TRUE(store.await([&] { return active() == material; }));
  EXPECT_EQ(bundle(), material.ca_crt);
}

// An earlier version kept the former CAs in the ConfigMap, and was the only owner.
TEST_F(ControllerTest, takes_over_from_an_earlier_version_in_the_middle_of_a_rotation) {
  const TlsMaterial old = tls_material();
  const TlsMaterial next = tls_material();
  const std::string both = old.ca_crt + next.ca_crt;
  put_tls_secret("cr-active-tls", old);
  issue(next);
  const auto plan = plan_serving_certificate(
      std::nullopt, webhook_service_names(kInstallation, "cluster.local"), system_now());
  const Owners former = {{.resource = kube::kDeployments, .name = "cr-webhook", .uid = "owner"}};
  store.put(kCore + "secrets/cr-webhook-tls",
            render_serving_secret(kInstallation, (*plan)->material, former));
  store.put(kCore + "configmaps/cr-ca-bundle",
            R"({"metadata":{"name":"cr-ca-bundle","namespace":"edge","annotations":{
                "connected-registry.io/bundle-since":")" +
                format_time(system_now() - std::chrono::seconds(1)) + R"("}},"data":{"ca.crt":")" +
                escaped(both) + R"("}})");
  lead();
  ASSERT_TRUE(store.await([&] { return active() == next; }));
  EXPECT_THAT(trusted(), AllOf(HasSubstr(old.ca_crt), HasSubstr(next.ca_crt)));
  ASSERT_TRUE(store.await([&] {
    const auto secret = store.get(kCore + "secrets/cr-webhook-tls");
    return secret["metadata"]["ownerReferences"].Size() == 2;
  }));
  EXPECT_EQ(read_serving_secret(store.get(kCore + "secrets/cr-webhook-tls"))->ca_crt,
            (*plan)->material.ca_crt);
  EXPECT_EQ(read_serving_secret(store.get(kCore + "secrets/cr-webhook-tls"))->tls_key,
            (*plan)->material.tls_key);
}

TEST_F(ControllerTest, repairs_a_serving_certificate_that_is_junk) {
  store.put(kCore + "secrets/cr-webhook-tls", R"({"data":{"tls.crt":"anVuaw=="}})");
  lead();
  EXPECT_TRUE(store.await([&] {
    const auto material = read_serving_secret(store.get(kCore + "secrets/cr-webhook-tls"));
    return material && check_serving_material(
                           *material, webhook_service_names(kInstallation, "cluster.local"), system_now());
  }));
}

TEST_F(ControllerTest, does_nothing_while_an_uninstall_goes_on) {
  json::Document secret = settings_secret(R"({"service":{"clusterIP":"192.100.100.1"}})");
  auto& allocator = secret.GetAllocator();
  json::set(json::object_at(secret["metadata"], "annotations", allocator), names::kUninstallingAnnotation,
            format_time(system_now()), allocator);
  store.put(kCore + "secrets/cr-settings", secret);
  issue(tls_material());
  lead();
  // What it follows has been listed, and more has happened since.
  ASSERT_TRUE(store.await([&] { return store.reads(kMutating.substr(0, kMutating.rfind('/'))) > 1; }));
  store.put(kCore + "secrets/cr-settings", settings_secret(R"({"service":{"clusterIP":"192.100.100.2"}})"));
  ASSERT_TRUE(store.await_object(kCertManager + "certificates/cr-tls")) << "healed: it goes on";
  const auto certificate = store.get(kCertManager + "certificates/cr-tls");
  EXPECT_EQ(json::to_text(*json::find(certificate, {"spec", "ipAddresses"})), R"(["192.100.100.2"])")
      << "nothing was applied before";
}

TEST_F(ControllerTest, reports_a_pod_that_missed_its_authority_once) {
  store.put("/api/v1/namespaces/shop/pods/old",
            R"({"metadata":{"name":"old","namespace":"shop","uid":"u1"},
                "spec":{"containers":[{"name":"c","image":"192.100.100.1/a:1"}]}})");
  lead();
  issue(tls_material());
  ASSERT_TRUE(store.await_object("/api/v1/namespaces/shop/events/cr-missed-u1"));
  store.put("/api/v1/namespaces/shop/pods/new",
            R"({"metadata":{"name":"new","namespace":"shop","uid":"u2"},
                "spec":{"containers":[{"name":"c","image":"192.100.100.1/a:1"}]}})");
  ASSERT_TRUE(store.await_object("/api/v1/namespaces/shop/events/cr-missed-u2"));
  const auto writes = store.writes();
  EXPECT_EQ(std::count(writes.begin(), writes.end(), "POST /api/v1/namespaces/shop/events"), 2);
  ASSERT_TRUE(store.await([&] {
    const auto status = store.get(kCore + "configmaps/cr-status");
    return json::string_at(status, {"data", "summary"}).find("2 pods missed the CA") !=
           std::string_view::npos;
  })) << json::to_text(store.get(kCore + "configmaps/cr-status"));
}

TEST_F(ControllerTest, brings_a_new_ca_into_running_pods) {
  const std::string path = "/api/v1/namespaces/shop/pods/running";
  store.put(path, R"({"metadata":{"name":"running","namespace":"shop","uid":"u1",
      "labels":{"connected-registry.io/injected":"cr"},"annotations":{"note":"x"}},
      "spec":{"containers":[{"name":"c","image":"192.100.100.1/a:1"}],
      "volumes":[{"name":"connected-registry-ca","downwardAPI":{"items":[{"path":"ca.crt","fieldRef":
      {"fieldPath":"metadata.annotations['connected-registry.io/ca-bundle']"}}]}}]}})");
  const auto ca_of_pod = [&] {
    const auto running = store.get(path);
    return std::string(
        json::string_at(running, {"metadata", "annotations", "connected-registry.io/ca-bundle"}));
  };
  lead();
  const TlsMaterial first = tls_material();
  issue(first);
  ASSERT_TRUE(store.await([&] { return ca_of_pod() == first.ca_crt; })) << "a pod from before the CA";
  const TlsMaterial second = tls_material();
  issue(second);
  ASSERT_TRUE(store.await([&] { return ca_of_pod().find(second.ca_crt) != std::string::npos; }));
  EXPECT_THAT(ca_of_pod(), HasSubstr(first.ca_crt)) << "both, for a while";
  const auto running = store.get(path);
  EXPECT_EQ(json::string_at(running, {"metadata", "annotations", "note"}), "x");
}

TEST_F(ControllerTest, goes_on_with_running_pods_once_the_api_takes_changes_again) {
  const std::string path = "/api/v1/namespaces/shop/pods/running";
  store.put(path, R"({"metadata":{"name":"running","namespace":"shop","uid":"u1",
      "labels":{"connected-registry.io/injected":"cr"}},"spec":{"containers":[{"name":"c","image":"a"}],
      "volumes":[{"name":"connected-registry-ca","downwardAPI":{"items":[{"path":"ca.crt","fieldRef":
      {"fieldPath":"metadata.annotations['connected-registry.io/ca-bundle']"}}]}}]}})");
  store.fail("PATCH", path, 503);
  const auto tries = [&] {
    const auto writes = store.writes();
    return std::count(writes.begin(), writes.end(), "PATCH " + path);
  };
  lead();
  issue(tls_material());
  ASSERT_TRUE(store.await([&] { return tries() > 1; }));
  store.fail("PATCH", path, 0);
  ASSERT_TRUE(store.await([&] {
    const auto running = store.get(path);
    return json::find(running, {"metadata", "annotations", "connected-registry.io/ca-bundle"}) != nullptr;
  }));
}

}  // namespace
}  // namespace connected_registry::controller
