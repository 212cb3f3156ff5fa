#include "controller/config_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "controller/objects.h"
#include "kube/fake_api.h"
#include "kube/secret.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kSecrets = "/api/v1/namespaces/edge/secrets/";

class ConfigWatcherTest : public ::testing::Test {
 protected:
  void watch() {
    watcher = std::make_unique<ConfigWatcher>(
        client, ConfigWatcherRequest{
                    .installation = kInstallation,
                    .service_names = service_names,
                    .on_certificate = [this](const ServingMaterial& material) -> Status {
                      if (!server_takes_it) {
                        return fail(ErrorCode::kInternal, "no");
                      }
                      const std::lock_guard lock(mutex);
                      served = material.tls_crt;
                      return {};
                    },
                    .on_change = [this] { ++changes; },
                });
  }
  void put_settings() {
    json::Document secret = make_object(kube::kSecrets, kInstallation, "cr-settings", std::nullopt);
    kube::set_secret_value(secret, "settings.json",
                           R"({"formVersion":1,"values":{"service":{"clusterIP":"192.100.100.1"}}})");
    store.put(kSecrets + "cr-settings", secret);
  }
  std::string put_certificate() {
    const auto plan = plan_serving_certificate(std::nullopt, service_names, system_now());
    store.put(kSecrets + "cr-webhook-tls",
              render_serving_secret(kInstallation, (*plan)->material, std::nullopt));
    return (*plan)->material.tls_crt;
  }
  std::string why() const { return watcher->why_not_ready().value_or(""); }
  std::string served_now() {
    const std::lock_guard lock(mutex);
    return served;
  }

  const std::vector<std::string> service_names = webhook_service_names(kInstallation, "cluster.local");
  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  std::atomic<int> changes = 0;
  std::atomic<bool> server_takes_it = true;
  std::mutex mutex;
  std::string served;  // guarded by mutex
  std::unique_ptr<ConfigWatcher> watcher;
};

TEST_F(ConfigWatcherTest, is_ready_with_certificate_and_settings_even_without_a_ca) {
  put_settings();
  const std::string certificate = put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return !watcher->why_not_ready(); })) << why();
  EXPECT_EQ(served_now(), certificate);
  ASSERT_NE(watcher->policy(), nullptr);
  EXPECT_EQ(watcher->policy()->hosts.front(), "192.100.100.1");
  EXPECT_EQ(watcher->policy().get(), &watcher->rendered_policy()->policy);
}

TEST_F(ConfigWatcherTest, says_what_is_missing) {
  watch();
  ASSERT_TRUE(store.await([&] { return changes >= 3; }));
  EXPECT_THAT(why(), HasSubstr("cr-webhook-tls"));
  put_certificate();
  ASSERT_TRUE(store.await([&] { return why().find("cr-settings") != std::string::npos; })) << why();
  put_settings();
  EXPECT_TRUE(store.await([&] { return !watcher->why_not_ready(); })) << why();
}

TEST_F(ConfigWatcherTest, does_not_claim_to_know_whether_there_is_a_ca) {
  store.fail("GET", "/api/v1/namespaces/edge/configmaps", 503);
  put_settings();
  put_certificate();
  watch();
  EXPECT_TRUE(store.await([&] { return why().find("cr-ca-bundle") != std::string::npos; })) << why();
}

TEST_F(ConfigWatcherTest, hands_over_a_renewed_certificate_and_keeps_the_old_when_the_new_is_bad) {
  put_settings();
  put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return !watcher->why_not_ready(); }));
  const std::string renewed = put_certificate();
  ASSERT_TRUE(store.await([&] { return served_now() == renewed; }));
  int before = changes;
  store.put(kSecrets + "cr-webhook-tls", R"({"data":{"tls.crt":"anVuaw=="}})");
  ASSERT_TRUE(store.await([&] { return changes > before; }));
  EXPECT_EQ(served_now(), renewed);
  EXPECT_EQ(watcher->why_not_ready(), std::nullopt);
  before = changes;
  store.remove(kSecrets + "cr-webhook-tls");
  ASSERT_TRUE(store.await([&] { return changes > before; }));
  EXPECT_EQ(watcher->why_not_ready(), std::nullopt) << "it goes on serving";
}

TEST_F(ConfigWatcherTest, is_not_ready_with_a_certificate_that_the_server_cannot_use) {
  server_takes_it = false;
  put_settings();
  put_certificate();
  watch();
  ASSERT_TRUE(store.await([&] { return changes >= 3; }));
  EXPECT_THAT(why(), HasSubstr("no serving certificate"));
}

}  // namespace
}  // namespace connected_registry::controller
