#include "inject/additions.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "contract/names.h"
#include "inject/environment.h"
#include "inject/pod.h"
#include "inject/proxy.h"

namespace connected_registry::inject {
namespace {

using json::Value;

bool is_clean(std::string_view path) {
  if (!path.starts_with('/') || path.ends_with('/')) return false;
  for (std::size_t at = 0; at + 1 < path.size(); ++at) {
    if (path[at] == '/' && (path[at + 1] == '/' || path[at + 1] == '.')) return false;
  }
  return true;
}

// "/a//b/../c/" -> "/a/c"; kubelet resolves a relative path from the root.
std::string clean(std::string_view path) {
  std::string out = (std::filesystem::path("/") / path).lexically_normal().string();
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

bool is_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

// A path at which a container has a mount or a device.
struct OccupiedPath {
  std::string_view shown;  // as the pod writes it
  std::string cleaned;     // empty where `shown` is clean, as nearly all are
  bool is_ours = false;    // the CA volume at a path that we use

  std::string_view path() const { return cleaned.empty() ? shown : std::string_view(cleaned); }
};

OccupiedPath occupied_path(std::string_view path) {
  return {.shown = path, .cleaned = is_clean(path) ? std::string() : clean(path)};
}

std::vector<OccupiedPath> occupied_paths(const Value& container, std::span<const Fragment> ours) {
  std::vector<OccupiedPath> out;
  const Entries mounts(container, "volumeMounts");
  const Entries devices(container, "volumeDevices");
  out.reserve(mounts.size() + devices.size());
  for (const Value& mount : mounts) {
    OccupiedPath& path = out.emplace_back(occupied_path(json::text(mount, "mountPath")));
    path.is_ours =
        json::text(mount, "name") == names::kCaVolume &&
        std::any_of(ours.begin(), ours.end(), [&](const Fragment& each) { return each.name == path.path(); });
  }
  for (const Value& device : devices) out.push_back(occupied_path(json::text(device, "devicePath")));
  return out;
}

enum class VariableState { kUnset, kOurs, kOwn };

VariableState variable_state(const std::vector<OwnVariable>& own, std::string_view name) {
  const auto* const ours = std::find_if(kVariables.begin(), kVariables.end(),
                                        [name](const Variable& each) { return each.name == name; });
  VariableState state = VariableState::kUnset;
  for (const OwnVariable& each : own) {
    if (each.name != name) continue;
    if (each.value != ours->value) return VariableState::kOwn;
    state = VariableState::kOurs;
  }
  return state;
}

std::string warning_about(const Value& container) {
  return "connected-registry: container \"" + std::string(json::text(container, "name")) + "\" ";
}

// A user's mount at, above or below our path wins. Above: our directory would have to be created inside the
// user's volume, and the container does not start if that is read-only. Below: the user's directory would
// have to be created inside our volume.
std::vector<std::string_view> missing_mounts(const Value& container, std::span<const Fragment> desired,
                                             Additions& additions, std::vector<std::string>& warnings) {
  const std::vector<OccupiedPath> occupied = occupied_paths(container, desired);
  std::vector<std::string_view> missing;
  missing.reserve(desired.size());
  additions.mounts.reserve(desired.size());
  for (const Fragment& fragment : desired) {
    const std::string_view path = fragment.name;
    const bool is_there = std::any_of(occupied.begin(), occupied.end(), [path](const OccupiedPath& each) {
      return each.is_ours && each.path() == path;
    });
    if (!is_there) {
      const auto blocking = std::find_if(occupied.begin(), occupied.end(), [path](const OccupiedPath& each) {
        const std::string_view own = each.path();
        return !each.is_ours && (own == path || is_below(path, own) || is_below(own, path));
      });
      if (blocking != occupied.end()) {
        warnings.push_back(warning_about(container) + "has its own mount at " + std::string(blocking->shown) +
                           ", so the registry's CA is not mounted at " + fragment.name);
        continue;
      }
      missing.push_back(fragment.json);
    }
    additions.mounts.push_back(path);
  }
  return missing;
}

std::vector<std::string_view> missing_variables(const Value& container,
                                                std::span<const Fragment* const> desired,
                                                const std::vector<OwnVariable>& own, Additions& additions,
                                                std::vector<std::string>& warnings) {
  std::vector<std::string_view> missing;
  missing.reserve(desired.size());
  additions.variables.reserve(desired.size());
  for (const Fragment* fragment : desired) {
    const VariableState state = variable_state(own, fragment->name);
    if (state == VariableState::kOwn) {
      warnings.push_back(warning_about(container) + "sets " + fragment->name + " itself" +
                         ", so it trusts the registry only if the value includes " +
                         std::string(names::kPodCertificates));
      continue;
    }
    if (state == VariableState::kUnset) missing.push_back(fragment->json);
    additions.variables.push_back(fragment->name);
  }
  if (!missing.empty() && !Entries(container, "envFrom").empty()) {
    warnings.push_back(
        warning_about(container) +
        "uses envFrom, whose content is not known here: the values added for the registry override "
        "SSL_CERT_DIR and NODE_EXTRA_CA_CERTS from it");
  }
  return missing;
}

void warn_of_obstacles(const Value& container, const std::vector<OwnVariable>& own, std::string_view address,
                       std::vector<std::string>& warnings) {
  for (const OwnVariable& each : own) {
    if (std::find(kReplacingVariables.begin(), kReplacingVariables.end(), each.name) !=
        kReplacingVariables.end()) {
      warnings.push_back(
          warning_about(container) + "sets " + std::string(each.name) +
          ", so clients that use it trust the registry only if that file contains the registry's CA");
    }
  }
  if (uses_proxy_for(own, address)) {
    warnings.push_back(warning_about(container) + "uses a proxy and its NO_PROXY does not include " +
                       std::string(address) + ", so its requests to the registry may go to the proxy");
  }
}

std::vector<std::string_view> split_names(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(", "), text.size());
    if (end > 0) names.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

}  // namespace

DesiredAdditions desired_additions(const Value& pod, const RenderedPolicy& rendered,
                                   std::vector<std::string>& warnings) {
  DesiredAdditions desired{.mounts = rendered.mounts, .variables = {}, .address = rendered.policy.address};
  const auto excluded = split_names(annotation(pod, names::kWithoutEnvAnnotation));
  desired.variables.reserve(rendered.variables.size());
  for (const Fragment& each : rendered.variables) {
    if (std::find(excluded.begin(), excluded.end(), each.name) != excluded.end()) continue;
    desired.variables.push_back(&each);
  }
  const bool has_unknown = std::any_of(excluded.begin(), excluded.end(), [](std::string_view name) {
    return std::none_of(kVariables.begin(), kVariables.end(),
                        [name](const Variable& each) { return each.name == name; });
  });
  if (has_unknown) {
    warnings.push_back("connected-registry: the annotation " + std::string(names::kWithoutEnvAnnotation) +
                       " names a variable that is never added: the variables are SSL_CERT_DIR and "
                       "NODE_EXTRA_CA_CERTS");
  }
  return desired;
}

Additions add_to_container(const Value& container, std::string_view pointer, const DesiredAdditions& desired,
                           Patch& patch, std::vector<std::string>& warnings) {
  Additions additions;
  const std::vector<OwnVariable> own = own_variables(container);
  patch.append(container, pointer, "volumeMounts",
               missing_mounts(container, desired.mounts, additions, warnings));
  // Without our directory the variables would name a path that does not exist.
  const auto directory = std::find(additions.mounts.begin(), additions.mounts.end(), names::kPodCertificates);
  if (directory != additions.mounts.end()) {
    patch.append(container, pointer, "env",
                 missing_variables(container, desired.variables, own, additions, warnings));
  }
  warn_of_obstacles(container, own, desired.address, warnings);
  return additions;
}

}  // namespace connected_registry::inject
