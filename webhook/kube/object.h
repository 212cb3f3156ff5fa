// Skeletons of Kubernetes objects. Pure.
#pragma once

#include <string_view>

#include "base/json.h"
#include "kube/resource.h"

namespace connected_registry::kube {

// Makes an object with apiVersion, kind, metadata.name and, unless it is empty, metadata.namespace.
json::Document make_object(const Resource& resource, std::string_view namespace_, std::string_view name);

// Makes an element of metadata.ownerReferences. When the owner is deleted, so is the object.
json::Document owner_reference(const Resource& resource, std::string_view name, std::string_view uid);

// Appends a copy of the reference to the object's metadata.ownerReferences.
void add_owner(json::Document& object, const json::Value& reference);

}  // namespace connected_registry::kube
