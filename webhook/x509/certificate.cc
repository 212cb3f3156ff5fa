#include "x509/certificate.h"

#include <arpa/inet.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>

#include "x509/openssl.h"
#include "x509/pem.h"
#include "x509/profile_reader.h"

namespace connected_registry::x509 {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Clamps to what a TimePoint holds. RFC 5280 writes "no end" as the year 9999, which is beyond it.
TimePoint to_time_point(std::time_t time) {
  using std::chrono::seconds;
  constexpr auto kLast = std::chrono::floor<seconds>(TimePoint::max()).time_since_epoch();
  constexpr auto kFirst = std::chrono::ceil<seconds>(TimePoint::min()).time_since_epoch();
  return TimePoint(std::clamp(seconds(time), kFirst, kLast));
}

Result<TimePoint> to_time_point(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return fail(ErrorCode::kInvalidArgument, "the certificate's validity is not readable");
  }
  return to_time_point(timegm(&parts));
}

Result<Certificate> from_der(const std::string& der) {
  const openssl::ErrorScope errors;
  const auto* position = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = position + der.size();
  CertificateHandle certificate(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  if (!certificate)
    return fail(ErrorCode::kInvalidArgument, "not an X.509 certificate: " + openssl::last_error());
  if (position != end) return fail(ErrorCode::kInvalidArgument, "bytes after the end of the certificate");
  for (const ASN1_TIME* time :
       {X509_get0_notBefore(certificate.get()), X509_get0_notAfter(certificate.get())}) {
    if (auto readable = to_time_point(time); !readable) return tl::unexpected(std::move(readable).error());
  }
  // Fills OpenSSL's cache of extensions now, so that later readers only read.
  X509_check_purpose(certificate.get(), -1, 0);
  return Certificate(certificate.release());
}

GeneralNamesHandle subject_alternative_names(const ::X509* certificate) {
  return GeneralNamesHandle(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
}

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_text(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (bytes.size() != 4 && bytes.size() != 16) return {};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  const char* const written = inet_ntop(family, bytes.data(), text.data(), text.size());
  return written == nullptr ? std::string() : std::string(written);
}

std::string hash_text(unsigned long hash) {
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 4) text += kHexDigits[(hash >> (shift - 4)) & 0xfU];
  return text;
}

bool add_entry(X509_NAME* name, int kind, std::string_view text) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
  // The MBSTRING types would enforce lengths that cert-manager does not keep.
  return X509_NAME_add_entry_by_NID(name, kind, V_ASN1_UTF8STRING, bytes, static_cast<int>(text.size()), -1,
                                    0) == 1;
}

}  // namespace

Certificate::Certificate(::X509* owned) : certificate_(owned, X509_free) {}

Result<Certificate> Certificate::parse(std::string_view pem) {
  auto certificates = parse_bundle(pem);
  if (!certificates) return tl::unexpected(std::move(certificates).error());
  if (certificates->size() != 1) {
    return fail(ErrorCode::kInvalidArgument,
                "holds " + std::to_string(certificates->size()) + " certificates where one is expected");
  }
  return std::move(certificates->front());
}

std::string Certificate::der() const {
  const openssl::ErrorScope errors;
  // OpenSSL keeps the encoding of the signed part.
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(handle(), &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::string Certificate::to_pem() const {
  const openssl::ErrorScope errors;
  const BioHandle memory(BIO_new(BIO_s_mem()));
  if (!memory || PEM_write_bio_X509(memory.get(), handle()) != 1) return {};
  return text_of(memory.get());
}

std::string Certificate::subject() const {
  const openssl::ErrorScope errors;
  const BioHandle memory(BIO_new(BIO_s_mem()));
  if (!memory) return {};
  X509_NAME_print_ex(memory.get(), X509_get_subject_name(handle()), 0, XN_FLAG_RFC2253);
  return text_of(memory.get());
}

std::string Certificate::subject_hash() const {
  return hash_text(X509_subject_name_hash(handle()));
}

std::string Certificate::sha256() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (X509_digest(handle(), EVP_sha256(), digest.data(), &length) != 1) return {};
  std::string text;
  for (unsigned index = 0; index < length; ++index) {
    const std::size_t byte = digest.at(index);
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 0xfU];
  }
  return text;
}

TimePoint Certificate::not_before() const {
  return to_time_point(X509_get0_notBefore(handle())).value_or(TimePoint::max());
}

TimePoint Certificate::not_after() const {
  return to_time_point(X509_get0_notAfter(handle())).value_or(TimePoint::min());
}

bool Certificate::is_valid_at(TimePoint now) const {
  return not_before() <= now && !has_expired_at(now);
}

bool Certificate::has_expired_at(TimePoint now) const {
  return now > not_after();
}

