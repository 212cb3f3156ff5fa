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

// The API refuses a pod whose annotations hold more (keys and values together).
constexpr std::size_t kMaxAnnotationBytes = std::size_t{256} << 10;

Outcome unchanged(std::string_view why, std::string warning = {}) {
  Outcome outcome;
  outcome.status = "unchanged: " + std::string(why);
  if (!warning.empty()) outcome.warnings.push_back("connected-registry: " + std::move(warning));
  return outcome;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  return out.append(text).append("\"");
}

// The outcome for a pod that is not to be handled, whatever it holds.
std::optional<Outcome> left_alone(const Value& pod, const Policy& policy) {
  switch (match(pod, policy)) {
    case Match::kNone:
      return unchanged("it has nothing to do with the registry");
    case Match::kRefused:
      return unchanged("it refuses");
    case Match::kMirror:
      return unchanged("it mirrors a static pod");
    case Match::kWindows:
      return unchanged("Windows",
                       "Windows pods are left as they are: give the registry's CA to their clients "
                       "yourself");
    case Match::kImage:
    case Match::kAsked:
      break;
  }
  if (policy.hosts.empty()) {
    return unchanged("plain HTTP", "the registry serves plain HTTP, so there is no CA to give");
  }
  return std::nullopt;
}

// A part of the pod that keeps the CA out of all of it.
std::optional<Outcome> kept_out(const Value& pod, const CaVolume& volume, const Policy& policy) {
  if (volume.state == CaVolume::State::kForeign) {
    return unchanged("a volume of our name",
                     "the pod has a volume " + quoted(names::kCaVolume) +
                         " of its own, so the registry's CA was not added: give the volume "
                         "another name");
  }
  const std::string_view owner = label(pod, names::kInjectedLabel);
  if (volume.state == CaVolume::State::kOurs && !owner.empty() && owner != policy.installation) {
    return unchanged("it belongs to another installation",
                     "the pod has the CA of installation " + quoted(owner) + ", so that of " +
                         quoted(policy.installation) + " was not added: a pod can hold one");
  }
  return std::nullopt;
}

void warn_of_odd_annotation(const Value& pod, std::vector<std::string>& warnings) {
  const std::string_view asked = annotation(pod, names::kInjectAnnotation);
  if (asked.empty() || asked == "true" || asked == "false") return;
  warnings.push_back("connected-registry: the annotation " + std::string(names::kInjectAnnotation) +
                     " is neither " + "\"true\" nor \"false\", so it was not heeded");
}

void add_volume(const Value& spec, const CaVolume& existing, const PreparedPolicy& policy, Patch& patch) {
  if (existing.state == CaVolume::State::kMissing) {
    return patch.append(spec, "/spec", "volumes", std::array{std::string_view(policy.volume)});
  }
  // A copied pod may lack the name of a CA that came later.
  const Value& source = *json::member(*existing.value, "downwardAPI");
  const std::string pointer = "/spec/volumes/" + std::to_string(existing.index) + "/downwardAPI";
  for (const Piece& item : policy.items) {
    if (has_item(*existing.value, item.name)) continue;
    patch.append(source, pointer, "items", std::array{std::string_view(item.text)});
  }
}

// Gives the registry's pull secret to a pod that needs and lacks it. Its name where the pod has it then, else
// "".
std::string_view add_pull_secret(const Value& pod, const PreparedPolicy& policy, Patch& patch) {
  const std::vector<std::string>& namespaces = policy.pull_secret_namespaces;
  if (namespaces.empty()) return {};
  const std::string_view own = json::string_at(pod, {"metadata", "namespace"});
  if (std::find(namespaces.begin(), namespaces.end(), own) == namespaces.end()) return {};
  if (!uses_registry(pod, policy)) return {};
  const Value& spec = *json::member(pod, "spec");
  const Entries existing(spec, "imagePullSecrets");
  const bool has_it = std::any_of(existing.begin(), existing.end(), [&policy](const Value& entry) {
    return json::text(entry, "name") == policy.pull_secret;
  });
  if (has_it) return policy.pull_secret;
  patch.append(spec, "/spec", "imagePullSecrets", std::array{std::string_view(policy.pull_secret_reference)});
  return policy.pull_secret;
}

void write_texts(std::string_view name, const std::vector<std::string_view>& texts,
                 json::TextWriter& writer) {
  writer.key(name);
  writer.begin_array();
  for (const std::string_view text : texts) writer.string(text);
  writer.end_array();
}

