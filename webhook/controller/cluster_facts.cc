#include "controller/cluster_facts.h"

#include <algorithm>
#include <utility>

#include "controller/objects.h"
#include "net/address.h"

namespace connected_registry::controller {
namespace {

constexpr std::string_view kVolumeClaim = "connected-registry-pvc";

template <typename Function>
void for_each_item(const json::Value& list, Function function) {
  const json::Value* const items = json::find(list, {"items"});
  if (items == nullptr || !items->IsArray()) return;
  for (const auto* item = items->Begin(); item != items->End(); ++item) function(*item);
}

// nullptr: there is none; nullopt: not known or not requested.
using SharedDocument = std::optional<std::shared_ptr<const json::Document>>;

// Collects the facts of one cluster.
class FactCollector {
 public:
  FactCollector(kube::Client& client, const names::Installation& installation,
                const settings::Settings& settings)
      : client_(client), installation_(installation), settings_(settings) {}

  void collect_address();
  void collect_ranges();
  void collect_cert_manager();
  void collect_nodes();
  void collect_namespace();
  void collect_secrets();
  void collect_storage();
  bool unreachable() const { return collected_.unreachable.has_value(); }
  CollectedFacts collected() && { return std::move(collected_); }

 private:
  // Returns the list; nullopt, with a line in `unanswered`, after an error.
  std::optional<json::Document> list(const kube::Resource& resource, const kube::ListOptions& options = {});
  // Returns the object, null where there is none; nullopt, with a line in `unanswered`, after an error.
  std::optional<json::Document> get(const kube::Resource& resource, std::string_view namespace_,
                                    std::string_view name);
  std::optional<std::string> owner_of_address();
  // Creates our Service in that namespace as a dry run.
  Result<json::Document> try_service(const std::string& namespace_);
  SharedDocument secret(std::string_view name);
  void record_error(const kube::Resource& resource, const Error& error);
  bool is_ours(const json::Value& object) const;

