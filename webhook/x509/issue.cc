#include "x509/issue.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "x509/openssl.h"

namespace connected_registry::x509 {
namespace {

using BasicConstraintsHandle = openssl::Handle<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using BitStringHandle = openssl::Handle<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using OctetStringHandle = openssl::Handle<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using Ia5StringHandle = openssl::Handle<ASN1_IA5STRING, ASN1_IA5STRING_free>;
using IntegerHandle = openssl::Handle<ASN1_INTEGER, ASN1_INTEGER_free>;
using TimeHandle = openssl::Handle<ASN1_TIME, ASN1_TIME_free>;
using AuthorityKeyHandle = openssl::Handle<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using ExtendedUsageHandle = openssl::Handle<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using GeneralNameHandle = openssl::Handle<GENERAL_NAME, GENERAL_NAME_free>;

// Bits of RFC 5280's KeyUsage.
constexpr int kDigitalSignature = 0;
constexpr int kKeyCertSign = 5;
constexpr int kCrlSign = 6;

constexpr int kSerialBits = 128;
constexpr std::size_t kKeyIdentifierBytes = 20;

tl::unexpected<Error> fail_openssl(std::string_view doing) {
  return fail(ErrorCode::kInternal, std::string(doing) + ": " + openssl::last_error());
}

Status add_extension(::X509* certificate, int kind, void* value, bool critical) {
  if (X509_add1_ext_i2d(certificate, kind, value, critical ? 1 : 0, X509V3_ADD_DEFAULT) != 1) {
    return fail_openssl("add an extension");
  }
  return {};
}

Status set_serial(::X509* certificate) {
  const BigNumberHandle number(BN_new());
  if (!number || BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) != 1) {
    return fail_openssl("make a serial number");
  }
  const IntegerHandle serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  if (!serial || X509_set_serialNumber(certificate, serial.get()) != 1)
    return fail_openssl("set the serial number");
  return {};
}

Status set_validity(::X509* certificate, const IssueRequest& request) {
  const TimeHandle first(ASN1_TIME_set(nullptr, unix_time(request.not_before)));
  const TimeHandle last(ASN1_TIME_set(nullptr, unix_time(request.not_before + request.lifetime)));
  if (!first || !last || X509_set1_notBefore(certificate, first.get()) != 1 ||
      X509_set1_notAfter(certificate, last.get()) != 1) {
    return fail_openssl("set the validity");
  }
  return {};
}

Status set_subject(::X509* certificate, const std::string& common_name) {
  const auto* const text = reinterpret_cast<const unsigned char*>(common_name.data());
  if (X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, text,
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    // The standard's bound is 64 characters.
    return fail(ErrorCode::kInvalidArgument, "common name '" + common_name + "': " + openssl::last_error());
  }
  return {};
}

Status add_key_usage(::X509* certificate, std::initializer_list<int> bits) {
  const BitStringHandle usage(ASN1_BIT_STRING_new());
  if (!usage) return fail_openssl("make the key usage");
  for (const int bit : bits) {
    if (ASN1_BIT_STRING_set_bit(usage.get(), bit, 1) != 1) return fail_openssl("make the key usage");
  }
  return add_extension(certificate, NID_key_usage, usage.get(), true);
}

Status add_basic_constraints(::X509* certificate, bool authority) {
  const BasicConstraintsHandle constraints(BASIC_CONSTRAINTS_new());
  if (!constraints) return fail_openssl("make the basic constraints");
  constraints->ca = authority ? 0xff : 0;
  if (authority) {
    constraints->pathlen = ASN1_INTEGER_new();  // the constraints own it
    if (constraints->pathlen == nullptr || ASN1_INTEGER_set(constraints->pathlen, 0) != 1) {
      return fail_openssl("make the basic constraints");
    }
  }
  return add_extension(certificate, NID_basic_constraints, constraints.get(), true);
}

Status add_server_usage(::X509* certificate) {
  const ExtendedUsageHandle usages(EXTENDED_KEY_USAGE_new());
  // A built-in object: nothing to free.
  if (!usages || sk_ASN1_OBJECT_push(usages.get(), OBJ_nid2obj(NID_server_auth)) <= 0) {
    return fail_openssl("make the extended key usage");
  }
  return add_extension(certificate, NID_ext_key_usage, usages.get(), false);
}

// Computes RFC 7093's method 1: the first 160 bits of the SHA-256 of the public key.
Result<OctetStringHandle> key_identifier(const ::X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  OctetStringHandle identifier(ASN1_OCTET_STRING_new());
  if (!identifier || X509_pubkey_digest(certificate, EVP_sha256(), digest.data(), &length) != 1 ||
      ASN1_OCTET_STRING_set(identifier.get(), digest.data(), static_cast<int>(kKeyIdentifierBytes)) != 1) {
    return fail_openssl("make the key identifier");
  }
  return identifier;
}

Status add_key_identifiers(::X509* certificate, const ::X509* issuer) {
  auto own = key_identifier(certificate);
  if (!own) return tl::unexpected(std::move(own).error());
  auto added = add_extension(certificate, NID_subject_key_identifier, own->get(), false);
  if (!added) return added;
  const AuthorityKeyHandle authority(AUTHORITY_KEYID_new());
  if (!authority) return fail_openssl("make the authority key identifier");
  // An issuer made by another tool may have an identifier that was computed otherwise.
  const ASN1_OCTET_STRING* const issued = X509_get0_subject_key_id(const_cast<::X509*>(issuer));
  if (issued != nullptr) {
    authority->keyid = ASN1_OCTET_STRING_dup(issued);
  } else {
    auto computed = key_identifier(issuer);
    if (!computed) return tl::unexpected(std::move(computed).error());
    authority->keyid = computed->release();
  }
  return add_extension(certificate, NID_authority_key_identifier, authority.get(), false);
}

bool is_dns_name(std::string_view name) {
  return !name.empty() && name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '-' || character == '.' ||
           character == '*' || character == '_';
  });
}

