#include "inject/prepared_policy.h"

#include <utility>

#include "base/json_writer.h"
#include "contract/names.h"
#include "inject/environment.h"

namespace connected_registry::inject {
namespace {

std::string mount_text(std::string_view path) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", names::kCaVolume);
  writer.member("mountPath", path);
  writer.key("readOnly");
  writer.boolean(true);
  writer.end_object();
  return writer.text();
}

std::string variable_text(const Variable& variable) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", variable.name);
  writer.member("value", variable.value);
  writer.end_object();
  return writer.text();
}

std::string item_text(std::string_view file) {
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

std::string volume_text(const std::vector<Piece>& items) {
  json::TextWriter writer;
  writer.begin_object();
  writer.member("name", names::kCaVolume);
  writer.key("downwardAPI");
  writer.begin_object();
  writer.key("items");
  writer.begin_array();
  for (const Piece& item : items) writer.written(item.text);
  writer.end_array();
  writer.end_object();
  writer.end_object();
  return writer.text();
}

std::string string_text(std::string_view text) {
  json::TextWriter writer;
  writer.string(text);
  return writer.text();
}

std::string reference_text(std::string_view name) {
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

PreparedPolicy::PreparedPolicy(Policy policy)
    : Policy(std::move(policy)),
      bundle_text(string_text(bundle)),
      pull_secret_reference(reference_text(pull_secret)) {
  const auto mount = [this](std::string path) {
    std::string text = mount_text(path);
    mounts.push_back({.name = std::move(path), .text = std::move(text)});
  };
  mount(std::string(names::kPodCertificates));
  for (const std::string& host : directory_hosts) {
    mount("/etc/docker/certs.d/" + host);
    mount("/etc/containers/certs.d/" + host);
  }
  for (const Variable& each : kVariables) {
    variables.push_back({.name = std::string(each.name), .text = variable_text(each)});
  }
  for (const std::string& file : volume_files(*this))
    items.push_back({.name = file, .text = item_text(file)});
  volume = volume_text(items);
}

}  // namespace connected_registry::inject
