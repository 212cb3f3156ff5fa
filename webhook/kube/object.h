// Parts of Kubernetes objects. Pure functions.
#pragma once

#include <string_view>

#include "base/json.h"
#include "kube/resource.h"

namespace connected_registry::kube {

// Returns an object with apiVersion, kind, metadata.name and metadata.namespace (unless it is empty).
json::Document make_object(const Resource& resource, std::string_view namespace_, std::string_view name);

// Returns an element of metadata.ownerReferences. If the owner is deleted, Kubernetes also deletes the
// object.
json::Document owner_reference(const Resource& resource, std::string_view name, std::string_view uid);

// Appends a copy of the reference to the object's metadata.ownerReferences.
void add_owner(json::Document& object, const json::Value& reference);

}  // namespace connected_registry::kube
