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

// "/a//b/../c/" -> "/a/c"; kubelet reads a relative path from the root.
std::string clean(std::string_view path) {
  std::string out = (std::filesystem::path("/") / path).lexically_normal().string();
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

bool is_below(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

// Where a container has a mount, or a device.
struct Occupied {
  std::string_view shown;
  std::string cleaned;   // empty where it is clean as it is shown: nearly all are
  bool is_ours = false;  // our volume, where we put it

  std::string_view path() const { return cleaned.empty() ? shown : std::string_view(cleaned); }
};

Occupied occupied(std::string_view path) {
  return {.shown = path, .cleaned = is_clean(path) ? std::string() : clean(path)};
}

std::vector<Occupied> occupied_paths(const Value& container, std::span<const Piece> ours) {
  std::vector<Occupied> out;
  const Entries mounts(container, "volumeMounts");
  const Entries devices(container, "volumeDevices");
  out.reserve(mounts.size() + devices.size());
  for (const Value& mount : mounts) {
    Occupied& place = out.emplace_back(occupied(json::text(mount, "mountPath")));
    place.is_ours =
        json::text(mount, "name") == names::kCaVolume &&
        std::any_of(ours.begin(), ours.end(), [&](const Piece& each) { return each.name == place.path(); });
  }
  for (const Value& device : devices) out.push_back(occupied(json::text(device, "devicePath")));
  return out;
}

enum class Has { kNothing, kOurs, kOwn };

Has variable_state(const std::vector<OwnVariable>& own, std::string_view name) {
  const auto* const ours = std::find_if(kVariables.begin(), kVariables.end(),
                                        [name](const Variable& each) { return each.name == name; });
  Has state = Has::kNothing;
  for (const OwnVariable& each : own) {
    if (each.name != name) continue;
    if (each.value != ours->value) return Has::kOwn;
    state = Has::kOurs;
  }
  return state;
}

std::string about(const Value& container) {
  return "connected-registry: container \"" + std::string(json::text(container, "name")) + "\" ";
}

// A mount of the user's at, above or below our path wins: above, the directory for ours would have to be made
// inside the user's volume (and the container would not start where that is read-only); below, theirs inside
// ours.
std::vector<std::string_view> missing_mounts(const Value& container, std::span<const Piece> wanted,
                                             Additions& additions, std::vector<std::string>& warnings) {
  const std::vector<Occupied> occupied = occupied_paths(container, wanted);
  std::vector<std::string_view> missing;
  missing.reserve(wanted.size());
  additions.mounts.reserve(wanted.size());
  for (const Piece& piece : wanted) {
    const std::string_view path = piece.name;
    const bool is_there = std::any_of(occupied.begin(), occupied.end(), [path](const Occupied& each) {
      return each.is_ours && each.path() == path;
    });
    if (!is_there) {
      const auto blocking = std::find_if(occupied.begin(), occupied.end(), [path](const Occupied& each) {
        const std::string_view own = each.path();
        return !each.is_ours && (own == path || is_below(path, own) || is_below(own, path));
      });
      if (blocking != occupied.end()) {
        warnings.push_back(about(container) + "keeps its own mount at " + std::string(blocking->shown) +
                           ", so the registry's CA was not put at " + piece.name);
        continue;
      }
      missing.push_back(piece.text);
    }
    additions.mounts.push_back(path);
  }
  return missing;
}

std::vector<std::string_view> missing_variables(const Value& container, std::span<const Piece* const> wanted,
                                                const std::vector<OwnVariable>& own, Additions& additions,
                                                std::vector<std::string>& warnings) {
  std::vector<std::string_view> missing;
  missing.reserve(wanted.size());
  additions.variables.reserve(wanted.size());
  for (const Piece* piece : wanted) {
    const Has state = variable_state(own, piece->name);
    if (state == Has::kOwn) {
      warnings.push_back(about(container) + "keeps its own " + piece->name +
                         ", so it trusts the registry only if that leads to " +
                         std::string(names::kPodCertificates));
      continue;
    }
    if (state == Has::kNothing) missing.push_back(piece->text);
    additions.variables.push_back(piece->name);
  }
  if (!missing.empty() && !Entries(container, "envFrom").empty()) {
    warnings.push_back(
        about(container) +
        "uses envFrom, which cannot be seen into here: a SSL_CERT_DIR or NODE_EXTRA_CA_CERTS in it "
        "loses to the one added for the registry");
  }
  return missing;
}

void warn_of_obstacles(const Value& container, const std::vector<OwnVariable>& own, std::string_view address,
                       std::vector<std::string>& warnings) {
  for (const OwnVariable& each : own) {
    if (std::find(kReplacingVariables.begin(), kReplacingVariables.end(), each.name) !=
        kReplacingVariables.end()) {
      warnings.push_back(about(container) + "sets " + std::string(each.name) +
                         ", so clients that heed it trust the registry only if that file holds its CA");
    }
  }
  if (uses_proxy_for(own, address)) {
    warnings.push_back(about(container) + "has a proxy and its NO_PROXY lacks " + std::string(address) +
                       ", so it may ask the proxy for the registry");
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

Wanted wanted_for(const Value& pod, const PreparedPolicy& policy, std::vector<std::string>& warnings) {
  Wanted wanted{.mounts = policy.mounts, .variables = {}, .address = policy.address};
  const auto left_out = split_names(annotation(pod, names::kWithoutEnvAnnotation));
  wanted.variables.reserve(policy.variables.size());
  for (const Piece& each : policy.variables) {
    if (std::find(left_out.begin(), left_out.end(), each.name) != left_out.end()) continue;
    wanted.variables.push_back(&each);
  }
  const bool in_vain = std::any_of(left_out.begin(), left_out.end(), [](std::string_view name) {
    return std::none_of(kVariables.begin(), kVariables.end(),
                        [name](const Variable& each) { return each.name == name; });
  });
  if (in_vain) {
    warnings.push_back("connected-registry: the annotation " + std::string(names::kWithoutEnvAnnotation) +
                       " names a variable that is never added: there are SSL_CERT_DIR and "
                       "NODE_EXTRA_CA_CERTS");
  }
  return wanted;
}

Additions add_to_container(const Value& container, std::string_view pointer, const Wanted& wanted,
                           Patch& patch, std::vector<std::string>& warnings) {
  Additions additions;
  const std::vector<OwnVariable> own = own_variables(container);
  patch.append(container, pointer, "volumeMounts",
               missing_mounts(container, wanted.mounts, additions, warnings));
  // Without our directory the variables would point nowhere.
  const auto directory = std::find(additions.mounts.begin(), additions.mounts.end(), names::kPodCertificates);
  if (directory != additions.mounts.end()) {
    patch.append(container, pointer, "env",
                 missing_variables(container, wanted.variables, own, additions, warnings));
  }
  warn_of_obstacles(container, own, wanted.address, warnings);
  return additions;
}

}  // namespace connected_registry::inject
