// The registry beside us, on the pod's localhost: what it holds, and removing of what is not wanted any more.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace connected_registry::sync {

// For one thread at a time; each call opens a connection of its own.
class LocalRegistry {
 public:
  // HOST:PORT, plain HTTP.
  explicit LocalRegistry(const std::string& address);

  // Names of all repositories.
  Result<std::vector<std::string>> repositories();
  // kNotFound where there is no such repository.
  Result<std::vector<std::string>> tags(const std::string& repository);
  // `reference`: a tag or a digest.
  Result<bool> has_manifest(const std::string& repository, const std::string& reference);
  // The tag alone: the manifest goes with the next garbage collection. No error where it is gone already.
  Status remove_tag(const std::string& repository, const std::string& tag);

 private:
  Result<std::vector<std::string>> list(std::string path, const char* member);

  std::string host_;
  int port_;
};

}  // namespace connected_registry::sync