  kube::Client& client_;
  const names::Installation& installation_;
  const settings::Settings& settings_;
  CollectedFacts collected_;
  bool answered_ = false;     // the API has answered a request
  bool has_address_ = false;  // this release's Service has the address
};

void FactCollector::record_error(const kube::Resource& resource, const Error& error) {
  collected_.unanswered.push_back("cannot read " + std::string(resource.plural) + ": " + error.message);
  const bool no_answer = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout ||
                         error.code == ErrorCode::kUnauthenticated;
  if (no_answer && !answered_) collected_.unreachable = error;
}

std::optional<json::Document> FactCollector::list(const kube::Resource& resource,
                                                  const kube::ListOptions& options) {
  auto found = client_.list(resource, "", options);
  answered_ = answered_ || found;
  if (found) return std::move(*found);
  record_error(resource, found.error());
  return std::nullopt;
}

std::optional<json::Document> FactCollector::get(const kube::Resource& resource, std::string_view namespace_,
                                                 std::string_view name) {
  auto found = client_.get(resource, namespace_, name);
  answered_ = answered_ || found || found.error().code == ErrorCode::kNotFound;
  if (found) return std::move(*found);
  if (found.error().code == ErrorCode::kNotFound) return json::Document();
  record_error(resource, found.error());
  return std::nullopt;
}

bool FactCollector::is_ours(const json::Value& object) const {
  const auto annotation = [&](std::string_view key) {
    return json::string_at(object, {"metadata", "annotations", key});
  };
  return annotation("meta.helm.sh/release-name") == settings_.release_name &&
         annotation("meta.helm.sh/release-namespace") == settings_.release_namespace;
}

// Returns the Service that has the address, "NAMESPACE/NAME"; empty: none but this release's. A dry run does
// not show it, since it allocates no address.
std::optional<std::string> FactCollector::owner_of_address() {
  const auto services = list(kube::kServices);
  if (!services) return std::nullopt;
  std::string owner;
  for_each_item(*services, [&](const json::Value& service) {
    const json::Value* const addresses = json::find(service, {"spec", "clusterIPs"});
    if (addresses == nullptr || !addresses->IsArray()) return;
    for (const auto* each = addresses->Begin(); each != addresses->End(); ++each) {
      const auto address = net::Address::parse(each->IsString() ? json::view(*each) : std::string_view());
      if (!address || address->to_text() != settings_.service_cluster_ip) continue;
      const bool ours = is_ours(service) ||
                        (json::string_at(service, {"metadata", "name"}) == installation_.name &&
                         json::string_at(service, {"metadata", "namespace"}) == installation_.namespace_);
      if (ours) {
        has_address_ = true;
        continue;
      }
      owner = std::string(json::string_at(service, {"metadata", "namespace"}))
                  .append("/")
                  .append(json::string_at(service, {"metadata", "name"}));
    }
  });
  return owner;
}

Result<json::Document> FactCollector::try_service(const std::string& namespace_) {
  json::Document service =
      make_object(kube::kServices, {.name = installation_.name, .namespace_ = namespace_},
                  installation_.name + "-preflight", {});
  auto& allocator = service.GetAllocator();
  json::Value& spec = json::object_at(service, "spec", allocator);
  json::set(spec, "clusterIP", settings_.service_cluster_ip, allocator);
  json::Value port(rapidjson::kObjectType);
  json::set(port, "port", json::Value(443), allocator);
  json::Value ports(rapidjson::kArrayType);
  ports.PushBack(port, allocator);
  json::set(spec, "ports", std::move(ports), allocator);
  return client_.try_create(kube::kServices, namespace_, service);
}

void FactCollector::collect_address() {
  const auto owner = owner_of_address();
  if (owner && !owner->empty()) {
    collected_.facts.address_refusal = "Service " + *owner + " has it";
    return;
  }
  if (has_address_) {
    collected_.facts.address_refusal = "";
    return;
  }
  auto tried = try_service(installation_.namespace_);
  // Before a first install the namespace may not be there yet; the address is the same in any.
  if (!tried && tried.error().code == ErrorCode::kNotFound) tried = try_service("default");
  if (tried) {
    collected_.facts.address_refusal = "";
  } else if (tried.error().code == ErrorCode::kInvalidArgument) {
    collected_.facts.address_refusal = tried.error().message;
  } else {
    record_error(kube::kServices, tried.error());
  }
}

void FactCollector::collect_ranges() {
  // The kind exists since Kubernetes 1.33.
  const auto ranges = client_.list(kube::kServiceRanges, "", {});
  if (!ranges) {
    if (ranges.error().code != ErrorCode::kNotFound) record_error(kube::kServiceRanges, ranges.error());
    return;
  }
  std::vector<std::string> found;
  for_each_item(*ranges, [&](const json::Value& range) {
    const json::Value* const parts = json::find(range, {"spec", "cidrs"});
    if (parts == nullptr || !parts->IsArray()) return;
    for (const auto* part = parts->Begin(); part != parts->End(); ++part) {
      if (part->IsString()) found.emplace_back(json::view(*part));
    }
  });
  collected_.facts.ranges = std::move(found);
}

void FactCollector::collect_cert_manager() {
  if (const auto definition = get(kube::kDefinitions, "", "certificates.cert-manager.io")) {
    collected_.facts.has_cert_manager = !definition->IsNull();
  }
  const auto configurations = list(kube::kValidatingWebhooks);
  if (!configurations) return;
  std::string other;
  for_each_item(*configurations, [&](const json::Value& configuration) {
    const json::Value* const webhooks = json::find(configuration, {"webhooks"});
    if (webhooks == nullptr || !webhooks->IsArray() || is_ours(configuration)) return;
    for (const auto* webhook = webhooks->Begin(); webhook != webhooks->End(); ++webhook) {
      if (json::string_at(*webhook, {"name"}) != "webhook.cert-manager.io") continue;
      const std::string_view place = json::string_at(*webhook, {"clientConfig", "service", "namespace"});
      other = place.empty() ? "unknown" : std::string(place);
    }
  });
  collected_.facts.other_cert_manager = std::move(other);
}

void FactCollector::collect_nodes() {
  if (!settings_.trust_use_node_selector) return;
  const auto nodes = list(
      kube::kNodes, {.field_selector = "", .label_selector = "containerd-configured-by=connected-registry"});
  if (!nodes) return;
  std::size_t count = 0;
  for_each_item(*nodes, [&](const json::Value&) { ++count; });
  collected_.facts.labelled_nodes = count;
}

void FactCollector::collect_namespace() {
  const auto found = get(kube::kNamespaces, "", installation_.namespace_);
  if (!found) return;
  collected_.facts.pod_security =
      std::string(json::string_at(*found, {"metadata", "labels", "pod-security.kubernetes.io/enforce"}));
}

SharedDocument FactCollector::secret(std::string_view name) {
  if (name.empty()) return std::nullopt;
  auto found = get(kube::kSecrets, installation_.namespace_, name);
  if (!found) return std::nullopt;
  return found->IsNull() ? nullptr : std::make_shared<const json::Document>(std::move(*found));
}

void FactCollector::collect_secrets() {
  collected_.facts.tls_secret = secret(settings_.tls.secret);
  collected_.facts.connection_secret = secret(settings_.connection_string_secret);
}

void FactCollector::collect_storage() {
  const std::string& existing = settings_.existing_claim;
  const std::string_view name = existing.empty() ? kVolumeClaim : std::string_view(existing);
  if (const auto claim = get(kube::kVolumeClaims, installation_.namespace_, name)) {
    collected_.facts.has_existing_claim = !claim->IsNull();
    collected_.facts.volume_request =
        std::string(json::string_at(*claim, {"spec", "resources", "requests", "storage"}));
  }
  const auto classes = list(kube::kStorageClasses);
  if (!classes) return;
  std::vector<settings::StorageClass> found;
  for_each_item(*classes, [&](const json::Value& each) {
    constexpr std::string_view kDefault = "storageclass.kubernetes.io/is-default-class";
    found.push_back({.name = std::string(json::string_at(each, {"metadata", "name"})),
                     .is_default = json::string_at(each, {"metadata", "annotations", kDefault}) == "true"});
  });
  collected_.facts.storage_classes = std::move(found);
}

}  // namespace

CollectedFacts collect_cluster_facts(kube::Client& client, const names::Installation& installation,
                                     const settings::Settings& settings) {
  FactCollector collector(client, installation, settings);
  collector.collect_storage();
  // Six more requests would each wait for the client's timeout.
  if (collector.unreachable()) return std::move(collector).collected();
  collector.collect_address();
  collector.collect_ranges();
  collector.collect_cert_manager();
  collector.collect_nodes();
  collector.collect_namespace();
  collector.collect_secrets();
  return std::move(collector).collected();
}

}  // namespace connected_registry::controller
