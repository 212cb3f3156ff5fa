// A container runtime's request and plan: the types that all runtimes of this directory share.
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
  bool microk8s = false;     // has the label microk8s.io/cluster=true, which microk8s sets

  bool known() const { return !runtime.empty(); }
  bool operator==(const NodeInfo&) const = default;
};

struct RuntimeRequest {
  names::Installation installation = {};
  contract::RegistryDocument registry = {};
  std::string bundle = {};  // PEM
  NodeInfo node = {};
  std::set<std::string> configured = {};  // names of runtimes set by the user; empty: detect them
  bool may_restart = false;               // the agent may restart containerd if nothing else helps
};

// Files and actions by which the runtimes of a node trust the registry.
struct RuntimePlan {
  std::string description = {};  // for people: "containerd 1.6.20, config_path unset"
  std::vector<DesiredFile> files = {};
  std::vector<DesiredSettings> settings = {};
  std::vector<std::string> user_actions = {};  // required before the runtime trusts the registry
  std::vector<std::string> notes = {};         // optional advice
  bool needs_restart = false;  // containerd must be started after its configuration was last changed
};

}  // namespace connected_registry::trust
