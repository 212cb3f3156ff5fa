#include "controller/events.h"

#include "contract/names.h"
#include "kube/object.h"

namespace connected_registry::controller {
namespace {

constexpr std::size_t kMaxMessageBytes = 1024;
constexpr std::string_view kComponent = "connected-registry-controller";

json::Document render(const EventRequest& request, std::string_view type) {
  const std::string_view namespace_ = json::string_at(request.regarding, {"metadata", "namespace"});
  json::Document event = kube::make_object(kube::kEvents, namespace_, request.name);
  auto& allocator = event.GetAllocator();
  json::Value& object = json::object_at(event, "involvedObject", allocator);
  json::set(object, "apiVersion", request.api_version, allocator);
  json::set(object, "kind", request.kind, allocator);
  json::set(object, "namespace", namespace_, allocator);
  json::set(object, "name", json::string_at(request.regarding, {"metadata", "name"}), allocator);
  json::set(object, "uid", json::string_at(request.regarding, {"metadata", "uid"}), allocator);
  json::set(event, "type", type, allocator);
  json::set(event, "reason", request.reason, allocator);
  json::set(event, "message", request.message.substr(0, kMaxMessageBytes), allocator);
  json::set(json::object_at(event, "source", allocator), "component", kComponent, allocator);
  json::set(event, "firstTimestamp", format_time(request.now), allocator);
  json::set(event, "lastTimestamp", format_time(request.now), allocator);
  json::set(event, "count", json::Value(1), allocator);
  return event;
}

}  // namespace

json::Document render_warning(const EventRequest& request) {
  return render(request, "Warning");
}

json::Document render_normal(const EventRequest& request) {
  return render(request, "Normal");
}

}  // namespace connected_registry::controller
