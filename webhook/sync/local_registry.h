// A client for the registry on the pod's localhost. It lists the content of the registry and removes tags.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/deadline_timer.h"
#include "net/http_client.h"

namespace connected_registry::sync {

// Not thread-safe: use it from one thread at a time.
class LocalRegistry {
 public:
  // `address` is HOST:PORT, plain HTTP.
  explicit LocalRegistry(const std::string& address);

  // Returns the names of all repositories.
  Result<std::vector<std::string>> repositories();
  // Returns all tags of the repository. Fails with kNotFound if the repository does not exist.
  Result<std::vector<std::string>> tags(const std::string& repository);
  // Returns true if the repository contains the manifest. `reference` is a tag or a digest.
  Result<bool> has_manifest(const std::string& repository, const std::string& reference);
  // Removes only the tag. The next garbage collection removes the manifest. Succeeds if the tag does not
  // exist.
  Status remove_tag(const std::string& repository, const std::string& tag);

 private:
  // Returns the strings in the list `member` of the response to `path`, including all following pages.
  Result<std::vector<std::string>> list(std::string path, const char* member);
  Result<net::HttpResponse> send(const net::HttpRequest& request);

  net::HttpTarget target_;
  net::DeadlineTimer timer_;
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace connected_registry::sync
