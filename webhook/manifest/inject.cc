#include "manifest/inject.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "inject/apply_patch.h"
#include "inject/inject.h"

namespace connected_registry::manifest {
namespace {

using json::Allocator;
using json::Value;

// Where a kind keeps its pod.
struct Place {
  std::string_view api_version;
  std::string_view kind;
  std::array<std::string_view, 4> path;  // empty steps lead nowhere further
};

constexpr std::array<Place, 9> kPlaces{{
    {"v1", "Pod", {}},
    {"v1", "PodTemplate", {"template"}},
    {"v1", "ReplicationController", {"spec", "template"}},
    {"apps/v1", "Deployment", {"spec", "template"}},
    {"apps/v1", "ReplicaSet", {"spec", "template"}},
    {"apps/v1", "StatefulSet", {"spec", "template"}},
    {"apps/v1", "DaemonSet", {"spec", "template"}},
    {"batch/v1", "Job", {"spec", "template"}},
    {"batch/v1", "CronJob", {"spec", "jobTemplate", "spec", "template"}},
}};

const Place* place_of(const Value& object) {
  const std::string_view api_version = json::string_at(object, {"apiVersion"});
  const std::string_view kind = json::string_at(object, {"kind"});
  const auto* const found = std::find_if(kPlaces.begin(), kPlaces.end(), [&](const Place& each) {
    return each.api_version == api_version && each.kind == kind;
  });
  return found == kPlaces.end() ? nullptr : found;
}

Value* member(Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(std::string(name));
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string describe(const Value& object) {
  std::string out(json::string_at(object, {"kind"}));
  const std::string_view namespace_ = json::string_at(object, {"metadata", "namespace"});
  std::string_view name = json::string_at(object, {"metadata", "name"});
  if (name.empty()) name = json::string_at(object, {"metadata", "generateName"});
  out += " ";
  if (!namespace_.empty()) out.append(namespace_).append("/");
  return out.append(name.empty() ? "without a name" : name);
}

// The pod as it comes of a template: with metadata, and in the namespace of what holds the template.
json::Document pod_of(const Value& holder, const Value& given) {
  json::Document pod;
  Allocator& allocator = pod.GetAllocator();
  pod.CopyFrom(given, allocator);
  if (!pod.IsObject()) return pod;
  Value& metadata = json::object_at(pod, "metadata", allocator);
  const std::string_view namespace_ = json::string_at(holder, {"metadata", "namespace"});
  if (!namespace_.empty()) json::set(metadata, "namespace", namespace_, allocator);
  return pod;
}

class Injector {
 public:
  explicit Injector(const inject::Policy& policy) : policy_(policy) {}

  Status object(Value& object, Allocator& allocator) {
    Value* const items = member(object, "items");
    if (json::string_at(object, {"kind"}).ends_with("List") && items != nullptr && items->IsArray()) {
      for (Value& item : items->GetArray()) {
        if (Status status = this->object(item, allocator); !status) return status;
      }
      return {};
    }
    const Place* const place = place_of(object);
    if (place == nullptr) return {};
    Value* pod = &object;
    for (const std::string_view step : place->path) {
      if (step.empty()) break;
      pod = member(*pod, step);
      if (pod == nullptr) {
        return fail(ErrorCode::kInvalidArgument, describe(object) + ": it has no pod template");
      }
    }
    return this->pod(object, *pod, allocator);
  }

  std::vector<Report> take() { return std::move(reports_); }

 private:
  Status pod(const Value& holder, Value& given, Allocator& allocator) {
    const std::string subject = describe(holder);
    auto outcome = inject::inject_pod(pod_of(holder, given), policy_);
    if (!outcome) return fail(std::move(outcome).error(), subject);
    if (!outcome->patch.empty()) {
      json::object_at(given, "metadata", allocator);
      auto patched = inject::apply_patch(given, outcome->patch);
      if (!patched) return fail(std::move(patched).error(), subject);
      given.CopyFrom(*patched, allocator);
    }
    reports_.push_back(
        {.subject = subject, .status = std::move(outcome->status), .warnings = std::move(outcome->warnings)});
    return {};
  }

  const inject::PreparedPolicy policy_;
  std::vector<Report> reports_;
};

}  // namespace

Result<std::vector<Report>> inject(std::vector<json::Document>& documents, const inject::Policy& policy) {
  Injector injector(policy);
  for (json::Document& document : documents) {
    if (Status status = injector.object(document, document.GetAllocator()); !status) {
      return tl::unexpected<Error>(std::move(status).error());
    }
  }
  return injector.take();
}

}  // namespace connected_registry::manifest
