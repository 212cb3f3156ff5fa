// The settings of one installation, as the chart's settings Secret carries them (key settings.json).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::settings {

inline constexpr int kFormVersion = 1;  // of settings.json; another version is judged with a warning only

// Typed, with the chart's defaults where a key is missing or null.
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
  std::string mode = "ReadOnly";
  std::string connection_string;  // secret: never printed
  std::string parent_ca_bundle;   // PEM or empty
  std::vector<std::string> sync_repositories;
  std::string sync_schedule = "*/5 * * * *";
  std::string storage_request = "500Gi";
  std::vector<std::string> excluded_namespaces = {"kube-system", "kube-node-lease"};
};

// Reads settings.json. An error names the key and the type it should have, and for a switch the rule (CR061)
// and its fix; a key's value is never in it. Keys that are not known are ignored: the chart's schema and
// `check` judge them.
Result<Settings> parse(std::string_view settings_json);

// The version of the form alone, so that settings of another version can be told from wrong ones.
Result<int> form_version(std::string_view settings_json);

}  // namespace connected_registry::settings
