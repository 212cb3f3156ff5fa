#include "kube/object_cache.h"

#include "kube/reflector.h"

namespace connected_registry::kube {
namespace {

std::shared_ptr<const json::Document> shared_copy(const json::Value& value) {
  auto copy = std::make_shared<json::Document>();
  copy->CopyFrom(value, copy->GetAllocator());
  return copy;
}

}  // namespace

ObjectCache::ObjectCache(Client& client, std::function<void()> on_change)
    : client_(client), on_change_(std::move(on_change)) {}

ObjectCache::~ObjectCache() {
  // Stops all watches at the same time, not one after the other.
  for (std::jthread& watcher : watchers_) watcher.request_stop();
}

void ObjectCache::watch(const Resource& resource, const std::string& namespace_, const std::string& name) {
  watchers_.emplace_back([this, resource, namespace_, name](const std::stop_token& stop) {
    run_watch(resource, namespace_, name, stop);
  });
}

CachedObject ObjectCache::get(const Resource& resource, std::string_view name) const {
  const MutexLock lock(mutex_);
  const auto found = objects_.find(Key(resource.plural, name));
  return found == objects_.end() ? CachedObject() : found->second;
}

void ObjectCache::run_watch(const Resource& resource, const std::string& namespace_, const std::string& name,
                            const std::stop_token& stop) {
  const Key key(resource.plural, name);
  const ReflectorHandler handler{
      .on_list =
          [&](const std::vector<const json::Value*>& objects) {
            set(key, objects.empty() ? nullptr : shared_copy(*objects.front()));
          },
      .on_event =
          [&](WatchEventType type, const json::Value& object) {
            if (type == WatchEventType::kBookmark) return;
            set(key, type == WatchEventType::kDeleted ? nullptr : shared_copy(object));
          },
  };
  reflect(client_, single_object(resource, namespace_, name), handler, stop);
}

void ObjectCache::set(const Key& key, std::shared_ptr<const json::Document> object) {
  {
    const MutexLock lock(mutex_);
    CachedObject& cached = objects_[key];
    cached = {.known = true, .object = std::move(object), .revision = cached.revision + 1};
  }
  on_change_();
}

}  // namespace connected_registry::kube
