#include "x509/extension_profile.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/strings.h"
#include "x509/der.h"

namespace connected_registry::x509 {
namespace {

// The tags of GeneralName (RFC 5280, section 4.2.1.6).
constexpr unsigned char kEmail = der::context(1);
constexpr unsigned char kDns = der::context(2);
constexpr unsigned char kUri = der::context(6);
constexpr unsigned char kAddress = der::context(7);

constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;

void read_key_usage(DerReader& reader, CertificateProfile& profile) {
  constexpr unsigned kKeyCertSign = 0x04;  // bit 5
  unsigned unused = 0;
  const std::string_view bits = reader.read_bit_string(unused);
  if (std::all_of(bits.begin(), bits.end(), [](char byte) { return byte == 0; })) return;
  profile.may_sign_certificates = (static_cast<unsigned char>(bits.front()) & kKeyCertSign) != 0;
}

void read_basic_constraints(DerReader& outer, CertificateProfile& profile) {
  DerReader reader(outer.read(der::kSequence));
  profile.has_basic_constraints = true;
  if (reader.next_is(der::kBoolean)) profile.is_ca = reader.read_boolean();
  if (reader.has_more()) profile.path_length = reader.read_small_integer();
  if (!reader.at_end()) outer.fail();
}

bool is_host_character(char each) {
  return is_alphanumeric(each) || each == '-' || each == '_';
}

// A host without a port, or an empty text.
bool is_plain_host(std::string_view host) {
  constexpr std::size_t kLongestLabel = 63;
  if (host.empty()) return true;
  const std::vector<std::string_view> labels = split(host, '.');
  return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
    return !label.empty() && label.size() <= kLongestLabel && all_of(label, is_host_character);
  });
}

// Reads a URI of the plain form SCHEME:REST or SCHEME://HOST/PATH, as in spiffe://example.org/ns/a. `host`
// becomes its host, or empty.
bool read_uri(std::string_view uri, std::string& host) {
  static constexpr std::string_view kOthers = "-._~!$&'()*+,;=:@/?#";
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view scheme = uri.substr(0, colon);
  if (!all_of(scheme, is_alphanumeric) || is_digit(scheme[0])) return false;
  std::string_view rest = uri.substr(colon + 1);
  if (!all_of(rest, [&](char each) {
        return is_alphanumeric(each) || kOthers.find(each) != std::string_view::npos;
      })) {
    return false;
  }
  host.clear();
  if (!rest.starts_with("//")) return !rest.empty();
  rest.remove_prefix(2);
  host = std::string(rest.substr(0, rest.find_first_of("/?#")));
  return is_plain_host(host);
}

// Reads one GeneralName into `names`. Returns why Go refuses it; empty if it does not.
std::string read_subject_name(const DerElement& name, SubjectNames& names) {
  const std::string text(name.content);
  switch (name.tag) {
    case kEmail:
      if (!is_ascii(text)) return "has a SAN of type email that is not ASCII";
      names.emails.push_back(text);
      return {};
    case kDns:
      if (!is_ascii(text)) return "has a SAN of type DNS that is not ASCII";
      names.dns.push_back(text);
      return {};
    case kUri: {
      std::string host;
      if (!read_uri(text, host)) return "has a SAN of type URI that clients may not be able to read";
      names.uri_hosts.push_back(host);
      return {};
    }
    case kAddress:
      if (text.size() != kIpv4Bytes && text.size() != kIpv6Bytes)
        return "has a SAN of type IP with " + std::to_string(text.size()) + " bytes instead of 4 or 16";
      names.addresses.push_back(text);
      return {};
    default:
      return {};
  }
}

std::string read_subject_names(DerReader& outer, SubjectNames& names) {
  DerReader reader(outer.read(der::kSequence));
  names.present = true;
  while (reader.has_more()) {
    const DerElement name = reader.read_any();
    if (std::string problem = read_subject_name(name, names); !problem.empty()) return problem;
  }
  if (!reader.at_end()) outer.fail();
  return {};
}

