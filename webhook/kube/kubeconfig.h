// Access to a cluster from a person's machine: kubeconfig files, as kubectl reads them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kube/client.h"

namespace connected_registry::kube {

// One file, parsed. File names in it are relative to its directory.
struct Kubeconfig {
  const json::Value* document = nullptr;
  std::filesystem::path directory;
};

struct ClusterAccess {
  Configuration configuration;
  std::string context;     // the one that was chosen
  std::string namespace_;  // of that context; empty: it names none
};

// Returns the context of that name, or the current one where the name is empty. The first file that contains
// a name wins. Reads the files that they refer to. Supports certificates, tokens and token files; programs
// that print credentials (exec), passwords, impersonation, proxies and servers whose certificate is not
// checked are errors that say what to do instead. No error contains a credential.
Result<ClusterAccess> read_kubeconfig(const std::vector<Kubeconfig>& files, const std::string& context);

}  // namespace connected_registry::kube
