#include "kube/kubeconfig.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/base64.h"
#include "base/file.h"

namespace connected_registry::kube {
namespace {

constexpr std::string_view kInstead =
    "; give a kubeconfig with a token or a client certificate, such as one with the token that kubectl "
    "create "
    "token prints";

// The value of a named entry, and the directory of its file.
struct NamedEntry {
  const json::Value* value = nullptr;
  std::filesystem::path directory;
};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text.empty() ? "none" : text;
}

// Returns the entry NAME of a list such as contexts: [{name: NAME, context: {…}}].
Result<NamedEntry> find_entry(const std::vector<Kubeconfig>& files, std::string_view list,
                              std::string_view kind, std::string_view name) {
  std::vector<std::string> names;
  for (const Kubeconfig& file : files) {
    const json::Value* entries = json::find(*file.document, {list});
    if (entries == nullptr || !entries->IsArray()) continue;
    for (const json::Value& each : entries->GetArray()) {
      const std::string_view own = json::string_at(each, {"name"});
      const json::Value* value = json::find(each, {kind});
      if (own == name && value != nullptr && value->IsObject()) return NamedEntry{value, file.directory};
      names.emplace_back(own);
    }
  }
  return fail(ErrorCode::kNotFound, "there is no " + std::string(kind) + " \"" + std::string(name) +
                                        "\"; there are: " + joined(names));
}

// Returns the content of a key: base64 in KEY-data, or the file that KEY names. Empty where neither is given.
Result<std::string> read_part(const NamedEntry& entry, const std::string& key) {
  const std::string_view data = json::string_at(*entry.value, {key + "-data"});
  if (!data.empty()) {
    auto decoded = base64::decode(data);
    if (!decoded) return fail(std::move(decoded).error(), key + "-data");
    return decoded;
  }
  const std::string_view path = json::string_at(*entry.value, {key});
  if (path.empty()) return std::string();
  auto content = file::read(entry.directory / path);
  if (!content) return fail(std::move(content).error(), key);
  return content;
}

// Reads https://HOST[:PORT][/].
Status read_server(std::string_view server, Configuration& configuration) {
  constexpr std::string_view kScheme = "https://";
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::kInvalidArgument, "server \"" + std::string(server) + "\": " + std::string(why));
  };
  if (!server.starts_with(kScheme)) return refuse("it is not https://HOST:PORT");
  std::string_view rest = server.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return refuse("a path after the host is not supported");
  const std::size_t bracket = rest.find(']');
  const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = rest.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = rest.substr(colon + 1);
    const auto read = std::from_chars(port.data(), port.data() + port.size(), configuration.port);
    const bool whole = read.ec == std::errc() && read.ptr == port.data() + port.size();
    if (!whole || configuration.port < 1 || configuration.port > 65535) return refuse("its port is invalid");
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return refuse("it names no host");
  configuration.host = host;
  return {};
}

Status read_cluster(const NamedEntry& cluster, Configuration& configuration) {
  const json::Value* unchecked = json::find(*cluster.value, {"insecure-skip-tls-verify"});
  if (unchecked != nullptr && unchecked->IsBool() && unchecked->GetBool()) {
    return fail(
        ErrorCode::kInvalidArgument,
        "insecure-skip-tls-verify: a credential is not sent to a server whose certificate is not checked; "
        "give the cluster's CA in certificate-authority-data");
  }
  if (!json::string_at(*cluster.value, {"proxy-url"}).empty()) {
    return fail(ErrorCode::kInvalidArgument, "proxy-url: a proxy is not supported here");
  }
  if (auto read = read_server(json::string_at(*cluster.value, {"server"}), configuration); !read) return read;
  configuration.server_name = json::string_at(*cluster.value, {"tls-server-name"});
  auto authorities = read_part(cluster, "certificate-authority");
  if (!authorities) return tl::unexpected(std::move(authorities).error());
  configuration.ca_pem = std::move(*authorities);
  return {};
}

// Refuses credentials that only kubectl supports.
Status refuse_user(const json::Value& user) {
  const std::string_view program = json::string_at(user, {"exec", "command"});
  if (json::find(user, {"exec"}) != nullptr) {
    return fail(ErrorCode::kInvalidArgument, "exec: its credentials come from a program (" +
                                                 std::string(program) + "), which is not run here" +
                                                 std::string(kInstead));
  }
  for (const char* key : {"auth-provider", "username", "as"}) {
    const json::Value* found = json::find(user, {key});
    if (found == nullptr || found->IsNull()) continue;
    return fail(ErrorCode::kInvalidArgument,
                std::string(key) + ": this way to sign in is not supported here" + std::string(kInstead));
  }
  return {};
}

// A token becomes part of a header: nothing in it may end the line.
bool is_token(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char each) { return each > ' ' && each <= '~'; });
}

Status read_user(const NamedEntry& user, Configuration& configuration) {
  if (auto refused = refuse_user(*user.value); !refused) return refused;
  configuration.token = json::string_at(*user.value, {"token"});
  if (!is_token(configuration.token)) return fail(ErrorCode::kInvalidArgument, "token: it is not a token");
  // As in kubectl, the file wins over the token.
  if (const std::string_view path = json::string_at(*user.value, {"tokenFile"}); !path.empty()) {
    configuration.token_file = user.directory / path;
  }
  for (const auto& [key, target] : {std::pair{"client-certificate", &configuration.certificate_pem},
                                    std::pair{"client-key", &configuration.key_pem}}) {
    auto part = read_part(user, key);
    if (!part) return tl::unexpected(std::move(part).error());
    *target = std::move(*part);
  }
  if (configuration.certificate_pem.empty() != configuration.key_pem.empty()) {
    return fail(ErrorCode::kInvalidArgument, "client-certificate and client-key are required together");
  }
  const bool known = !configuration.token.empty() || !configuration.token_file.empty() ||
                     !configuration.certificate_pem.empty();
  if (!known) return fail(ErrorCode::kInvalidArgument, "it has no credentials" + std::string(kInstead));
  return {};
}

}  // namespace

Result<ClusterAccess> read_kubeconfig(const std::vector<Kubeconfig>& files, const std::string& context) {
  ClusterAccess access;
  access.context = context;
  for (const Kubeconfig& file : files) {
    if (access.context.empty()) access.context = json::string_at(*file.document, {"current-context"});
  }
  if (access.context.empty()) {
    return fail(ErrorCode::kNotFound, "it has no current context; name one with --context");
  }
  const auto chosen = find_entry(files, "contexts", "context", access.context);
  if (!chosen) return tl::unexpected(chosen.error());
  access.namespace_ = json::string_at(*chosen->value, {"namespace"});
  const std::string cluster_name(json::string_at(*chosen->value, {"cluster"}));
  const auto cluster = find_entry(files, "clusters", "cluster", cluster_name);
  if (!cluster) return tl::unexpected(cluster.error());
  if (auto read = read_cluster(*cluster, access.configuration); !read) {
    return fail(std::move(read).error(), "cluster " + cluster_name);
  }
  const std::string user_name(json::string_at(*chosen->value, {"user"}));
  const auto user = find_entry(files, "users", "user", user_name);
  if (!user) return tl::unexpected(user.error());
  if (auto read = read_user(*user, access.configuration); !read) {
    return fail(std::move(read).error(), "user " + user_name);
  }
  return access;
}

}  // namespace connected_registry::kube
