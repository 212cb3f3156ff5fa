// The container runtimes of a node: each is one small unit that says what files it wants. Pure, over a view
// of the node.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contract/names.h"
#include "contract/registry_document.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

// What the Node's status says; empty where it could not be read.
struct NodeInfo {
  std::string runtime = {};  // containerRuntimeVersion: "containerd://1.7.28"
  std::string kubelet = {};  // kubeletVersion: "v1.31.4+k3s1"
  std::string os = {};       // osImage: "Talos (v1.9.1)"
  bool microk8s = false;     // it is labelled microk8s.io/cluster=true, as microk8s does it

  bool known() const { return !runtime.empty(); }
  bool operator==(const NodeInfo&) const = default;
};

struct RuntimeRequest {
  names::Installation installation = {};
  contract::RegistryDocument registry = {};
  std::string bundle = {};  // PEM
  NodeInfo node = {};
  std::set<std::string> told = {};  // names of units; empty: find out
  bool may_restart = false;         // containerd, where no other way exists
};

struct RuntimeWants {
  std::string found = {};  // for people: "containerd 1.6.20, config_path unset"
  std::vector<DesiredFile> files = {};
  std::vector<DesiredSettings> settings = {};
  std::vector<std::string> to_do =
      {};  // what the node's owner has to do before this runtime trusts the registry
  std::vector<std::string> notes = {};  // what he may want to know
  bool after_restart = false;           // a containerd older than its configuration does not have it
};

// All units' names, as a person writes them.
const std::vector<std::string_view>& runtime_names();

// Of all runtimes that are told, or found on the node.
RuntimeWants plan_trust(const HostView& host, const RuntimeRequest& request);

// Where any unit, of any version, may have put something.
Layout runtime_layout(const HostView& host, const names::Installation& installation);

}  // namespace connected_registry::trust
