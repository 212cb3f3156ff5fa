#include "support/api_store.h"

#include <algorithm>
#include <sstream>

namespace connected_registry::kube::testing {
namespace {

void answer(httplib::Response& response, int status, const std::string& body) {
  response.status = status;
  response.set_content(body, "application/json");
}

void answer_error(httplib::Response& response, int status, const std::string& path) {
  answer(response, status,
         status_object(status, "Test", path + " is answered with " + std::to_string(status)));
}

std::string parent_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}
std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

// Whether the last step is a kind's plural: lower-case, known.
bool is_collection(const std::string& path) {
  static const std::vector<std::string> kPlurals = {"pods",
                                                    "secrets",
                                                    "configmaps",
                                                    "events",
                                                    "nodes",
                                                    "deployments",
                                                    "leases",
                                                    "issuers",
                                                    "certificates",
                                                    "services",
                                                    "servicecidrs",
                                                    "storageclasses",
                                                    "mutatingwebhookconfigurations",
                                                    "validatingwebhookconfigurations"};
  return std::find(kPlurals.begin(), kPlurals.end(), name_of(path)) != kPlurals.end();
}

// An object's path belongs to its collection, and to that of all namespaces ("/api/v1/pods").
bool belongs(const std::string& path, const std::string& collection) {
  if (parent_of(path) == collection) return true;
  const std::string start = parent_of(collection) + "/namespaces/";
  return path.starts_with(start) && name_of(parent_of(path)) == name_of(collection);
}

bool matches_label(const json::Value& object, const std::string& term) {
  const json::Value* const labels = json::find(object, {"metadata", "labels"});
  const auto value = [&](const std::string& key) {
    return labels == nullptr ? std::string() : std::string(json::string_at(*labels, {key}));
  };
  if (term.starts_with('!')) return value(term.substr(1)).empty();
  const auto equals = term.find('=');
  if (equals == std::string::npos) return !value(term).empty();
  return value(term.substr(0, equals)) == term.substr(equals + 1);
}

// metadata.name= and status.phase!= are what is used.
bool matches_field(const json::Value& object, const std::string& term) {
  const auto equals = term.find('=');
  const bool negated = term[equals - 1] == '!';
  const std::string key = term.substr(0, negated ? equals - 1 : equals);
  const std::string_view value = key == "metadata.name" ? json::string_at(object, {"metadata", "name"})
                                                        : json::string_at(object, {"status", "phase"});
  return (value == term.substr(equals + 1)) != negated;
}

bool matches(const json::Value& object, const SeenRequest& request) {
  std::string term;
  for (std::istringstream labels(request.parameter("labelSelector")); std::getline(labels, term, ',');) {
    if (!matches_label(object, term)) return false;
  }
  for (std::istringstream fields(request.parameter("fieldSelector")); std::getline(fields, term, ',');) {
    if (!matches_field(object, term)) return false;
  }
  return true;
}

void merge(json::Value& target, const json::Value& patch, json::Allocator& allocator) {
  for (auto member = patch.MemberBegin(); member != patch.MemberEnd(); ++member) {
    const std::string_view name = json::view(member->name);
    if (member->value.IsObject()) {
      merge(json::object_at(target, name, allocator), member->value, allocator);
    } else {
      json::set(target, name, json::Value(member->value, allocator), allocator);
    }
  }
}

// The value that a pointer's step leads to; a missing member is made. nullptr beyond an array's end.
json::Value* step_into(json::Value& value, const std::string& step, json::Allocator& allocator) {
  if (value.IsArray()) {
    const auto index = static_cast<rapidjson::SizeType>(std::stoul(step));
    return index < value.Size() ? &value[index] : nullptr;
  }
  if (!value.IsObject()) return nullptr;
  if (json::find(value, {step}) == nullptr) json::set(value, step, json::Value(), allocator);
  return &value[step];
}

// The operations test, add and, for members of arrays, remove (of RFC 6902) are what is used.
bool apply_json_patch(json::Document& object, const json::Value& patch) {
  for (auto operation = patch.Begin(); operation != patch.End(); ++operation) {
    json::Value* place = &object;
    json::Value* parent = nullptr;
    std::istringstream pointer(std::string(json::string_at(*operation, {"path"})).substr(1));
    for (std::string step; place != nullptr && std::getline(pointer, step, '/');) {
      parent = place;
      place = step_into(*place, step, object.GetAllocator());
    }
    const json::Value* const value = json::find(*operation, {"value"});
    if (place == nullptr) return false;
    if (json::string_at(*operation, {"op"}) == "remove") {
      if (parent == nullptr || !parent->IsArray()) return false;
      parent->Erase(place);
    } else if (json::string_at(*operation, {"op"}) == "test") {
      if (*place != *value) return false;
    } else {
      place->CopyFrom(*value, object.GetAllocator());
    }
  }
  return true;
}

}  // namespace

