// The typed settings of one installation. They are read from the chart's values or from settings.json of the
// settings Secret.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "settings/finding.h"
#include "settings/input_value.h"

namespace connected_registry::settings {

// Version of the format of settings.json, in its key formVersion. If a file has another version, its findings
// are only warnings.
inline constexpr int kFormVersion = 1;

// The source of the registry's certificate.
enum class CertificateSource {
  kNone,         // no source is configured; rule CR014 (finding.h) reports this
  kPlainHttp,    // the registry uses plain HTTP and needs no certificate
  kCertManager,  // cert-manager issues the certificate
  kSecret,       // the Secret that tls.secret names; the user created it
  kValues,       // the values tls.crt, tls.key and tls.cacrt
};

// A certificate that the user provides.
struct TlsValues {
  std::string secret;  // name of a Secret in the release's namespace
  std::string crt;     // base64 of PEM, as the user wrote it
  std::string key;     // base64 of PEM, as the user wrote it; secret: never printed
  std::string cacrt;   // base64 of PEM, as the user wrote it

  bool has_values() const { return !crt.empty() || !key.empty() || !cacrt.empty(); }
  bool given() const { return !secret.empty() || has_values(); }
};

// The settings of an installation. A key that is missing or null has the chart's default.
struct Settings {
  int form_version = kFormVersion;
  std::string release_name;
  std::string release_namespace;
  std::string cluster_domain = "cluster.local";
  std::string service_type = "ClusterIP";
  std::string service_cluster_ip;  // canonical text; if it is not an address, the text that the user wrote
  bool cert_manager_install = true;
  bool cert_manager_enabled = true;
  bool trust_distribution_enabled = true;
  bool trust_use_node_selector = false;
  bool trust_skip_node_selector = false;
  bool https_enabled = true;
  TlsValues tls;
  std::string mode = "ReadOnly";
  std::string connection_string;         // secret: never printed
  std::string connection_string_secret;  // name of a Secret that contains the connection string instead
  // HOST, HOST:PORT or https://…, as the user wrote it. Used instead of a connection string.
  std::string parent_url;
  std::string parent_secret;     // name of a Secret with the username and password for parent_url
  std::string parent_ca_bundle;  // PEM or empty
  bool pull_through = false;
  // NAME or NAME:TAG. For an entry with a tag filter, this is only the name of the entry.
  std::vector<std::string> sync_repositories;
  bool sync_filter_with_tag = false;              // the name of an entry with a filter also contains a tag
  std::vector<std::string> sync_tag_expressions;  // regular expressions of all filters
  std::string sync_schedule = "*/5 * * * *";
  // Name of a volume claim that the user created. If it is set, storage_class_name and storage_request are
  // ignored.
  std::string existing_claim;
  std::string sync_window;         // a duration, or empty
  std::string sync_retain;         // a duration, or empty
  std::string storage_class_name;  // empty: the default storage class of the cluster
  std::string storage_request = "500Gi";
  std::vector<std::string> access_modes = {"ReadWriteOnce"};
  std::string storage_driver = "filesystem";
  // storage.parameters or storage.existingSecret is set. nullopt: not known, because settings.json has
  // neither of them.
  std::optional<bool> storage_configured;
  std::string garbage_schedule;  // schedule of garbage collection; empty: it never runs
  std::string engine = "distribution";
  int replicas = 1;           // number of the registry's replicas
  std::string access_secret;  // name of a Secret with htpasswd
  std::string access_username;
  std::string access_password;  // secret: never printed
  std::vector<std::string> pull_secret_namespaces;
  // Add the pull secret to pods in pull_secret_namespaces that use the registry.
  bool inject_pull_secret = false;
  std::vector<std::string> excluded_namespaces = {"kube-system", "kube-node-lease"};
  std::vector<std::string> extra_hosts;  // more hosts of the registry in image references
  // injection.namespaceSelector is set. Only the API server knows the namespaces that match it.
  bool namespaces_by_label = false;
  bool freeze = false;  // nothing changes on nodes and in pods
  // The locations of the keys, by path. Empty if the settings were read from settings.json.
  std::map<std::string, SettingLocation, std::less<>> locations;
};

// Returns the source of the certificate that the settings select. If several sources are selected, the first
// one in the order of CertificateSource is used, and a rule reports the contradiction.
CertificateSource certificate_source(const Settings& settings);

// Reads the chart's values from a map with the structure of values.yaml. tls.* may be nested or flat
// ("tls.crt"), and httpsEnabled may have one of its older spellings. Adds a finding if a value has a wrong
// type (rules CR061, CR065) or contradicts another value (rules CR062, CR063). The setting then keeps its
// default, except that the strings "true" and "false" are accepted for a boolean setting. A finding never
// contains a value. Unknown keys are ignored here.
Settings read_values(const InputValue& values, std::vector<Finding>& findings);

// Returns the location of the setting at the path. If the user did not write the setting, returns the
// location of the nearest written key above it, or nullopt if there is no such key.
std::optional<SettingLocation> find_location(const Settings& settings, std::string_view path);

// Sets the locations of findings without a location.
void set_locations(const Settings& settings, std::vector<Finding>& findings);

struct ParsedSettings {
  Settings settings;
  std::vector<Finding> findings;  // findings of read_values()
};

// Reads settings.json. Fails if the file is not JSON, or if its version or its values are missing or have a
// wrong type.
Result<ParsedSettings> parse(std::string_view settings_json);

// Reads only the format version, to distinguish settings of another version from invalid settings.
Result<int> form_version(std::string_view settings_json);

}  // namespace connected_registry::settings
