#include "settings/settings.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/json.h"
#include "net/address.h"

namespace connected_registry::settings {
namespace {

using Kind = InputValue::Kind;
using Value = std::unique_ptr<InputValue>;

// Adds the expressions of a filter: {"name": …, "tags": {"allow": […], "deny": […]}}.
void read_expressions(const InputValue& entry, std::vector<std::string>& target) {
  const Value tags = entry.kind() == Kind::kMap ? entry.member("tags") : nullptr;
  if (tags == nullptr || tags->kind() != Kind::kMap) return;
  for (const std::string_view name : {"allow", "deny"}) {
    const Value list = tags->member(name);
    if (list == nullptr || list->kind() != Kind::kList) continue;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const Value each = list->entry(i);
      if (each->kind() == Kind::kText) target.emplace_back(each->text());
    }
  }
}

// Reads typed values at dotted paths ("service.clusterIP") from a map.
class SettingsReader {
 public:
  SettingsReader(const InputValue& root, Settings& settings, std::vector<Finding>& findings)
      : root_(root), settings_(settings), findings_(findings) {}

  void read(std::string_view path, std::string& target) {
    const Value value = find(path);
    if (value == nullptr) return;
    if (value->kind() != Kind::kText) return refuse_text(path, *value);
    target.assign(value->text());
  }

  void read(std::string_view path, bool& target) {
    if (const auto value = read_switch(path)) target = *value;
  }

  // Returns nullopt where it is not given, or is not a switch.
  std::optional<bool> read_switch(std::string_view path) {
    const Value value = find(path);
    if (value == nullptr) return std::nullopt;
    if (value->kind() == Kind::kBool) return value->truth();
    return refuse_switch(path, *value);
  }

  void read(std::string_view path, std::vector<std::string>& target) {
    const Value value = find(path);
    if (value == nullptr) return;
    std::vector<std::string> list;
    for (const Value& entry : entries(path, *value)) {
      if (entry->kind() != Kind::kText) return refuse(path, kStrings);
      list.emplace_back(entry->text());
    }
    if (value->kind() == Kind::kList) target = std::move(list);
  }

  void read(std::string_view path, int& target) {
    const Value value = find(path);
    if (value == nullptr) return;
    const auto integer = value->kind() == Kind::kNumber ? value->integer() : std::nullopt;
    if (!integer) return refuse(path, "an integer");
    target = *integer;
  }

  // Reads repositories: strings, or maps with a name and a filter of tags. Returns true where a map's name
  // holds a tag.
  bool read_repositories(std::string_view path, std::vector<std::string>& target,
                         std::vector<std::string>& expressions) {
    const Value value = find(path);
    if (value == nullptr) return false;
    std::vector<std::string> list;
    bool tagged = false;
    expressions.clear();
    for (const Value& entry : entries(path, *value)) {
      const bool is_map = entry->kind() == Kind::kMap;
      if (!is_map && entry->kind() != Kind::kText) return refuse(path, kStrings), false;
      const Value name = is_map ? entry->member("name") : nullptr;
      const bool has_name = name != nullptr && name->kind() == Kind::kText;
      list.emplace_back(is_map ? (has_name ? name->text() : std::string_view()) : entry->text());
      read_expressions(*entry, expressions);
      tagged = tagged || (is_map && list.back().find(':') != std::string::npos);
    }
    if (value->kind() == Kind::kList) target = std::move(list);
    return tagged;
  }

  // Reads a quantity, which may be a number as in Kubernetes.
  void read_quantity(std::string_view path, std::string& target) {
    const Value value = find(path);
    if (value == nullptr) return;
    if (value->kind() == Kind::kText) {
      target.assign(value->text());
    } else if (value->kind() == Kind::kNumber) {
      target = value->number();
    } else {
      refuse(path, "a quantity");
    }
  }

  bool has(std::string_view path) { return find(path) != nullptr; }

  // Returns true where there is a map that is not empty.
  bool is_filled_map(std::string_view path) {
    const Value value = find(path);
    if (value == nullptr) return false;
    if (value->kind() != Kind::kMap) refuse(path, "a map");
    return value->kind() == Kind::kMap && value->size() > 0;
  }

  // Reads a string given nested or flat: {"tls": {"crt": …}} or {"tls.crt": …}.
  void read_nested_or_flat(std::string_view path, std::string& target) {
    std::string flat;
    read(path, target);
    if (const Value value = root_.member(path)) {
      record(std::string(path), *value);
      if (value->kind() != Kind::kText && value->kind() != Kind::kNull) return refuse(path, "a string");
      if (value->kind() == Kind::kText) flat.assign(value->text());
    }
    if (flat.empty()) return;
    if (!target.empty() && target != flat) {
      add(found("CR062", std::string(path), "it is given flat and nested, with two values"));
    }
    if (target.empty()) target = std::move(flat);
  }

  void add(Finding finding) {
    finding.location = find_location(settings_, finding.path);
    findings_.push_back(std::move(finding));
  }

 private:
  static constexpr std::string_view kStrings = "a list of strings";

  void record(const std::string& path, const InputValue& value) {
    auto location = value.location();
    if (!location) return;
    location->path = path;
    settings_.locations.insert_or_assign(path, std::move(*location));
  }

