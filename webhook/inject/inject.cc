#include "inject/inject.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_writer.h"
#include "contract/names.h"
#include "inject/additions.h"
#include "inject/patch.h"
#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

using json::Value;

// The API's limit for the keys and values of all annotations together.
constexpr std::size_t kMaxAnnotationBytes = std::size_t{256} << 10;
constexpr std::string_view kDisabled = "disabled by annotation";

InjectionResult unchanged(std::string_view why, std::string warning = {}) {
  InjectionResult result;
  result.status = "unchanged: " + std::string(why);
  if (!warning.empty()) result.warnings.push_back("connected-registry: " + std::move(warning));
  return result;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  return out.append(text).append("\"");
}

// Returns the result for a pod that is skipped.
std::optional<InjectionResult> result_if_skipped(Match match, const Policy& policy) {
  switch (match) {
    case Match::kNone:
    case Match::kVolume:
      return unchanged("the pod does not use the registry");
    case Match::kRefused:
      return unchanged(kDisabled);
    case Match::kMirror:
      return unchanged("mirror pod of a static pod");
    case Match::kWindows:
      return unchanged(
          "Windows pod",
          "Windows pods are not changed: add the registry's CA to their certificate store yourself");
    case Match::kImage:
    case Match::kAsked:
      break;
  }
  if (policy.hosts.empty()) {
    return unchanged("the registry serves plain HTTP", "the registry serves plain HTTP, so it has no CA");
  }
  return std::nullopt;
}

// Returns the result for a pod that cannot get the CA because of something it has.
std::optional<InjectionResult> result_if_blocked(const Value& pod, const CaVolume& volume,
                                                 const Policy& policy) {
  if (volume.state == CaVolume::State::kForeign) {
    return unchanged("the volume name is in use",
                     "the pod has its own volume " + quoted(names::kCaVolume) +
                         ", so the registry's CA is not added: rename that volume");
  }
  const std::string_view owner = label(pod, names::kInjectedLabel);
  if (volume.state == CaVolume::State::kOurs && !owner.empty() && owner != policy.installation) {
    return unchanged("the pod has the CA of another installation",
                     "the pod has the CA of installation " + quoted(owner) + ", so the CA of " +
                         quoted(policy.installation) + " is not added: a pod can have only one");
  }
  return std::nullopt;
}

void warn_of_invalid_annotation(const Value& pod, std::vector<std::string>& warnings) {
  const std::string_view asked = annotation(pod, names::kInjectAnnotation);
  if (asked.empty() || asked == "true" || asked == "false") return;
  warnings.push_back("connected-registry: the annotation " + std::string(names::kInjectAnnotation) +
                     " is neither \"true\" nor \"false\", so it is ignored");
}

void add_volume(const Value& spec, const CaVolume& existing, const RenderedPolicy& rendered, Patch& patch) {
  if (existing.state == CaVolume::State::kMissing) {
    return patch.append(spec, "/spec", "volumes", std::array{std::string_view(rendered.volume)});
  }
  // A copied pod may lack the file of a newer CA.
  const Value& source = *json::member(*existing.value, "downwardAPI");
  const std::string pointer = "/spec/volumes/" + std::to_string(existing.index) + "/downwardAPI";
  for (const Fragment& item : rendered.items) {
    if (has_item(*existing.value, item.name)) continue;
    patch.append(source, pointer, "items", std::array{std::string_view(item.json)});
  }
}

// Adds the registry's pull secret to a pod that needs and lacks it. Returns the secret's name if the pod has
// it after that, else "".
std::string_view add_pull_secret(const Value& pod, const RenderedPolicy& rendered, Patch& patch) {
  const std::vector<std::string>& namespaces = rendered.policy.pull_secret_namespaces;
  if (namespaces.empty()) return {};
  const std::string_view own = json::string_at(pod, {"metadata", "namespace"});
  if (std::find(namespaces.begin(), namespaces.end(), own) == namespaces.end()) return {};
  if (!uses_registry(pod, rendered.policy) && !has_registry_volume(pod, rendered.policy)) return {};
  const Value& spec = *json::member(pod, "spec");
  const Entries existing(spec, "imagePullSecrets");
  const bool has_it = std::any_of(existing.begin(), existing.end(), [&rendered](const Value& entry) {
    return json::text(entry, "name") == rendered.policy.pull_secret;
  });
  if (has_it) return rendered.policy.pull_secret;
  patch.append(spec, "/spec", "imagePullSecrets",
               std::array{std::string_view(rendered.pull_secret_reference)});
  return rendered.policy.pull_secret;
}

