#include "kube/client.h"

#include <utility>

#include "base/file.h"
#include "kube/api_error.h"
#include "kube/connection_pool.h"
#include "kube/watch_stream.h"
#include "net/deadline_timer.h"
#include "net/url.h"

namespace connected_registry::kube {
namespace {

constexpr std::string_view kPageLimit = "500";  // objects of a list's page

// What the server is asked for, and after how long it is considered dead. Bookmarks come about once a minute.
constexpr std::string_view kWatchSeconds = "290";
constexpr std::chrono::seconds kLongestWatch{330};

constexpr std::string_view kJson = "application/json";

// A token becomes part of a header: nothing in it may end the line.
Result<std::string> read_token(const Configuration& configuration) {
  if (configuration.token_file.empty()) return configuration.token;
  const std::filesystem::path& path = configuration.token_file;
  auto token = file::read(path);
  if (!token) return fail(std::move(token).error(), "token for the API server");
  while (token->ends_with('\n') || token->ends_with('\r') || token->ends_with(' ')) token->pop_back();
  for (const char character : *token) {
    if (character <= ' ' || character > '~') {
      return fail(ErrorCode::kInvalidArgument,
                  "token for the API server: " + path.string() + " does not contain a token");
    }
  }
  if (token->empty())
    return fail(ErrorCode::kInvalidArgument, "token for the API server: " + path.string() + " is empty");
  return token;
}

net::Query write_query() {
  return net::Query().add("fieldManager", kFieldManager);
}

net::Query list_query(const ListOptions& options) {
  return net::Query()
      .add("fieldSelector", options.field_selector)
      .add("labelSelector", options.label_selector);
}

std::string_view content_type_of(PatchType type) {
  switch (type) {
    case PatchType::kMerge:
      return "application/merge-patch+json";
    case PatchType::kJson:
      return "application/json-patch+json";
    case PatchType::kStrategicMerge:
      return "application/strategic-merge-patch+json";
  }
  return {};
}

// Returns "GET /api/v1/…" for errors; the query tells a reader nothing.
std::string description_of(const net::HttpRequest& request) {
  return std::string(request.method) + " " + request.target.substr(0, request.target.find('?'));
}

Result<std::string> name_of(const json::Value& object) {
  const std::string_view name = json::string_at(object, {"metadata", "name"});
  if (name.empty()) return fail(ErrorCode::kInvalidArgument, "the object has no metadata.name");
  return std::string(name);
}

// Appends the items of a further page to the list.
Status append_items(json::Document& whole, const json::Document& page) {
  const json::Value* const items = json::find(page, {"items"});
  if (items == nullptr || !items->IsArray())
    return fail(ErrorCode::kInternal, "a page of the list has no items");
  json::Allocator& allocator = whole.GetAllocator();
  json::Value& joined = whole.FindMember("items")->value;  // there is one
  for (const json::Value& item : items->GetArray()) joined.PushBack(json::Value(item, allocator), allocator);
  return {};
}

// To callers, kUnauthenticated means that the server does not know us, not that we do not know the server.
tl::unexpected<ApiError> connection_error(Error error, const net::HttpRequest& request) {
  if (error.code == ErrorCode::kUnauthenticated) error.code = ErrorCode::kUnavailable;
  return tl::unexpected<ApiError>(std::move(error).with_context(description_of(request)));
}

tl::unexpected<ApiError> response_error(const net::HttpResponse& response, const net::HttpRequest& request) {
  return tl::unexpected<ApiError>(
      error_of_response(response.status, response.header("Retry-After"), response.body)
          .with_context(description_of(request)));
}

net::HttpRequest get_request(std::string target) {
  return {.method = "GET", .target = std::move(target)};
}

net::HttpRequest write_request(std::string_view method, std::string target, const json::Value& object,
                               std::string_view content_type = kJson) {
  return {.method = method,
          .target = std::move(target),
          .content_type = content_type,
          .body = json::to_text(object)};
}

}  // namespace

class Client::Implementation {
 public:
  explicit Implementation(Configuration configuration)
      : configuration_(std::move(configuration)), pool_(configuration_, timer_) {}

  // Makes one call, answered with JSON.
  ApiResult<json::Document> call(net::HttpRequest request);

  ApiStatus watch(net::HttpRequest request, const std::stop_token& stop, const WatchHandler& handler);

 private:
  Result<net::HttpResponse> send(net::HttpRequest& request);
  net::RequestLimits limits(const std::stop_token& stop = {}) const {
    return {.deadline = std::chrono::steady_clock::now() + configuration_.timeout, .stop = stop};
  }

