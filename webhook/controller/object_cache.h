// Single objects of the API, kept up to date by watches: what the loops of the controller decide from.
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

namespace connected_registry::controller {

// An object's last known state. `known` is false until the API has spoken; then a null object means that
// there is none.
struct CachedObject {
  bool known = false;
  std::shared_ptr<const json::Document> object;
  std::uint64_t revision = 0;  // another after each word of the API
};

// get() may be called from any thread; follow() before the first get() of the same object, by the owner.
class ObjectCache {
 public:
  // `on_change` is called after each change, from the threads that watch; it must not block. `client` must
  // outlive the cache.
  ObjectCache(kube::Client& client, std::function<void()> on_change);
  // Ends all watches.
  ~ObjectCache();
  ObjectCache(const ObjectCache&) = delete;
  ObjectCache& operator=(const ObjectCache&) = delete;
  ObjectCache(ObjectCache&&) = delete;
  ObjectCache& operator=(ObjectCache&&) = delete;

  // An empty namespace for cluster-scoped kinds.
  void follow(const kube::Resource& resource, const std::string& namespace_, const std::string& name);

  CachedObject get(const kube::Resource& resource, std::string_view name) const;

 private:
  using Key = std::pair<std::string, std::string>;  // plural, name

  void watch(const kube::Resource& resource, const std::string& namespace_, const std::string& name,
             const std::stop_token& stop);
  void set(const Key& key, std::shared_ptr<const json::Document> object);

  kube::Client& client_;
  const std::function<void()> on_change_;
  mutable Mutex mutex_;
  std::map<Key, CachedObject> objects_ GUARDED_BY(mutex_);
  std::vector<std::jthread> watchers_;  // last: they end before what they use
};

}  // namespace connected_registry::controller
