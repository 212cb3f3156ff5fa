// Access to a cluster from a user's machine with kubeconfig files, like kubectl.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kube/client.h"

namespace connected_registry::kube {

// A parsed file. File names in it are relative to its directory.
struct Kubeconfig {
  const json::Value* document = nullptr;
  std::filesystem::path directory;
};

struct ClusterAccess {
  Configuration configuration;
  std::string context;     // the chosen context
  std::string namespace_;  // namespace of the context; empty: the context has no namespace
};

// Returns the configuration of the named context, or of the current context if the name is empty. If several
// files contain a name, the first file is used. Reads the certificate and key files that the kubeconfig files
// name. Supports certificates, tokens and token files. The following are errors that say what to do instead:
// programs that print credentials (exec), passwords, impersonation, proxies, and servers whose certificate is
// not checked. No error contains a credential.
Result<ClusterAccess> read_kubeconfig(const std::vector<Kubeconfig>& files, const std::string& context);

}  // namespace connected_registry::kube
