#include "x509/server_material.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "base/strings.h"
#include "x509/verify.h"

namespace connected_registry::x509 {
namespace {

using Certificates = std::vector<Certificate>;
using Problems = std::vector<Problem>;

constexpr std::chrono::hours kSoon{30 * 24};

// The parts that could be read.
struct Parts {
  Certificates served;
  std::optional<PrivateKey> key;
  Certificates authorities;
  bool authority_usable = true;  // ca.crt was read, or may be missing
  std::size_t leaf = 0;          // index in `served`

  const Certificate& server() const { return served.at(leaf); }
};

// Returns the part's text, or nothing where there is none: that is a problem unless the part is optional.
std::optional<std::string> text_of(const Result<std::string>& pem, Part part, bool optional,
                                   Problems& problems) {
  if (!pem && pem.error().code != ErrorCode::kNotFound) {
    problems.push_back({ProblemCode::kNotDecoded, part, pem.error().message});
    return std::nullopt;
  }
  if (pem && !pem->empty()) return *pem;
  if (!optional) problems.push_back({ProblemCode::kMissing, part, {}});
  return std::nullopt;
}

Certificates read_certificates(const std::optional<std::string>& pem, Part part, Problems& problems) {
  if (!pem) return {};
  auto parsed = parse_bundle(*pem);
  if (parsed) return std::move(*parsed);
  problems.push_back({ProblemCode::kUnreadable, part, parsed.error().message});
  return {};
}

std::optional<PrivateKey> read_key(const std::optional<std::string>& pem, Problems& problems) {
  if (!pem) return std::nullopt;
  auto parsed = PrivateKey::parse(*pem);
  if (parsed) return std::move(*parsed);
  const bool encrypted = parsed.error().code == ErrorCode::kPermissionDenied;
  problems.push_back({encrypted ? ProblemCode::kKeyEncrypted : ProblemCode::kUnreadable, Part::kKey,
                      encrypted ? std::string() : parsed.error().message});
  return std::nullopt;
}

Parts read_parts(const ServerPem& pem, const ServerRequirements& required, Problems& problems) {
  Parts parts;
  parts.served = read_certificates(text_of(pem.certificate, Part::kCertificate, false, problems),
                                   Part::kCertificate, problems);
  parts.key = read_key(text_of(pem.key, Part::kKey, false, problems), problems);
  const std::size_t before = problems.size();
  parts.authorities =
      read_certificates(text_of(pem.authority, Part::kAuthority, !required.authority_required, problems),
                        Part::kAuthority, problems);
  parts.authority_usable = problems.size() == before;
  return parts;
}

// Sets parts.leaf to the key's certificate, so that the other checks are about that one where the order is
// wrong.
void check_key(Parts& parts, Problems& problems) {
  if (!parts.key) return;
  if (!parts.key->is_consistent()) {
    problems.push_back({ProblemCode::kKeyInconsistent, Part::kKey, {}});
    return;
  }
  if (parts.served.empty()) return;
  const auto owner = std::find_if(parts.served.begin(), parts.served.end(),
                                  [&](const Certificate& each) { return parts.key->belongs_to(each); });
  if (owner == parts.served.end()) {
    problems.push_back({ProblemCode::kKeyMismatch, Part::kKey, {}});
    return;
  }
  parts.leaf = static_cast<std::size_t>(owner - parts.served.begin());
  if (parts.leaf == 0) return;
  problems.push_back({ProblemCode::kLeafNotFirst, Part::kCertificate, std::to_string(parts.leaf + 1)});
}

void check_names(const Certificate& leaf, const ServerRequirements& required, Problems& problems) {
  if (!required.address.empty() && !leaf.names_address(required.address)) {
    const std::vector<std::string> addresses = leaf.ip_sans();
    problems.push_back(
        {ProblemCode::kNoAddress, Part::kCertificate,
         required.address + (addresses.empty() ? " (it has none; the common name does not count)"
                                               : " (it has " + join(addresses) + ")")});
  }
  const std::vector<std::string> names = leaf.dns_sans();
  for (const std::string& name : required.dns_names) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    problems.push_back({ProblemCode::kNoDnsName, Part::kCertificate, name});
  }
}

void check_time(const Certificate& leaf, TimePoint now, Problems& problems) {
  const auto add = [&](ProblemCode code, TimePoint time) {
    problems.push_back({code, Part::kCertificate, format_time(time)});
  };
  if (now < leaf.not_before()) {
    add(ProblemCode::kNotYetValid, leaf.not_before());
  } else if (leaf.has_expired_at(now)) {
    add(ProblemCode::kExpired, leaf.not_after());
  } else if (leaf.not_after() - now < kSoon) {
    add(ProblemCode::kExpiresSoon, leaf.not_after());
  }
}

// Checks the key and the form of a certificate. Returns true if it has no problem.
bool check_support(const Certificate& certificate, Part part, Problems& problems) {
  if (const std::string weakness = certificate.key_weakness(); !weakness.empty()) {
    problems.push_back({ProblemCode::kWeakKey, part, certificate.subject() + " " + weakness});
    return false;
  }
  const std::string reason = certificate.unsupported();
  if (reason.empty()) return true;
  problems.push_back({ProblemCode::kUnsupported, part, certificate.subject() + " " + reason});
  return false;
}

bool is_served(const Parts& parts, const Certificate& certificate) {
  return std::any_of(parts.served.begin(), parts.served.end(),
                     [&](const Certificate& each) { return each.sha256() == certificate.sha256(); });
}

// Checks each certificate. Returns true if clients can read all of them.
bool check_strength(const Parts& parts, Problems& problems) {
  bool supported = true;
  for (const Certificate& each : parts.served) {
    supported = check_support(each, Part::kCertificate, problems) && supported;
    // Clients do not check a root's own signature: they trust the root as it is.
    if (&each != &parts.server() && each.is_self_signed()) continue;
    const std::string weakness = each.signature_weakness();
    if (weakness.empty()) continue;
    problems.push_back({ProblemCode::kWeakSignature, Part::kCertificate, each.subject() + " " + weakness});
  }
  for (const Certificate& each : parts.authorities) {
    if (!is_served(parts, each)) supported = check_support(each, Part::kAuthority, problems) && supported;
  }
  return supported;
}

void check_authorities(const Parts& parts, Problems& problems) {
  for (const Certificate& each : parts.authorities) {
    // A certificate that is its own CA without saying so is what tutorials make.
    if (each.is_ca() || is_served(parts, each)) continue;
    problems.push_back({ProblemCode::kNotCa, Part::kAuthority, each.subject()});
  }
}

void check_chain(const Certificate& leaf, const Certificates& intermediates, const Certificates& authorities,
                 TimePoint now, Problems& problems) {
  if (leaf.not_after() < leaf.not_before()) return;
  const TimePoint within = std::clamp(now, leaf.not_before(), leaf.not_after());
  const auto path = verify_chain(leaf, intermediates, authorities, within);
  if (!path) {
    problems.push_back({ProblemCode::kChainNotVerified, Part::kCertificate, path.error().message});
    return;
  }
  for (std::size_t index = 1; index < path->size(); ++index) {
    const Certificate& issuer = (*path)[index];
    // The end of the server's certificate is reported by itself.
    if (issuer.not_after() - now >= kSoon || issuer.not_after() >= leaf.not_after()) continue;
    problems.push_back({ProblemCode::kIssuerExpiresSoon, Part::kCertificate,
                        issuer.subject() + " at " + format_time(issuer.not_after())});
  }
  if (!path->back().is_self_signed())
    problems.push_back({ProblemCode::kNotRoot, Part::kAuthority, path->back().subject()});
}

// Returns the authorities that clients are to trust; empty where there are none.
Certificates trusted(const Parts& parts, Problems& problems) {
  if (!parts.authority_usable || !parts.authorities.empty() || parts.served.empty()) return parts.authorities;
  const Certificate& last = parts.served.back();
  if (last.is_ca() || last.is_self_signed()) return {last};
  // Where the order is wrong, the last one says nothing.
  if (parts.leaf == 0) problems.push_back({ProblemCode::kNoAuthority, Part::kAuthority, {}});
  return {};
}

}  // namespace