ApiStore::ApiStore(FakeApi& api) {
  api.handle([this](const SeenRequest& request, httplib::Response& response) { serve(request, response); });
}

ApiStore::~ApiStore() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
}

void ApiStore::store(const std::string& path, json::Document object) {
  auto& allocator = object.GetAllocator();
  json::Value& metadata = json::object_at(object, "metadata", allocator);
  const std::string version = std::to_string(++version_);
  json::set(metadata, "resourceVersion", version, allocator);
  if (json::string_at(metadata, {"uid"}).empty()) json::set(metadata, "uid", "uid-" + version, allocator);
  json::set(metadata, "name", name_of(path), allocator);
  events_.push_back({objects_.contains(path) ? "MODIFIED" : "ADDED", path, json::to_text(object), version_});
  objects_[path] = std::move(object);
  changed_.notify_all();
}

void ApiStore::drop(const std::string& path) {
  events_.push_back({"DELETED", path, json::to_text(objects_.at(path)), ++version_});
  objects_.erase(path);
  changed_.notify_all();
}

void ApiStore::put(const std::string& path, const json::Value& object) {
  json::Document copy;
  copy.CopyFrom(object, copy.GetAllocator());
  const std::lock_guard lock(mutex_);
  store(path, std::move(copy));
}

void ApiStore::put(const std::string& path, std::string_view text) {
  put(path, document(text));
}

void ApiStore::remove(const std::string& path) {
  const std::lock_guard lock(mutex_);
  drop(path);
}

json::Document ApiStore::get(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  json::Document copy;
  const auto found = objects_.find(path);
  if (found != objects_.end()) copy.CopyFrom(found->second, copy.GetAllocator());
  return copy;
}

std::vector<std::string> ApiStore::names(const std::string& collection) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [path, object] : objects_) {
    if (parent_of(path) == collection) out.push_back(name_of(path));
  }
  return out;
}

void ApiStore::fail(const std::string& method, const std::string& path, int status) {
  const std::lock_guard lock(mutex_);
  failures_[{method, path}] = status;
}

std::vector<std::string> ApiStore::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

void ApiStore::forget_writes() {
  const std::lock_guard lock(mutex_);
  writes_.clear();
}

std::size_t ApiStore::reads(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto found = reads_.find(path);
  return found == reads_.end() ? 0 : found->second;
}

bool ApiStore::await(const std::function<bool()>& condition) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    std::unique_lock lock(mutex_);
    // The condition takes the lock itself, so a change may fall in between: looked at again soon in any case.
    changed_.wait_for(lock, std::chrono::milliseconds(20));
    if (std::chrono::steady_clock::now() > deadline) return false;
  }
  return true;
}

void ApiStore::serve(const SeenRequest& request, httplib::Response& response) {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
  if (request.method == "GET") {
    ++reads_[request.path];
  } else {
    writes_.push_back(request.method + " " + request.path);
  }
  for (const auto& [which, status] : failures_) {
    if (status != 0 && which.first == request.method && request.path.starts_with(which.second)) {
      return answer_error(response, status, request.path);
    }
  }
  if (request.method == "GET" && request.parameter("watch").empty()) return serve_read(request, response);
  if (request.method == "GET") return serve_watch(request, response);
  if (request.method == "POST") return create(request, response);
  if (request.method == "PATCH") return patch(request, response);
  if (request.method == "DELETE") return erase(request, response);
  answer_error(response, 405, request.path);
}

