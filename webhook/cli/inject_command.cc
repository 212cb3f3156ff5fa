#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "inject/policy.h"
#include "manifest/inject.h"
#include "manifest/read.h"
#include "manifest/write.h"
#include "net/address.h"
#include "settings/grammar.h"
#include "x509/certificate.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Add the registry's CA to the pods of manifests, as the webhook does";
constexpr const char* kFooter =
    R"(Reads manifests (YAML or JSON, also several documents and lists) and prints them. Each pod and pod template that uses the
registry or asks for its CA gets what the webhook would add. Everything else stays the same, in the same order, but
comments are removed. It needs no cluster. It reports on standard error what it did to each pod, and names objects of
other kinds that have an image of the registry.

Exit codes: 0 success, 2 wrong arguments, or a manifest could not be read; then nothing is printed.

Examples:
  Apply what was reviewed:
    connected-registry inject -f deployment.yaml --address 192.100.100.1 --ca-file ca.crt | kubectl apply -f -
  Read the CA of an installation (without --ca-file, the controller adds it to the running pods):
    kubectl -n registry get configmap connected-registry-ca-bundle -o jsonpath='{.data.ca\.crt}' > ca.crt
  Use it between a template and the cluster:
    helm template shop ./chart | connected-registry inject -f - --address 192.100.100.1 | kubectl apply -f -
)";

constexpr std::string_view kDefaultName = "connected-registry";

enum class ManifestFormat { kYaml, kJson };

struct InjectOptions {
  std::vector<std::string> files;
  std::string address;
  std::vector<std::string> hosts;
  std::vector<std::string> pull_secret_namespaces;
  std::string ca_file;
  names::Installation installation{.name = std::string(kDefaultName),
                                   .namespace_ = std::string(kDefaultName)};
  std::string cluster_domain = "cluster.local";
  ManifestFormat output = ManifestFormat::kYaml;
};

int cannot_run(const Error& error, CommandStreams streams) {
  streams.err << "connected-registry inject: " << error.message << "\n";
  return kUsage;
}

// Reads at most one block more than a manifest may have, which manifest::read() then reports.
std::string read_all(std::istream& stream) {
  std::string text;
  std::array<char, 65536> block{};
  while (text.size() <= manifest::kMaxManifestBytes && stream.read(block.data(), block.size()).gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(stream.gcount()));
  }
  return text;
}

Result<std::vector<json::Document>> read_file(const std::string& path) {
  if (path == "-") return manifest::read(read_all(std::cin), "stdin");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const std::string text = file ? read_all(file) : std::string();
  if (!file.is_open() || file.bad()) {
    const int reason = errno == 0 ? EIO : errno;
    return fail(ErrorCode::kIo, path + ": it cannot be read: " + std::generic_category().message(reason));
  }
  return manifest::read(text, path);
}

Result<std::vector<json::Document>> read_files(const std::vector<std::string>& paths) {
  std::vector<json::Document> all;
  for (const std::string& path : paths) {
    auto documents = read_file(path);
    if (!documents) return documents;
    std::move(documents->begin(), documents->end(), std::back_inserter(all));
  }
  return all;
}

Result<inject::Policy> make_policy(const InjectOptions& options) {
  inject::PolicyInput input{.installation = options.installation,
                            .address = net::Address::parse(options.address)->to_text(),
                            .cluster_domain = options.cluster_domain,
                            .extra_hosts = options.hosts,
                            .excluded_namespaces = {"kube-system", "kube-node-lease"},
                            .namespaces_by_label = false,
                            .pull_secret_namespaces = options.pull_secret_namespaces,
                            .bundle = {},
                            .expected_subject_hash = {}};
  if (!options.ca_file.empty()) {
    auto bundle = file::read(options.ca_file);
    if (!bundle) return fail(std::move(bundle).error(), "--ca-file " + options.ca_file);
    const auto certificates = x509::parse_bundle(*bundle);
    if (!certificates) return fail(certificates.error(), "--ca-file " + options.ca_file);
    // As the controller publishes it: the same certificates give the same bytes.
    input.bundle = x509::to_bundle(*certificates);
  } else {
    input.expected_subject_hash =
        x509::subject_hash_of(options.installation.authority_organization(), names::kAuthorityCommonName);
  }
  return inject::make_policy(input);
}

int inject(const InjectOptions& options, CommandStreams streams) {
  const auto policy = make_policy(options);
  if (!policy) return cannot_run(policy.error(), streams);
  auto documents = read_files(options.files);
  if (!documents) return cannot_run(documents.error(), streams);
  const auto results = manifest::inject(*documents, *policy);
  if (!results) return cannot_run(results.error(), streams);
  for (const manifest::ObjectResult& result : *results) {
    streams.err << result.subject << ": " << result.status << "\n";
    for (const std::string& warning : result.warnings) streams.err << "  warning: " << warning << "\n";
  }
  streams.out << (options.output == ManifestFormat::kJson ? manifest::to_json(*documents)
                                                          : manifest::to_yaml(*documents));
  return kSuccess;
}

std::string check_host(const std::string& text) {
  return settings::is_image_host(text) ? std::string()
                                       : "'" + text +
                                             "' is not a host as image references write it (a name with a "
                                             "dot, an address, or HOST:PORT)";
}

void add_options(CLI::App& command, InjectOptions& options) {
  add_repeated(command, "-f,--filename", options.files, "FILE", "Manifest, YAML or JSON; - is standard input")
      ->required();
  command.add_option("--address", options.address, "Address of the registry: service.clusterIP")
      ->required()
      ->check(check_address)
      ->type_name("ADDRESS");
  add_repeated(command, "--host", options.hosts, "HOST",
               "Further host of images of this registry, as in injection.extraHosts")
      ->check(check_host);
  add_repeated(
      command, "--pull-secret-namespace", options.pull_secret_namespaces, "NAMESPACE",
      "Add the pull secret to pods of this namespace that use the registry, as access.injectPullSecret "
      "does");
  command
      .add_option(
          "--ca-file", options.ca_file,
          "CA certificates of the registry, PEM (default: the controller adds them to the running pods)")
      ->type_name("FILE");
  command.add_option("--name", options.installation.name, "Full name of the installation")
      ->capture_default_str()
      ->type_name("NAME");
  command.add_option("--namespace", options.installation.namespace_, "Namespace of the installation")
      ->capture_default_str()
      ->type_name("NAME");
  command.add_option("--cluster-domain", options.cluster_domain, "DNS domain of the cluster")
      ->capture_default_str()
      ->type_name("DOMAIN");
  add_choice<ManifestFormat>(command, "-o,--output", options.output,
                             {{"yaml", ManifestFormat::kYaml}, {"json", ManifestFormat::kJson}},
                             "Form of the manifests");
}

}  // namespace

void add_inject(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("inject", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<InjectOptions>();
  add_options(*command, *options);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return inject(*options, streams); };
  });
}

}  // namespace connected_registry::cli