void write_texts(std::string_view name, const std::vector<std::string_view>& texts,
                 json::TextWriter& writer) {
  writer.key(name);
  writer.begin_array();
  for (const std::string_view text : texts) writer.string(text);
  writer.end_array();
}

// Adds to all containers of the pod. Returns the status annotation: {"app": {"mounts": […], "env": […]},
// "imagePullSecrets": […]}. No container is named imagePullSecrets: names have no capitals.
std::string add_to_containers(const Value& spec, const DesiredAdditions& desired,
                              std::string_view pull_secret, Patch& patch,
                              std::vector<std::string>& warnings) {
  constexpr std::size_t kUsualBytes = 1024;
  json::TextWriter status(kUsualBytes);
  status.begin_object();
  for (const std::string_view list : {kContainerLists[0], kContainerLists[1]}) {
    std::string pointer = "/spec/" + std::string(list) + "/";
    const std::size_t length = pointer.size();
    std::size_t index = 0;
    for (const Value& container : Entries(spec, list)) {
      pointer.resize(length);
      pointer += std::to_string(index++);
      const Additions additions = add_to_container(container, pointer, desired, patch, warnings);
      status.key(json::text(container, "name"));  // unique: the API refuses a second container of that name
      status.begin_object();
      write_texts("mounts", additions.mounts, status);
      write_texts("env", additions.variables, status);
      status.end_object();
    }
  }
  if (!pull_secret.empty()) write_texts("imagePullSecrets", {pull_secret}, status);
  status.end_object();
  return status.text();
}

// Sets our keys of metadata.annotations or metadata.labels where they do not have their value.
void add_metadata(const Value& pod, std::string_view map, std::vector<MapEntry> entries, Patch& patch) {
  const Value& metadata = *json::member(pod, "metadata");
  std::erase_if(entries, [&](const MapEntry& each) {
    const Value* existing = json::find(metadata, {map, each.name});
    return existing != nullptr && existing->IsString() && json::view(*existing) == each.value;
  });
  patch.merge(metadata, "/metadata", map, entries);
}

std::size_t annotation_bytes(const Value& pod, const std::vector<MapEntry>& ours) {
  std::size_t total = 0;
  for (const MapEntry& each : ours) total += each.name.size() + each.value.size();
  const Value* annotations = json::find(pod, {"metadata", "annotations"});
  if (annotations == nullptr || !annotations->IsObject()) return total;
  for (auto entry = annotations->MemberBegin(); entry != annotations->MemberEnd(); ++entry) {
    const std::string_view name = json::view(entry->name);
    const bool replaced =
        std::any_of(ours.begin(), ours.end(), [name](const MapEntry& each) { return each.name == name; });
    if (!replaced) total += name.size() + (entry->value.IsString() ? entry->value.GetStringLength() : 0);
  }
  return total;
}

// Adds the pull secret alone, to a pod whose image volumes use the registry.
std::optional<InjectionResult> injected_for_volumes(const Value& pod, const RenderedPolicy& rendered) {
  Patch patch;
  add_pull_secret(pod, rendered, patch);
  InjectionResult result;
  result.patch = patch.to_text();
  result.status = "injected: the pull secret for image volumes";
  if (result.patch.empty()) return std::nullopt;
  return result;
}

