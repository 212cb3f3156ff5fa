#include "settings/settings.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "net/address.h"

namespace connected_registry::settings {
namespace {

// Adds the expressions of a filter: {"name": …, "tags": {"allow": […], "deny": […]}}.
void read_expressions(const json::Value& entry, std::vector<std::string>& target) {
  for (const std::string_view list : {"allow", "deny"}) {
    const json::Value* const found = entry.IsObject() ? json::find(entry, {"tags", list}) : nullptr;
    if (found == nullptr || !found->IsArray()) continue;
    for (const json::Value& each : found->GetArray()) {
      if (each.IsString()) target.emplace_back(json::view(each));
    }
  }
}

// Reads typed values at dotted paths ("service.clusterIP") out of one object.
class Reader {
 public:
  Reader(const json::Value& object, std::vector<Finding>& findings) : object_(object), findings_(findings) {}

  void read(std::string_view path, std::string& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsString()) return refuse(path, "a text");
    target.assign(json::view(*found));
  }

  void read(std::string_view path, bool& target) {
    if (const auto value = read_switch(path)) target = *value;
  }

  // nullopt where it is not given, or is no switch.
  std::optional<bool> read_switch(std::string_view path) {
    const json::Value* found = given(path);
    if (found == nullptr) return std::nullopt;
    if (found->IsBool()) return found->GetBool();
    return refuse_switch(path, *found);
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

  void read(std::string_view path, int& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsInt()) return refuse(path, "an integer");
    target = found->GetInt();
  }

  // Repositories: texts, or maps with a name and a filter of tags. True where a map's name holds a tag.
  bool read_repositories(std::string_view path, std::vector<std::string>& target,
                         std::vector<std::string>& expressions) {
    const json::Value* found = given(path);
    if (found == nullptr) return false;
    constexpr std::string_view kType = "a list of texts";
    if (!found->IsArray()) return refuse(path, kType), false;
    std::vector<std::string> list;
    bool tagged = false;
    expressions.clear();
    for (const json::Value& entry : found->GetArray()) {
      if (!entry.IsString() && !entry.IsObject()) return refuse(path, kType), false;
      list.emplace_back(entry.IsString() ? json::view(entry) : json::string_at(entry, {"name"}));
      read_expressions(entry, expressions);
      tagged = tagged || (entry.IsObject() && list.back().find(':') != std::string::npos);
    }
    target = std::move(list);
    return tagged;
  }

  // As in Kubernetes, a quantity may be written as a number.
  void read_quantity(std::string_view path, std::string& target) {
    const json::Value* found = given(path);
    if (found == nullptr) return;
    if (!found->IsString() && !found->IsNumber()) return refuse(path, "a quantity");
    target = found->IsString() ? std::string(json::view(*found)) : json::to_text(*found);
  }

  // Whether there is a map with something in it.
  bool holds_more(std::string_view path) {
    const json::Value* found = given(path);
    if (found == nullptr) return false;
    if (!found->IsObject()) refuse(path, "a map");
    return found->IsObject() && !found->ObjectEmpty();
  }

  // A text given nested or flat: {"tls": {"crt": …}} or {"tls.crt": …}.
  void read_nested_or_flat(std::string_view path, std::string& target) {
    std::string flat;
    read(path, target);
    if (const json::Value* const found = json::find(object_, {path}); found != nullptr && !found->IsNull()) {
      if (!found->IsString()) return refuse(path, "a text");
      flat.assign(json::view(*found));
    }
    if (flat.empty()) return;
    if (!target.empty() && target != flat) {
      add(found("CR062", std::string(path), "it is given flat and nested, with two values"));
    }
    if (target.empty()) target = std::move(flat);
  }

  void add(Finding finding) { findings_.push_back(std::move(finding)); }

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
    // Of a map that is none, each key below it would say the same.
    if (std::any_of(findings_.begin(), findings_.end(),
                    [&](const Finding& each) { return each.path == path; }))
      return;
    add(found("CR065", std::string(path), "it is not " + std::string(type)));
  }

  std::optional<bool> refuse_switch(std::string_view path, const json::Value& value) {
    const std::string_view text = value.IsString() ? json::view(value) : std::string_view();
    if (text != "true" && text != "false") {
      add(found("CR061", std::string(path), "it is not true or false"));
      return std::nullopt;
    }
    std::string message = "\"";
    message.append(text).append("\" is a text, not true or false; even \"false\" would count as true");
    add(found("CR061", std::string(path), std::move(message)));
    return text == "true";
  }

  const json::Value& object_;
  std::vector<Finding>& findings_;
};

// httpsEnabled, its spelling with a capital letter, and the older switch with the inverse sense.
void read_https(Reader& reader, bool& target) {
  const std::optional<bool> usual = reader.read_switch("httpsEnabled");
  const std::optional<bool> capital = reader.read_switch("HttpsEnabled");
  std::optional<bool> inverse = reader.read_switch("httpEnabled");
  if (inverse) inverse = !*inverse;
  std::optional<bool> first;
  bool disagree = false;
  for (const auto& each : {usual, capital, inverse}) {
    if (!each) continue;
    disagree = disagree || (first && *first != *each);
    if (!first) first = each;
  }
  if (disagree) reader.add(found("CR063", "one of its spellings asks for HTTPS and another for plain HTTP"));
  target = first.value_or(target);
}

