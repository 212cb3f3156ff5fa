// Building and reading Kubernetes objects: what all loops of the controller share. Pure.
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

// The object with which ours go: when it is deleted, so are they.
struct Owner {
  kube::Resource resource;
  std::string name;
  std::string uid;
};

// The element of metadata.ownerReferences.
json::Document owner_reference(const Owner& owner);

// An object of ours with apiVersion, kind, name, namespace, labels and owner, ready for its content.
json::Document make_object(const kube::Resource& resource, const names::Installation& installation,
                           std::string_view name, const std::optional<Owner>& owner);

// A copy that owns its memory.
json::Document copy_of(const json::Value& value);

// An array of strings.
json::Value strings(const std::vector<std::string>& texts, json::Allocator& allocator);

// Whether `actual` has all that `desired` asks for: each member of an object, each element of an array in its
// place, equal scalars. What the API server and others added does not count.
bool covers(const json::Value& actual, const json::Value& desired);

}  // namespace connected_registry::controller
