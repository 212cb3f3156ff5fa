#include "inject/rendered_policy.h"

#include <utility>

#include "base/json_writer.h"
#include "contract/names.h"
#include "inject/environment.h"

namespace connected_registry::inject {
namespace {

std::string render_mount(std::string_view path) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", names::kCaVolume);
  writer.member("mountPath", path);
  writer.key("readOnly");
  writer.boolean(true);
  writer.end_object();
  return writer.text();
}

std::string render_variable(const Variable& variable) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", variable.name);
  writer.member("value", variable.value);
  writer.end_object();
  return writer.text();
}

std::string render_item(std::string_view file) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("path", file);
  writer.key("fieldRef");
  writer.begin_object();
  writer.member("fieldPath", kBundleField);
  writer.end_object();
  writer.end_object();
  return writer.text();
}

std::string render_volume(const std::vector<Fragment>& items) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", names::kCaVolume);
  writer.key("downwardAPI");
  writer.begin_object();
  writer.key("items");
  writer.begin_array();
  for (const Fragment& item : items) writer.raw(item.json);
  writer.end_array();
  writer.end_object();
  writer.end_object();
  return writer.text();
}

std::string render_string(std::string_view text) {
  json::TextWriter writer;
  writer.string(text);
  return writer.text();
}

std::string render_reference(std::string_view name) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", name);
  writer.end_object();
  return writer.text();
}

}  // namespace

std::vector<std::string> volume_files(const Policy& policy) {
  std::vector<std::string> files = {std::string(names::kBundleKey)};
  for (const std::string& hash : policy.subject_hashes) files.push_back(hash + ".0");
  return files;
}

RenderedPolicy::RenderedPolicy(Policy given)
    : policy(std::move(given)),
      bundle_json(render_string(policy.bundle)),
      pull_secret_reference(render_reference(policy.pull_secret)) {
  const auto add_mount = [this](std::string path) {
    std::string json = render_mount(path);
    mounts.push_back({.name = std::move(path), .json = std::move(json)});
  };
  add_mount(std::string(names::kPodCertificates));
  for (const std::string& host : policy.directory_hosts) {
    add_mount("/etc/docker/certs.d/" + host);
    add_mount("/etc/containers/certs.d/" + host);
  }
  for (const Variable& each : kVariables) {
    variables.push_back({.name = std::string(each.name), .json = render_variable(each)});
  }
  for (const std::string& file : volume_files(policy))
    items.push_back({.name = file, .json = render_item(file)});
  volume = render_volume(items);
}

}  // namespace connected_registry::inject