// Adds a general name, which owns `value`, to `names`.
Status push_name(GENERAL_NAMES* names, int kind, ASN1_STRING* value) {
  GeneralNameHandle name(GENERAL_NAME_new());
  if (!name) {
    ASN1_STRING_free(value);
    return fail_openssl("make an alternative name");
  }
  GENERAL_NAME_set0_value(name.get(), kind, value);
  if (sk_GENERAL_NAME_push(names, name.get()) <= 0) return fail_openssl("make an alternative name");
  static_cast<void>(name.release());  // the stack owns it
  return {};
}

Status add_alternative_names(::X509* certificate, const IssueRequest& request) {
  const GeneralNamesHandle names(GENERAL_NAMES_new());
  if (!names) return fail_openssl("make the alternative names");
  for (const std::string& name : request.dns_names) {
    if (!is_dns_name(name)) return fail(ErrorCode::kInvalidArgument, "not a DNS name: '" + name + "'");
    Ia5StringHandle text(ASN1_IA5STRING_new());
    if (!text || ASN1_STRING_set(text.get(), name.data(), static_cast<int>(name.size())) != 1) {
      return fail_openssl("make an alternative name");
    }
    if (auto pushed = push_name(names.get(), GEN_DNS, text.release()); !pushed) return pushed;
  }
  for (const std::string& address : request.ip_addresses) {
    OctetStringHandle bytes(a2i_IPADDRESS(address.c_str()));
    if (!bytes) return fail(ErrorCode::kInvalidArgument, "not an IP address: '" + address + "'");
    if (auto pushed = push_name(names.get(), GEN_IPADD, bytes.release()); !pushed) return pushed;
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) {
    return fail(ErrorCode::kInvalidArgument, "a server certificate needs a DNS name or an IP address");
  }
  return add_extension(certificate, NID_subject_alt_name, names.get(), false);
}

// Makes a certificate without extensions and signature.
Result<CertificateHandle> prepare(const IssueRequest& request, const PrivateKey& key) {
  if (request.lifetime.count() <= 0)
    return fail(ErrorCode::kInvalidArgument, "the lifetime must be positive");
  CertificateHandle certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(certificate.get(), key.handle()) != 1) {
    return fail_openssl("make a certificate");
  }
  for (const auto& set : {set_serial(certificate.get()), set_validity(certificate.get(), request),
                          set_subject(certificate.get(), request.common_name)}) {
    if (!set) return tl::unexpected(set.error());
  }
  return certificate;
}

Result<Pair> sign(CertificateHandle certificate, PrivateKey key, const PrivateKey& issuer_key) {
  if (X509_sign(certificate.get(), issuer_key.handle(), EVP_sha256()) == 0) return fail_openssl("sign");
  // The object's cache of extensions dates from before it was complete, so the certificate is parsed again.
  auto parsed = Certificate::parse(Certificate(certificate.release()).to_pem());
  if (!parsed) return fail(std::move(parsed).error(), "read what was signed");
  return Pair{std::move(*parsed), std::move(key)};
}

}  // namespace

Result<Pair> issue_ca(const IssueRequest& request) {
  const openssl::ErrorScope errors;
  auto key = PrivateKey::generate_p256();
  if (!key) return tl::unexpected(std::move(key).error());
  auto certificate = prepare(request, *key);
  if (!certificate) return fail(std::move(certificate).error(), "issue a CA");
  ::X509* const raw = certificate->get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(raw)) != 1)
    return fail_openssl("issue a CA: set the issuer");
  for (const auto& added : {add_basic_constraints(raw, true), add_key_usage(raw, {kKeyCertSign, kCrlSign}),
                            add_key_identifiers(raw, raw)}) {
    if (!added) return fail(Error(added.error()), "issue a CA");
  }
  const PrivateKey issuer_key = *key;
  return sign(std::move(*certificate), std::move(*key), issuer_key);
}

Result<Pair> issue_server(const IssueRequest& request, const Pair& ca) {
  const openssl::ErrorScope errors;
  if (!ca.certificate.is_ca() || !ca.key.belongs_to(ca.certificate)) {
    return fail(ErrorCode::kInvalidArgument,
                "issue a server certificate: the issuer is no CA with its own key");
  }
  auto key = PrivateKey::generate_p256();
  if (!key) return tl::unexpected(std::move(key).error());
  auto certificate = prepare(request, *key);
  if (!certificate) return fail(std::move(certificate).error(), "issue a server certificate");
  ::X509* const raw = certificate->get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(ca.certificate.handle())) != 1) {
    return fail_openssl("issue a server certificate: set the issuer");
  }
  for (const auto& added :
       {add_basic_constraints(raw, false), add_key_usage(raw, {kDigitalSignature}), add_server_usage(raw),
        add_key_identifiers(raw, ca.certificate.handle()), add_alternative_names(raw, request)}) {
    if (!added) return fail(Error(added.error()), "issue a server certificate");
  }
  return sign(std::move(*certificate), std::move(*key), ca.key);
}

}  // namespace connected_registry::x509
