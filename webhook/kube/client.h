// A client of the Kubernetes API, with the calls that this program makes.
//
// Every call has a time limit. Responses other than success become errors by their HTTP status and the API
// server's own Status message: 404 kNotFound, 409 kAlreadyExists (on create) or kConflict, 410 kExpired, 401
// kUnauthenticated, 403 kPermissionDenied, 400 and 422 kInvalidArgument, 429 and 5xx kUnavailable, with the
// Retry-After that came along; no connection kUnavailable; no response in time kTimeout.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "kube/api_error.h"
#include "kube/resource.h"

namespace connected_registry::kube {

// Server-side apply's field manager, and the source of our events.
inline constexpr std::string_view kFieldManager = "connected-registry";

// The address of the API server and this client's credentials.
struct Configuration {
  std::string host;  // address or name; IPv6 without brackets
  int port = 443;
  std::filesystem::path ca_file;     // PEM that the server's certificate must verify against
  std::filesystem::path token_file;  // bearer token, read at each call (kubelet rotates it)
  std::string ca_pem;                // used without ca_file; empty: the CAs that this machine trusts
  std::string token;                 // used without token_file; empty: none is sent
  std::string server_name;           // that the server's certificate must carry; empty: host
  std::string certificate_pem;       // client certificate, with its key; empty: none
  std::string key_pem;
  std::chrono::milliseconds timeout{10'000};  // of a whole call, a watch excepted
};

// Reads the environment and the files that kubelet gives every pod. The error says which one is missing.
Result<Configuration> in_cluster_configuration();

enum class PatchType { kMerge, kJson, kStrategicMerge };

struct ListOptions {
  std::string field_selector;  // "metadata.name=x": lets a Role with resourceNames allow list and watch
  std::string label_selector;
};

enum class WatchEventType { kAdded, kModified, kDeleted, kBookmark };

// Receives an event's object; returns false to end the watch.
using WatchHandler = std::function<bool(WatchEventType type, const json::Value& object)>;

// Thread-safe: any number of threads may call at once; each call uses a pooled connection of its own. The
// process must ignore SIGPIPE (base/stop.h does), and use fewer than 1,024 files at once: the HTTP library
// waits by select(2). Token and CA files are read at each call.
class Client {
 public:
  explicit Client(Configuration configuration);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;

  ApiResult<json::Document> get(const Resource& resource, std::string_view namespace_, std::string_view name);
  // Returns one List object; pages (limit/continue) are joined into its "items".
  ApiResult<json::Document> list(const Resource& resource, std::string_view namespace_,
                                 const ListOptions& options);
  // `object` has apiVersion, kind and metadata.name.
  ApiResult<json::Document> create(const Resource& resource, std::string_view namespace_,
                                   const json::Value& object);
  // Asks whether the server would create it, and creates nothing (dryRun=All).
  ApiResult<json::Document> try_create(const Resource& resource, std::string_view namespace_,
                                       const json::Value& object);
  // PUT: with metadata.resourceVersion set, it fails with kConflict if the object has changed.
  ApiResult<json::Document> replace(const Resource& resource, std::string_view namespace_,
                                    const json::Value& object);
  ApiResult<json::Document> patch(const Resource& resource, std::string_view namespace_,
                                  std::string_view name, PatchType type, const json::Value& patch);
  // Server-side apply as kFieldManager, forced: this program owns these fields.
  ApiResult<json::Document> apply(const Resource& resource, std::string_view namespace_,
                                  const json::Value& object);
  // Background deletion. kNotFound where the object does not exist.
  Status remove(const Resource& resource, std::string_view namespace_, std::string_view name);

  // Events after `resource_version` until the server ends the watch (success), the handler returns false
  // (success), `stop` is requested (kCancelled), or an error (kExpired: list again). An ERROR event becomes
  // an error. At most about five minutes, so that a connection that died silently is noticed.
  ApiStatus watch(const Resource& resource, std::string_view namespace_, const ListOptions& options,
                  std::string_view resource_version, const std::stop_token& stop,
                  const WatchHandler& handler);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::kube