void ApiStore::serve_read(const SeenRequest& request, httplib::Response& response) {
  if (!is_collection(request.path)) {
    const auto found = objects_.find(request.path);
    if (found == objects_.end()) return answer_error(response, 404, request.path);
    return answer(response, 200, json::to_text(found->second));
  }
  json::Document list = document(R"({"kind":"List","apiVersion":"v1","metadata":{},"items":[]})");
  auto& allocator = list.GetAllocator();
  json::set(list["metadata"], "resourceVersion", std::to_string(version_), allocator);
  for (const auto& [path, object] : objects_) {
    if (belongs(path, request.path) && matches(object, request)) {
      list["items"].PushBack(json::Value(object, allocator), allocator);
    }
  }
  answer(response, 200, json::to_text(list));
}

bool ApiStore::send_events(httplib::DataSink& sink, const SeenRequest& request, std::size_t& position) {
  for (; position < events_.size(); ++position) {
    const Event& event = events_[position];
    if (!belongs(event.path, request.path) || !matches(document(event.object), request)) continue;
    json::Document line(rapidjson::kObjectType);
    json::set(line, "type", event.type, line.GetAllocator());
    json::set(line, "object", json::Value(document(event.object), line.GetAllocator()), line.GetAllocator());
    const std::string text = json::to_text(line) + "\n";
    if (!sink.write(text.data(), text.size())) return false;
  }
  return true;
}

void ApiStore::serve_watch(const SeenRequest& request, httplib::Response& response) {
  const std::size_t since = std::stoull(request.parameter("resourceVersion"));
  response.status = 200;
  response.set_chunked_content_provider(
      "application/json",
      [this, request, since, position = std::size_t{0}](std::size_t, httplib::DataSink& sink) mutable {
        std::unique_lock lock(mutex_);
        while (position < events_.size() && events_[position].version <= since) ++position;
        changed_.wait_for(lock, std::chrono::milliseconds(100),
                          [&] { return closing_ || position < events_.size(); });
        return !closing_ && send_events(sink, request, position);
      });
}

void ApiStore::create(const SeenRequest& request, httplib::Response& response) {
  json::Document object = document(request.body);
  const std::string path = request.path + "/" + std::string(json::string_at(object, {"metadata", "name"}));
  if (objects_.contains(path)) {
    return answer(response, 409, status_object(409, "AlreadyExists", path + " exists"));
  }
  store(path, std::move(object));
  answer(response, 201, json::to_text(objects_.at(path)));
}

void ApiStore::patch(const SeenRequest& request, httplib::Response& response) {
  const json::Document change = document(request.body);
  const bool is_apply = request.header("Content-Type") == "application/apply-patch+yaml";
  const auto found = objects_.find(request.path);
  if (found == objects_.end() && !is_apply) return answer_error(response, 404, request.path);
  // Every object belongs to another manager, so an apply that is not forced conflicts with it.
  const bool is_forced = request.target.find("force=true") != std::string::npos;
  if (is_apply && !is_forced && found != objects_.end()) return answer_error(response, 409, request.path);
  json::Document object(rapidjson::kObjectType);
  if (found != objects_.end()) object.CopyFrom(found->second, object.GetAllocator());
  const std::string_view expected = json::string_at(change, {"metadata", "resourceVersion"});
  if (!expected.empty() && expected != json::string_at(object, {"metadata", "resourceVersion"})) {
    return answer_error(response, 409, request.path);
  }
  if (change.IsArray()) {
    if (!apply_json_patch(object, change)) return answer_error(response, 422, request.path);
  } else {
    merge(object, change, object.GetAllocator());
  }
  // A patch that changes nothing makes no new version.
  if (found == objects_.end() || found->second != object) store(request.path, std::move(object));
  answer(response, 200, json::to_text(objects_.at(request.path)));
}

void ApiStore::erase(const SeenRequest& request, httplib::Response& response) {
  if (!objects_.contains(request.path)) return answer_error(response, 404, request.path);
  drop(request.path);
  answer(response, 200, status_object(200, "", ""));
}

}  // namespace connected_registry::kube::testing