  // Missing and null (helm's way to unset a key) keep the default. A value above it that is not a map is an
  // error: each key below it would silently have its default.
  Value find(std::string_view path) {
    const InputValue* current = &root_;
    Value owned;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('.', begin), path.size());
      if (current->kind() != Kind::kMap) {
        refuse(path.substr(0, begin == 0 ? 0 : begin - 1), "a map");
        return nullptr;
      }
      Value next = current->member(path.substr(begin, end - begin));
      if (next == nullptr) return nullptr;
      record(std::string(path.substr(0, end)), *next);
      if (next->kind() == Kind::kNull) return nullptr;
      owned = std::move(next);
      current = owned.get();
      begin = end + 1;
    }
    return owned;
  }

  // Returns the entries of a list; none where it is not one, which is a finding.
  std::vector<Value> entries(std::string_view path, const InputValue& value) {
    std::vector<Value> list;
    if (value.kind() != Kind::kList) {
      refuse(path, kStrings);
      return list;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      list.push_back(value.entry(i));
      record(std::string(path) + "[" + std::to_string(i) + "]", *list.back());
    }
    return list;
  }

  void refuse(std::string_view path, std::string_view type) {
    // Each key below a value that is not a map would report the same.
    if (std::any_of(findings_.begin(), findings_.end(),
                    [&](const Finding& each) { return each.path == path; }))
      return;
    add(found("CR065", std::string(path), "it is not " + std::string(type)));
  }

  void refuse_text(std::string_view path, const InputValue& value) {
    const std::size_t before = findings_.size();
    refuse(path, "a string");
    const bool bare = value.kind() == Kind::kNumber || value.kind() == Kind::kBool;
    if (bare && findings_.size() > before) findings_.back().fix = kQuoteFix;
  }

  std::optional<bool> refuse_switch(std::string_view path, const InputValue& value) {
    const std::string_view text = value.kind() == Kind::kText ? value.text() : std::string_view();
    if (text != "true" && text != "false") {
      add(found("CR061", std::string(path), "it is not true or false"));
      return std::nullopt;
    }
    std::string message = "\"";
    message.append(text).append("\" is a string, not true or false; Helm treats even \"false\" as true");
    add(found("CR061", std::string(path), std::move(message)));
    return text == "true";
  }

  const InputValue& root_;
  Settings& settings_;
  std::vector<Finding>& findings_;
};

// Reads httpsEnabled, its spelling with a capital letter, and the older switch with the inverse sense.
void read_https(SettingsReader& reader, bool& target) {
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
  if (disagree) reader.add(found("CR063", "one of its spellings selects HTTPS and another plain HTTP"));
  target = first.value_or(target);
}

void read_storage_and_access(SettingsReader& reader, Settings& settings) {
  reader.read("pvc.accessModes", settings.access_modes);
  reader.read("storage.driver", settings.storage_driver);
  if (reader.has("storage.parameters") || reader.has("storage.existingSecret")) {
    std::string secret;
    reader.read("storage.existingSecret", secret);
    settings.storage_configured = reader.is_filled_map("storage.parameters") || !secret.empty();
  }
  reader.read("registry.engine", settings.engine);
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

// Returns the paths under which the user may have written what a rule's path names.
std::vector<std::string> spellings(std::string_view path) {
  if (path == "httpsEnabled") return {"httpsEnabled", "HttpsEnabled", "httpEnabled"};
  // The content of the Secret that tls.secret names.
  if (path.starts_with("Secret ")) return {"tls.secret"};
  if (path == "tls") return {"tls", "tls.crt", "tls.key", "tls.cacrt", "tls.secret"};
  return {std::string(path)};
}

}  // namespace

CertificateSource certificate_source(const Settings& settings) {
  if (!settings.https_enabled) return CertificateSource::kPlainHttp;
  if (settings.cert_manager_enabled) return CertificateSource::kCertManager;
  if (!settings.tls.secret.empty()) return CertificateSource::kSecret;
  return settings.tls.has_values() ? CertificateSource::kValues : CertificateSource::kNone;
}

Settings read_values(const InputValue& values, std::vector<Finding>& findings) {
  Settings settings;
  SettingsReader reader(values, settings, findings);
  reader.read("service.type", settings.service_type);
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
  if (const auto freeze = reader.read_switch("freeze")) settings.freeze = *freeze;
  read_storage_and_access(reader, settings);
  reader.read("injection.excludedNamespaces", settings.excluded_namespaces);
  reader.read("injection.extraHosts", settings.extra_hosts);
  settings.namespaces_by_label = reader.is_filled_map("injection.namespaceSelector");
  // They only shape the chart's objects, where the string "false" would count as true as well.
  for (const char* path : {"networkPolicy.enabled", "pvc.keep", "registry.serviceAccount.create",
                           "webhook.serviceAccount.create", "controller.serviceAccount.create",
                           "trustAgent.serviceAccount.create", "hooks.serviceAccount.create"}) {
    reader.read_switch(path);
  }
  if (const auto address = net::Address::parse(settings.service_cluster_ip)) {
    settings.service_cluster_ip = address->to_text();
  }
  return settings;
}

std::optional<SettingLocation> find_location(const Settings& settings, std::string_view path) {
  std::optional<SettingLocation> nearest;
  for (const std::string& spelling : spellings(path)) {
    std::string_view rest = spelling;
    while (!rest.empty()) {
      const auto found = settings.locations.find(rest);
      if (found != settings.locations.end() && rest.size() == spelling.size()) return found->second;
      if (found != settings.locations.end() && !nearest) nearest = found->second;
      const std::size_t end = rest.find_last_of(".[");
      rest = rest.substr(0, end == std::string_view::npos ? 0 : end);
    }
  }
  return nearest;
}

void set_locations(const Settings& settings, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (!finding.location) finding.location = find_location(settings, finding.path);
  }
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
  parsed.settings = read_values(*view_json(*values), parsed.findings);
  parsed.settings.form_version = *version;
  const auto root = view_json(*document);
  SettingsReader top(*root, parsed.settings, parsed.findings);
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
