// Reads the address and the credentials of the parent registry from mounted Secrets. The functions read the
// Secrets at each call, so that a changed password applies without a restart.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "settings/parent.h"

namespace connected_registry::sync {

// The source of the address and the credentials: either a file with a connection string, or a host with or
// without a directory of credentials.
struct ParentSource {
  std::filesystem::path connection_string = {};  // a file; empty: use `host` and `credentials`
  std::string host = {};
  // A directory with the files username and password; empty: the parent needs no credentials.
  std::filesystem::path credentials = {};
  std::filesystem::path ca_bundle = {};  // a file; empty: only the public CAs are trusted
};

struct Parent {
  settings::ParentAccess access;
  std::string ca_bundle = {};  // PEM or empty

  // Returns a hash of all members. The hash does not reveal the members. It differs if any member differs.
  std::string fingerprint() const;
};

// Reads the parent from the source. The error names the missing or wrong part and the fix. It contains no
// part of a credential.
Result<Parent> read_parent(const ParentSource& source);

}  // namespace connected_registry::sync
