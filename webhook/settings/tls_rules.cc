#include "settings/tls_rules.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <tuple>
#include <utility>

#include "base/base64.h"
#include "x509/certificate.h"
#include "x509/private_key.h"
#include "x509/verify.h"

namespace connected_registry::settings {
namespace {

using Certificates = std::vector<x509::Certificate>;

constexpr std::chrono::hours kRenewal{30 * 24};

// How the three parts are called where they come from: as values or as keys of a Secret.
struct Paths {
  std::string certificate;
  std::string key;
  std::string authority;
};

// Three parts, parsed; what could not be is missing, and is said.
struct Parsed {
  Certificates served;
  std::optional<x509::PrivateKey> key;
  Certificates authorities;
};

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

Finding as_warning(Finding finding) {
  finding.severity = Severity::kWarning;
  return finding;
}

Certificates parse_certificates(const std::string& pem, const std::string& path,
                                std::vector<Finding>& findings) {
  if (pem.empty()) return {};
  auto parsed = x509::parse_bundle(pem);
  if (parsed) return std::move(*parsed);
  findings.push_back(found("CR030", path, parsed.error().message));
  return {};
}

Parsed parse(const TlsPem& pem, const Paths& paths, std::vector<Finding>& findings) {
  Parsed parsed;
  parsed.served = parse_certificates(pem.certificate, paths.certificate, findings);
  parsed.authorities = parse_certificates(pem.authority, paths.authority, findings);
  if (pem.key.empty()) return parsed;
  auto key = x509::PrivateKey::parse(pem.key);
  if (key) {
    parsed.key = std::move(*key);
  } else if (x509::is_encrypted_key(pem.key)) {
    findings.push_back(found("CR037", paths.key, "it is encrypted, and nobody could type its password"));
  } else {
    findings.push_back(found("CR030", paths.key, key.error().message));
  }
  return parsed;
}

void judge_key(const Parsed& parsed, const Paths& paths, std::vector<Finding>& findings) {
  if (parsed.served.empty() || !parsed.key || parsed.key->belongs_to(parsed.served.front())) return;
  const bool elsewhere =
      std::any_of(parsed.served.begin() + 1, parsed.served.end(),
                  [&](const x509::Certificate& each) { return parsed.key->belongs_to(each); });
  findings.push_back(found("CR031", paths.key,
                           elsewhere ? "it does not belong to the first certificate in " + paths.certificate
                                     : "it does not belong to the certificate in " + paths.certificate));
}

void judge_names(const x509::Certificate& leaf, std::string_view address, const Paths& paths,
                 std::vector<Finding>& findings) {
  if (address.empty() || leaf.names_address(address)) return;
  const std::vector<std::string> addresses = leaf.ip_sans();
  findings.push_back(found("CR032", paths.certificate,
                           "no SAN of type IP equals " + std::string(address) +
                               (addresses.empty() ? " (it has none; the common name does not count)"
                                                  : " (it has " + joined(addresses) + ")")));
}

void judge_time(const x509::Certificate& leaf, TimePoint now, const Paths& paths,
                std::vector<Finding>& findings) {
  if (now < leaf.not_before()) {
    findings.push_back(
        found("CR033", paths.certificate, "it is not valid before " + format_time(leaf.not_before())));
  } else if (now > leaf.not_after()) {
    findings.push_back(found("CR033", paths.certificate, "it expired at " + format_time(leaf.not_after())));
  } else if (leaf.not_after() - now < kRenewal) {
    findings.push_back(as_warning(
        found("CR033", paths.certificate, "it expires soon, at " + format_time(leaf.not_after()))));
  }
}

void judge_chain(const Parsed& parsed, TimePoint now, const Paths& paths, std::vector<Finding>& findings) {
  // One that is not valid now is CR033's to say; the chain is judged within its time, if it has any.
  const x509::Certificate& leaf = parsed.served.front();
  if (leaf.not_after() <= leaf.not_before()) return;
  const TimePoint last = std::max(leaf.not_before(), leaf.not_after() - std::chrono::seconds(1));
  const TimePoint within = std::clamp(now, leaf.not_before(), last);
  const Certificates intermediates(parsed.served.begin() + 1, parsed.served.end());
  const Certificates& authorities =
      parsed.authorities.empty() ? Certificates{parsed.served.back()} : parsed.authorities;
  const auto verified = x509::verify_chain(leaf, intermediates, authorities, within);
  if (!verified) findings.push_back(found("CR034", paths.certificate, verified.error().message));
}

void judge_authorities(const Parsed& parsed, const Paths& paths, std::vector<Finding>& findings) {
  for (const x509::Certificate& each : parsed.authorities) {
    const bool served =
        std::any_of(parsed.served.begin(), parsed.served.end(),
                    [&](const x509::Certificate& one) { return one.sha256() == each.sha256(); });
    if (each.is_ca() || served) continue;
    findings.push_back(found("CR035", paths.authority, "it is no CA certificate: " + each.subject()));
    return;
  }
}

void judge_strength(const Parsed& parsed, const Paths& paths, std::vector<Finding>& findings) {
  for (const x509::Certificate& each : parsed.served) {
    std::string weakness = each.key_weakness();
    // A root's own signature proves nothing, so nobody looks at it.
    const bool root = &each != &parsed.served.front() && each.is_self_signed();
    if (weakness.empty() && !root) weakness = each.signature_weakness();
    if (weakness.empty()) continue;
    findings.push_back(found("CR036", paths.certificate, each.subject() + " " + weakness));
    return;
  }
}

// CR031 to CR037, as far as the parts could be read.
void judge(const TlsPem& pem, std::string_view address, TimePoint now, const Paths& paths,
           std::vector<Finding>& findings) {
  const std::size_t before = findings.size();
  const Parsed parsed = parse(pem, paths, findings);
  const bool whole = findings.size() == before;
  judge_key(parsed, paths, findings);
  judge_authorities(parsed, paths, findings);
  if (parsed.served.empty()) return;
  judge_names(parsed.served.front(), address, paths, findings);
  judge_time(parsed.served.front(), now, paths, findings);
  judge_strength(parsed, paths, findings);
  const bool has_authority =
      !parsed.authorities.empty() || (pem.authority.empty() && parsed.served.size() > 1);
  if (whole && has_authority) judge_chain(parsed, now, paths, findings);
}

std::string decode_value(const std::string& value, std::string_view path, std::vector<Finding>& findings) {
  if (value.empty()) return {};
  if (value.find("-----BEGIN") != std::string::npos) {
    findings.push_back(found("CR030", std::string(path), "it is PEM itself, not the base64 of it"));
    return {};
  }
  auto decoded = base64::decode(value);
  if (!decoded) {
    findings.push_back(found("CR030", std::string(path), "it is not base64"));
    return {};
  }
  if (decoded->find("-----BEGIN") == std::string::npos) {
    findings.push_back(
        found("CR030", std::string(path), "what it decodes to is not PEM: it has no BEGIN line"));
    return {};
  }
  return std::move(*decoded);
}

std::size_t certificates_in(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  std::size_t count = 0;
  for (std::size_t at = pem.find(kBegin); at != std::string_view::npos; at = pem.find(kBegin, at + 1))
    ++count;
  return count;
}

// What is missing of the three. The chart's templates can only count certificates, so that is the rule.
void judge_completeness(const Settings& settings, const TlsPem& pem, std::vector<Finding>& findings) {
  const TlsValues& tls = settings.tls;
  if (tls.crt.empty())
    findings.push_back(found("CR013", "tls.crt", "it is missing, while others of tls.* are given"));
  if (tls.key.empty())
    findings.push_back(found("CR013", "tls.key", "it is missing, while others of tls.* are given"));
  if (!tls.cacrt.empty() || pem.certificate.empty()) return;
  if (certificates_in(pem.certificate) > 1) return;
  findings.push_back(
      found("CR013", "tls.cacrt", "it is missing, and tls.crt does not hold the chain up to the CA"));
}

}  // namespace

TlsPem decode_tls(const Settings& settings, std::vector<Finding>& findings) {
  const TlsValues& tls = settings.tls;
  return {.certificate = decode_value(tls.crt, "tls.crt", findings),
          .key = decode_value(tls.key, "tls.key", findings),
          .authority = decode_value(tls.cacrt, "tls.cacrt", findings)};
}

std::vector<Finding> check_tls_values(const Settings& settings, TimePoint now) {
  std::vector<Finding> findings;
  if (!settings.tls.has_values()) return findings;
  const TlsPem pem = decode_tls(settings, findings);
  judge_completeness(settings, pem, findings);
  judge(pem, settings.service_cluster_ip, now, {"tls.crt", "tls.key", "tls.cacrt"}, findings);
  return findings;
}

std::vector<Finding> check_tls_secret(const json::Value& secret, std::string_view address, TimePoint now,
                                      Authority authority) {
  const std::string name = "Secret " + std::string(json::string_at(secret, {"metadata", "name"}));
  const Paths paths{
      .certificate = name + " tls.crt", .key = name + " tls.key", .authority = name + " ca.crt"};
  std::vector<Finding> findings;
  TlsPem pem;
  const std::array<std::tuple<std::string_view, const std::string*, std::string*>, 3> parts{{
      {"tls.crt", &paths.certificate, &pem.certificate},
      {"tls.key", &paths.key, &pem.key},
      {"ca.crt", &paths.authority, &pem.authority},
  }};
  for (const auto& [key, path, target] : parts) {
    const std::string_view encoded = json::string_at(secret, {"data", key});
    auto decoded = base64::decode(encoded);
    if (encoded.empty()) {
      if (key == "ca.crt" && authority == Authority::kOptional) continue;
      findings.push_back(found("CR038", *path, "it is missing or empty"));
    } else if (!decoded) {
      findings.push_back(found("CR038", *path, "it is not base64"));
    } else {
      *target = std::move(*decoded);
    }
  }
  judge(pem, address, now, paths, findings);
  return findings;
}

}  // namespace connected_registry::settings
