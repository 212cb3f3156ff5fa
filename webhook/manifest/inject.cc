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

// The path of a kind's pod template.
struct PodTemplatePath {
  std::string_view api_version;
  std::string_view kind;
  std::array<std::string_view, 4> steps;  // ends at the first empty step
};

constexpr std::array<PodTemplatePath, 9> kPodTemplatePaths{{
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

const PodTemplatePath* pod_template_path(const Value& object) {
  const std::string_view api_version = json::string_at(object, {"apiVersion"});
  const std::string_view kind = json::string_at(object, {"kind"});
  const auto* const found = std::find_if(
      kPodTemplatePaths.begin(), kPodTemplatePaths.end(),
      [&](const PodTemplatePath& each) { return each.api_version == api_version && each.kind == kind; });
  return found == kPodTemplatePaths.end() ? nullptr : found;
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

// Returns the pod that is created from a template: with metadata, in the namespace of the template's owner.
json::Document pod_from(const Value& owner, const Value& given) {
  json::Document pod;
  Allocator& allocator = pod.GetAllocator();
  pod.CopyFrom(given, allocator);
  if (!pod.IsObject()) return pod;
  Value& metadata = json::object_at(pod, "metadata", allocator);
  const std::string_view namespace_ = json::string_at(owner, {"metadata", "namespace"});
  if (!namespace_.empty()) json::set(metadata, "namespace", namespace_, allocator);
  return pod;
}

class Injector {
 public:
  explicit Injector(const inject::Policy& policy) : policy_(policy) {}

  Status inject_object(Value& object, Allocator& allocator) {
    Value* const items = member(object, "items");
    if (json::string_at(object, {"kind"}).ends_with("List") && items != nullptr && items->IsArray()) {
      for (Value& item : items->GetArray()) {
        if (Status status = inject_object(item, allocator); !status) return status;
      }
      return {};
    }
    const PodTemplatePath* const path = pod_template_path(object);
    if (path == nullptr) return {};
    Value* pod = &object;
    for (const std::string_view step : path->steps) {
      if (step.empty()) break;
      pod = member(*pod, step);
      if (pod == nullptr) {
        return fail(ErrorCode::kInvalidArgument, describe(object) + ": it has no pod template");
      }
    }
    return inject_one(object, *pod, allocator);
  }

  std::vector<ObjectResult> results() && { return std::move(results_); }

 private:
  Status inject_one(const Value& owner, Value& given, Allocator& allocator) {
    const std::string subject = describe(owner);
    auto result = inject::inject_pod(pod_from(owner, given), policy_);
    if (!result) return fail(std::move(result).error(), subject);
    if (!result->patch.empty()) {
      json::object_at(given, "metadata", allocator);
      auto patched = inject::apply_patch(given, result->patch);
      if (!patched) return fail(std::move(patched).error(), subject);
      given.CopyFrom(*patched, allocator);
    }
    results_.push_back(
        {.subject = subject, .status = std::move(result->status), .warnings = std::move(result->warnings)});
    return {};
  }

  const inject::RenderedPolicy policy_;
  std::vector<ObjectResult> results_;
};

}  // namespace

Result<std::vector<ObjectResult>> inject(std::vector<json::Document>& documents,
                                         const inject::Policy& policy) {
  Injector injector(policy);
  for (json::Document& document : documents) {
    if (Status status = injector.inject_object(document, document.GetAllocator()); !status) {
      return tl::unexpected<Error>(std::move(status).error());
    }
  }
  return std::move(injector).results();
}

}  // namespace connected_registry::manifest
