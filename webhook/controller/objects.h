// Builds and reads Kubernetes objects. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "contract/names.h"
#include "kube/resource.h"

namespace connected_registry::controller {

// The owner of our objects: Kubernetes deletes them with it.
struct Owner {
  kube::Resource resource;
  std::string name;
  std::string uid;
};

// Renders an element of metadata.ownerReferences.
json::Document owner_reference(const Owner& owner);

// An object of ours with apiVersion, kind, name, namespace, labels and owner, ready for its content.
json::Document make_object(const kube::Resource& resource, const names::Installation& installation,
                           std::string_view name, const std::optional<Owner>& owner);

// Returns a copy that owns its memory.
json::Document copy_of(const json::Value& value);

// Returns an array of strings.
json::Value strings(const std::vector<std::string>& texts, json::Allocator& allocator);

// Reports whether `observed` contains everything in `desired`: each member of an object, the same elements of
// an array in the same order, equal scalars. Members that the API server and others added are ignored.
bool covers(const json::Value& observed, const json::Value& desired);

}  // namespace connected_registry::controller
