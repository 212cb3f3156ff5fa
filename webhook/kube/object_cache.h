// A cache of single API objects. Watches keep it up to date. The loops of the controller make their
// decisions from it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/mutex.h"
#include "kube/client.h"

namespace connected_registry::kube {

// The observed state of an object. `known` is false until the API has answered. If `known` is true and
// `object` is nullptr, the object does not exist.
struct CachedObject {
  bool known = false;
  std::shared_ptr<const json::Document> object;
  std::uint64_t revision = 0;  // changes with each message from the API
};

// get() is thread-safe. Call watch() for an object before the first get() of this object.
class ObjectCache {
 public:
  // `on_change` is called after each change, from the watching threads, and must not block. `client` must
  // outlive the cache.
  ObjectCache(Client& client, std::function<void()> on_change);
  // Ends all watches.
  ~ObjectCache();
  ObjectCache(const ObjectCache&) = delete;
  ObjectCache& operator=(const ObjectCache&) = delete;
  ObjectCache(ObjectCache&&) = delete;
  ObjectCache& operator=(ObjectCache&&) = delete;

  // Starts to watch an object. `namespace_` is empty for cluster-scoped kinds.
  void watch(const Resource& resource, const std::string& namespace_, const std::string& name);

  CachedObject get(const Resource& resource, std::string_view name) const;

 private:
  using Key = std::pair<std::string, std::string>;  // plural, name

  void run_watch(const Resource& resource, const std::string& namespace_, const std::string& name,
                 const std::stop_token& stop);
  void set(const Key& key, std::shared_ptr<const json::Document> object);

  Client& client_;
  const std::function<void()> on_change_;
  mutable Mutex mutex_;
  std::map<Key, CachedObject> objects_ GUARDED_BY(mutex_);
  // The last member, because the threads must end before the members that they use.
  std::vector<std::jthread> watchers_;
};

}  // namespace connected_registry::kube