// Adds to all containers of the pod. Returns what the pod has of ours then: {"app": {"mounts": […], "env":
// […]}, "imagePullSecrets": […]}; no container can have a name with capitals.
std::string add_to_containers(const Value& spec, const Wanted& wanted, std::string_view pull_secret,
                              Patch& patch, std::vector<std::string>& warnings) {
  constexpr std::size_t kUsual = 1024;
  json::TextWriter status(kUsual);
  status.begin_object();
  for (const std::string_view list : {kContainerLists[0], kContainerLists[1]}) {
    std::string pointer = "/spec/" + std::string(list) + "/";
    const std::size_t length = pointer.size();
    std::size_t index = 0;
    for (const Value& container : Entries(spec, list)) {
      pointer.resize(length);
      pointer += std::to_string(index++);
      const Additions additions = add_to_container(container, pointer, wanted, patch, warnings);
      status.key(json::text(container, "name"));  // the API takes no name twice
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

// Our keys of metadata.annotations or metadata.labels that do not have their value yet.
void add_metadata(const Value& pod, std::string_view map, std::vector<Text> texts, Patch& patch) {
  const Value& metadata = *json::member(pod, "metadata");
  std::erase_if(texts, [&](const Text& each) {
    const Value* existing = json::find(metadata, {map, each.name});
    return existing != nullptr && existing->IsString() && json::view(*existing) == each.value;
  });
  patch.merge(metadata, "/metadata", map, texts);
}

std::size_t annotation_bytes(const Value& pod, const std::vector<Text>& ours) {
  std::size_t total = 0;
  for (const Text& each : ours) total += each.name.size() + each.value.size();
  const Value* annotations = json::find(pod, {"metadata", "annotations"});
  if (annotations == nullptr || !annotations->IsObject()) return total;
  for (auto entry = annotations->MemberBegin(); entry != annotations->MemberEnd(); ++entry) {
    const std::string_view name = json::view(entry->name);
    const bool replaced =
        std::any_of(ours.begin(), ours.end(), [name](const Text& each) { return each.name == name; });
    if (!replaced) total += name.size() + entry->value.GetStringLength();
  }
  return total;
}

Outcome injected(const Value& pod, const CaVolume& volume, const PreparedPolicy& policy) {
  const Value& spec = *json::find(pod, {"spec"});
  Patch patch;
  Outcome outcome;
  warn_of_odd_annotation(pod, outcome.warnings);
  if (policy.bundle.empty()) {
    outcome.warnings.emplace_back(
        "connected-registry: the registry has no CA yet: this pod gets it as soon as there is one, and "
        "programs "
        "that read CAs only when they start do not see it before they start again");
  }
  const Wanted wanted = wanted_for(pod, policy, outcome.warnings);
  add_volume(spec, volume, policy, patch);
  const std::string_view pull_secret = add_pull_secret(pod, policy, patch);
  const std::string status = add_to_containers(spec, wanted, pull_secret, patch, outcome.warnings);
  std::vector<Text> annotations;
  if (!policy.bundle.empty())
    annotations.push_back({names::kBundleAnnotation, policy.bundle, policy.bundle_text});
  annotations.push_back({names::kStatusAnnotation, status});
  if (annotation_bytes(pod, annotations) > kMaxAnnotationBytes) {
    return unchanged("no room for the CA",
                     "the pod's annotations leave no room for the registry's CA within the 256 "
                     "KiB that the API allows: make them smaller");
  }
  add_metadata(pod, "annotations", std::move(annotations), patch);
  add_metadata(pod, "labels", {{names::kInjectedLabel, policy.installation}}, patch);
  outcome.patch = patch.to_text();
  outcome.status = outcome.patch.empty()   ? "unchanged: it has all already"
                   : policy.bundle.empty() ? "injected: the CA comes later"
                                           : "injected";
  return outcome;
}

bool has_container(const Value& pod, std::string_view list, std::string_view name) {
  const Value* spec = json::find(pod, {"spec"});
  if (spec == nullptr) return false;
  const Entries containers(*spec, list);
  return std::any_of(containers.begin(), containers.end(),
                     [name](const Value& container) { return json::text(container, "name") == name; });
}

}  // namespace

Result<Outcome> inject_pod(const Value& pod, const PreparedPolicy& policy) {
  if (Status status = check_pod(pod); !status) return tl::unexpected<Error>(std::move(status).error());
  if (auto outcome = left_alone(pod, policy)) return std::move(*outcome);
  const CaVolume volume = find_ca_volume(pod);
  if (auto outcome = kept_out(pod, volume, policy)) return std::move(*outcome);
  return injected(pod, volume, policy);
}

Result<Outcome> inject_ephemeral_containers(const Value& pod, const Value& old_pod,
                                            const PreparedPolicy& policy) {
  if (Status status = check_pod(pod); !status) return tl::unexpected<Error>(std::move(status).error());
  constexpr std::string_view kList = "ephemeralContainers";
  if (!is_injected(pod)) {
    if (auto outcome = left_alone(pod, policy)) return std::move(*outcome);
    return unchanged(
        "the pod has no CA volume",
        "the pod was created without the registry's CA, so its new debug container cannot get it: "
        "create the pod again");
  }
  if (annotation(pod, names::kInjectAnnotation) == "false") return unchanged("it refuses");
  Patch patch;
  Outcome outcome;
  const Wanted wanted = wanted_for(pod, policy, outcome.warnings);
  std::size_t index = 0;
  for (const Value& container : Entries(*json::find(pod, {"spec"}), kList)) {
    const std::string pointer = "/spec/" + std::string(kList) + "/" + std::to_string(index++);
    // What runs already cannot be changed any more.
    if (has_container(old_pod, kList, json::text(container, "name"))) continue;
    add_to_container(container, pointer, wanted, patch, outcome.warnings);
  }
  outcome.patch = patch.to_text();
  outcome.status = outcome.patch.empty() ? "unchanged: nothing to add" : "injected";
  return outcome;
}

}  // namespace connected_registry::inject
