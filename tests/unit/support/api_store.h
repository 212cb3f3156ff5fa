// Objects behind a FakeApi, so that a test sees what a part does with the API rather than which calls it
// makes: get, list and watch with selectors, create, server-side apply (as a merge), merge and JSON patches,
// delete.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "kube/fake_api.h"

namespace connected_registry::kube::testing {

class ApiStore {
 public:
  // `api` must outlive the store.
  explicit ApiStore(FakeApi& api);
  // Ends all watches.
  ~ApiStore();
  ApiStore(const ApiStore&) = delete;
  ApiStore& operator=(const ApiStore&) = delete;
  ApiStore(ApiStore&&) = delete;
  ApiStore& operator=(ApiStore&&) = delete;

  // Paths are those of the API: "/api/v1/namespaces/edge/secrets/name".
  void put(const std::string& path, const json::Value& object);
  void put(const std::string& path, std::string_view text);
  void remove(const std::string& path);
  // null where there is none
  json::Document get(const std::string& path) const;
  bool has(const std::string& path) const { return !get(path).IsNull(); }
  // Names under a collection's path.
  std::vector<std::string> names(const std::string& collection) const;

  // From now on, requests of this method whose path begins so are answered with this status; 0 ends it.
  void fail(const std::string& method, const std::string& path, int status);

  // "PATCH /api/v1/…" of every request that changed something or tried to, in order.
  std::vector<std::string> writes() const;
  void forget_writes();
  // How often objects of this path were asked for.
  std::size_t reads(const std::string& path) const;

  // Waits until it holds; looked at after each request and change. False where the patience ends first.
  bool await(const std::function<bool()>& condition) const;
  bool await_object(const std::string& path) const {
    return await([&] { return has(path); });
  }

 private:
  struct Event {
    std::string type;
    std::string path;
    std::string object;
    std::size_t version;
  };

  void serve(const SeenRequest& request, httplib::Response& response);
  void serve_read(const SeenRequest& request, httplib::Response& response);
  void serve_watch(const SeenRequest& request, httplib::Response& response);
  void create(const SeenRequest& request, httplib::Response& response);
  void patch(const SeenRequest& request, httplib::Response& response);
  void erase(const SeenRequest& request, httplib::Response& response);
  void store(const std::string& path, json::Document object);
  void drop(const std::string& path);
  bool send_events(httplib::DataSink& sink, const SeenRequest& request, std::size_t& position);

  mutable std::mutex mutex_;  // guards all below
  mutable std::condition_variable changed_;
  std::map<std::string, json::Document> objects_;
  std::vector<Event> events_;
  std::size_t version_ = 1;
  std::map<std::pair<std::string, std::string>, int> failures_;
  std::vector<std::string> writes_;
  std::map<std::string, std::size_t> reads_;
  bool closing_ = false;
};

}  // namespace connected_registry::kube::testing
