#include "settings/finding.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <tuple>
#include <utility>

namespace connected_registry::settings {
namespace {

constexpr auto kError = Severity::kError;
constexpr auto kWarning = Severity::kWarning;

constexpr std::string_view kAddressFix =
    "set it to one free address of the cluster's service range, such as 192.100.100.1 in 192.100.0.0/16";
constexpr std::string_view kPemFix =
    "give the base64 of the PEM file in one line: base64 -w0 FILE (helm: --set tls.crt=$(base64 -w0 FILE))";

// The chart's templates check the rules that they can, with the same words.
const std::vector<Rule> kCatalogue{
    {"CR001", kError, "service.clusterIP", "service.clusterIP is set", kAddressFix},
    {"CR002", kError, "service.clusterIP",
     "it is one IPv4 or IPv6 address, and not None, unspecified, loopback, link-local or multicast",
     kAddressFix},
    {"CR003", kError, "service.clusterIP",
     "the address lies in the cluster's service range, and no other Service has it",
     "choose a free address of the service range; kubectl get service -A shows those that are taken"},
    {"CR004", kWarning, "service.clusterIP",
     "the address lies in the part of the service range that Kubernetes reserves for static addresses",
     "choose one of the first addresses of the range (a sixteenth of it, at least 16 and at most 256)"},
    {"CR007", kError, "service.type", "service.type is ClusterIP",
     "leave it out, or set it to ClusterIP; for clients outside of the cluster, create a Service of your own "
     "for the registry's pods"},
    {"CR010", kError, "cert-manager.install", "cert-manager.install=true needs cert-manager.enabled=true",
     "set cert-manager.enabled=true, or cert-manager.install=false"},
    {"CR011", kError, "tls", "a certificate of your own needs cert-manager.enabled=false and install=false",
     "set cert-manager.enabled=false and cert-manager.install=false, or leave tls.* out"},
    {"CR012", kError, "tls.secret", "tls.secret excludes tls.crt, tls.key and tls.cacrt",
     "give either tls.secret, or tls.crt, tls.key and tls.cacrt"},
    {"CR013", kError, "tls.crt", "tls.crt, tls.key and the CA come together",
     "give tls.crt, tls.key and tls.cacrt (for a self-signed certificate the same as tls.crt); tls.cacrt may "
     "be left out only if tls.crt has several certificates and the last one is the CA certificate"},
    {"CR014", kError, "cert-manager.enabled", "the registry has a source for its certificate",
     "set cert-manager.enabled=true, or give tls.secret, or tls.crt, tls.key and tls.cacrt"},
    {"CR015", kError, "httpsEnabled", "plain HTTP excludes cert-manager.enabled and tls.*",
     "set cert-manager.enabled=false and cert-manager.install=false and leave tls.* out, or set "
     "httpsEnabled=true"},
    {"CR016", kWarning, "httpsEnabled", "the registry serves HTTPS", "set httpsEnabled=true"},
    {"CR017", kError, "cert-manager.install",
     "with cert-manager.install=false, the cluster has a cert-manager",
     "install cert-manager first, or set cert-manager.install=true"},
    {"CR018", kError, "cert-manager.install",
     "with cert-manager.install=true, the cluster has no other cert-manager",
     "set cert-manager.install=false; the existing one then issues the registry's certificate"},
    {"CR020", kWarning, "trustDistribution.enabled",
     "with cert-manager, the nodes are made to trust the registry",
     "distribute the CA to the nodes yourself, or set trustDistribution.enabled=true"},
    {"CR021", kError, "trustDistribution.skipNodeSelector",
     "skipNodeSelector (every node) and useNodeSelector (labelled nodes only) are not both true",
     "set one of the two to false"},
    {"CR022", kWarning, "trustDistribution.useNodeSelector", "at least one node has the required label",
     "label the nodes that should trust the registry: kubectl label node NODE "
     "containerd-configured-by=connected-registry"},
    {"CR023", kError, "trustDistribution.enabled", "the namespace allows the trust agent to run",
     "label the namespace pod-security.kubernetes.io/enforce=privileged, or set "
     "trustDistribution.enabled=false"},
    {"CR030", kError, "tls.crt", "tls.crt, tls.key and tls.cacrt are base64 of PEM", kPemFix},
    {"CR031", kError, "tls.key", "the key belongs to the certificate",
     "give the key with which this certificate was requested, or the certificate of this key; the server's "
     "certificate comes first in tls.crt"},
    {"CR032", kError, "tls.crt", "the certificate names service.clusterIP as a SAN of type IP",
     "request a new one with subjectAltName=IP:ADDRESS, where ADDRESS is service.clusterIP"},
    {"CR033", kError, "tls.crt", "the certificate and its CAs are valid now, and for another 30 days",
     "renew the certificate, and check this machine's clock"},
    {"CR034", kError, "tls.crt", "the certificate verifies up to tls.cacrt for server authentication",
     "give the CA that issued it in tls.cacrt, and the certificates between the two in tls.crt after the "
     "server's own"},
    {"CR035", kWarning, "tls.cacrt", "tls.cacrt is the root CA of tls.crt, or is tls.crt itself",
     "give the root certificate of the CA that issued tls.crt"},
    {"CR036", kError, "tls.crt", "clients support the form, the key and the signature of each certificate",
     "issue a new one with an EC key (P-256, P-384 or P-521) or an RSA key of 2048 to 8192 bits, signed with "
     "SHA-256 or better; containerd and other clients written in Go refuse what OpenSSL may accept"},
    {"CR037", kError, "tls.key", "the key is not encrypted",
     "write it without a password: openssl pkey -in FILE -out NEW"},
    {"CR038", kError, "tls.secret", "the Secret of tls.secret holds tls.crt, tls.key and ca.crt",
     "create it with: kubectl create secret generic NAME --from-file=tls.crt=FILE --from-file=tls.key=FILE "
     "--from-file=ca.crt=FILE"},
    {"CR039", kError, "tls.secret", "tls.secret and the other names of Secrets are valid names",
     "give the name of a Secret in the release's namespace, without the namespace"},
    {"CR040", kError, "connectionString",
     "connectionString has each of its five keys once, each with a value of its own",
     "copy the whole string from the parent: "
     "ConnectedRegistryName=…;SyncTokenName=…;SyncTokenPassword=…;ParentGatewayEndpoint=…;"
     "ParentEndpointProtocol=https (Azure prints the password only with get-settings --generate-password)"},
    {"CR041", kError, "connectionString", "ConnectedRegistryName is 5 to 50 letters and digits",
     "copy the name of the connected registry as the parent shows it"},
    {"CR042", kError, "connectionString", "ParentEndpointProtocol is https",
     "write ParentEndpointProtocol=https: a parent is read over TLS only"},
    {"CR043", kError, "connectionString",
     "ParentGatewayEndpoint is a host name or an address, with a port or without",
     "write HOST or HOST:PORT, without https:// in front and without a path"},
    {"CR044", kError, "sync.repositories", "sync.repositories needs a parent registry",
     "give connectionString, connectionStringSecret or parent.url, or leave sync.repositories empty"},
    {"CR045", kError, "sync.repositories", "each repository is NAME or NAME:TAG",
     "write the name of the repository in the parent, without the host of the parent"},
    {"CR046", kError, "sync.schedule", "sync.schedule is a schedule, and is due at some time",
     "write five cron fields, such as */5 * * * *, or @every 10m"},
    {"CR047", kError, "parent.caBundle", "parent.caBundle holds PEM certificates",
     "give the CA's certificate with its BEGIN CERTIFICATE and END CERTIFICATE lines, for example by "
     "--set-file parent.caBundle=ca.crt"},
    {"CR048", kError, "connectionStringSecret",
     "connectionString, connectionStringSecret and parent.url exclude each other", "give one of the two"},
    {"CR049", kError, "connectionStringSecret",
     "the Secret of connectionStringSecret holds a connection string",
     "create it with: kubectl create secret generic NAME --from-file=connectionString=FILE"},
    {"CR050", kError, "pvc.storageRequest", "pvc.storageRequest is a positive quantity",
     "write a size as Kubernetes does, such as 500Gi"},
    {"CR051", kError, "pvc.storageClassName", "the storage class of the volume exists",
     "name one that kubectl get storageclass shows"},
    {"CR052", kError, "pvc.storageRequest", "pvc.storageRequest does not shrink",
     "set it to the size that the volume has, or larger: Kubernetes cannot make a volume smaller"},
    {"CR053", kError, "pvc.existingClaim", "the claim of pvc.existingClaim exists",
     "create the claim first, in the release's namespace, or leave pvc.existingClaim empty"},
    {"CR054", kError, "garbageCollection.schedule",
     "garbageCollection.schedule is a schedule, and is due at some time",
     "write five cron fields, such as 0 2 * * 0, or @weekly"},
    {"CR055", kError, "garbageCollection.schedule", "garbage collection needs registry.replicas=1",
     "set registry.replicas=1, or collect garbage by hand with the others stopped"},
    {"CR056", kError, "parent.pullThrough", "pull-through needs a volume",
     "set storage.driver=filesystem, or parent.pullThrough=false"},
    {"CR057", kError, "registry.replicas", "several replicas need storage that all of them can write to",
     "set pvc.accessModes=[ReadWriteMany], use another storage.driver than filesystem, or set "
     "registry.replicas=1"},
    {"CR058", kError, "storage.driver", "storage.driver is a driver of Distribution",
     "set it to filesystem, s3, azure or gcs (s3aws and inmemory are known as well)"},
    {"CR059", kError, "storage.parameters", "a driver for object storage has parameters",
     "set storage.parameters, for example bucket and region, or give storage.existingSecret with them"},
    {"CR060", kError, "", "each key is known", "remove it, or write it as values.yaml does"},
    {"CR061", kError, "", "a switch is true or false",
     "write true or false without quotes, and --set instead of --set-string"},
    {"CR062", kError, "tls", "a key that is given flat and nested has one value", "give it once"},
    {"CR063", kError, "httpsEnabled",
     "httpsEnabled, HttpsEnabled and httpEnabled do not contradict each other", "give httpsEnabled alone"},
    {"CR064", kError, "", "a protected settings file is JSON",
     "write straight double quotes around every string, and replace variables before you use the file"},
    {"CR065", kError, "", "each value has the type that values.yaml shows", "write it as values.yaml does"},
    {"CR066", kError, "registry.engine", "registry.engine=azure has a connection string",
     "give connectionString or connectionStringSecret, or set registry.engine=distribution"},
    {"CR067", kError, "storage.driver", "registry.engine=azure stores the images on a volume",
     "set storage.driver=filesystem, or registry.engine=distribution"},
    {"CR068", kWarning, "registry.engine", "registry.engine=azure uses each setting that is given",
     "leave it out, or set registry.engine=distribution"},
    {"CR070", kError, "mode", "mode is ReadOnly or ReadWrite", "set it to ReadOnly or ReadWrite"},
    {"CR071", kError, "parent.pullThrough",
     "a registry that accepts pushes does not pull through from a parent",
     "set mode=ReadOnly, or parent.pullThrough=false"},
    {"CR072", kError, "parent.existingSecret", "parent.existingSecret goes with parent.url",
     "give parent.url, or connectionStringSecret for a connection string in a Secret"},
    {"CR073", kError, "sync.window", "sync.window and sync.retain are durations of at most ten years",
     "write numbers with s, m or h, such as 3h or 1h30m, or a duration of ISO 8601, such as PT4H or P7D"},
    {"CR074", kError, "access", "access.username and access.password are both set, and valid",
     "give both, without colons and line breaks; access.pullSecretNamespaces needs them"},
    {"CR075", kError, "parent.url", "parent.url is a host name or an address, with a port or without",
     "write HOST or HOST:PORT, with https:// in front or without, and without a path"},
    {"CR076", kError, "sync.repositories", "the expressions of tags.allow and tags.deny can be compiled",
     "write each as Go's regexp (RE2) reads it: without look-ahead and back references"},
    {"CR077", kError, "connectionString", "connectionString has a token, not a managed identity",
     "create a token for the connected registry: az acr connected-registry get-settings "
     "--generate-password 1 prints the string with SyncTokenName and SyncTokenPassword"},
    {"CR080", kError, "injection.extraHosts", "each extra host is one that an image reference can begin with",
     "write a host as images do: a name with a dot, an address (IPv6 in brackets) or HOST:PORT, without "
     "https:// in front and without a path"},
};

const Rule& rule(std::string_view id) {
  const auto row =
      std::lower_bound(kCatalogue.begin(), kCatalogue.end(), id,
                       [](const Rule& rule, std::string_view wanted) { return rule.id < wanted; });
  assert(row != kCatalogue.end() && row->id == id);
  return *row;
}

}  // namespace

const std::vector<Rule>& catalogue() {
  return kCatalogue;
}

Finding found(std::string_view id, std::string message) {
  return found(id, std::string(rule(id).path), std::move(message));
}

Finding found(std::string_view id, std::string path, std::string message) {
  const Rule& row = rule(id);
  return {row.id, row.severity, std::move(path), std::move(message), std::string(row.fix)};
}

void sort(std::vector<Finding>& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding& left, const Finding& right) {
    return std::tie(left.id, left.path, left.message) < std::tie(right.id, right.path, right.message);
  });
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == kError; });
}

std::string to_line(const Finding& finding) {
  std::string line(finding.id);
  if (!finding.path.empty()) line.append(" ").append(finding.path);
  line.append(": ").append(finding.message);
  line.append(". Fix: ").append(finding.fix).append(".");
  return line;
}

std::string link(std::string_view id) {
  std::string anchor(id);
  std::transform(anchor.begin(), anchor.end(), anchor.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return "https://github.com/connected-registry/connected-registry/blob/main/docs/rules.md#" + anchor;
}

}  // namespace connected_registry::settings
