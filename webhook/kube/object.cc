#include "kube/object.h"

#include <utility>

namespace connected_registry::kube {

json::Document make_object(const Resource& resource, std::string_view namespace_, std::string_view name) {
  json::Document object(rapidjson::kObjectType);
  json::Allocator& allocator = object.GetAllocator();
  json::set(object, "apiVersion", resource.api_version(), allocator);
  json::set(object, "kind", resource.kind, allocator);
  json::Value& metadata = json::object_at(object, "metadata", allocator);
  json::set(metadata, "name", name, allocator);
  if (!namespace_.empty()) json::set(metadata, "namespace", namespace_, allocator);
  return object;
}

json::Document owner_reference(const Resource& resource, std::string_view name, std::string_view uid) {
  json::Document reference(rapidjson::kObjectType);
  json::Allocator& allocator = reference.GetAllocator();
  json::set(reference, "apiVersion", resource.api_version(), allocator);
  json::set(reference, "kind", resource.kind, allocator);
  json::set(reference, "name", name, allocator);
  json::set(reference, "uid", uid, allocator);
  return reference;
}

void add_owner(json::Document& object, const json::Value& reference) {
  json::Allocator& allocator = object.GetAllocator();
  json::Value& metadata = json::object_at(object, "metadata", allocator);
  const json::Value* const present = json::find(metadata, {"ownerReferences"});
  json::Value owners = present != nullptr && present->IsArray() ? json::Value(*present, allocator)
                                                                : json::Value(rapidjson::kArrayType);
  owners.PushBack(json::Value(reference, allocator), allocator);
  json::set(metadata, "ownerReferences", std::move(owners), allocator);
}

}  // namespace connected_registry::kube