// Returns true if the mask is ones followed by zeros, and the address has no bits outside of the mask. Go
// searches for the address without its mask, so it would not find a range with such bits.
bool is_range(std::string_view range) {
  if (range.size() != 2 * kIpv4Bytes && range.size() != 2 * kIpv6Bytes) return false;
  const std::size_t half = range.size() / 2;
  bool ended = false;
  for (std::size_t index = 0; index < half; ++index) {
    const unsigned address = static_cast<unsigned char>(range[index]);
    const unsigned mask = static_cast<unsigned char>(range[half + index]);
    const unsigned zeros = ~mask & 0xffU;
    if ((zeros & (zeros + 1)) != 0 || (ended && mask != 0) || (address & zeros) != 0) return false;
    ended = ended || zeros != 0;
  }
  return true;
}

bool is_domain_constraint(std::string_view domain) {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  return is_plain_host(domain);
}

// Reads GeneralSubtrees (RFC 5280, section 4.2.1.10). Returns why Go refuses them. `unsupported` becomes true
// if there is a name of another type, which Go does not check.
std::string read_subtrees(std::string_view content, NameSubtrees& subtrees, bool& unsupported) {
  DerReader reader(content);
  while (reader.has_more()) {
    DerReader subtree(reader.read(der::kSequence));
    const DerElement base = subtree.read_any();
    if (subtree.failed()) return "has malformed name constraints";
    const std::string text(base.content);
    switch (base.tag) {
      case kDns:
        if (!is_domain_constraint(text))
          return "has a name constraint of type DNS that clients may not accept";
        subtrees.dns.push_back(text);
        break;
      case kEmail:
        if (!is_domain_constraint(text))
          return "has a name constraint of type email that clients may not accept";
        subtrees.emails.push_back(text);
        break;
      case kUri:
        if (!is_domain_constraint(text) || text.find_first_not_of("0123456789.") == std::string::npos)
          return "has a name constraint of type URI that clients may not accept";
        subtrees.uris.push_back(text);
        break;
      case kAddress:
        if (!is_range(text)) return "has a name constraint of type IP that is not a range of addresses";
        subtrees.ranges.push_back(text);
        break;
      default:
        unsupported = true;
    }
  }
  return reader.at_end() ? "" : "has malformed name constraints";
}

std::string read_name_constraints(DerReader& outer, bool critical, CertificateProfile& profile) {
  DerReader reader(outer.read(der::kSequence));
  const auto permitted = reader.read_if(der::constructed(0));
  const auto excluded = reader.read_if(der::constructed(1));
  if (!reader.at_end()) return "has malformed name constraints";
  if (permitted.value_or("").empty() && excluded.value_or("").empty()) return "has empty name constraints";
  profile.has_name_constraints = true;
  bool unsupported = false;
  for (const auto& [content, subtrees] :
       {std::pair{permitted, &profile.permitted}, std::pair{excluded, &profile.excluded}}) {
    if (!content) continue;
    if (std::string problem = read_subtrees(*content, *subtrees, unsupported); !problem.empty())
      return problem;
  }
  if (unsupported && critical) return "has critical name constraints of a type that Go does not support";
  return {};
}

void read_extended_key_usage(DerReader& outer, CertificateProfile& profile) {
  constexpr std::string_view kServerAuth = "1.3.6.1.5.5.7.3.1";
  constexpr std::string_view kAny = "2.5.29.37.0";
  DerReader reader(outer.read(der::kSequence));
  profile.may_authenticate_servers = !reader.has_more();
  while (reader.has_more()) {
    const std::string usage = reader.read_object_identifier();
    if (usage == kServerAuth || usage == kAny) profile.may_authenticate_servers = true;
  }
  if (!reader.at_end()) outer.fail();
}

void read_distribution_points(DerReader& outer) {
  DerReader points(outer.read(der::kSequence));
  while (points.has_more()) {
    DerReader point(points.read(der::kSequence));
    if (const auto name = point.read_if(der::constructed(0))) {
      DerReader full(*name);
      DerReader names(full.read(der::constructed(0)));
      while (names.has_more()) {
        const DerElement each = names.read_any();
        if (each.tag == kUri && !is_ascii(each.content)) outer.fail();
      }
      if (!names.at_end() || full.failed()) outer.fail();
    }
    if (point.failed()) outer.fail();
  }
  if (!points.at_end()) outer.fail();
}

void read_policies(DerReader& outer) {
  DerReader reader(outer.read(der::kSequence));
  std::set<std::string> seen;
  while (reader.has_more()) {
    DerReader policy(reader.read(der::kSequence));
    const std::string identifier = policy.read_object_identifier();
    if (policy.failed() || !seen.insert(identifier).second) outer.fail();
  }
  if (!reader.at_end()) outer.fail();
}

