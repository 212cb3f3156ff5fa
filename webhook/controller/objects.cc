#include "controller/objects.h"

#include <utility>

namespace connected_registry::controller {
namespace {

constexpr std::string_view kManagedByLabel = "app.kubernetes.io/managed-by";
constexpr std::string_view kManagedBy = "connected-registry-controller";

}  // namespace

json::Document owner_reference(const Owner& owner) {
  json::Document reference(rapidjson::kObjectType);
  auto& allocator = reference.GetAllocator();
  json::set(reference, "apiVersion", owner.resource.api_version(), allocator);
  json::set(reference, "kind", owner.resource.kind, allocator);
  json::set(reference, "name", owner.name, allocator);
  json::set(reference, "uid", owner.uid, allocator);
  return reference;
}

json::Document make_object(const kube::Resource& resource, const names::Installation& installation,
                           std::string_view name, const std::optional<Owner>& owner) {
  json::Document object(rapidjson::kObjectType);
  auto& allocator = object.GetAllocator();
  json::set(object, "apiVersion", resource.api_version(), allocator);
  json::set(object, "kind", resource.kind, allocator);
  json::Value& metadata = json::object_at(object, "metadata", allocator);
  json::set(metadata, "name", name, allocator);
  json::set(metadata, "namespace", installation.namespace_, allocator);
  json::Value& labels = json::object_at(metadata, "labels", allocator);
  json::set(labels, kManagedByLabel, kManagedBy, allocator);
  json::set(labels, names::kNameLabel, installation.name, allocator);
  if (owner) {
    json::Value owners(rapidjson::kArrayType);
    owners.PushBack(json::Value(owner_reference(*owner), allocator), allocator);
    json::set(metadata, "ownerReferences", std::move(owners), allocator);
  }
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
