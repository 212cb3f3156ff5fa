#include "inject/additions.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/names.h"
#include "inject/pod.h"
#include "inject/proxy.h"

namespace connected_registry::inject {
namespace {

using json::Allocator;
using json::Value;

// "/a//b/../c/" -> "/a/c"; kubelet reads a relative path from the root.
std::string clean(std::string_view path) {
  // Nearly all are so already.
  const bool is_clean = path.starts_with('/') && !path.ends_with('/') &&
                        path.find("//") == std::string_view::npos &&
                        path.find("/.") == std::string_view::npos;
  if (is_clean) return std::string(path);
  std::string out = (std::filesystem::path("/") / path).lexically_normal().string();
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

// A mount of the container's own, or a device of it.
struct Own {
  std::string path;
  std::string_view shown;
};

std::vector<Own> own_paths(const Value& container, const std::vector<std::string>& ours) {
  std::vector<Own> out;
  for (const Value& mount : Entries(container, "volumeMounts")) {
    const std::string_view path = json::string_at(mount, {"mountPath"});
    std::string cleaned = clean(path);
    const bool is_ours = json::string_at(mount, {"name"}) == names::kCaVolume &&
                         std::find(ours.begin(), ours.end(), cleaned) != ours.end();
    if (!is_ours) out.push_back({std::move(cleaned), path});
  }
  for (const Value& device : Entries(container, "volumeDevices")) {
    const std::string_view path = json::string_at(device, {"devicePath"});
    out.push_back({clean(path), path});
  }
  return out;
}

bool has_our_mount(const Value& container, std::string_view path) {
  const Entries mounts(container, "volumeMounts");
  return std::any_of(mounts.begin(), mounts.end(), [path](const Value& mount) {
    return json::string_at(mount, {"name"}) == names::kCaVolume &&
           clean(json::string_at(mount, {"mountPath"})) == path;
  });
}

Value mount_value(std::string_view path, Allocator& allocator) {
  Value mount(rapidjson::kObjectType);
  json::set(mount, "name", names::kCaVolume, allocator);
  json::set(mount, "mountPath", path, allocator);
  json::set(mount, "readOnly", Value(true), allocator);
  return mount;
}

Value variable_value(const Variable& variable, Allocator& allocator) {
  Value value(rapidjson::kObjectType);
  json::set(value, "name", variable.name, allocator);
  json::set(value, "value", variable.value, allocator);
  return value;
}

enum class Has { kNothing, kOurs, kOwn };

Has variable_state(const Value& container, const Variable& variable) {
  Has state = Has::kNothing;
  for (const Value& entry : Entries(container, "env")) {
    if (json::string_at(entry, {"name"}) != variable.name) continue;
    if (json::string_at(entry, {"value"}) != variable.value) return Has::kOwn;
    state = Has::kOurs;
  }
  return state;
}

std::string about(const Value& container) {
  return "connected-registry: container \"" + std::string(json::string_at(container, {"name"})) + "\" ";
}

// A mount of the user's at, above or below our path wins: above, the folder for ours would have to be made
// inside the user's volume (and the container would not start where that is read-only); below, theirs inside
// ours.
Value missing_mounts(const Value& container, const std::vector<std::string>& paths, Additions& additions,
                     Allocator& allocator, std::vector<std::string>& warnings) {
  const std::vector<Own> own = own_paths(container, paths);
  Value mounts(rapidjson::kArrayType);
  for (const std::string& path : paths) {
    if (!has_our_mount(container, path)) {
      const auto blocking = std::find_if(own.begin(), own.end(), [&path](const Own& each) {
        return each.path == path || is_below(path, each.path) || is_below(each.path, path);
      });
      if (blocking != own.end()) {
        warnings.push_back(about(container) + "keeps its own mount at " + std::string(blocking->shown) +
                           ", so the registry's CA was not put at " + path);
        continue;
      }
      mounts.PushBack(mount_value(path, allocator), allocator);
    }
    additions.mounts.push_back(path);
  }
  return mounts;
}

Value missing_variables(const Value& container, const std::vector<Variable>& wanted, Additions& additions,
                        Allocator& allocator, std::vector<std::string>& warnings) {
  Value variables(rapidjson::kArrayType);
  for (const Variable& variable : wanted) {
    const Has state = variable_state(container, variable);
    if (state == Has::kOwn) {
      warnings.push_back(about(container) + "keeps its own " + std::string(variable.name) +
                         ", so it trusts the registry only if that leads to " +
                         std::string(names::kPodCertificates));
      continue;
    }
    if (state == Has::kNothing) variables.PushBack(variable_value(variable, allocator), allocator);
    additions.variables.push_back(variable.name);
  }
  if (!variables.Empty() && !Entries(container, "envFrom").empty()) {
    warnings.push_back(
        about(container) +
        "uses envFrom, which cannot be seen into here: a SSL_CERT_DIR or NODE_EXTRA_CA_CERTS in it "
        "loses to the one added for the registry");
  }
  return variables;
}

void warn_of_obstacles(const Value& container, std::string_view address, std::vector<std::string>& warnings) {
  for (const Value& entry : Entries(container, "env")) {
    const std::string_view name = json::string_at(entry, {"name"});
    if (std::find(kReplacingVariables.begin(), kReplacingVariables.end(), name) !=
        kReplacingVariables.end()) {
      warnings.push_back(about(container) + "sets " + std::string(name) +
                         ", so clients that heed it trust the registry only if that file holds its CA");
    }
  }
  if (is_kept_from(container, address)) {
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

std::vector<std::string> mount_paths(const Policy& policy) {
  std::vector<std::string> paths = {std::string(names::kPodCertificates)};
  for (const std::string& host : policy.directory_hosts) {
    paths.push_back("/etc/docker/certs.d/" + host);
    paths.push_back("/etc/containers/certs.d/" + host);
  }
  return paths;
}

std::vector<std::string> volume_files(const Policy& policy) {
  std::vector<std::string> files = {std::string(names::kBundleKey)};
  for (const std::string& hash : policy.subject_hashes) files.push_back(hash + ".0");
  return files;
}

Value volume_item(std::string_view file, Allocator& allocator) {
  Value reference(rapidjson::kObjectType);
  json::set(reference, "fieldPath", kBundleField, allocator);
  Value item(rapidjson::kObjectType);
  json::set(item, "path", file, allocator);
  json::set(item, "fieldRef", std::move(reference), allocator);
  return item;
}

Value volume(const Policy& policy, Allocator& allocator) {
  Value items(rapidjson::kArrayType);
  for (const std::string& file : volume_files(policy))
    items.PushBack(volume_item(file, allocator), allocator);
  Value source(rapidjson::kObjectType);
  json::set(source, "items", std::move(items), allocator);
  Value out(rapidjson::kObjectType);
  json::set(out, "name", names::kCaVolume, allocator);
  json::set(out, "downwardAPI", std::move(source), allocator);
  return out;
}

Wanted wanted_for(const Value& pod, const Policy& policy, std::vector<std::string>& warnings) {
  Wanted wanted{.paths = mount_paths(policy), .variables = {}, .address = policy.address};
  const auto left_out = split_names(annotation(pod, names::kWithoutEnvAnnotation));
  std::copy_if(kVariables.begin(), kVariables.end(), std::back_inserter(wanted.variables),
               [&](const Variable& each) {
                 return std::find(left_out.begin(), left_out.end(), each.name) == left_out.end();
               });
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

Additions add_to_container(const Value& container, const std::string& pointer, const Wanted& wanted,
                           Patch& patch, std::vector<std::string>& warnings) {
  Additions additions;
  Value mounts = missing_mounts(container, wanted.paths, additions, patch.allocator(), warnings);
  patch.append(container, pointer, "volumeMounts", std::move(mounts));
  // Without our folder the variables would point nowhere.
  const auto folder = std::find(additions.mounts.begin(), additions.mounts.end(), names::kPodCertificates);
  if (folder != additions.mounts.end()) {
    Value variables = missing_variables(container, wanted.variables, additions, patch.allocator(), warnings);
    patch.append(container, pointer, "env", std::move(variables));
  }
  warn_of_obstacles(container, wanted.address, warnings);
  return additions;
}

}  // namespace connected_registry::inject