void read_policy_mappings(DerReader& outer) {
  DerReader reader(outer.read(der::kSequence));
  while (reader.has_more()) {
    DerReader mapping(reader.read(der::kSequence));
    mapping.read_object_identifier();
    mapping.read_object_identifier();
    if (!mapping.at_end()) outer.fail();
  }
  if (!reader.at_end()) outer.fail();
}

void read_policy_constraints(DerReader& outer) {
  constexpr std::size_t kMaxBytes = 2;
  DerReader reader(outer.read(der::kSequence));
  for (const unsigned number : {0U, 1U}) {
    const auto value = reader.read_if(der::context(number));
    if (value && (value->empty() || value->size() > kMaxBytes || !is_ascii(*value))) outer.fail();
  }
  if (!reader.at_end()) outer.fail();
}

void read_access_descriptions(DerReader& outer) {
  DerReader reader(outer.read(der::kSequence));
  while (reader.has_more()) {
    DerReader description(reader.read(der::kSequence));
    description.read_object_identifier();
    description.read_any();
    if (!description.at_end()) outer.fail();
  }
  if (!reader.at_end()) outer.fail();
}

// Go reads the first field only.
void read_authority_key_identifier(DerReader& outer) {
  DerReader reader(outer.read(der::kSequence));
  while (reader.has_more()) reader.read_any();
  if (!reader.at_end()) outer.fail();
}

// An extension that clients know.
struct KnownExtension {
  std::string_view identifier;
  const char* name;
  bool may_be_critical;
  void (*read)(DerReader& reader, CertificateProfile& profile);
};

constexpr std::array<KnownExtension, 11> kKnownExtensions{{
    {"2.5.29.15", "key usage", true, read_key_usage},
    {"2.5.29.19", "basic constraints", true, read_basic_constraints},
    {"2.5.29.37", "extended key usage", true, read_extended_key_usage},
    {"2.5.29.14", "subject key identifier", false,
     [](DerReader& reader, CertificateProfile&) { reader.read(der::kOctetString); }},
    {"2.5.29.35", "authority key identifier", false,
     [](DerReader& reader, CertificateProfile&) { read_authority_key_identifier(reader); }},
    {"2.5.29.31", "CRL distribution points", true,
     [](DerReader& reader, CertificateProfile&) { read_distribution_points(reader); }},
    {"2.5.29.32", "certificate policies", true,
     [](DerReader& reader, CertificateProfile&) { read_policies(reader); }},
    {"2.5.29.33", "policy mappings", true,
     [](DerReader& reader, CertificateProfile&) { read_policy_mappings(reader); }},
    {"2.5.29.36", "policy constraints", true,
     [](DerReader& reader, CertificateProfile&) { read_policy_constraints(reader); }},
    {"2.5.29.54", "inhibit any policy", true,
     [](DerReader& reader, CertificateProfile&) { reader.read_small_integer(); }},
    {"1.3.6.1.5.5.7.1.1", "authority information access", false,
     [](DerReader& reader, CertificateProfile&) { read_access_descriptions(reader); }},
}};

}  // namespace

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char each) { return static_cast<unsigned char>(each) < 0x80; });
}

std::string read_extension(const Extension& extension, CertificateProfile& profile) {
  DerReader reader(extension.value);
  std::string problem;
  const char* name = "subject alternative names";
  if (extension.identifier == "2.5.29.17") {
    problem = read_subject_names(reader, profile.names);
    if (problem.empty() && profile.names.empty() && extension.critical)
      return "has critical subject alternative names of types that Go does not support";
  } else if (extension.identifier == "2.5.29.30") {
    name = "name constraints";
    problem = read_name_constraints(reader, extension.critical, profile);
  } else {
    const auto* const known =
        std::find_if(kKnownExtensions.begin(), kKnownExtensions.end(),
                     [&](const KnownExtension& each) { return each.identifier == extension.identifier; });
    if (known == kKnownExtensions.end()) {
      return extension.critical
                 ? "has the critical extension " + extension.identifier + ", which clients do not know"
                 : "";
    }
    if (extension.critical && !known->may_be_critical)
      return std::string("has a critical extension ") + known->name + ", which must not be critical";
    known->read(reader, profile);
    name = known->name;
  }
  if (problem.empty() && !reader.at_end()) return std::string("has a malformed extension ") + name;
  return problem;
}

}  // namespace connected_registry::x509
