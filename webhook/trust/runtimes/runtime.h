// The request to a container runtime and its plan: types that all runtimes in this directory use.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "contract/names.h"
#include "contract/registry_document.h"
#include "trust/files/node_files.h"

namespace connected_registry::trust {

// Facts from the Node's status. A field is empty if the status could not be read.
struct NodeInfo {
  std::string runtime = {};  // containerRuntimeVersion: "containerd://1.7.28"
  std::string kubelet = {};  // kubeletVersion: "v1.31.4+k3s1"
  std::string os = {};       // osImage: "Talos (v1.9.1)"
  bool microk8s = false;     // true: the Node has the label microk8s.io/cluster=true, which microk8s sets

  bool known() const { return !runtime.empty(); }
  bool operator==(const NodeInfo&) const = default;
};

struct RuntimeRequest {
  names::Installation installation = {};
  contract::RegistryDocument registry = {};
  std::string bundle = {};  // the CA bundle as PEM
  NodeInfo node = {};
  std::set<std::string> configured = {};  // names of runtimes in the settings; empty: detect the runtimes
  bool may_restart = false;               // the agent may restart containerd if there is no other way
};

// The files and actions that make the runtimes of a node trust the registry.
struct RuntimePlan {
  std::string description = {};  // text for users: "containerd 1.6.20, config_path unset"
  std::vector<DesiredFile> files = {};
  std::vector<DesiredSettings> settings = {};
  std::vector<std::string> user_actions = {};  // required before the runtime trusts the registry
  std::vector<std::string> notes = {};         // optional advice
  bool needs_restart = false;  // true: containerd must start after the last change of its configuration
};

}  // namespace connected_registry::trust