Inspection inspect_server_material(const ServerPem& pem, const ServerRequirements& required) {
  Inspection inspection;
  Problems& problems = inspection.problems;
  Parts parts = read_parts(pem, required, problems);
  check_key(parts, problems);
  check_authorities(parts, problems);
  if (parts.served.empty()) return inspection;
  check_names(parts.server(), required, problems);
  check_time(parts.server(), required.now, problems);
  const bool supported = check_strength(parts, problems);
  Certificates authorities = trusted(parts, problems);
  if (authorities.empty()) return inspection;
  Certificates intermediates = parts.served;
  intermediates.erase(intermediates.begin() + static_cast<std::ptrdiff_t>(parts.leaf));
  // OpenSSL's and Go's reasons would repeat that a certificate is not supported.
  if (supported) check_chain(parts.server(), intermediates, authorities, required.now, problems);
  if (!parts.key) return inspection;
  inspection.material = ServerMaterial{.leaf = parts.server(),
                                       .intermediates = std::move(intermediates),
                                       .key = *parts.key,
                                       .authorities = std::move(authorities)};
  return inspection;
}

Status check_problems(const std::vector<Problem>& problems) {
  const PartNames names;
  std::string text;
  for (const Problem& problem : problems) {
    if (is_warning(problem.code)) continue;
    text += (text.empty() ? "" : "; ") + names.of(problem.part) + ": " + describe(problem);
  }
  if (text.empty()) return {};
  return fail(ErrorCode::kInvalidArgument, std::move(text));
}

Result<ServerMaterial> check_server_material(const ServerPem& pem, const ServerRequirements& required) {
  Inspection inspection = inspect_server_material(pem, required);
  if (auto usable = check_problems(inspection.problems); !usable) {
    return tl::unexpected(std::move(usable).error());
  }
  if (!inspection.material) return fail(ErrorCode::kInternal, "the certificate could not be checked");
  return *std::move(inspection.material);
}

}  // namespace connected_registry::x509
