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

// What the server is asked for, and how long until we judge it dead. Bookmarks come about once a minute.
constexpr std::string_view kWatchSeconds = "290";
constexpr std::chrono::seconds kLongestWatch{330};

constexpr std::string_view kJson = "application/json";

// May a call be sent again when the connection broke before the answer came?
enum class Repeat { kYes, kNo };

// A token becomes part of a header: nothing in it may end the line.
Result<std::string> read_token(const Configuration& configuration) {
  if (configuration.token_file.empty()) return configuration.token;
  const std::filesystem::path& path = configuration.token_file;
  auto token = file::read(path);
  if (!token) return fail(std::move(token).error(), "token for the API");
  while (token->ends_with('\n') || token->ends_with('\r') || token->ends_with(' ')) token->pop_back();
  for (const char character : *token) {
    if (character <= ' ' || character > '~') {
      return fail(ErrorCode::kInvalidArgument, "token for the API: " + path.string() + " holds no token");
    }
  }
  if (token->empty())
    return fail(ErrorCode::kInvalidArgument, "token for the API: " + path.string() + " is empty");
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

// "GET /api/v1/…", for errors; the query adds nothing for a reader.
std::string description_of(const net::HttpRequest& request) {
  return std::string(request.method) + " " + request.target.substr(0, request.target.find('?'));
}

Result<std::string> name_of(const json::Value& object) {
  const std::string_view name = json::string_at(object, {"metadata", "name"});
  if (name.empty()) return fail(ErrorCode::kInvalidArgument, "the object has no metadata.name");
  return std::string(name);
}

// Copies the items of a further page to the list that is being joined.
Status append_items(json::Document& whole, const json::Document& page) {
  const json::Value* const items = json::find(page, {"items"});
  if (items == nullptr || !items->IsArray())
    return fail(ErrorCode::kInternal, "a page of the list has no items");
  json::Allocator& allocator = whole.GetAllocator();
  json::Value& joined = whole.FindMember("items")->value;  // there is one
  for (const json::Value& item : items->GetArray()) joined.PushBack(json::Value(item, allocator), allocator);
  return {};
}

}  // namespace

class Client::Implementation {
 public:
  explicit Implementation(Configuration configuration)
      : configuration_(std::move(configuration)), pool_(configuration_) {}

  // One call, answered with JSON.
  Result<json::Document> call(net::HttpRequest request, Repeat repeat);

  Status watch(net::HttpRequest request, const std::stop_token& stop, const WatchHandler& handler);

 private:
  Result<net::HttpResponse> exchange(net::HttpRequest& request, Repeat repeat);

  const Configuration configuration_;
  net::DeadlineTimer timer_;
  ConnectionPool pool_;
};

Result<net::HttpResponse> Client::Implementation::exchange(net::HttpRequest& request, Repeat repeat) {
  auto token = read_token(configuration_);
  if (!token) return tl::unexpected(std::move(token).error());
  request.token = std::move(*token);
  auto connection = pool_.take();
  if (!connection) return tl::unexpected(std::move(connection).error());
  // An idle connection may have been closed by the server a moment ago, which shows only once the request is
  // out. What may be sent again, is; what may not goes over a fresh one.
  const bool reused = (*connection)->is_open();
  if (reused && repeat == Repeat::kNo) (*connection)->close();
  net::Interrupt& interrupt = (*connection)->interrupt();
  const auto deadline = timer_.at(std::chrono::steady_clock::now() + configuration_.timeout,
                                  [&interrupt] { interrupt.cut(net::Interrupt::Reason::kDeadline); });
  auto answer = (*connection)->exchange(request);
  if (!answer && answer.error().code == ErrorCode::kUnavailable && reused && repeat == Repeat::kYes) {
    (*connection)->close();
    answer = (*connection)->exchange(request);
  }
  return answer;
}

Result<json::Document> Client::Implementation::call(net::HttpRequest request, Repeat repeat) {
  auto answer = exchange(request, repeat);
  if (!answer) return fail(std::move(answer).error(), description_of(request));
  if (answer->status < 200 || answer->status > 299) {
    return fail(error_of_answer(answer->status, answer->body), description_of(request));
  }
  auto document = json::parse(answer->body);
  if (!document || !document->IsObject()) {
    return fail(ErrorCode::kInternal, description_of(request) + ": the answer is not a JSON object");
  }
  return document;
}

