#include <algorithm>

#include "contract/names.h"
#include "inject/image_reference.h"
#include "inject/inject.h"
#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

using json::Value;

constexpr std::string_view kMirrorAnnotation = "kubernetes.io/config.mirror";
constexpr std::string_view kOsLabel = "kubernetes.io/os";

bool has(const Value& pod, std::string_view map, std::string_view name) {
  return json::find(pod, {"metadata", map, name}) != nullptr;
}

template <typename List, typename Element>
bool contains(const List& list, const Element& element) {
  return std::find(list.begin(), list.end(), element) != list.end();
}

bool is_windows(const Value& pod) {
  return json::string_at(pod, {"spec", "os", "name"}) == "windows" ||
         json::string_at(pod, {"spec", "nodeSelector", kOsLabel}) == "windows";
}

}  // namespace

bool uses_registry(const Value& pod, const Policy& policy) {
  const Value* spec = json::find(pod, {"spec"});
  if (spec == nullptr) return false;
  return std::any_of(kContainerLists.begin(), kContainerLists.end(), [&](std::string_view list) {
    const Entries containers(*spec, list);
    return std::any_of(containers.begin(), containers.end(), [&](const Value& container) {
      const std::string_view host = host_of(json::text(container, "image"));
      return !host.empty() && contains(policy.hosts, host);
    });
  });
}

Match match(const Value& pod, const Policy& policy) {
  const std::string_view asked = annotation(pod, names::kInjectAnnotation);
  if (asked == "false") return Match::kRefused;
  const bool asks = asked == "true";
  if (!asks && !uses_registry(pod, policy)) return Match::kNone;
  if (has(pod, "labels", names::kComponentLabel)) return Match::kNone;
  if (contains(policy.excluded_namespaces, json::string_at(pod, {"metadata", "namespace"})))
    return Match::kNone;
  if (has(pod, "annotations", kMirrorAnnotation)) return Match::kMirror;
  if (is_windows(pod)) return Match::kWindows;
  return asks ? Match::kAsked : Match::kImage;
}

bool is_injected(const Value& pod) {
  return find_ca_volume(pod).state == CaVolume::State::kOurs;
}

}  // namespace connected_registry::inject
