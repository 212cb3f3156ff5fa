#include "cli/rule_material.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <chrono>
#include <utility>

#include "base/base64.h"
#include "base/file.h"
#include "base/json.h"
#include "support/golden.h"
#include "x509/issue.h"
#include "x509/material.h"
#include "x509/self_signed.h"

namespace connected_registry::cli::testing {
namespace {

constexpr std::string_view kAddress = "192.100.100.1";
constexpr std::string_view kConnection =
    "ConnectedRegistryName=edge01;SyncTokenName=token;SyncTokenPassword=p=q==;"
    "ParentGatewayEndpoint=contoso.azurecr.io;ParentEndpointProtocol=https";
constexpr std::chrono::hours kDay{24};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string golden_rule_file(std::string_view name) {
  return file::read(golden_directory() + "/rules/" + std::string(name)).value();
}

// How long a certificate of that kind is valid from now.
std::chrono::hours lifetime(const std::string& kind) {
  if (kind == "soon") return 29 * kDay;
  return kind == "later" ? 31 * kDay : 365 * kDay;
}

}  // namespace

RuleMaterial::Parts RuleMaterial::make(const std::string& kind) const {
  x509::IssueRequest request{.common_name = kind == "common-name" ? std::string(kAddress) : kind,
                             .dns_names = {},
                             .ip_addresses = {},
                             .not_before = now_ - std::chrono::hours(1),
                             .lifetime = lifetime(kind)};
  const x509::Pair ca = x509::issue_ca(request).value();
  if (kind == "common-name" || kind == "no-name") {
    request.dns_names = {"registry.example"};
  } else {
    request.ip_addresses = {std::string(kAddress)};
  }
  const x509::Pair leaf = x509::issue_server(request, ca).value();
  if (kind != "weak" && kind != "strong") {
    return {leaf.certificate.to_pem(), leaf.key.to_pem(), ca.certificate.to_pem()};
  }
  const x509::KeyHandle key(EVP_RSA_gen(kind == "weak" ? 1024U : 2048U));
  auto [certificate, private_key] = x509::testing::self_signed(leaf.certificate, key.get(), EVP_sha256());
  return {certificate, std::move(private_key), certificate};
}

const RuleMaterial::Parts& RuleMaterial::parts(const std::string& kind) {
  auto found = made_.find(kind);
  if (found == made_.end()) found = made_.emplace(kind, make(kind)).first;
  return found->second;
}

std::string RuleMaterial::changed(const std::string& change, const std::string& part) {
  const std::string good = pem("good", part);
  if (change == "bom") return "\xEF\xBB\xBF" + good;
  if (change == "cr") return replaced(good, "\n", "\r\n");
  if (change == "text") return "# my certificate\n" + good;
  if (change == "chain") return good + pem("good", "ca");
  EXPECT_EQ(change, "and-server");
  return good + pem("server", "crt");
}

std::string RuleMaterial::pem(const std::string& kind, const std::string& part) {
  if (kind == "encrypted") return x509::testing::golden("encrypted-pkcs8.key");
  if (kind == "expired") return golden_rule_file(part == "key" ? "expired.key" : "expired.crt");
  constexpr std::string_view kChanged = "good-";
  if (kind.starts_with(kChanged)) return changed(kind.substr(kChanged.size()), part);
  const Parts& made = parts(kind);
  if (part == "ca") return made.authority;
  return part == "key" ? made.key : made.certificate;
}

std::string RuleMaterial::value(const std::string& name) {
  if (name == "connection-string") return base64::encode(kConnection);
  const std::size_t dot = name.find('.');
  const std::string kind = name.substr(0, dot);
  const std::string part = name.substr(dot + 1);
  return part == "pem" ? pem(kind, "crt") : base64::encode(pem(kind, part));
}

std::string RuleMaterial::filled(std::string_view json_text) {
  std::string out;
  while (true) {
    const std::size_t begin = json_text.find("{{");
    const std::size_t end = json_text.find("}}", begin);
    // "{{" may also be two maps that open at once.
    if (begin == std::string_view::npos || end == std::string_view::npos) return out.append(json_text);
    const std::string_view name = json_text.substr(begin + 2, end - begin - 2);
    out.append(json_text.substr(0, begin));
    json_text.remove_prefix(end + 2);
    json::Document document;
    const std::string text =
        json::to_text(json::string_value(value(std::string(name)), document.GetAllocator()));
    out.append(text, 1, text.size() - 2);
  }
}

}  // namespace connected_registry::cli::testing
