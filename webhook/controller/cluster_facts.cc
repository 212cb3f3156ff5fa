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

// nullptr: there is none; nothing: not known, or not asked for.
using SharedDocument = std::optional<std::shared_ptr<const json::Document>>;

// One survey under way.
class Surveyor {
 public:
  Surveyor(kube::Client& client, const names::Installation& installation, const settings::Settings& settings)
      : client_(client), installation_(installation), settings_(settings) {}

  void look_at_address();
  void look_at_ranges();
  void look_at_cert_manager();
  void look_at_nodes();
  void look_at_namespace();
  void look_at_secrets();
  void look_at_storage();
  bool unreachable() const { return survey_.unreachable.has_value(); }
  CollectedFacts survey() && { return std::move(survey_); }

 private:
  // The list, or nothing and a line about it.
  std::optional<json::Document> list(const kube::Resource& resource, const kube::ListOptions& options = {});
  // The object, null where there is none; nothing, and a line about it, where that is not known.
  std::optional<json::Document> get(const kube::Resource& resource, std::string_view namespace_,
                                    std::string_view name);
  std::optional<std::string> owner_of_address();
  // What the API says to our Service in that namespace, without making it.
  Result<json::Document> try_service(const std::string& namespace_);
  SharedDocument secret(std::string_view name);
  void note(const kube::Resource& resource, const Error& error);
  bool is_ours(const json::Value& object) const;

  kube::Client& client_;
  const names::Installation& installation_;
  const settings::Settings& settings_;
  CollectedFacts survey_;
  bool answered_ = false;     // the API, to anything
  bool has_address_ = false;  // this release, by its Service
};

void Surveyor::note(const kube::Resource& resource, const Error& error) {
  survey_.unanswered.push_back("cannot look at " + std::string(resource.plural) + ": " + error.message);
  const bool nobody = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout ||
                      error.code == ErrorCode::kUnauthenticated;
  if (nobody && !answered_) survey_.unreachable = error;
}

std::optional<json::Document> Surveyor::list(const kube::Resource& resource,
                                             const kube::ListOptions& options) {
  auto found = client_.list(resource, "", options);
  answered_ = answered_ || found;
  if (found) return std::move(*found);
  note(resource, found.error());
  return std::nullopt;
}

std::optional<json::Document> Surveyor::get(const kube::Resource& resource, std::string_view namespace_,
                                            std::string_view name) {
  auto found = client_.get(resource, namespace_, name);
  answered_ = answered_ || found || found.error().code == ErrorCode::kNotFound;
  if (found) return std::move(*found);
  if (found.error().code == ErrorCode::kNotFound) return json::Document();
  note(resource, found.error());
  return std::nullopt;
}

bool Surveyor::is_ours(const json::Value& object) const {
  const auto annotation = [&](std::string_view key) {
    return json::string_at(object, {"metadata", "annotations", key});
  };
  return annotation("meta.helm.sh/release-name") == settings_.release_name &&
         annotation("meta.helm.sh/release-namespace") == settings_.release_namespace;
}

// Who has the address, "NAMESPACE/NAME"; empty: nobody but this release. A dry run does not tell: it takes no
// address.
std::optional<std::string> Surveyor::owner_of_address() {
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

Result<json::Document> Surveyor::try_service(const std::string& namespace_) {
  json::Document service =
      make_object(kube::kServices, {.name = installation_.name, .namespace_ = namespace_},
                  installation_.name + "-preflight", std::nullopt);
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

void Surveyor::look_at_address() {
  const auto owner = owner_of_address();
  if (owner && !owner->empty()) {
    survey_.facts.address_refusal = "Service " + *owner + " has it";
    return;
  }
  if (has_address_) {
    survey_.facts.address_refusal = "";
    return;
  }
  auto tried = try_service(installation_.namespace_);
  // Before a first install the namespace may not be there yet; the address is the same in any.
  if (!tried && tried.error().code == ErrorCode::kNotFound) tried = try_service("default");
  if (tried) {
    survey_.facts.address_refusal = "";
  } else if (tried.error().code == ErrorCode::kInvalidArgument) {
    survey_.facts.address_refusal = tried.error().message;
  } else {
    note(kube::kServices, tried.error());
  }
}

void Surveyor::look_at_ranges() {
  // The kind came with Kubernetes 1.33.
  const auto ranges = client_.list(kube::kServiceRanges, "", {});
  if (!ranges) {
    if (ranges.error().code != ErrorCode::kNotFound) note(kube::kServiceRanges, ranges.error());
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
  survey_.facts.ranges = std::move(found);
}

void Surveyor::look_at_cert_manager() {
  if (const auto definition = get(kube::kDefinitions, "", "certificates.cert-manager.io")) {
    survey_.facts.has_cert_manager = !definition->IsNull();
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
  survey_.facts.other_cert_manager = std::move(other);
}

void Surveyor::look_at_nodes() {
  if (!settings_.trust_use_node_selector) return;
  const auto nodes = list(
      kube::kNodes, {.field_selector = "", .label_selector = "containerd-configured-by=connected-registry"});
  if (!nodes) return;
  std::size_t count = 0;
  for_each_item(*nodes, [&](const json::Value&) { ++count; });
  survey_.facts.labelled_nodes = count;
}

void Surveyor::look_at_namespace() {
  const auto found = get(kube::kNamespaces, "", installation_.namespace_);
  if (!found) return;
  survey_.facts.pod_security =
      std::string(json::string_at(*found, {"metadata", "labels", "pod-security.kubernetes.io/enforce"}));
}

SharedDocument Surveyor::secret(std::string_view name) {
  if (name.empty()) return std::nullopt;
  auto found = get(kube::kSecrets, installation_.namespace_, name);
  if (!found) return std::nullopt;
  return found->IsNull() ? nullptr : std::make_shared<const json::Document>(std::move(*found));
}

void Surveyor::look_at_secrets() {
  survey_.facts.tls_secret = secret(settings_.tls.secret);
  survey_.facts.connection_secret = secret(settings_.connection_string_secret);
}

void Surveyor::look_at_storage() {
  const std::string& existing = settings_.existing_claim;
  const std::string_view name = existing.empty() ? kVolumeClaim : std::string_view(existing);
  if (const auto claim = get(kube::kVolumeClaims, installation_.namespace_, name)) {
    survey_.facts.has_existing_claim = !claim->IsNull();
    survey_.facts.volume_request =
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
  survey_.facts.storage_classes = std::move(found);
}

}  // namespace

CollectedFacts collect_cluster_facts(kube::Client& client, const names::Installation& installation,
                                     const settings::Settings& settings) {
  Surveyor surveyor(client, installation, settings);
  surveyor.look_at_storage();
  // It would only say so six times more, each after the client's patience.
  if (surveyor.unreachable()) return std::move(surveyor).survey();
  surveyor.look_at_address();
  surveyor.look_at_ranges();
  surveyor.look_at_cert_manager();
  surveyor.look_at_nodes();
  surveyor.look_at_namespace();
  surveyor.look_at_secrets();
  return std::move(surveyor).survey();
}

}  // namespace connected_registry::controller