  const Configuration configuration_;
  net::DeadlineTimer timer_;
  ConnectionPool pool_;
};

Result<net::HttpResponse> Client::Implementation::send(net::HttpRequest& request) {
  auto token = read_token(configuration_);
  if (!token) return tl::unexpected(std::move(token).error());
  request.token = std::move(*token);
  auto connection = pool_.acquire();
  if (!connection) return tl::unexpected(std::move(connection).error());
  return (*connection)->send(request, limits());
}

ApiResult<json::Document> Client::Implementation::call(net::HttpRequest request) {
  const auto response = send(request);
  if (!response) return connection_error(response.error(), request);
  if (response->status < 200 || response->status > 299) return response_error(*response, request);
  auto document = json::parse(response->body);
  if (!document || !document->IsObject()) {
    return fail(ErrorCode::kInternal, description_of(request) + ": the response is not a JSON object");
  }
  return std::move(*document);
}

ApiStatus Client::Implementation::watch(net::HttpRequest request, const std::stop_token& stop,
                                        const WatchHandler& handler) {
  const std::string description = description_of(request);
  auto token = read_token(configuration_);
  if (!token) return fail(std::move(token).error(), description);
  request.token = std::move(*token);
  auto connection = pool_.acquire_unpooled();
  if (!connection) return fail(std::move(connection).error(), description);
  WatchStream stream(handler);
  // Until the response begins it is a call like any other; from then on silence is normal.
  const net::BodyReceiver receiver{.timeout = kLongestWatch, .on_piece = [&stream](std::string_view piece) {
                                     return stream.receive(piece);
                                   }};
  const auto response = (*connection)->send(request, limits(stop), &receiver);
  if (!response) return connection_error(response.error(), request);
  if (response->status != 200) return response_error(*response, request);
  if (auto finished = stream.finish(); !finished) {
    return tl::unexpected(std::move(finished).error().with_context(description));
  }
  return {};
}

Client::Client(Configuration configuration)
    : implementation_(std::make_unique<Implementation>(std::move(configuration))) {}

Client::~Client() = default;

ApiResult<json::Document> Client::get(const Resource& resource, std::string_view namespace_,
                                      std::string_view name) {
  return implementation_->call(get_request(path_of(resource, namespace_, name)));
}

ApiResult<json::Document> Client::list(const Resource& resource, std::string_view namespace_,
                                       const ListOptions& options) {
  const std::string path = path_of(resource, namespace_);
  const std::string first = path + list_query(options).add("limit", kPageLimit).text();
  auto whole = implementation_->call(get_request(first));
  if (!whole) return whole;
  // A list of nothing may come as null.
  if (const json::Value* items = json::find(*whole, {"items"}); items == nullptr || !items->IsArray()) {
    json::set(*whole, "items", json::Value(rapidjson::kArrayType), whole->GetAllocator());
  }
  std::string next(json::string_at(*whole, {"metadata", "continue"}));
  while (!next.empty()) {
    const std::string target =
        path + list_query(options).add("limit", kPageLimit).add("continue", next).text();
    auto page = implementation_->call(get_request(target));
    if (!page) return page;
    if (auto appended = append_items(*whole, *page); !appended) {
      return fail(std::move(appended).error(), "GET " + path);
    }
    next = json::string_at(*page, {"metadata", "continue"});
  }
  json::Value& metadata = json::object_at(*whole, "metadata", whole->GetAllocator());
  metadata.RemoveMember("continue");
  metadata.RemoveMember("remainingItemCount");
  return whole;
}

ApiResult<json::Document> Client::create(const Resource& resource, std::string_view namespace_,
                                         const json::Value& object) {
  const std::string target = path_of(resource, namespace_) + write_query().text();
  net::HttpRequest request = write_request("POST", target, object);
  request.repeatable = false;
  return implementation_->call(std::move(request));
}

ApiResult<json::Document> Client::try_create(const Resource& resource, std::string_view namespace_,
                                             const json::Value& object) {
  const std::string target = path_of(resource, namespace_) + write_query().add("dryRun", "All").text();
  return implementation_->call(write_request("POST", target, object));
}

ApiResult<json::Document> Client::replace(const Resource& resource, std::string_view namespace_,
                                          const json::Value& object) {
  auto name = name_of(object);
  if (!name) return tl::unexpected(std::move(name).error());
  const std::string target = path_of(resource, namespace_, *name) + write_query().text();
  return implementation_->call(write_request("PUT", target, object));
}

ApiResult<json::Document> Client::patch(const Resource& resource, std::string_view namespace_,
                                        std::string_view name, PatchType type, const json::Value& patch) {
  const std::string target = path_of(resource, namespace_, name) + write_query().text();
  net::HttpRequest request = write_request("PATCH", target, patch, content_type_of(type));
  // A JSON Patch may add to a list: twice is not once.
  request.repeatable = type != PatchType::kJson;
  return implementation_->call(std::move(request));
}

ApiResult<json::Document> Client::apply(const Resource& resource, std::string_view namespace_,
                                        const json::Value& object) {
  auto name = name_of(object);
  if (!name) return tl::unexpected(std::move(name).error());
  const std::string target = path_of(resource, namespace_, *name) + write_query().add("force", "true").text();
  // JSON is YAML.
  return implementation_->call(write_request("PATCH", target, object, "application/apply-patch+yaml"));
}

ApiResult<json::Document> Client::claim(const Resource& resource, std::string_view namespace_,
                                        const json::Value& object, std::string_view candidate) {
  auto name = name_of(object);
  if (!name) return tl::unexpected(std::move(name).error());
  // The limit of the API for a field manager.
  constexpr std::size_t kLongest = 128;
  const std::string manager = (std::string(kFieldManager) + "-" + std::string(candidate)).substr(0, kLongest);
  const std::string target =
      path_of(resource, namespace_, *name) + net::Query().add("fieldManager", manager).text();
  return implementation_->call(write_request("PATCH", target, object, "application/apply-patch+yaml"));
}

Status Client::remove(const Resource& resource, std::string_view namespace_, std::string_view name) {
  const std::string target =
      path_of(resource, namespace_, name) + net::Query().add("propagationPolicy", "Background").text();
  auto removed = implementation_->call({.method = "DELETE", .target = target});
  if (!removed) return tl::unexpected(std::move(removed).error());
  return {};
}

ApiStatus Client::watch(const Resource& resource, std::string_view namespace_, const ListOptions& options,
                        std::string_view resource_version, const std::stop_token& stop,
                        const WatchHandler& handler) {
  const net::Query query = list_query(options)
                               .add("watch", "true")
                               .add("allowWatchBookmarks", "true")
                               .add("timeoutSeconds", kWatchSeconds)
                               .add("resourceVersion", resource_version);
  return implementation_->watch(get_request(path_of(resource, namespace_) + query.text()), stop, handler);
}

}  // namespace connected_registry::kube
