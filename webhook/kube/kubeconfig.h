// How a person's machine reaches a cluster: kubeconfig files, as kubectl reads them.
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

// The context of that name, or the current one where the name is empty. Of several files the first that holds
// a name wins. Reads the files that they name. Certificates, tokens and token files are understood; programs
// that print credentials (exec), passwords, impersonation, proxies and servers whose certificate is not to be
// checked are errors that say what to do instead. No error shows a credential.
Result<ClusterAccess> read_kubeconfig(const std::vector<Kubeconfig>& files, const std::string& context);

}  // namespace connected_registry::kube
