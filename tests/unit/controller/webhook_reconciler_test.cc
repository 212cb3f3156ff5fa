#include "controller/webhook_reconciler.h"

#include <gtest/gtest.h>

#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kServingSecret = "/api/v1/namespaces/edge/secrets/cr-webhook-tls";

// A leader whose cache is behind: its watch is served by an API of its own.
class StaleLeader : public ::testing::Test {
 protected:
  StaleLeader() {
    cache.watch(kube::kSecrets, "edge", kInstallation.webhook_tls_secret());
    EXPECT_TRUE(old_store.await([&] { return observed().known; }));
  }
  kube::CachedObject observed() { return cache.get(kube::kSecrets, kInstallation.webhook_tls_secret()); }
  json::Document serving_secret() {
    const auto plan = plan_serving_certificate(
        std::nullopt, webhook_service_names(kInstallation, "cluster.local"), system_now());
    return render_serving_secret(kInstallation, (*plan)->material, {});
  }

  FakeApi old_api;
  ApiStore old_store{old_api};
  kube::Client old_client{old_api.configuration()};
  Wakeup wakeup;
  kube::ObjectCache cache{old_client, [this] { wakeup.wake(); }};
  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  ReconcilerContext context{
      .client = client,
      .shared = cache,
      .wakeup = wakeup,
      .installation = kInstallation,
      .owners = {{.resource = kube::kDeployments, .name = "cr-webhook", .uid = "owner"}},
      .identity = "replica",
      .cluster_domain = "cluster.local",
      .clock = system_now};
};

TEST_F(StaleLeader, does_not_replace_the_serving_certificate_that_another_leader_has_created) {
  store.put(kServingSecret, serving_secret());
  const std::string first = json::to_text(store.get(kServingSecret));
  WebhookReconciler reconciler(context);
  EXPECT_FALSE(reconciler.reconcile());
  EXPECT_EQ(json::to_text(store.get(kServingSecret)), first);
}

TEST_F(StaleLeader, creates_the_serving_certificate_once_until_the_watch_delivers_it) {
  WebhookReconciler reconciler(context);
  reconciler.reconcile();
  ASSERT_TRUE(store.has(kServingSecret));
  const auto writes = store.writes();
  reconciler.reconcile();
  EXPECT_EQ(store.writes(), writes);
}

}  // namespace
}  // namespace connected_registry::controller
