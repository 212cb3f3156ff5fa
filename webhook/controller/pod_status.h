// Publishes the state of the pods in a ConfigMap and in metrics.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "contract/names.h"
#include "controller/objects.h"
#include "controller/pod_table.h"
#include "controller/progress_log.h"
#include "kube/client.h"
#include "metrics/registry.h"

namespace connected_registry::controller {

// Returns one line of text for users: "12 pods have the CA. …".
std::string summary_line(const PodSummary& summary);

// Renders the ConfigMap. It contains the summary line and a JSON document with the same numbers and with the
// names of pods. Each list is limited to its first 500 names.
json::Document render_pod_status(const names::Installation& installation, const PodSummary& summary,
                                 const Owners& owners);

// The metric connected_registry_pods by state. All values are 0 in a replica that is not the leader.
struct PodGauges {
  metrics::Gauge injected;
  metrics::Gauge outdated;
  metrics::Gauge missed;
  metrics::Gauge restart;

  static PodGauges in(metrics::Registry& registry);
  void set(const PodSummary& summary) const;
};

struct PodStatusRequest {
  names::Installation installation;
  Owners owners;
  PodGauges gauges = {};
  std::function<bool()> may_write;  // false while the installation is being removed
};

// Call run() from one thread.
class PodStatus {
 public:
  // `client` and `table` must outlive this object.
  PodStatus(kube::Client& client, const PodTable& table, PodStatusRequest request)
      : client_(client), table_(table), request_(std::move(request)) {}

  // Runs until `stop`. Writes the ConfigMap after a change, but at most once in a few seconds.
  void run(const std::stop_token& stop);

 private:
  void write();

  kube::Client& client_;
  const PodTable& table_;
  const PodStatusRequest request_;
  std::optional<PodSummary> written_;
  ProgressLog progress_;
};

}  // namespace connected_registry::controller