void read_storage_and_access(Reader& reader, Settings& settings) {
  reader.read("pvc.accessModes", settings.access_modes);
  reader.read("storage.driver", settings.storage_driver);
  reader.read("garbageCollection.schedule", settings.garbage_schedule);
  reader.read("registry.replicas", settings.replicas);
  reader.read("access.existingSecret", settings.access_secret);
  reader.read("access.username", settings.access_username);
  reader.read("access.password", settings.access_password);
  reader.read("access.pullSecretNamespaces", settings.pull_secret_namespaces);
  reader.read("access.injectPullSecret", settings.inject_pull_secret);
}

Result<int> read_form_version(const json::Value& document) {
  if (!document.IsObject()) return fail(ErrorCode::kInvalidArgument, "not a JSON object");
  const json::Value* found = json::find(document, {"formVersion"});
  if (found == nullptr) return fail(ErrorCode::kInvalidArgument, "formVersion: it is missing");
  if (!found->IsInt() || found->GetInt() < 1) {
    return fail(ErrorCode::kInvalidArgument, "formVersion: it is not a positive integer");
  }
  return found->GetInt();
}

}  // namespace

CertificateSource certificate_source(const Settings& settings) {
  if (!settings.https_enabled) return CertificateSource::kPlainHttp;
  if (settings.cert_manager_enabled) return CertificateSource::kCertManager;
  if (!settings.tls.secret.empty()) return CertificateSource::kSecret;
  return settings.tls.has_values() ? CertificateSource::kValues : CertificateSource::kNone;
}

Settings read_values(const json::Value& values, std::vector<Finding>& findings) {
  Settings settings;
  Reader reader(values, findings);
  reader.read("service.clusterIP", settings.service_cluster_ip);
  reader.read("cert-manager.install", settings.cert_manager_install);
  reader.read("cert-manager.enabled", settings.cert_manager_enabled);
  reader.read("trustDistribution.enabled", settings.trust_distribution_enabled);
  reader.read("trustDistribution.useNodeSelector", settings.trust_use_node_selector);
  reader.read("trustDistribution.skipNodeSelector", settings.trust_skip_node_selector);
  read_https(reader, settings.https_enabled);
  reader.read_nested_or_flat("tls.secret", settings.tls.secret);
  reader.read_nested_or_flat("tls.crt", settings.tls.crt);
  reader.read_nested_or_flat("tls.key", settings.tls.key);
  reader.read_nested_or_flat("tls.cacrt", settings.tls.cacrt);
  reader.read("mode", settings.mode);
  reader.read("connectionString", settings.connection_string);
  reader.read("connectionStringSecret", settings.connection_string_secret);
  reader.read("parent.url", settings.parent_url);
  reader.read("parent.existingSecret", settings.parent_secret);
  reader.read("parent.pullThrough", settings.pull_through);
  reader.read("parent.caBundle", settings.parent_ca_bundle);
  settings.sync_filter_with_tag = reader.read_repositories("sync.repositories", settings.sync_repositories,
                                                           settings.sync_tag_expressions);
  reader.read("sync.schedule", settings.sync_schedule);
  reader.read("pvc.existingClaim", settings.existing_claim);
  reader.read("sync.window", settings.sync_window);
  reader.read("sync.retain", settings.sync_retain);
  reader.read("pvc.storageClassName", settings.storage_class_name);
  reader.read_quantity("pvc.storageRequest", settings.storage_request);
  read_storage_and_access(reader, settings);
  reader.read("injection.excludedNamespaces", settings.excluded_namespaces);
  reader.read("injection.extraHosts", settings.extra_hosts);
  settings.namespaces_by_label = reader.holds_more("injection.namespaceSelector");
  // They only shape the chart's objects, but the text "false" would count as true there, too.
  for (const char* path :
       {"networkPolicy.enabled", "pvc.keep", "registry.serviceAccount.create",
        "webhook.serviceAccount.create", "trustAgent.serviceAccount.create", "hooks.serviceAccount.create"}) {
    reader.read_switch(path);
  }
  if (const auto address = net::Address::parse(settings.service_cluster_ip)) {
    settings.service_cluster_ip = address->to_text();
  }
  return settings;
}

Result<ParsedSettings> parse(std::string_view settings_json) {
  const Result<json::Document> document = json::parse(settings_json);
  if (!document) return fail(document.error(), "settings.json");
  const Result<int> version = read_form_version(*document);
  if (!version) return fail(version.error(), "settings.json");
  const json::Value* values = json::find(*document, {"values"});
  if (values == nullptr) return fail(ErrorCode::kInvalidArgument, "settings.json: values: it is missing");
  if (!values->IsObject()) return fail(ErrorCode::kInvalidArgument, "settings.json: values: it is not a map");
  ParsedSettings parsed;
  parsed.settings = read_values(*values, parsed.findings);
  parsed.settings.form_version = *version;
  Reader top(*document, parsed.findings);
  top.read("release.name", parsed.settings.release_name);
  top.read("release.namespace", parsed.settings.release_namespace);
  top.read("clusterDomain", parsed.settings.cluster_domain);
  sort(parsed.findings);
  return parsed;
}

Result<int> form_version(std::string_view settings_json) {
  const Result<json::Document> document = json::parse(settings_json);
  if (!document) return fail(document.error(), "settings.json");
  const Result<int> version = read_form_version(*document);
  if (!version) return fail(version.error(), "settings.json");
  return *version;
}

}  // namespace connected_registry::settings
