#include "controller/objects.h"

#include <utility>

#include "kube/object.h"

namespace connected_registry::controller {
namespace {

constexpr std::string_view kManagedByLabel = "app.kubernetes.io/managed-by";
constexpr std::string_view kManagedBy = "connected-registry-controller";

}  // namespace

json::Document owner_reference(const Owner& owner) {
  return kube::owner_reference(owner.resource, owner.name, owner.uid);
}

json::Document make_object(const kube::Resource& resource, const names::Installation& installation,
                           std::string_view name, const Owners& owners) {
  json::Document object = kube::make_object(resource, installation.namespace_, name);
  auto& allocator = object.GetAllocator();
  json::Value& labels = json::object_at(json::object_at(object, "metadata", allocator), "labels", allocator);
  json::set(labels, kManagedByLabel, kManagedBy, allocator);
  json::set(labels, names::kNameLabel, installation.name, allocator);
  for (const Owner& owner : owners) kube::add_owner(object, owner_reference(owner));
  return object;
}

json::Document copy_of(const json::Value& value) {
  json::Document copy;
  copy.CopyFrom(value, copy.GetAllocator());
  return copy;
}

json::Value strings(const std::vector<std::string>& texts, json::Allocator& allocator) {
  json::Value array(rapidjson::kArrayType);
  for (const std::string& text : texts) array.PushBack(json::string_value(text, allocator), allocator);
  return array;
}

bool covers(const json::Value& observed, const json::Value& desired) {
  if (desired.IsObject()) {
    if (!observed.IsObject()) return false;
    for (auto member = desired.MemberBegin(); member != desired.MemberEnd(); ++member) {
      const json::Value* const found = json::find(observed, {json::view(member->name)});
      if (found == nullptr || !covers(*found, member->value)) return false;
    }
    return true;
  }
  if (desired.IsArray()) {
    if (!observed.IsArray() || observed.Size() != desired.Size()) return false;
    for (rapidjson::SizeType index = 0; index < desired.Size(); ++index) {
      if (!covers(observed[index], desired[index])) return false;
    }
    return true;
  }
  return observed == desired;
}

}  // namespace connected_registry::controller
