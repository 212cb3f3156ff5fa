#include <algorithm>
#include <array>

#include "contract/names.h"
#include "inject/image_reference.h"
#include "inject/inject.h"
#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

using json::Value;

constexpr std::string_view kMirrorAnnotation = "kubernetes.io/config.mirror";
constexpr std::array<std::string_view, 2> kOsLabels = {"kubernetes.io/os", "beta.kubernetes.io/os"};
constexpr std::string_view kWindowsOs = "windows";

bool has(const Value& pod, std::string_view map, std::string_view name) {
  return json::find(pod, {"metadata", map, name}) != nullptr;
}

template <typename List, typename Element>
bool contains(const List& list, const Element& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

// Returns true if the expression of a node affinity admits only nodes of Windows.
bool requires_windows(const Value& expression) {
  if (!contains(kOsLabels, json::text(expression, "key")) || json::text(expression, "operator") != "In") {
    return false;
  }
  const Entries values(expression, "values");
  return !values.empty() && std::all_of(values.begin(), values.end(), [](const Value& value) {
    return value.IsString() && json::view(value) == kWindowsOs;
  });
}

// Returns true if each term of the required node affinity admits only nodes of Windows. One term is enough to
// schedule the pod.
bool has_windows_affinity(const Value& pod) {
  const Value* const required =
      json::find(pod, {"spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"});
  if (required == nullptr) return false;
  const Entries terms(*required, "nodeSelectorTerms");
  return !terms.empty() && std::all_of(terms.begin(), terms.end(), [](const Value& term) {
    const Entries expressions(term, "matchExpressions");
    return std::any_of(expressions.begin(), expressions.end(), requires_windows);
  });
}

bool is_host_process(const Value& object) {
  const Value* const found = json::find(object, {"securityContext", "windowsOptions", "hostProcess"});
  return found != nullptr && found->IsTrue();
}

// Returns true if the kubelet or the scheduler takes the pod for a Windows pod.
bool is_windows(const Value& pod) {
  const Value* const spec = json::member(pod, "spec");
  if (spec == nullptr) return false;
  const std::string_view os = json::string_at(*spec, {"os", "name"});
  if (!os.empty()) return os == kWindowsOs;
  const bool selects = std::any_of(kOsLabels.begin(), kOsLabels.end(), [spec](std::string_view label) {
    return json::string_at(*spec, {"nodeSelector", label}) == kWindowsOs;
  });
  if (selects || has_windows_affinity(pod) || is_host_process(*spec)) return true;
  const Entries containers(*spec, "containers");
  return std::any_of(containers.begin(), containers.end(), is_host_process);
}

bool is_of_registry(std::string_view image, const Policy& policy) {
  const std::string_view host = host_of(image);
  return !host.empty() && contains(policy.hosts, host);
}

}  // namespace

bool uses_registry(const Value& pod, const Policy& policy) {
  const Value* spec = json::find(pod, {"spec"});
  if (spec == nullptr) return false;
  return std::any_of(kContainerLists.begin(), kContainerLists.end(), [&](std::string_view list) {
    const Entries containers(*spec, list);
    return std::any_of(containers.begin(), containers.end(), [&](const Value& container) {
      return is_of_registry(json::text(container, "image"), policy);
    });
  });
}

bool has_registry_volume(const Value& pod, const Policy& policy) {
  const Value* spec = json::find(pod, {"spec"});
  if (spec == nullptr) return false;
  const Entries volumes(*spec, "volumes");
  return std::any_of(volumes.begin(), volumes.end(), [&](const Value& volume) {
    return is_of_registry(json::string_at(volume, {"image", "reference"}), policy);
  });
}

Match match(const Value& pod, const Policy& policy) {
  const std::string_view asked = annotation(pod, names::kInjectAnnotation);
  if (asked == "false") return Match::kRefused;
  const bool asks = asked == "true";
  const bool for_containers = asks || uses_registry(pod, policy);
  if (!for_containers && !has_registry_volume(pod, policy)) return Match::kNone;
  if (has(pod, "labels", names::kComponentLabel)) return Match::kNone;
  if (contains(policy.excluded_namespaces, json::string_at(pod, {"metadata", "namespace"})))
    return Match::kNone;
  if (has(pod, "annotations", kMirrorAnnotation)) return Match::kMirror;
  if (!for_containers) return Match::kVolume;
  if (is_windows(pod)) return Match::kWindows;
  return asks ? Match::kAsked : Match::kImage;
}

bool is_injected(const Value& pod) {
  return find_ca_volume(pod).state == CaVolume::State::kOurs;
}

}  // namespace connected_registry::inject
