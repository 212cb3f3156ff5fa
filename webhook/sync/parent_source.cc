#include "sync/parent_source.h"

#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "settings/connection_string.h"
#include "settings/rules.h"

namespace connected_registry::sync {
namespace {

Result<settings::ParentAccess> read_connection_string(const std::filesystem::path& path) {
  auto content = file::read(path);
  if (!content) {
    return fail(std::move(content.error()),
                "cannot read the connection string (the key connectionString of a Secret)");
  }
  const std::string_view text = settings::without_line_end(*content);
  std::string problems;
  for (const settings::Finding& finding : settings::check_connection_string(text)) {
    if (finding.severity != settings::Severity::kError) continue;
    if (!problems.empty()) problems += ' ';
    problems += settings::to_line(finding);
  }
  if (!problems.empty()) return fail(ErrorCode::kInvalidArgument, std::move(problems));
  return settings::parent_access(settings::parse_connection_string(text));
}

Result<std::string> read_credential(const std::filesystem::path& directory, std::string_view key) {
  auto content = file::read(directory / key);
  if (!content) {
    return fail(std::move(content.error()), "parent.existingSecret: cannot read the key " + std::string(key) +
                                                " (the keys username and password are required)");
  }
  std::string text(settings::without_line_end(*content));
  if (text.empty() || text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                "parent.existingSecret: " + std::string(key) + " is empty or contains a line break");
  }
  return text;
}

Result<settings::ParentAccess> read_plain(const ParentSource& source) {
  settings::ParentAccess access{
      .endpoint = settings::image_host(source.host), .username = {}, .password = {}};
  if (source.credentials.empty()) return access;
  auto username = read_credential(source.credentials, "username");
  if (!username) return tl::unexpected(std::move(username.error()));
  auto password = read_credential(source.credentials, "password");
  if (!password) return tl::unexpected(std::move(password.error()));
  access.username = std::move(*username);
  access.password = std::move(*password);
  return access;
}

}  // namespace

std::string Parent::fingerprint() const {
  std::string all;
  for (const std::string* part : {&access.endpoint, &access.username, &access.password, &ca_bundle}) {
    all += std::to_string(part->size()) + ":" + *part;
  }
  return sha256_hex(all);
}

Result<Parent> read_parent(const ParentSource& source) {
  auto access = source.connection_string.empty() ? read_plain(source)
                                                 : read_connection_string(source.connection_string);
  if (!access) return tl::unexpected(std::move(access.error()));
  Parent parent{.access = std::move(*access), .ca_bundle = {}};
  if (!source.ca_bundle.empty()) {
    auto bundle = file::read(source.ca_bundle);
    if (!bundle) return fail(std::move(bundle.error()), "cannot read parent.caBundle");
    parent.ca_bundle = std::move(*bundle);
  }
  return parent;
}

}  // namespace connected_registry::sync
