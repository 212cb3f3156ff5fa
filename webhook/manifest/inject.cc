#include "manifest/inject.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "inject/apply_patch.h"
#include "inject/image_reference.h"
#include "inject/inject.h"

namespace connected_registry::manifest {
namespace {

using json::Allocator;
using json::Value;

// The path of a kind's pod template. It is the same in each version of the API group.
struct PodTemplatePath {
  std::string_view group;
  std::string_view kind;
  std::array<std::string_view, 4> steps;  // ends at the first empty step
};

constexpr std::array<PodTemplatePath, 12> kPodTemplatePaths{{
    {"", "Pod", {}},
    {"", "PodTemplate", {"template"}},
    {"", "ReplicationController", {"spec", "template"}},
    {"apps", "Deployment", {"spec", "template"}},
    {"apps", "ReplicaSet", {"spec", "template"}},
    {"apps", "StatefulSet", {"spec", "template"}},
    {"apps", "DaemonSet", {"spec", "template"}},
    {"extensions", "Deployment", {"spec", "template"}},
    {"extensions", "ReplicaSet", {"spec", "template"}},
    {"extensions", "DaemonSet", {"spec", "template"}},
    {"batch", "Job", {"spec", "template"}},
    {"batch", "CronJob", {"spec", "jobTemplate", "spec", "template"}},
}};

// The type of an object. An item of a list of one type, such as a DeploymentList, may leave it out.
struct ObjectType {
  std::string_view api_version;
  std::string_view kind;
};

constexpr std::string_view kList = "List";

ObjectType type_of(const Value& object, const ObjectType& of_list) {
  ObjectType type{json::text(object, "apiVersion"), json::text(object, "kind")};
  return type.kind.empty() && !of_list.kind.empty() ? of_list : type;
}

const PodTemplatePath* pod_template_path(const ObjectType& type) {
  const std::size_t slash = type.api_version.find('/');
  const std::string_view group =
      slash == std::string_view::npos ? std::string_view() : type.api_version.substr(0, slash);
  const auto* const found = std::find_if(
      kPodTemplatePaths.begin(), kPodTemplatePaths.end(),
      [&](const PodTemplatePath& each) { return each.group == group && each.kind == type.kind; });
  return found == kPodTemplatePaths.end() ? nullptr : found;
}

// Returns true if the value, or a value below it, is an image of the registry: a string below a member with a
// name such as image or baseImage. `is_image` is true below such a member.
bool names_image(const Value& value, const inject::Policy& policy, bool is_image) {
  if (value.IsString()) {
    const std::string_view host = inject::host_of(json::view(value));
    return is_image && std::find(policy.hosts.begin(), policy.hosts.end(), host) != policy.hosts.end();
  }
  if (value.IsArray()) {
    return std::any_of(value.Begin(), value.End(),
                       [&](const Value& each) { return names_image(each, policy, is_image); });
  }
  if (!value.IsObject()) return false;
  return std::any_of(value.MemberBegin(), value.MemberEnd(), [&](const auto& member) {
    const std::string_view name = json::view(member.name);
    return names_image(member.value, policy, is_image || name.ends_with("image") || name.ends_with("Image"));
  });
}

Value* member(Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(std::string(name));
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string describe(const Value& object, const ObjectType& type) {
  std::string out(type.kind);
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

  // `of_list` is the type of the items in the list that contains the object.
  Status inject_object(Value& object, Allocator& allocator, const ObjectType& of_list = {}) {
    const ObjectType type = type_of(object, of_list);
    Value* const items = member(object, "items");
    if (type.kind.ends_with(kList) && items != nullptr && items->IsArray()) {
      const ObjectType of_items{type.api_version, type.kind.substr(0, type.kind.size() - kList.size())};
      for (Value& item : items->GetArray()) {
        if (Status status = inject_object(item, allocator, of_items); !status) return status;
      }
      return {};
    }
    const std::string subject = describe(object, type);
    const PodTemplatePath* const path = pod_template_path(type);
    if (path == nullptr) {
      report_unknown(object, type, subject);
      return {};
    }
    Value* pod = &object;
    for (const std::string_view step : path->steps) {
      if (step.empty()) break;
      pod = member(*pod, step);
      if (pod == nullptr) {
        report_foreign(subject, "it has no pod template");
        return {};
      }
    }
    return inject_one(object, *pod, subject, allocator);
  }

  std::vector<ObjectResult> results() && { return std::move(results_); }

 private:
  Status inject_one(const Value& owner, Value& given, const std::string& subject, Allocator& allocator) {
    const json::Document pod = pod_from(owner, given);
    auto result = inject::inject_pod(pod, policy_);
    if (!result) {
      using inject::Match;
      const Match reason = inject::match(pod, policy_.policy);
      const bool is_ours = reason == Match::kImage || reason == Match::kAsked || reason == Match::kVolume;
      if (is_ours) return fail(std::move(result).error(), subject);
      report_foreign(subject, result.error().message);
      return {};
    }
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

  // Reports an object that the API server would refuse, and that would not be changed anyway.
  void report_foreign(const std::string& subject, const std::string& reason) {
    results_.push_back({.subject = subject,
                        .status = "unchanged: invalid",
                        .warnings = {"connected-registry: the API server refuses this object: " + reason}});
  }

  // Reports an object of another kind if it contains an image of the registry.
  void report_unknown(const Value& object, const ObjectType& type, const std::string& subject) {
    if (!names_image(object, policy_.policy, false)) return;
    results_.push_back({.subject = subject + " (" + std::string(type.api_version) + ")",
                        .status = "unchanged: it has an image of the registry, but the pods of this kind are "
                                  "not known; the webhook injects them when they are created",
                        .warnings = {}});
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
