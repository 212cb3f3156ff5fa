#include "controller/published_map.h"

#include <utility>

#include "base/log.h"
#include "base/sha256.h"
#include "controller/events.h"
#include "controller/objects.h"

namespace connected_registry::controller {
namespace {

std::string data_of(const json::Value& map) {
  const json::Value* const data = json::member(map, "data");
  return data == nullptr ? std::string() : json::to_text(*data);
}

}  // namespace

PublishedMap::PublishedMap(ReconcilerContext& context, std::string name, std::string reason)
    : context_(context), name_(std::move(name)), reason_(std::move(reason)) {}

bool PublishedMap::ensure(const json::Document& desired, const kube::CachedObject& observed) {
  const std::string data = data_of(desired);
  if (observed.object != nullptr && covers(*observed.object, desired)) {
    published_ = data;
    return true;
  }
  // The controller wants the content that was in place before, so another client has changed it.
  if (observed.object != nullptr && published_ == data) {
    const json::Value* const current = json::member(*observed.object, "data");
    if (current == nullptr || !covers(*current, desired["data"])) report_change(*observed.object);
  }
  return context_.write_once("ConfigMap " + name_, observed, json::to_text(desired), [&] {
    return context_.client.apply(kube::kConfigMaps, context_.installation.namespace_, desired);
  });
}

void PublishedMap::report_change(const json::Value& observed) {
  const std::string version(json::string_at(observed, {"metadata", "resourceVersion"}));
  log::warning("another client changed a ConfigMap of the controller: it is restored",
               {{"configmap", name_}, {"resourceVersion", version}});
  constexpr std::size_t kDigits = 16;
  const auto event = render_warning(
      {.name = name_ + "-changed-" + sha256_hex(data_of(observed)).substr(0, kDigits),
       .regarding = observed,
       .api_version = kube::kConfigMaps.version,
       .kind = kube::kConfigMaps.kind,
       .reason = reason_,
       .message =
           "Another client changed this ConfigMap, which only the controller may change. The controller "
           "restores it. Find the client in metadata.managedFields or in the audit log.",
       .now = context_.clock()});
  const auto created = context_.client.create(kube::kEvents, context_.installation.namespace_, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    log::warning("cannot create an event", {{"error", created.error()}});
  }
}

}  // namespace connected_registry::controller
