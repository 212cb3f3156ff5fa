// A client of the registry on the pod's localhost: lists its content and removes tags.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/deadline_timer.h"
#include "net/http_client.h"

namespace connected_registry::sync {

// For one thread at a time.
class LocalRegistry {
 public:
  // `address` is HOST:PORT, plain HTTP.
  explicit LocalRegistry(const std::string& address);

  // Returns the names of all repositories.
  Result<std::vector<std::string>> repositories();
  // kNotFound where there is no such repository.
  Result<std::vector<std::string>> tags(const std::string& repository);
  // `reference` is a tag or a digest.
  Result<bool> has_manifest(const std::string& repository, const std::string& reference);
  // Removes the tag alone; the next garbage collection removes the manifest. No error where the tag is gone
  // already.
  Status remove_tag(const std::string& repository, const std::string& tag);

 private:
  // Returns the strings of the list `member`, of all pages from `path` on.
  Result<std::vector<std::string>> list(std::string path, const char* member);
  Result<net::HttpResponse> send(const net::HttpRequest& request);

  net::HttpTarget target_;
  net::DeadlineTimer timer_;
  std::unique_ptr<net::HttpClient> client_;
};

}  // namespace connected_registry::sync