bool Certificate::is_ca() const {
  return (X509_get_extension_flags(handle()) & EXFLAG_CA) != 0;
}

std::vector<std::string> Certificate::ip_sans() const {
  const openssl::ErrorScope errors;
  const GeneralNamesHandle names = subject_alternative_names(handle());
  std::vector<std::string> found;
  for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), index);
    if (name->type != GEN_IPADD) continue;
    std::string text = address_text(bytes_of(name->d.iPAddress));
    if (!text.empty()) found.push_back(std::move(text));
  }
  return found;
}

std::vector<std::string> Certificate::dns_sans() const {
  const openssl::ErrorScope errors;
  const GeneralNamesHandle names = subject_alternative_names(handle());
  std::vector<std::string> found;
  for (int index = 0; index < sk_GENERAL_NAME_num(names.get()); ++index) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), index);
    if (name->type != GEN_DNS) continue;
    const std::string_view text = bytes_of(name->d.dNSName);
    // A NUL in a name is an attempt to be read as another name: no client accepts it.
    if (text.find('\0') == std::string_view::npos) found.emplace_back(text);
  }
  return found;
}

bool Certificate::is_self_signed() const {
  const openssl::ErrorScope errors;
  return X509_self_signed(handle(), 1) == 1;
}

std::string Certificate::key_weakness() const {
  constexpr int kRsaBits = 2048;
  constexpr int kEcBits = 256;
  const openssl::ErrorScope errors;
  const EVP_PKEY* const key = X509_get0_pubkey(handle());
  if (key == nullptr) return "has a key of a kind that is not known";
  const int kind = EVP_PKEY_get_base_id(key);
  const int bits = EVP_PKEY_get_bits(key);
  if ((kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) && bits < kRsaBits)
    return "has an RSA key of " + std::to_string(bits) + " bits";
  if (kind == EVP_PKEY_EC && bits < kEcBits) return "has an EC key of " + std::to_string(bits) + " bits";
  return {};
}

std::string Certificate::signature_weakness() const {
  const openssl::ErrorScope errors;
  int digest = NID_undef;
  X509_get_signature_info(handle(), &digest, nullptr, nullptr, nullptr);
  if (digest == NID_sha1 || digest == NID_md5 || digest == NID_md5_sha1)
    return std::string("is signed with ") + OBJ_nid2sn(digest);
  const std::string bytes = der();
  const auto profile = read_profile(bytes);
  if (!profile || profile->has_supported_signature) return {};
  return "is signed with an algorithm that clients do not support";
}

std::string Certificate::unsupported() const {
  const std::string bytes = der();
  const auto profile = read_profile(bytes);
  return profile ? std::string() : profile.error().message;
}

bool Certificate::names_address(std::string_view address) const {
  if (address.find('\0') != std::string_view::npos) return false;  // the C string would be another address
  const openssl::ErrorScope errors;
  return X509_check_ip_asc(handle(), std::string(address).c_str(), 0) == 1;
}

std::string subject_hash_of(std::string_view organization, std::string_view common_name) {
  const openssl::ErrorScope errors;
  const NameHandle name(X509_NAME_new());
  if (!name || !add_entry(name.get(), NID_organizationName, organization) ||
      !add_entry(name.get(), NID_commonName, common_name)) {
    return {};
  }
  // OpenSSL hashes a canonical form, so the string type that the issuer chose does not matter.
  return hash_text(X509_NAME_hash_ex(name.get(), nullptr, nullptr, nullptr));
}

Result<std::vector<Certificate>> parse_bundle(std::string_view pem) {
  auto blocks = read_pem(pem);
  if (!blocks) return tl::unexpected(std::move(blocks).error());
  std::vector<Certificate> certificates;
  for (const PemBlock& block : *blocks) {
    const std::string where = "line " + std::to_string(block.line);
    if (block.label != "CERTIFICATE") {
      return fail(ErrorCode::kInvalidArgument,
                  where + ": a block other than CERTIFICATE" +
                      (block.label.ends_with("PRIVATE KEY") ? ": a private key does not belong here" : ""));
    }
    auto certificate = from_der(block.der);
    if (!certificate) return fail(std::move(certificate).error(), where);
    certificates.push_back(std::move(*certificate));
  }
  return certificates;
}

std::string to_bundle(const std::vector<Certificate>& certificates) {
  std::map<std::string, std::string> pem_by_hash;
  for (const Certificate& certificate : certificates) {
    pem_by_hash.try_emplace(certificate.sha256(), certificate.to_pem());
  }
  std::string bundle;
  for (const auto& [hash, pem] : pem_by_hash) bundle += pem;
  return bundle;
}

}  // namespace connected_registry::x509
