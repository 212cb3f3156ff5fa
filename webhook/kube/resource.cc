#include "kube/resource.h"

#include "net/url.h"

namespace connected_registry::kube {

std::string Resource::api_version() const {
  std::string text(group);
  if (!text.empty()) text += '/';
  text += version;
  return text;
}

std::string path_of(const Resource& resource, std::string_view namespace_, std::string_view name) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/";
  path += resource.api_version();
  const auto append = [&path](std::string_view segment) {
    path += '/';
    path += net::percent_encode(segment);
  };
  if (resource.namespaced && !namespace_.empty()) {
    append("namespaces");
    append(namespace_);
  }
  append(resource.plural);
  if (!name.empty()) append(name);
  return path;
}

}  // namespace connected_registry::kube
