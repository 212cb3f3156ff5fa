#include "settings/settings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "settings/address.h"

namespace connected_registry::settings {
namespace {

// Reads typed values at dotted paths ("service.clusterIP") out of one object and keeps the first error.
class Reader {
 public:
  explicit Reader(const json::Value& object) : object_(object) {}

  void read(std::string_view path, std::string& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsString()) return refuse(path, "a text");
    target.assign(json::view(*found));
  }

  void read(std::string_view path, bool& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsBool()) return refuse_switch(path, *found);
    target = found->GetBool();
  }

  void read(std::string_view path, std::vector<std::string>& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsArray()) return refuse(path, "a list of texts");
    std::vector<std::string> list;
    for (const json::Value& entry : found->GetArray()) {
      if (!entry.IsString()) return refuse(path, "a list of texts");
      list.emplace_back(json::view(entry));
    }
    target = std::move(list);
  }

  // As in Kubernetes, a quantity may be written as a number.
  void read_quantity(std::string_view path, std::string& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsString() && !found->IsNumber()) return refuse(path, "a quantity");
    target = found->IsString() ? std::string(json::view(*found)) : json::to_text(*found);
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  // Missing and null (helm's way to unset a key) keep the default. What is on the way and no map is an error:
  // each key below it would silently have its default.
  const json::Value* given(std::string_view path) {
    const json::Value* current = &object_;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      if (!current->IsObject()) {
        refuse(path.substr(0, begin == 0 ? 0 : begin - 1), "a map");
        return nullptr;
      }
      current = json::find(*current, {path.substr(begin, end - begin)});
      if (current == nullptr || current->IsNull()) return nullptr;
      begin = end + 1;
    }
    return current;
  }

  void refuse(std::string_view path, std::string_view type) {
    keep(std::string(path) + ": it is not " + std::string(type));
  }
  void refuse_switch(std::string_view path, const json::Value& value) {
    const std::string_view text = value.IsString() ? json::view(value) : std::string_view();
    std::string message = "CR061 " + std::string(path) + ": ";
    if (text == "true" || text == "false") {
      message.append("\"").append(text).append(
          "\" is a text, not true or false; even \"false\" would count as true");
    } else {
      message += "it is not true or false";
    }
    keep(message + ". Fix: write true or false without quotes, and --set instead of --set-string.");
  }
  void keep(std::string message) {
    if (!error_) error_ = Error{ErrorCode::kInvalidArgument, std::move(message)};
  }

  const json::Value& object_;
  std::optional<Error> error_;
};

Result<int> read_form_version(const json::Value& document) {
  if (!document.IsObject()) return fail(ErrorCode::kInvalidArgument, "not a JSON object");
  const json::Value* found = json::find(document, {"formVersion"});
  if (found == nullptr) return fail(ErrorCode::kInvalidArgument, "formVersion: it is missing");
  if (!found->IsInt() || found->GetInt() < 1) {
    return fail(ErrorCode::kInvalidArgument, "formVersion: it is not a positive integer");
  }
  return found->GetInt();
}

void read_values(Reader& reader, Settings& settings) {
  reader.read("service.clusterIP", settings.service_cluster_ip);
  reader.read("cert-manager.install", settings.cert_manager_install);
  reader.read("cert-manager.enabled", settings.cert_manager_enabled);
  reader.read("trustDistribution.enabled", settings.trust_distribution_enabled);
  reader.read("trustDistribution.useNodeSelector", settings.trust_use_node_selector);
  reader.read("trustDistribution.skipNodeSelector", settings.trust_skip_node_selector);
  reader.read("mode", settings.mode);
  reader.read("connectionString", settings.connection_string);
  reader.read("parent.caBundle", settings.parent_ca_bundle);
  reader.read("sync.repositories", settings.sync_repositories);
  reader.read("sync.schedule", settings.sync_schedule);
  reader.read_quantity("pvc.storageRequest", settings.storage_request);
  reader.read("injection.excludedNamespaces", settings.excluded_namespaces);
}

}  // namespace

Result<Settings> parse(std::string_view settings_json) {
  const Result<json::Document> document = json::parse(settings_json);
  if (!document) return fail(document.error(), "settings.json");
  const Result<int> version = read_form_version(*document);
  if (!version) return fail(version.error(), "settings.json");
  Settings settings;
  settings.form_version = *version;
  const json::Value* values = json::find(*document, {"values"});
  if (values == nullptr) return fail(ErrorCode::kInvalidArgument, "settings.json: values: it is missing");
  if (!values->IsObject()) return fail(ErrorCode::kInvalidArgument, "settings.json: values: it is not a map");
  Reader top(*document);
  top.read("release.name", settings.release_name);
  top.read("release.namespace", settings.release_namespace);
  top.read("clusterDomain", settings.cluster_domain);
  Reader reader(*values);
  read_values(reader, settings);
  for (const Reader* each : {&top, &reader}) {
    if (each->error()) return tl::unexpected<Error>(*each->error());
  }
  if (const auto address = Address::parse(settings.service_cluster_ip)) {
    settings.service_cluster_ip = address->to_text();
  }
  return settings;
}

Result<int> form_version(std::string_view settings_json) {
  const Result<json::Document> document = json::parse(settings_json);
  if (!document) return fail(document.error(), "settings.json");
  const Result<int> version = read_form_version(*document);
  if (!version) return fail(version.error(), "settings.json");
  return *version;
}

}  // namespace connected_registry::settings
