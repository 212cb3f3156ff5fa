// The settings of one installation: typed, from the chart's values or from settings.json of the settings
// Secret.
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

// Version of the form of settings.json. Findings about another version are warnings only.
inline constexpr int kFormVersion = 1;

// Where the registry's certificate comes from.
enum class CertificateSource {
  kNone,         // nothing provides one: CR014
  kPlainHttp,    // none is needed
  kCertManager,  // cert-manager issues it
  kSecret,       // a Secret of the user: tls.secret
  kValues,       // tls.crt, tls.key and tls.cacrt
};

// A certificate that the user provides.
struct TlsValues {
  std::string secret;  // name of a Secret in the release's namespace
  std::string crt;     // base64 of PEM, as given
  std::string key;     // the same; secret: never printed
  std::string cacrt;   // the same

  bool has_values() const { return !crt.empty() || !key.empty() || !cacrt.empty(); }
  bool given() const { return !secret.empty() || has_values(); }
};

// The settings of an installation, typed. A key that is missing or null has the chart's default.
struct Settings {
  int form_version = kFormVersion;
  std::string release_name;
  std::string release_namespace;
  std::string cluster_domain = "cluster.local";
  std::string service_cluster_ip;  // canonical text where it parses, else as given
  bool cert_manager_install = true;
  bool cert_manager_enabled = true;
  bool trust_distribution_enabled = true;
  bool trust_use_node_selector = false;
  bool trust_skip_node_selector = false;
  bool https_enabled = true;
  TlsValues tls;
  std::string mode = "ReadOnly";
  std::string connection_string;         // secret: never printed
  std::string connection_string_secret;  // name of a Secret that holds it instead
  std::string parent_url;                // HOST, HOST:PORT or https://…, as given; instead of those two
  std::string parent_secret;             // name of a Secret with its username and password
  std::string parent_ca_bundle;          // PEM or empty
  bool pull_through = false;
  std::vector<std::string> sync_repositories;     // NAME or NAME:TAG; of an entry with a filter, its name
  bool sync_filter_with_tag = false;              // a name with a filter holds a tag, too
  std::vector<std::string> sync_tag_expressions;  // of all filters
  std::string sync_schedule = "*/5 * * * *";
  std::string existing_claim;      // name of a volume claim of the user's; the two below then mean nothing
  std::string sync_window;         // a duration, or empty
  std::string sync_retain;         // the same
  std::string storage_class_name;  // empty: the cluster's default
  std::string storage_request = "500Gi";
  std::vector<std::string> access_modes = {"ReadWriteOnce"};
  std::string storage_driver = "filesystem";
  std::string garbage_schedule;  // empty: never
  int replicas = 1;              // of the registry
  std::string access_secret;     // name of a Secret with htpasswd
  std::string access_username;
  std::string access_password;  // secret: never printed
  std::vector<std::string> pull_secret_namespaces;
  bool inject_pull_secret = false;  // into their pods
  std::vector<std::string> excluded_namespaces = {"kube-system", "kube-node-lease"};
  std::vector<std::string> extra_hosts;  // further image hosts of the registry
  bool namespaces_by_label =
      false;  // injection.namespaceSelector is set; only the API server knows which match
  // Where the keys that were read are written, by path. Empty where they come from settings.json.
  std::map<std::string, SettingLocation, std::less<>> locations;
};

// Returns the source that the switches select. Where they contradict each other (a rule reports that), the
// first one in the order of CertificateSource wins.
CertificateSource certificate_source(const Settings& settings);

// Reads the chart's values, a map as in values.yaml. tls.* may be nested or flat ("tls.crt"), and
// httpsEnabled may have one of its older spellings. Adds a finding for a value of a wrong type (CR061, CR065)
// or that contradicts another (CR062, CR063). The setting then keeps its default; a switch that is the string
// "true" or "false" is read as that. A finding never holds a value. Unknown keys are ignored here.
Settings read_values(const InputValue& values, std::vector<Finding>& findings);

// Returns where the setting at the path is written; where it is not, the nearest key above it. nullopt: none
// of them is.
std::optional<SettingLocation> find_location(const Settings& settings, std::string_view path);

// Sets the locations of findings that have none.
void set_locations(const Settings& settings, std::vector<Finding>& findings);

struct ParsedSettings {
  Settings settings;
  std::vector<Finding> findings;  // of read_values()
};

// Reads settings.json. The error says why it cannot be read at all.
Result<ParsedSettings> parse(std::string_view settings_json);

// Reads the version of the form alone, to distinguish settings of another version from wrong ones.
Result<int> form_version(std::string_view settings_json);

}  // namespace connected_registry::settings
