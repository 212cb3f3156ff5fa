// A client of the Kubernetes API with the calls that this program makes.
//
// Every call has a time limit. An unsuccessful response becomes an error with the message of the API server's
// Status. The HTTP status determines the code:
//   400, 422: kInvalidArgument
//   401: kUnauthenticated
//   403: kPermissionDenied
//   404: kNotFound
//   409: kAlreadyExists if that is the reason in the Status, otherwise kConflict
//   410: kExpired
//   429, 5xx: kUnavailable, with the response's Retry-After
// A failed connection is kUnavailable, and a late response is kTimeout.
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

// The field manager for server-side apply, and the source of this program's events.
inline constexpr std::string_view kFieldManager = "connected-registry";

// The address of the API server and this client's credentials.
struct Configuration {
  std::string host;  // address or name; an IPv6 address has no brackets
  int port = 443;
  std::filesystem::path ca_file;     // PEM of the CAs that may issue the server's certificate
  std::filesystem::path token_file;  // bearer token; read at each call, because kubelet rotates it
  std::string ca_pem;                // PEM, if there is no ca_file; empty: the CAs that this machine trusts
  std::string token;                 // bearer token, if there is no token_file; empty: no token is sent
  std::string server_name;           // name that the server's certificate must contain; empty: host
  std::string certificate_pem;       // this client's certificate and its chain; empty: none
  std::string key_pem;
  std::chrono::milliseconds timeout{10'000};  // limit for a whole call, except a watch
};

// Reads the environment variables and files that kubelet provides in every pod. The error names the missing
// variable or file.
Result<Configuration> in_cluster_configuration();

enum class PatchType { kMerge, kJson, kStrategicMerge };

struct ListOptions {
  std::string field_selector;  // "metadata.name=x": a Role with resourceNames can then allow list and watch
  std::string label_selector;
};

enum class WatchEventType { kAdded, kModified, kDeleted, kBookmark };

// Receives the object of an event. Returns false to end the watch.
using WatchHandler = std::function<bool(WatchEventType type, const json::Value& object)>;

// Thread-safe: several threads may call it at the same time, and each call uses its own connection from a
// pool. The process must ignore SIGPIPE (base/stop.h does so). It must have fewer than 1,024 files open at a
// time, because the HTTP library waits with select(2). The token file and the CA file are read at each call.
class Client {
 public:
  explicit Client(Configuration configuration);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;

  ApiResult<json::Document> get(const Resource& resource, std::string_view namespace_, std::string_view name);
  // Returns one List object. The "items" of all pages (limit/continue) are joined.
  ApiResult<json::Document> list(const Resource& resource, std::string_view namespace_,
                                 const ListOptions& options);
  // Creates the object. It must have apiVersion, kind and metadata.name.
  ApiResult<json::Document> create(const Resource& resource, std::string_view namespace_,
                                   const json::Value& object);
  // Asks the server to check the creation without creating the object (dryRun=All).
  ApiResult<json::Document> try_create(const Resource& resource, std::string_view namespace_,
                                       const json::Value& object);
  // Replaces the object (PUT). With a metadata.resourceVersion, the call fails with kConflict if the stored
  // object has another version.
  ApiResult<json::Document> replace(const Resource& resource, std::string_view namespace_,
                                    const json::Value& object);
  ApiResult<json::Document> patch(const Resource& resource, std::string_view namespace_,
                                  std::string_view name, PatchType type, const json::Value& patch);
  // Applies the object (server-side apply) with kFieldManager. The apply is forced, because this program owns
  // the fields.
  ApiResult<json::Document> apply(const Resource& resource, std::string_view namespace_,
                                  const json::Value& object);
  // Creates the object by a server-side apply, which the API server authorizes by the object's name. The
  // right to create can then be bound to names; that of create() cannot. The apply is not forced, and its
  // field manager belongs to `candidate` alone, for example the pod's name. So of several candidates with
  // different objects, only the first succeeds, and the others fail with kConflict.
  ApiResult<json::Document> claim(const Resource& resource, std::string_view namespace_,
                                  const json::Value& object, std::string_view candidate);
  // Deletes the object with background propagation. Error: kNotFound if the object does not exist.
  Status remove(const Resource& resource, std::string_view namespace_, std::string_view name);

  // Passes events after `resource_version` to the handler. Succeeds if the server ends the watch or the
  // handler returns false. Errors: kCancelled if `stop` is requested, kExpired if the caller must list again,
  // or another error. An ERROR event becomes an error. A watch takes at most about five minutes, so that a
  // connection that broke without notice is detected.
  ApiStatus watch(const Resource& resource, std::string_view namespace_, const ListOptions& options,
                  std::string_view resource_version, const std::stop_token& stop,
                  const WatchHandler& handler);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::kube
