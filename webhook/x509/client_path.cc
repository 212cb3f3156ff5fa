#include "x509/client_path.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "x509/profile_reader.h"

namespace connected_registry::x509 {
namespace {

// A certificate of a path together with its profile, which refers to the DER.
struct PathMember {
  std::string der;
  CertificateProfile profile;
};

// Returns true if the domain is the constraint or below it. A constraint with a leading dot only matches
// domains below it. The texts are in lower case.
bool is_within(std::string_view domain, std::string_view constraint) {
  if (constraint.empty()) return true;
  if (!domain.ends_with(constraint)) return false;
  const std::size_t rest = domain.size() - constraint.size();
  return constraint.front() == '.' ? rest > 0 : rest == 0 || domain[rest - 1] == '.';
}

bool is_in_range(std::string_view address, std::string_view range) {
  if (range.size() != 2 * address.size()) return false;
  for (std::size_t index = 0; index < address.size(); ++index) {
    if ((address[index] & range[address.size() + index]) != range[index]) return false;
  }
  return true;
}

template <typename Matches>
bool matches_any(const std::vector<std::string>& constraints, Matches matches) {
  return std::any_of(constraints.begin(), constraints.end(), matches);
}

bool accepts_address(const CertificateProfile& issuer, const std::string& address) {
  const auto in_range = [&](const std::string& range) { return is_in_range(address, range); };
  return (issuer.permitted.ranges.empty() || matches_any(issuer.permitted.ranges, in_range)) &&
         !matches_any(issuer.excluded.ranges, in_range);
}

bool accepts_domain(const CertificateProfile& issuer, const std::string& name) {
  const std::string domain = lower(name);
  if (domain.empty() || domain.ends_with('.')) return false;
  const auto permits = [&](const std::string& constraint) { return is_within(domain, lower(constraint)); };
  const std::string_view parent = std::string_view(domain).substr(domain.starts_with("*.") ? 2 : 0);
  const bool wildcard = parent.size() != domain.size();
  const auto excludes = [&](const std::string& constraint) {
    const std::string excluded = lower(constraint);
    return is_within(domain, excluded) || is_within(parent, excluded) ||
           (wildcard && is_within(excluded, parent));
  };
  return (issuer.permitted.dns.empty() || matches_any(issuer.permitted.dns, permits)) &&
         !matches_any(issuer.excluded.dns, excludes);
}

// Go refuses a URI without a host below any name constraints.
bool accepts_uris(const CertificateProfile& issuer, const std::vector<std::string>& hosts) {
  if (hosts.empty()) return true;
  const bool constrained = !issuer.permitted.uris.empty() || !issuer.excluded.uris.empty();
  return !constrained && std::none_of(hosts.begin(), hosts.end(), [](const std::string& host) {
    return host.empty() || host.find_first_not_of("0123456789.") == std::string::npos;
  });
}

// Go refuses an address that it cannot parse below any name constraints.
bool accepts_emails(const CertificateProfile& issuer, const std::vector<std::string>& emails) {
  if (emails.empty()) return true;
  const bool constrained = !issuer.permitted.emails.empty() || !issuer.excluded.emails.empty();
  const auto is_plain = [](const std::string& email) {
    const std::size_t at = email.find('@');
    const auto is_plain_part = [](std::string_view part, std::string_view others) {
      return !part.empty() && !part.starts_with('.') && !part.ends_with('.') &&
             part.find("..") == std::string_view::npos &&
             std::all_of(part.begin(), part.end(), [&](char each) {
               return is_alphanumeric(each) || others.find(each) != std::string_view::npos;
             });
    };
    return at != std::string::npos && is_plain_part(std::string_view(email).substr(0, at), "._+-") &&
           is_plain_part(std::string_view(email).substr(at + 1), ".-");
  };
  return !constrained && std::all_of(emails.begin(), emails.end(), is_plain);
}

bool accepts_names(const CertificateProfile& issuer, const SubjectNames& names) {
  return std::all_of(names.addresses.begin(), names.addresses.end(),
                     [&](const std::string& each) { return accepts_address(issuer, each); }) &&
         std::all_of(names.dns.begin(), names.dns.end(),
                     [&](const std::string& each) { return accepts_domain(issuer, each); }) &&
         accepts_uris(issuer, names.uri_hosts) && accepts_emails(issuer, names.emails);
}

// Returns why Go refuses the certificate at `index` as the issuer of the one before it; empty if it does not.
std::string problem_of_issuer(const std::vector<PathMember>& path, std::size_t index) {
  const CertificateProfile& issuer = path[index].profile;
  const bool is_anchor = index + 1 == path.size();
  const bool is_authority = issuer.has_basic_constraints && issuer.is_ca;
  // Certificates of version 1 have no extensions. As a trust anchor, Go accepts them.
  if (!is_authority && (!is_anchor || issuer.version == 3 || issuer.has_basic_constraints))
    return "issued a certificate, but has no basic constraints with CA:TRUE";
  if (!issuer.may_sign_certificates) return "issued a certificate, but its key usage has no keyCertSign";
  if (path[index - 1].profile.issuer != issuer.subject)
    return "has a subject that is not byte for byte the issuer of the certificate below it";
  if (issuer.path_length >= 0 && index - 1 > static_cast<std::size_t>(issuer.path_length))
    return "has more intermediates below it than its path length allows";
  if (!issuer.has_name_constraints) return {};
  for (std::size_t below = 0; below < index; ++below) {
    if (!accepts_names(issuer, path[below].profile.names))
      return "has name constraints that refuse a name below it";
  }
  return {};
}

}  // namespace

Status verify_client_path(const std::vector<Certificate>& path) {
  std::vector<PathMember> members;
  members.reserve(path.size());  // the profiles refer to the members' DER
  const auto refuse = [&](std::size_t index, const std::string& reason) {
    return fail(ErrorCode::kInvalidArgument, path[index].subject() + " " + reason);
  };
  for (std::size_t index = 0; index < path.size(); ++index) {
    members.push_back({.der = path[index].der(), .profile = {}});
    auto profile = read_profile(members.back().der);
    if (!profile) return refuse(index, profile.error().message);
    members.back().profile = std::move(*profile);
  }
  for (std::size_t index = 0; index < members.size(); ++index) {
    const CertificateProfile& profile = members[index].profile;
    if (!profile.may_authenticate_servers)
      return refuse(index, "has an extended key usage without serverAuth");
    const bool is_anchor = index + 1 == members.size();
    if (!is_anchor && !profile.has_supported_signature)
      return refuse(index, "is signed with an algorithm that clients do not support");
    if (index == 0) continue;
    if (const std::string problem = problem_of_issuer(members, index); !problem.empty())
      return refuse(index, problem);
  }
  return {};
}

}  // namespace connected_registry::x509
