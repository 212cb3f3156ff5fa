#include "sync/local_registry.h"

#include <charconv>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/json.h"

namespace connected_registry::sync {
namespace {

constexpr std::chrono::seconds kTimeout{60};  // of one request

constexpr std::string_view kManifestTypes =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

tl::unexpected<Error> status_error(const std::string& path, int status) {
  return fail(status == 404 ? ErrorCode::kNotFound : ErrorCode::kInternal,
              "this registry answers " + path + " with HTTP status " + std::to_string(status));
}

std::string manifest_path(const std::string& repository, const std::string& reference) {
  return "/v2/" + repository + "/manifests/" + reference;
}

int port_of(std::string_view address) {
  const std::string_view text = address.substr(address.rfind(':') + 1);
  int port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

// Returns the path in "</v2/_catalog?last=x&n=100>; rel=\"next\""; empty at the last page.
std::string next_page(std::string_view link) {
  const std::size_t begin = link.find('<');
  const std::size_t end = link.find('>');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  const std::string_view path = link.substr(begin + 1, end - begin - 1);
  return path.starts_with("/v2/") ? std::string(path) : std::string();
}

}  // namespace

LocalRegistry::LocalRegistry(const std::string& address)
    : target_{.host = address.substr(0, address.rfind(':')), .port = port_of(address), .tls = false} {}

Result<net::HttpResponse> LocalRegistry::send(const net::HttpRequest& request) {
  if (!client_) {
    auto client = net::HttpClient::make(target_, timer_);
    if (!client) return tl::unexpected(std::move(client.error()));
    client_ = std::move(*client);
  }
  auto response = client_->send(request, {.deadline = std::chrono::steady_clock::now() + kTimeout});
  if (!response) return fail(std::move(response.error()), "this registry does not answer");
  return response;
}

Result<std::vector<std::string>> LocalRegistry::list(std::string path, const char* member) {
  std::vector<std::string> names;
  while (!path.empty()) {
    const auto response = send({.method = "GET", .target = path});
    if (!response) return tl::unexpected(response.error());
    if (response->status != 200) return status_error(path, response->status);
    const auto document = json::parse(response->body);
    if (!document) return fail(document.error(), "this registry's answer to " + path);
    const json::Value* const found = json::find(*document, {member});
    if (found != nullptr && found->IsArray()) {
      for (const json::Value& name : found->GetArray()) {
        if (name.IsString()) names.emplace_back(json::view(name));
      }
    }
    path = next_page(response->header("Link"));
  }
  return names;
}

Result<std::vector<std::string>> LocalRegistry::repositories() {
  return list("/v2/_catalog?n=100", "repositories");
}

Result<std::vector<std::string>> LocalRegistry::tags(const std::string& repository) {
  return list("/v2/" + repository + "/tags/list?n=100", "tags");
}

Result<bool> LocalRegistry::has_manifest(const std::string& repository, const std::string& reference) {
  const std::string path = manifest_path(repository, reference);
  const auto response = send({.method = "HEAD", .target = path, .accept = kManifestTypes});
  if (!response) return tl::unexpected(response.error());
  if (response->status == 200 || response->status == 404) return response->status == 200;
  return status_error(path, response->status);
}

Status LocalRegistry::remove_tag(const std::string& repository, const std::string& tag) {
  const std::string path = manifest_path(repository, tag);
  const auto response = send({.method = "DELETE", .target = path});
  if (!response) return tl::unexpected(response.error());
  if (response->status == 202 || response->status == 404) return {};
  return status_error(path, response->status);
}

}  // namespace connected_registry::sync
