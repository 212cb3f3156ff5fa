// Builds and reads Kubernetes objects. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "contract/names.h"
#include "kube/resource.h"

namespace connected_registry::controller {

// The owner of the objects that this program creates. When the owner is deleted, Kubernetes also deletes the
// objects.
struct Owner {
  kube::Resource resource;
  std::string name;
  std::string uid;
};

// Several owners keep an object until the last of them is deleted.
using Owners = std::vector<Owner>;

// Renders an element of metadata.ownerReferences.
json::Document owner_reference(const Owner& owner);

// Returns an object of this installation with apiVersion, kind, name, namespace, labels and owners, and
// without further content.
json::Document make_object(const kube::Resource& resource, const names::Installation& installation,
                           std::string_view name, const Owners& owners);

// Returns a copy that owns its memory.
json::Document copy_of(const json::Value& value);

// Returns an array of strings.
json::Value strings(const std::vector<std::string>& texts, json::Allocator& allocator);

// Returns true if `observed` contains `desired`: all members of each object, equal arrays with the same
// order, and equal scalars. Ignores members that only `observed` has, which the API server or other clients
// added.
bool covers(const json::Value& observed, const json::Value& desired);

}  // namespace connected_registry::controller