InjectionResult injected(const Value& pod, const CaVolume& volume, const RenderedPolicy& rendered) {
  const Value& spec = *json::find(pod, {"spec"});
  Patch patch;
  InjectionResult result;
  warn_of_invalid_annotation(pod, result.warnings);
  if (rendered.policy.bundle.empty()) {
    result.warnings.emplace_back(
        "connected-registry: the registry has no CA yet: this pod gets the CA when it exists, and programs "
        "that read CAs only when they start have to be restarted then");
  }
  const DesiredAdditions desired = desired_additions(pod, rendered, result.warnings);
  add_volume(spec, volume, rendered, patch);
  const std::string_view pull_secret = add_pull_secret(pod, rendered, patch);
  const std::string status = add_to_containers(spec, desired, pull_secret, patch, result.warnings);
  std::vector<MapEntry> annotations;
  if (!rendered.policy.bundle.empty())
    annotations.push_back({names::kBundleAnnotation, rendered.policy.bundle, rendered.bundle_json});
  annotations.push_back({names::kStatusAnnotation, status});
  if (annotation_bytes(pod, annotations) > kMaxAnnotationBytes) {
    return unchanged(
        "the annotations would be too large",
        "the pod's annotations and the registry's CA exceed the API's limit of 256 KiB: make the "
        "annotations smaller");
  }
  add_metadata(pod, "annotations", std::move(annotations), patch);
  add_metadata(pod, "labels", {{names::kInjectedLabel, rendered.policy.installation}}, patch);
  result.patch = patch.to_text();
  result.status = result.patch.empty()             ? "unchanged: already injected"
                  : rendered.policy.bundle.empty() ? "injected: no CA yet"
                                                   : "injected";
  return result;
}

bool has_container(const Value& pod, std::string_view list, std::string_view name) {
  const Value* spec = json::find(pod, {"spec"});
  if (spec == nullptr) return false;
  const Entries containers(*spec, list);
  return std::any_of(containers.begin(), containers.end(),
                     [name](const Value& container) { return json::text(container, "name") == name; });
}

}  // namespace

Result<InjectionResult> inject_pod(const Value& pod, const RenderedPolicy& rendered) {
  if (Status status = check_pod(pod); !status) return tl::unexpected<Error>(std::move(status).error());
  const Match reason = match(pod, rendered.policy);
  if (reason == Match::kVolume) {
    if (auto result = injected_for_volumes(pod, rendered)) return std::move(*result);
  }
  if (auto result = result_if_skipped(reason, rendered.policy)) return std::move(*result);
  const CaVolume volume = find_ca_volume(pod);
  if (auto result = result_if_blocked(pod, volume, rendered.policy)) return std::move(*result);
  return injected(pod, volume, rendered);
}

Result<InjectionResult> inject_ephemeral_containers(const Value& pod, const Value& old_pod,
                                                    const RenderedPolicy& rendered) {
  if (Status status = check_pod(pod); !status) return tl::unexpected<Error>(std::move(status).error());
  constexpr std::string_view kList = "ephemeralContainers";
  if (!is_injected(pod)) {
    if (auto result = result_if_skipped(match(pod, rendered.policy), rendered.policy))
      return std::move(*result);
    return unchanged(
        "the pod has no CA volume",
        "the pod was created without the registry's CA, so its new debug container cannot get it: "
        "recreate the pod");
  }
  if (annotation(pod, names::kInjectAnnotation) == "false") return unchanged(kDisabled);
  Patch patch;
  InjectionResult result;
  const DesiredAdditions desired = desired_additions(pod, rendered, result.warnings);
  std::size_t index = 0;
  for (const Value& container : Entries(*json::find(pod, {"spec"}), kList)) {
    const std::string pointer = "/spec/" + std::string(kList) + "/" + std::to_string(index++);
    // A container that exists cannot be changed.
    if (has_container(old_pod, kList, json::text(container, "name"))) continue;
    add_to_container(container, pointer, desired, patch, result.warnings);
  }
  result.patch = patch.to_text();
  result.status = result.patch.empty() ? "unchanged: nothing to add" : "injected";
  return result;
}

}  // namespace connected_registry::inject