Status Client::Implementation::watch(net::HttpRequest request, const std::stop_token& stop,
                                     const WatchHandler& handler) {
  const std::string description = description_of(request);
  auto token = read_token(configuration_);
  if (!token) return fail(std::move(token).error(), description);
  request.token = std::move(*token);
  auto connection = pool_.take_new(kLongestWatch);
  if (!connection) return fail(std::move(connection).error(), description);
  net::Interrupt& interrupt = (*connection)->interrupt();
  const std::stop_callback on_stop(stop, [&interrupt] { interrupt.cut(net::Interrupt::Reason::kStop); });
  const auto cut_after = [&](std::chrono::milliseconds limit) {
    return timer_.at(std::chrono::steady_clock::now() + limit,
                     [&interrupt] { interrupt.cut(net::Interrupt::Reason::kDeadline); });
  };
  // Until the answer begins it is a call like any other; from then on silence is normal.
  auto deadline = cut_after(configuration_.timeout);
  WatchStream stream(handler);
  const net::StreamReceiver receiver{[&] { deadline = cut_after(kLongestWatch); },
                                     [&stream](std::string_view piece) { return stream.receive(piece); }};
  const auto answer = (*connection)->exchange(request, &receiver);
  if (!answer) return fail(Error(answer.error()), description);
  if (answer->status != 200) return fail(error_of_answer(answer->status, answer->body), description);
  if (auto finished = stream.finish(); !finished) return fail(std::move(finished).error(), description);
  return {};
}

Client::Client(Configuration configuration)
    : implementation_(std::make_unique<Implementation>(std::move(configuration))) {}

Client::~Client() = default;

Result<json::Document> Client::get(const Resource& resource, std::string_view namespace_,
                                   std::string_view name) {
  return implementation_->call({"GET", path_of(resource, namespace_, name), {}, {}, {}}, Repeat::kYes);
}

Result<json::Document> Client::list(const Resource& resource, std::string_view namespace_,
                                    const ListOptions& options) {
  const std::string path = path_of(resource, namespace_);
  const std::string first = path + list_query(options).add("limit", kPageLimit).text();
  auto whole = implementation_->call({"GET", first, {}, {}, {}}, Repeat::kYes);
  if (!whole) return whole;
  // A list of nothing may come as null.
  if (const json::Value* items = json::find(*whole, {"items"}); items == nullptr || !items->IsArray()) {
    json::set(*whole, "items", json::Value(rapidjson::kArrayType), whole->GetAllocator());
  }
  std::string next(json::string_at(*whole, {"metadata", "continue"}));
  while (!next.empty()) {
    const std::string target =
        path + list_query(options).add("limit", kPageLimit).add("continue", next).text();
    auto page = implementation_->call({"GET", target, {}, {}, {}}, Repeat::kYes);
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

Result<json::Document> Client::create(const Resource& resource, std::string_view namespace_,
                                      const json::Value& object) {
  const std::string target = path_of(resource, namespace_) + write_query().text();
  return implementation_->call({"POST", target, kJson, json::to_text(object), {}}, Repeat::kNo);
}

Result<json::Document> Client::try_create(const Resource& resource, std::string_view namespace_,
                                          const json::Value& object) {
  const std::string target = path_of(resource, namespace_) + write_query().add("dryRun", "All").text();
  return implementation_->call({"POST", target, kJson, json::to_text(object), {}}, Repeat::kYes);
}

Result<json::Document> Client::replace(const Resource& resource, std::string_view namespace_,
                                       const json::Value& object) {
  auto name = name_of(object);
  if (!name) return tl::unexpected(std::move(name).error());
  const std::string target = path_of(resource, namespace_, *name) + write_query().text();
  return implementation_->call({"PUT", target, kJson, json::to_text(object), {}}, Repeat::kYes);
}

Result<json::Document> Client::patch(const Resource& resource, std::string_view namespace_,
                                     std::string_view name, PatchType type, const json::Value& patch) {
  const std::string target = path_of(resource, namespace_, name) + write_query().text();
  // A JSON Patch may add to a list: twice is not once.
  const Repeat repeat = type == PatchType::kJson ? Repeat::kNo : Repeat::kYes;
  return implementation_->call({"PATCH", target, content_type_of(type), json::to_text(patch), {}}, repeat);
}

Result<json::Document> Client::apply(const Resource& resource, std::string_view namespace_,
                                     const json::Value& object) {
  auto name = name_of(object);
  if (!name) return tl::unexpected(std::move(name).error());
  const std::string target = path_of(resource, namespace_, *name) + write_query().add("force", "true").text();
  // JSON is YAML.
  return implementation_->call({"PATCH", target, "application/apply-patch+yaml", json::to_text(object), {}},
                               Repeat::kYes);
}

Status Client::remove(const Resource& resource, std::string_view namespace_, std::string_view name) {
  const std::string target =
      path_of(resource, namespace_, name) + net::Query().add("propagationPolicy", "Background").text();
  auto removed = implementation_->call({"DELETE", target, {}, {}, {}}, Repeat::kYes);
  if (!removed) return tl::unexpected(std::move(removed).error());
  return {};
}

Status Client::watch(const Resource& resource, std::string_view namespace_, const ListOptions& options,
                     std::string_view resource_version, const std::stop_token& stop,
                     const WatchHandler& handler) {
  const net::Query query = list_query(options)
                               .add("watch", "true")
                               .add("allowWatchBookmarks", "true")
                               .add("timeoutSeconds", kWatchSeconds)
                               .add("resourceVersion", resource_version);
  return implementation_->watch({"GET", path_of(resource, namespace_) + query.text(), {}, {}, {}}, stop,
                                handler);
}

}  // namespace connected_registry::kube
