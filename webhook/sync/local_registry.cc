#include "sync/local_registry.h"

#include <httplib.h>

#include <charconv>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/json.h"

namespace connected_registry::sync {
namespace {

httplib::Client client(const std::string& host, int port) {
  httplib::Client made(host, port);
  made.set_connection_timeout(std::chrono::seconds(5));
  made.set_read_timeout(std::chrono::seconds(60));
  return made;
}

tl::unexpected<Error> refused(const std::string& path, const httplib::Result& answer) {
  if (!answer) {
    return fail(ErrorCode::kUnavailable,
                "this registry does not answer: " + httplib::to_string(answer.error()));
  }
  const auto code = answer->status == 404 ? ErrorCode::kNotFound : ErrorCode::kInternal;
  return fail(code, "this registry answers " + path + " with HTTP status " + std::to_string(answer->status));
}

int port_of(std::string_view address) {
  const std::string_view text = address.substr(address.rfind(':') + 1);
  int port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

// The path in "</v2/_catalog?last=x&n=100>; rel=\"next\""; empty where it is the last page.
std::string next_page(const std::string& link) {
  const std::size_t begin = link.find('<');
  const std::size_t end = link.find('>');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  std::string path = link.substr(begin + 1, end - begin - 1);
  return path.starts_with("/v2/") ? path : std::string();
}

}  // namespace

LocalRegistry::LocalRegistry(const std::string& address)
    : host_(address.substr(0, address.rfind(':'))), port_(port_of(address)) {}

Result<std::vector<std::string>> LocalRegistry::list(std::string path, const char* member) {
  std::vector<std::string> names;
  httplib::Client connection = client(host_, port_);
  while (!path.empty()) {
    const auto answer = connection.Get(path);
    if (!answer || answer->status != 200) return refused(path, answer);
    const auto document = json::parse(answer->body);
    if (!document) return fail(document.error(), "this registry's answer to " + path);
    const json::Value* const found = json::find(*document, {member});
    if (found != nullptr && found->IsArray()) {
      for (const json::Value& name : found->GetArray()) {
        if (name.IsString()) names.emplace_back(json::view(name));
      }
    }
    path = next_page(answer->get_header_value("Link"));
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
  const std::string path = "/v2/" + repository + "/manifests/" + reference;
  const httplib::Headers headers = {
      {"Accept",
       "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
       "application/vnd.docker.distribution.manifest.list.v2+json, "
       "application/vnd.docker.distribution.manifest.v2+json"}};
  const auto answer = client(host_, port_).Head(path, headers);
  if (answer && (answer->status == 200 || answer->status == 404)) return answer->status == 200;
  return refused(path, answer);
}

Status LocalRegistry::remove_tag(const std::string& repository, const std::string& tag) {
  const std::string path = "/v2/" + repository + "/manifests/" + tag;
  const auto answer = client(host_, port_).Delete(path);
  if (answer && (answer->status == 202 || answer->status == 404)) return {};
  return refused(path, answer);
}

}  // namespace connected_registry::sync
