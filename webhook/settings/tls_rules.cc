#include "settings/tls_rules.h"

#include <string>
#include <utility>

#include "base/base64.h"
#include "kube/secret.h"
#include "x509/problem.h"

namespace connected_registry::settings {
namespace {

using x509::ProblemCode;

// Where the material comes from, which decides the rule about what is missing.
enum class Origin { kValues, kSecret };

std::string_view rule_of(ProblemCode code, Origin origin) {
  const bool values = origin == Origin::kValues;
  switch (code) {
    case ProblemCode::kMissing:
    case ProblemCode::kNoAuthority:
      return values ? "CR013" : "CR038";
    case ProblemCode::kNotDecoded:
      return values ? "CR030" : "CR038";
    case ProblemCode::kUnreadable:
      return "CR030";
    case ProblemCode::kKeyInconsistent:
    case ProblemCode::kKeyMismatch:
    case ProblemCode::kLeafNotFirst:
      return "CR031";
    case ProblemCode::kNoAddress:
    case ProblemCode::kNoDnsName:
      return "CR032";
    case ProblemCode::kNotYetValid:
    case ProblemCode::kExpired:
    case ProblemCode::kExpiresSoon:
    case ProblemCode::kIssuerExpiresSoon:
      return "CR033";
    case ProblemCode::kChainNotVerified:
      return "CR034";
    case ProblemCode::kNotCa:
    case ProblemCode::kNotRoot:
      return "CR035";
    case ProblemCode::kWeakKey:
    case ProblemCode::kWeakSignature:
    case ProblemCode::kUnsupported:
      return "CR036";
    case ProblemCode::kKeyEncrypted:
      return "CR037";
  }
  return "CR034";
}

// The chart's templates say the same words.
std::string words_of(const x509::Problem& problem, const x509::PartNames& names, Origin origin) {
  if (problem.code != ProblemCode::kMissing || origin == Origin::kSecret)
    return x509::describe(problem, names);
  return problem.part == x509::Part::kAuthority
             ? "it is missing, and tls.crt does not hold the chain up to the CA"
             : "it is missing, while others of tls.* are given";
}

std::vector<Finding> findings_of(const x509::Inspection& inspection, const x509::PartNames& names,
                                 Origin origin) {
  std::vector<Finding> findings;
  for (const x509::Problem& problem : inspection.problems) {
    findings.push_back(
        found(rule_of(problem.code, origin), names.of(problem.part), words_of(problem, names, origin)));
    findings.back().severity = x509::is_warning(problem.code) ? Severity::kWarning : Severity::kError;
  }
  return findings;
}

Result<std::string> decode_value(const std::string& value) {
  const auto refuse = [](std::string reason) { return fail(ErrorCode::kInvalidArgument, std::move(reason)); };
  if (value.find("-----BEGIN") != std::string::npos) return refuse("it is PEM itself, not the base64 of it");
  auto decoded = base64::decode(value);
  if (!decoded) return refuse("it is not base64");
  if (!value.empty() && decoded->find("-----BEGIN") == std::string::npos) {
    return refuse("what it decodes to is not PEM: it has no BEGIN line");
  }
  return decoded;
}

// The path of the finding names the Secret and the key already.
Result<std::string> decode_part(const json::Value& secret, std::string_view key) {
  auto value = kube::secret_value(secret, key);
  if (!value && value.error().code != ErrorCode::kNotFound) {
    return fail(ErrorCode::kInvalidArgument, "it is not base64");
  }
  return value;
}

// The chart's templates can only count certificates, so the rule counts them too: one alone needs tls.cacrt.
bool holds_one_certificate(const Result<std::string>& pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  if (!pem || pem->empty()) return false;
  const std::size_t first = pem->find(kBegin);
  return first == std::string::npos || pem->find(kBegin, first + 1) == std::string::npos;
}

}  // namespace

x509::ServerPem decode_tls(const Settings& settings) {
  const TlsValues& tls = settings.tls;
  return {.certificate = decode_value(tls.crt),
          .key = decode_value(tls.key),
          .authority = decode_value(tls.cacrt)};
}

std::vector<Finding> check_tls_values(const Settings& settings, TimePoint now) {
  if (!settings.tls.has_values()) return {};
  const x509::ServerPem pem = decode_tls(settings);
  const x509::PartNames names{.certificate = "tls.crt", .key = "tls.key", .authority = "tls.cacrt"};
  return findings_of(
      x509::inspect_server_material(pem, {.address = settings.service_cluster_ip,
                                          .now = now,
                                          .authority_required = holds_one_certificate(pem.certificate)}),
      names, Origin::kValues);
}

std::vector<Finding> check_tls_secret(const json::Value& secret, std::string_view address, TimePoint now,
                                      Authority authority) {
  const std::string name = "Secret " + std::string(json::string_at(secret, {"metadata", "name"}));
  const x509::PartNames names{
      .certificate = name + " tls.crt", .key = name + " tls.key", .authority = name + " ca.crt"};
  const x509::ServerPem pem{.certificate = decode_part(secret, "tls.crt"),
                            .key = decode_part(secret, "tls.key"),
                            .authority = decode_part(secret, "ca.crt")};
  return findings_of(
      x509::inspect_server_material(pem, {.address = std::string(address),
                                          .now = now,
                                          .authority_required = authority == Authority::kRequired}),
      names, Origin::kSecret);
}

}  // namespace connected_registry::settings
