// The parent registry's address and credentials, read from mounted Secrets at each use, so that a changed
// password applies without a restart.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "settings/parent.h"

namespace connected_registry::sync {

// The places to read from: either a connection string, or a host with or without a username and a password.
struct ParentSource {
  std::filesystem::path connection_string = {};  // a file; empty: `host` and `credentials`
  std::string host = {};
  std::filesystem::path credentials = {};  // a directory with username and password; empty: none are needed
  std::filesystem::path ca_bundle = {};    // a file; empty: the public CAs only
};

struct Parent {
  settings::ParentAccess access;
  std::string ca_bundle = {};  // PEM or empty

  // Returns a hash that changes when any part changes, and that reveals none of them.
  std::string fingerprint() const;
};

// The error says what is missing or wrong, and how to fix it. It holds no part of a credential.
Result<Parent> read_parent(const ParentSource& source);

}  // namespace connected_registry::sync
