#include "cli/cluster_check.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "controller/cluster_facts.h"
#include "settings/cluster_rules.h"
#include "values/yaml_reader.h"

namespace connected_registry::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHelp =
    "give --kubeconfig FILE or set KUBECONFIG; without --cluster, no cluster is needed";

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// Returns the paths as kubectl finds them. Files of $KUBECONFIG that do not exist are skipped later.
std::vector<fs::path> kubeconfig_paths(const ClusterOptions& options) {
  if (!options.kubeconfig.empty()) return {options.kubeconfig};
  const std::string listed = environment("KUBECONFIG");
  if (listed.empty()) return {fs::path(environment("HOME")) / ".kube" / "config"};
  std::vector<fs::path> paths;
  for (std::size_t begin = 0; begin <= listed.size();) {
    const std::size_t end = std::min(listed.find(':', begin), listed.size());
    if (end > begin) paths.emplace_back(listed.substr(begin, end - begin));
    begin = end + 1;
  }
  return paths;
}

Result<json::Document> read_document(const fs::path& path) {
  auto text = file::read(path);
  if (!text) return tl::unexpected(std::move(text).error());
  const auto node = values::read_yaml(*text, 0);
  if (!node) {
    const values::Problem& problem = node.error();
    const std::string place = problem.line == 0 ? "" : ":" + std::to_string(problem.line);
    return fail(ErrorCode::kInvalidArgument, path.string() + place + ": " + problem.message);
  }
  json::Document document;
  json::Value value = values::to_json(*node, document.GetAllocator());
  static_cast<json::Value&>(document).Swap(value);
  return document;
}

}  // namespace

Result<kube::ClusterAccess> find_access(const ClusterOptions& options) {
  const std::vector<fs::path> paths = kubeconfig_paths(options);
  std::vector<json::Document> documents;
  std::vector<fs::path> directories;
  for (const fs::path& path : paths) {
    auto document = read_document(path);
    if (document) {
      documents.push_back(std::move(*document));
      directories.push_back(path.parent_path());
    } else if (document.error().code != ErrorCode::kNotFound || paths.size() == 1) {
      return fail(ErrorCode::kNotFound,
                  "kubeconfig: " + document.error().message + "; " + std::string(kHelp));
    }
  }
  std::vector<kube::Kubeconfig> files;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    files.push_back({.document = &documents[i], .directory = directories[i]});
  }
  auto access = kube::read_kubeconfig(files, options.context);
  if (!access) return fail(std::move(access).error(), "kubeconfig");
  return access;
}

Result<ClusterFindings> check_in_cluster(const ClusterOptions& options, settings::Settings settings,
                                         TimePoint now) {
  // A connection that the server closes must not end the process.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  const auto access = find_access(options);
  if (!access) return tl::unexpected(access.error());
  const std::string& own = access->namespace_.empty() ? "default" : access->namespace_;
  settings.release_name = options.release;
  settings.release_namespace = options.namespace_.empty() ? own : options.namespace_;
  kube::Client client(access->configuration);
  controller::CollectedFacts collected = controller::collect_cluster_facts(
      client, {.name = settings.release_name, .namespace_ = settings.release_namespace}, settings);
  if (collected.unreachable) {
    return fail(std::move(*collected.unreachable), "cluster of context " + access->context);
  }
  return ClusterFindings{.findings = settings::check_cluster(settings, collected.facts, now),
                         .unanswered = std::move(collected.unanswered)};
}

}  // namespace connected_registry::cli
