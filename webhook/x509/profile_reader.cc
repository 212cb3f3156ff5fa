#include "x509/profile_reader.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "base/strings.h"
#include "base/utf8.h"
#include "x509/der.h"
#include "x509/extension_profile.h"

namespace connected_registry::x509 {
namespace {

tl::unexpected<Error> refuse(std::string reason) {
  return connected_registry::fail(ErrorCode::kInvalidArgument, std::move(reason));
}

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

// Returns true for "YYMMDDhhmmssZ" (UTCTime) and "YYYYMMDDhhmmssZ" (GeneralizedTime) of a moment that exists.
bool is_time(const DerElement& element) {
  constexpr unsigned char kUtcTime = 0x17;
  constexpr unsigned char kGeneralizedTime = 0x18;
  constexpr std::size_t kAfterYear = 11;
  if (element.tag != kUtcTime && element.tag != kGeneralizedTime) return false;
  const std::size_t year_size = element.tag == kUtcTime ? 2 : 4;
  std::string_view text = element.content;
  if (text.size() != year_size + kAfterYear || !text.ends_with('Z')) return false;
  text.remove_suffix(1);
  if (!all_of(text, is_digit)) return false;
  const auto part = [&](std::size_t index) { return number(text.substr(year_size + 2 * index, 2)); };
  const std::chrono::year_month_day date(std::chrono::year(number(text.substr(0, year_size))),
                                         std::chrono::month(static_cast<unsigned>(part(0))),
                                         std::chrono::day(static_cast<unsigned>(part(1))));
  return date.ok() && part(2) < 24 && part(3) < 60 && part(4) < 60;
}

// PrintableString as Go reads it: with "*" and "&", which real CAs use.
bool is_printable(std::string_view text) {
  static constexpr std::string_view kOthers = " '()+,-./:=?*&";
  return std::all_of(text.begin(), text.end(), [](char each) {
    return is_alphanumeric(each) || kOthers.find(each) != std::string_view::npos;
  });
}

bool is_bmp_string(std::string_view text) {
  if (text.size() % 2 != 0) return false;
  for (std::size_t index = 0; index < text.size(); index += 2) {
    const unsigned point = static_cast<unsigned>(static_cast<unsigned char>(text[index])) << 8U |
                           static_cast<unsigned char>(text[index + 1]);
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    const bool no_character = point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
    if (surrogate || no_character) return false;
  }
  return true;
}

bool is_attribute_value(const DerElement& value) {
  constexpr unsigned char kUtf8 = 0x0c;
  constexpr unsigned char kNumeric = 0x12;
  constexpr unsigned char kPrintable = 0x13;
  constexpr unsigned char kT61 = 0x14;
  constexpr unsigned char kIa5 = 0x16;
  constexpr unsigned char kBmp = 0x1e;
  const std::string_view text = value.content;
  switch (value.tag) {
    case kUtf8:
      return utf8::valid_length(text) == text.size();
    case kNumeric:
      return text.find_first_not_of("0123456789 ") == std::string_view::npos;
    case kPrintable:
      return is_printable(text);
    case kT61:
      return true;
    case kIa5:
      return is_ascii(text);
    case kBmp:
      return is_bmp_string(text);
    default:
      return false;
  }
}

// Returns the DER of a distinguished name, or fails the reader.
std::string_view read_name(DerReader& reader) {
  if (!reader.next_is(der::kSequence)) {
    reader.fail();
    return {};
  }
  const DerElement name = reader.read_any();
  DerReader sets(name.content);
  while (sets.has_more()) {
    DerReader attributes(sets.read(der::kSet));
    while (attributes.has_more()) {
      DerReader attribute(attributes.read(der::kSequence));
      attribute.read_object_identifier();
      const DerElement value = attribute.read_any();
      if (attribute.failed() || !is_attribute_value(value)) attributes.fail();
    }
    if (attributes.failed()) sets.fail();
  }
  if (sets.failed()) reader.fail();
  return name.encoding;
}

struct AlgorithmIdentifier {
  std::string identifier;
  std::string_view parameters;  // DER; empty: absent
};

AlgorithmIdentifier read_algorithm(std::string_view content, DerReader& outer) {
  DerReader reader(content);
  AlgorithmIdentifier algorithm{.identifier = reader.read_object_identifier(), .parameters = {}};
  if (reader.has_more()) algorithm.parameters = reader.read_any().encoding;
  if (!reader.at_end()) outer.fail();
  return algorithm;
}

constexpr std::string_view kNull{"\x05\x00", 2};
constexpr std::string_view kSha256 = "2.16.840.1.101.3.4.2.1";
constexpr std::string_view kSha384 = "2.16.840.1.101.3.4.2.2";
constexpr std::string_view kSha512 = "2.16.840.1.101.3.4.2.3";

// Reads the hash of RSASSA-PSS parameters, [number] of `parameters`. Returns its identifier.
std::string read_pss_hash(DerReader& outer, std::string_view content) {
  DerReader wrapper(content);
  DerReader reader(wrapper.read(der::kSequence));
  std::string identifier = reader.read_object_identifier();
  const bool has_parameters = reader.has_more();
  if (has_parameters && reader.read_any().encoding != kNull) outer.fail();
  if (wrapper.failed() || !reader.at_end()) outer.fail();
  return identifier;
}

// RSASSA-PSS (RFC 4055, section 3.1) as Go supports it: one hash for the message and for MGF1, and a salt of
// the same length.
bool is_supported_pss(std::string_view parameters) {
  constexpr std::string_view kMgf1 = "1.2.840.113549.1.1.8";
  DerReader outer(parameters);
  DerReader reader(outer.read(der::kSequence));
  const auto hash_content = reader.read_if(der::constructed(0));
  const auto mgf_content = reader.read_if(der::constructed(1));
  const auto salt_content = reader.read_if(der::constructed(2));
  if (!hash_content || !mgf_content || !salt_content) return false;  // the defaults are SHA-1
  const std::string hash = read_pss_hash(reader, *hash_content);
  DerReader mgf_wrapper(*mgf_content);
  DerReader mgf(mgf_wrapper.read(der::kSequence));
  if (mgf.read_object_identifier() != kMgf1) return false;
  const DerElement mgf_hash = mgf.read_any();
  if (mgf.failed() || read_pss_hash(reader, mgf_hash.encoding) != hash) return false;
  DerReader salt(*salt_content);
  const int salt_length = salt.read_small_integer();
  // The trailer field has a default, which DER leaves out.
  if (!salt.at_end() || !reader.at_end() || outer.failed()) return false;
  return (hash == kSha256 && salt_length == 32) || (hash == kSha384 && salt_length == 48) ||
         (hash == kSha512 && salt_length == 64);
}

bool is_supported_signature(const AlgorithmIdentifier& algorithm) {
  constexpr std::string_view kPss = "1.2.840.113549.1.1.10";
  constexpr std::string_view kEd25519 = "1.3.101.112";
  constexpr std::array<std::string_view, 3> kRsa{"1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12",
                                                 "1.2.840.113549.1.1.13"};
  constexpr std::array<std::string_view, 3> kEcdsa{"1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3",
                                                   "1.2.840.10045.4.3.4"};
  const auto is_one_of = [&](const auto& identifiers) {
    return std::find(identifiers.begin(), identifiers.end(), algorithm.identifier) != identifiers.end();
  };
  if (algorithm.identifier == kPss) return is_supported_pss(algorithm.parameters);
  if (is_one_of(kRsa)) return algorithm.parameters == kNull || algorithm.parameters.empty();
  return (is_one_of(kEcdsa) || algorithm.identifier == kEd25519) && algorithm.parameters.empty();
}

// Returns why clients do not support an RSA key; empty if they do.
std::string problem_of_rsa_key(std::string_view bits) {
  constexpr int kMaxBits = 8192;  // Go's TLS client refuses longer keys
  DerReader outer(bits);
  DerReader reader(outer.read(der::kSequence));
  std::string_view modulus = reader.read_integer();
  const int exponent = reader.read_small_integer();
  if (!reader.at_end() || !outer.at_end()) return "has a malformed RSA key";
  const auto odd = [](char byte) { return (static_cast<unsigned char>(byte) & 1U) != 0; };
  if ((static_cast<unsigned char>(modulus.front()) & 0x80U) != 0 || !odd(modulus.back()))
    return "has a malformed RSA key";
  if (exponent < 3 || exponent % 2 == 0) return "has an RSA key with an exponent that clients refuse";
  if (modulus.front() == '\0') modulus.remove_prefix(1);
  int size = static_cast<int>(modulus.size() - 1) * 8;
  for (unsigned first = static_cast<unsigned char>(modulus.front()); first != 0; first >>= 1U) ++size;
  if (size > kMaxBits) return "has an RSA key of " + std::to_string(size) + " bits, more than 8192";
  return {};
}

std::string problem_of_ec_key(const AlgorithmIdentifier& algorithm, std::string_view bits) {
  struct Curve {
    std::string_view identifier;
    std::size_t bytes;  // of a coordinate
  };
  constexpr std::array<Curve, 3> kCurves{
      {{"1.2.840.10045.3.1.7", 32}, {"1.3.132.0.34", 48}, {"1.3.132.0.35", 66}}};
  DerReader reader(algorithm.parameters);
  const std::string identifier = reader.read_object_identifier();
  const auto* const curve = std::find_if(kCurves.begin(), kCurves.end(), [&](const Curve& each) {
    return reader.at_end() && each.identifier == identifier;
  });
  if (curve == kCurves.end()) return "has an EC key on a curve other than P-256, P-384 and P-521";
  // OpenSSL has verified that the point is on the curve.
  constexpr char kUncompressed = 4;
  if (bits.size() != 1 + 2 * curve->bytes || bits.front() != kUncompressed)
    return "has an EC key whose point is not in the uncompressed form";
  return {};
}

// Reads subjectPublicKeyInfo. Returns why clients do not support the key; empty if they do.
std::string read_key(std::string_view content, DerReader& outer) {
  constexpr std::string_view kRsa = "1.2.840.113549.1.1.1";
  constexpr std::string_view kEc = "1.2.840.10045.2.1";
  constexpr std::string_view kEd25519 = "1.3.101.112";
  constexpr std::size_t kEd25519Bytes = 32;
  DerReader reader(content);
  const AlgorithmIdentifier algorithm = read_algorithm(reader.read(der::kSequence), reader);
  unsigned unused = 0;
  const std::string_view bits = reader.read_bit_string(unused);
  if (!reader.at_end() || unused != 0) outer.fail();
  if (outer.failed()) return {};
  if (algorithm.identifier == kRsa) {
    return algorithm.parameters == kNull ? problem_of_rsa_key(bits) : "has a malformed RSA key";
  }
  if (algorithm.identifier == kEc) return problem_of_ec_key(algorithm, bits);
  if (algorithm.identifier == kEd25519 && algorithm.parameters.empty() && bits.size() == kEd25519Bytes)
    return {};
  return "has a key of a kind other than RSA, EC (P-256, P-384, P-521) and Ed25519";
}

// Reads all extensions into the profile. Returns why clients refuse one; empty if they do not.
std::string read_extensions(std::string_view content, DerReader& outer, CertificateProfile& profile) {
  DerReader wrapper(content);
  DerReader extensions(wrapper.read(der::kSequence));
  if (!wrapper.at_end()) outer.fail();
  std::set<std::string> seen;
  while (extensions.has_more()) {
    DerReader reader(extensions.read(der::kSequence));
    Extension extension;
    extension.identifier = reader.read_object_identifier();
    if (reader.next_is(der::kBoolean)) extension.critical = reader.read_boolean();
    extension.value = reader.read(der::kOctetString);
    if (!reader.at_end()) {
      outer.fail();
      return {};
    }
    if (!seen.insert(extension.identifier).second) return "has extension " + extension.identifier + " twice";
    if (std::string problem = read_extension(extension, profile); !problem.empty()) return problem;
  }
  if (!extensions.at_end()) outer.fail();
  return {};
}

// Reads the fields of TBSCertificate up to its extensions (RFC 5280, section 4.1). Returns why clients refuse
// a field; empty if they do not. `signature` is the algorithm outside of the signed part.
std::string read_fields(DerReader& reader, std::string_view signature, CertificateProfile& profile) {
  if (const auto version = reader.read_if(der::constructed(0))) {
    DerReader inner(*version);
    profile.version = inner.read_small_integer() + 1;
    if (!inner.at_end() || profile.version > 3) return "has a version that clients do not know";
  }
  const std::string_view serial = reader.read_integer();
  if (reader.failed()) return {};
  if ((static_cast<unsigned char>(serial.front()) & 0x80U) != 0) return "has a negative serial number";
  const std::string_view inner_signature = reader.read(der::kSequence);
  if (inner_signature != signature) return "has two different signature algorithms";
  profile.has_supported_signature = is_supported_signature(read_algorithm(inner_signature, reader));
  profile.issuer = read_name(reader);
  if (reader.failed()) return "has an issuer name that clients cannot read";
  DerReader validity(reader.read(der::kSequence));
  const bool has_times = is_time(validity.read_any()) && is_time(validity.read_any());
  if (!has_times || !validity.at_end()) return "has a validity period that clients cannot read";
  profile.subject = read_name(reader);
  if (reader.failed()) return "has a subject name that clients cannot read";
  return read_key(reader.read(der::kSequence), reader);
}

}  // namespace

Result<CertificateProfile> read_profile(std::string_view der) {
  const char* const malformed = "is not in the form of DER that clients read";
  CertificateProfile profile;
  DerReader outermost(der);
  DerReader certificate(outermost.read(der::kSequence));
  DerReader fields(certificate.read(der::kSequence));
  const std::string_view signature = certificate.read(der::kSequence);
  unsigned unused = 0;
  certificate.read_bit_string(unused);
  if (!certificate.at_end() || !outermost.at_end() || unused != 0) return refuse(malformed);
  if (std::string problem = read_fields(fields, signature, profile); !problem.empty()) return refuse(problem);
  if (profile.version > 1) {
    fields.read_if(der::context(1));  // issuerUniqueID
    fields.read_if(der::context(2));  // subjectUniqueID
  }
  if (profile.version == 3) {
    if (const auto extensions = fields.read_if(der::constructed(3))) {
      if (std::string problem = read_extensions(*extensions, fields, profile); !problem.empty())
        return refuse(problem);
    }
  }
  if (!fields.at_end()) return refuse(malformed);
  return profile;
}

}  // namespace connected_registry::x509
