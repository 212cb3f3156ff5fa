#include "admission/config_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "inject/policy_document.h"
#include "kube/fake_api.h"
#include "kube/object.h"
#include "kube/secret.h"
#include "support/api_store.h"
#include "x509/issue.h"

namespace connected_registry::admission {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kPolicy = "/api/v1/namespaces/edge/configmaps/cr-policy";
const std::string kCertificate = "/api/v1/namespaces/edge/secrets/cr-webhook-tls";

// The API with the objects of the controller, and a webhook that watches them.
class ConfigWatcherTest : public ::testing::Test {
 protected:
  void watch() {
    watcher = std::make_unique<ConfigWatcher>(
        client, ConfigWatcherRequest{.installation = kInstallation,
                                     .on_certificate = [this](const ServingPair& pair) -> Status {
                                       if (!server_takes_it) return fail(ErrorCode::kInternal, "no");
                                       const std::lock_guard lock(mutex);
                                       served = pair.certificate;
                                       return {};
                                     },
                                     .on_change = [this] { ++changes; }});
  }
  void put_policy(const std::string& text) {
    json::Document map = kube::make_object(kube::kConfigMaps, "edge", "cr-policy");
    auto& allocator = map.GetAllocator();
    json::set(json::object_at(map, "data", allocator), names::kPolicyKey, text, allocator);
    store.put(kPolicy, map);
  }
  void put_policy(const inject::Policy& given) { put_policy(inject::render_policy_document(given)); }
  std::string put_certificate(const std::string& name = "cr-webhook.edge.svc") {
    x509::IssueRequest request{.common_name = "ca",
                               .dns_names = {},
                               .ip_addresses = {},
                               .not_before = system_now() - std::chrono::hours(1),
                               .lifetime = std::chrono::hours(24)};
    const auto ca = *x509::issue_ca(request);
    request.dns_names = {name};
    const auto leaf = *x509::issue_server(request, ca);
    json::Document secret = kube::make_object(kube::kSecrets, "edge", "cr-webhook-tls");
    kube::set_secret_value(secret, "tls.crt", leaf.certificate.to_pem());
    kube::set_secret_value(secret, "tls.key", leaf.key.to_pem());
    kube::set_secret_value(secret, "ca.crt", ca.certificate.to_pem());
    store.put(kCertificate, secret);
    return leaf.certificate.to_pem();
  }
  std::string why() const { return watcher->why_not_ready().value_or(""); }
  std::string served_now() {
    const std::lock_guard lock(mutex);
    return served;
  }

  inject::Policy policy{.installation = "cr",
                        .address = "192.100.100.1",
                        .hosts = {"192.100.100.1"},
                        .directory_hosts = {},
                        .excluded_namespaces = {},
                        .bundle = {},
                        .subject_hashes = {}};
  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  std::atomic<int> changes = 0;
  std::atomic<bool> server_takes_it = true;
  std::mutex mutex;
  std::string served;  // guarded by mutex
  std::unique_ptr<ConfigWatcher> watcher;
};

TEST_F(ConfigWatcherTest, is_ready_with_certificate_and_policy_even_without_a_ca) {
  put_policy(policy);
  const std::string certificate = put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return !watcher->why_not_ready(); })) << why();
  EXPECT_EQ(served_now(), certificate);
  EXPECT_EQ(watcher->policy()->policy, policy);
}

TEST_F(ConfigWatcherTest, reads_nothing_but_its_two_objects) {
  put_policy(policy);
  put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return !watcher->why_not_ready(); })) << why();
  EXPECT_EQ(store.reads("/api/v1/namespaces/edge/secrets/cr-settings"), 0U);
}

TEST_F(ConfigWatcherTest, says_what_is_missing) {
  watch();
  ASSERT_TRUE(store.await([&] { return changes >= 2; }));
  EXPECT_THAT(why(), HasSubstr("Secret cr-webhook-tls"));
  put_certificate();
  ASSERT_TRUE(store.await([&] { return why().find("ConfigMap cr-policy") != std::string::npos; })) << why();
  put_policy(policy);
  EXPECT_TRUE(store.await([&] { return !watcher->why_not_ready(); })) << why();
}

TEST_F(ConfigWatcherTest, keeps_the_policy_that_it_has_when_a_new_one_cannot_be_read_or_is_gone) {
  put_policy(policy);
  put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return !watcher->why_not_ready(); })) << why();
  for (const std::string& text : {std::string("{"), std::string(R"({"formVersion":2})")}) {
    const int before = changes;
    put_policy(text);
    ASSERT_TRUE(store.await([&] { return changes > before; }));
    EXPECT_EQ(watcher->policy()->policy, policy) << text;
  }
  const int before = changes;
  store.remove(kPolicy);
  ASSERT_TRUE(store.await([&] { return changes > before; }));
  EXPECT_EQ(watcher->why_not_ready(), std::nullopt);
  policy.frozen = true;
  put_policy(policy);
  EXPECT_TRUE(store.await([&] { return watcher->policy()->policy.frozen; }));
}

TEST_F(ConfigWatcherTest, passes_on_a_renewed_certificate_and_keeps_the_old_when_the_new_is_bad) {
  put_policy(policy);
  put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return !watcher->why_not_ready(); }));
  const std::string renewed = put_certificate();
  ASSERT_TRUE(store.await([&] { return served_now() == renewed; }));
  int before = changes;
  store.put(kCertificate, R"({"data":{"tls.crt":"anVuaw=="}})");
  ASSERT_TRUE(store.await([&] { return changes > before; }));
  before = changes;
  put_certificate("other.edge.svc");
  ASSERT_TRUE(store.await([&] { return changes > before; }));
  EXPECT_EQ(served_now(), renewed) << "API servers would refuse another name";
  before = changes;
  store.remove(kCertificate);
  ASSERT_TRUE(store.await([&] { return changes > before; }));
  EXPECT_EQ(watcher->why_not_ready(), std::nullopt) << "it goes on serving";
}

TEST_F(ConfigWatcherTest, is_not_ready_with_a_certificate_that_the_server_cannot_use) {
  server_takes_it = false;
  put_policy(policy);
  put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return changes >= 2; }));
  EXPECT_THAT(why(), HasSubstr("no serving certificate"));
}

}  // namespace
}  // namespace connected_registry::admission
